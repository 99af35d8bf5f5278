"""Which words of a text are worth counting."""

import importlib.resources
import unicodedata

FEWEST_LETTERS = 3


def stop_words(language: str) -> frozenset[str]:
    """The words that say nothing in this language: a file of the zip beside this module."""
    text = importlib.resources.files(__package__).joinpath("stop_words.txt").read_text("utf-8")
    table = dict(line.split(": ", 1) for line in text.splitlines() if line)
    return frozenset(table.get(language, "").split())


def content_words(language: str, text: str) -> list[str]:
    """The words of `text` in lower case, without stop words and very short ones."""
    spaced = "".join(c if unicodedata.category(c)[0] in "LM" else " " for c in text.lower())
    stop = stop_words(language)
    return [word for word in spaced.split() if len(word) >= FEWEST_LETTERS and word not in stop]
