"""Writes an XML dump of pages in three languages: `python3 make_input.py FILE [PAGES]`.

The same number of pages gives the same bytes, on every release of Python.
"""

import pathlib
import sys
from xml.sax.saxutils import escape

WORDS = {
    "de": "der die das und ist nicht ein eine mit Straße Brücke Wörter zählen Fluß Äpfel grün schön Haus "
    "Garten Wasser Feuer Erde Luft Sonne Mond Sterne Katze Hund Vogel Fisch Brot Käse".split(),
    "en": "the and not with from for are was this that bridge street counting words river apples green "
    "house garden water fire earth air sun moon stars cat dog bird fish bread cheese naïve".split(),
    "fr": "les des est pas une avec pour dans sur que pont rue compter mots rivière pommes vert maison "
    "jardin eau feu terre air soleil lune étoiles chat chien oiseau poisson pain fromage été".split(),
}


def main() -> None:
    target = pathlib.Path(sys.argv[1])
    pages = int(sys.argv[2]) if len(sys.argv) > 2 else 3000
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.unfinished")
    state = 7
    with unfinished.open("w", encoding="utf-8", newline="\n") as out:
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n<pages>\n')
        for number in range(pages):
            language = ("de", "en", "fr")[number % 3]
            words = WORDS[language]
            text = []
            for _ in range(60):
                state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
                # The product of two numbers below 1 is small more often than large.
                high, low = state >> 48, (state >> 32) & 0xFFFF
                text.append(words[high * low * len(words) >> 32])
            body = escape(" ".join(text) + " <&> " + "!")
            out.write(
                f'  <page lang="{language}"><title>Page {number}</title><text>{body}</text></page>\n'
            )
        out.write("</pages>\n")
    unfinished.replace(target)


if __name__ == "__main__":
    main()
