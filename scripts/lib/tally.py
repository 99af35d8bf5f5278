"""Adds up the JUnit files of a folder and prints `N passed, N failed` as the last line.

A skipped or disabled test proves nothing and counts as failed. Ends with 1 if anything failed, if
a file cannot be read, or if no test ran.
"""

import pathlib
import sys
import xml.etree.ElementTree as ElementTree


def outcomes(file: pathlib.Path) -> tuple[int, list[str]]:
    """How many tests of one file passed, and the names of the others."""
    try:
        root = ElementTree.parse(file).getroot()
    except ElementTree.ParseError as error:
        return 0, [f"{file.name}: not a complete result ({error})"]
    passed, others = 0, []
    for case in root.iter("testcase"):
        # ctest says the state in `status`; pytest only by the elements inside.
        good = case.get("status", "run") == "run"
        bad = [child.tag for child in case if child.tag in ("failure", "error", "skipped")]
        if good and not bad:
            passed += 1
        else:
            state = bad[0] if bad else case.get("status")
            others.append(f"{file.name}: {case.get('classname')}.{case.get('name')}: {state}")
    if passed + len(others) == 0:
        others.append(f"{file.name}: no test ran")
    return passed, others


def main() -> int:
    files = sorted(pathlib.Path(sys.argv[1]).glob("*.xml"))
    passed, others = 0, []
    for file in files:
        good, rest = outcomes(file)
        passed += good
        others += rest
    for line in others:
        print(f"    not passed: {line}")
    if not files:
        print("    no suite ran")
    print(f"{passed} passed, {len(others)} failed")
    return 0 if passed > 0 and not others else 1


if __name__ == "__main__":
    sys.exit(main())
