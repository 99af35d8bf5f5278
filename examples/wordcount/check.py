"""Counts the words a second time, without Spark and in another way, and compares.

    python3 check.py STATE_DIR

Where the job splits with a regular expression and groups, this walks through the text character by
character. Ends with 0 if the job's result is exactly the same, in content and order.
"""

import csv
import pathlib
import sys
import unicodedata


def is_letter(char: str) -> bool:
    return unicodedata.category(char)[0] in "LM"


def count(text: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    word = ""
    for index, char in enumerate(text):
        if is_letter(char):
            word += char
        elif char == "'" and word and is_letter(text[index + 1 : index + 2] or " "):
            word += char
        elif word:
            counts[word] = counts.get(word, 0) + 1
            word = ""
    if word:
        counts[word] = counts.get(word, 0) + 1
    return counts


def main() -> int:
    buckets = pathlib.Path(sys.argv[1]) / "s3"
    text = (buckets / "wordcount-input" / "texts" / "sample.txt").read_text(encoding="utf-8")
    folder = buckets / "wordcount-output" / "counts"
    files = sorted(folder.glob("part-*.csv"))
    if len(files) != 1 or not (folder / "_SUCCESS").exists():
        print(f"{folder} does not hold one finished result: {[file.name for file in files]}")
        return 1
    with files[0].open(encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines)
    found = [(word, int(number)) for word, number in rows]
    # Spark orders strings by their UTF-8 bytes, which is the order of the code points.
    expected = sorted(count(text.lower()).items(), key=lambda item: (-item[1], item[0]))
    if header != ["word", "count"]:
        print(f"unexpected header: {header}")
        return 1
    for number, (left, right) in enumerate(zip(found, expected)):
        if left != right:
            print(f"row {number}: the job says {left}, an independent count {right}")
            return 1
    if len(found) != len(expected):
        print(f"the job says {len(found)} words, an independent count {len(expected)}")
        return 1
    print(f"{len(found)} words agree, {sum(number for _, number in found)} in all")
    return 0


if __name__ == "__main__":
    sys.exit(main())
