"""What the simulator's fault catalogue says of other tests is true."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
CPP_TEST = re.compile(r"^TEST(?:_F|_P)?\((\w+),\s*(\w+)\)", re.MULTILINE)
PYTHON_TEST = re.compile(r"^\s*def (test_\w+)", re.MULTILINE)
# "reason", "TestTest.Name" or "test_name", at the end of a row
COVERED = re.compile(r'"((?:\w+Test\.\w+)|(?:test_\w+))"\}')


def existing_tests() -> set[str]:
    found = set()
    for path in (ROOT / "src").rglob("*_test.cc"):
        found.update(".".join(names) for names in CPP_TEST.findall(path.read_text()))
    for path in (ROOT / "tests").rglob("test_*.py"):
        found.update(PYTHON_TEST.findall(path.read_text()))
    return found


def test_the_tests_that_cover_rows_of_the_catalogue_exist():
    rows = (ROOT / "src/sim/faults/catalogue_rows.cc").read_text()
    named = set(COVERED.findall(rows))
    assert len(named) > 10
    assert named <= existing_tests(), named - existing_tests()


def test_a_test_that_is_not_there_would_be_noticed():
    assert COVERED.findall('"no processes here", "test_nobody_wrote_this"},') == [
        "test_nobody_wrote_this"
    ]
    assert "test_nobody_wrote_this" not in existing_tests()
