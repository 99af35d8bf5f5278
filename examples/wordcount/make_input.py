"""Writes a text of at least 1 MB whose words are about as unequal as those of a real one.

    python3 make_input.py FILE [--bytes 1500000] [--seed 1]

The same seed gives the same bytes: the generator below is written out, so that no release of
Python can change the text. The first word is the most frequent, the n-th about n times rarer
(Zipf). Some words are not ASCII, some are written with capitals and apostrophes.
"""

import argparse
import bisect
import itertools
import pathlib

SYLLABLES = [
    "ka",
    "lo",
    "mi",
    "ten",
    "su",
    "ra",
    "vel",
    "no",
    "dri",
    "pa",
    "qu",
    "es",
    "tor",
    "in",
    "gé",
    "ø",
    "ñu",
    "ßa",
    "да",
    "ло",
    "水",
    "ψι",
]
ENDINGS = ["", "", "", "s", "t", "n", "ä", "'s"]


class Lcg:
    """Knuth's 64-bit linear congruential generator; the upper half of the state is the number."""

    def __init__(self, seed: int) -> None:
        self.state = seed & (2**64 - 1)

    def below(self, bound: int) -> int:
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) & (2**64 - 1)
        return (self.state >> 32) * bound >> 32


def vocabulary(random: Lcg, size: int) -> list[str]:
    words: dict[str, None] = {}
    while len(words) < size:
        stem = "".join(SYLLABLES[random.below(len(SYLLABLES))] for _ in range(1 + random.below(4)))
        words[stem + ENDINGS[random.below(len(ENDINGS))]] = None
    return list(words)


def text(seed: int, size: int) -> str:
    random = Lcg(seed)
    words = vocabulary(random, 5000)
    weights = list(itertools.accumulate(1_000_000 // rank for rank in range(1, len(words) + 1)))
    parts: list[str] = []
    written = 0
    while written < size:
        length = 4 + random.below(14)
        line = [
            words[bisect.bisect_right(weights, random.below(weights[-1]))] for _ in range(length)
        ]
        line[0] = line[0].capitalize()
        if length > 8:
            line[length // 2] += ","
        sentence = " ".join(line) + (".\n" if random.below(5) else ".\n\n")
        parts.append(sentence)
        written += len(sentence.encode())
    return "".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description="makes the text that the example counts")
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("--bytes", type=int, default=1_500_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = options.file.with_name(f".{options.file.name}.unfinished")
    unfinished.write_bytes(text(options.seed, options.bytes).encode())
    unfinished.replace(options.file)


if __name__ == "__main__":
    main()
