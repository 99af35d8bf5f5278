"""Finds the top words a second time, without Spark, and compares: `python3 check.py STATE_DIR`.

Reads the pages with Python's own XML parser and its own splitting; only the list of stop words is
the job's. Ends with 0 if the job's result is exactly the same, in content and order.
"""

import collections
import json
import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree

HERE = pathlib.Path(__file__).resolve().parent


def expected(pages: pathlib.Path, top: int) -> list[dict]:
    stop = {}
    for line in (HERE / "word_tools" / "stop_words.txt").read_text("utf-8").splitlines():
        language, words = line.split(": ")
        stop[language] = set(words.split())
    counts: dict[str, collections.Counter] = collections.defaultdict(collections.Counter)
    for page in ElementTree.parse(pages).getroot():
        language = page.get("lang")
        for word in re.findall(r"[^\W\d_]{3,}", page.findtext("text").lower()):
            if word not in stop[language]:
                counts[language][word] += 1
    rows = []
    for language in sorted(counts):
        best = sorted(counts[language].items(), key=lambda item: (-item[1], item[0]))[:top]
        for rank, (word, count) in enumerate(best, start=1):
            rows.append({"language": language, "rank": rank, "word": word, "count": count})
    return rows


def main() -> int:
    buckets = pathlib.Path(sys.argv[1]) / "s3"
    files = sorted((buckets / "topwords-output" / "top").glob("part-*.json"))
    if len(files) != 1:
        print(f"expected one file of results, found {[file.name for file in files]}")
        return 1
    found = [json.loads(line) for line in files[0].read_text("utf-8").splitlines()]
    wanted = expected(buckets / "topwords-input" / "pages.xml", 20)
    for number, (left, right) in enumerate(zip(found, wanted)):
        if left != right:
            print(f"row {number}: the job says {left}, an independent count {right}")
            return 1
    if len(found) != len(wanted):
        print(f"the job says {len(found)} rows, an independent count {len(wanted)}")
        return 1
    print(f"{len(found)} rows agree")
    return 0


if __name__ == "__main__":
    sys.exit(main())
