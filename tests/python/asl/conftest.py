"""Where the program under test is, and which of the shared cases can be run."""

import json
import os
import pathlib

import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parents[3]
CASES = REPOSITORY / "tests" / "asl" / "cases"


def pytest_addoption(parser):
    parser.addoption(
        "--asl-replay",
        default=os.environ.get("ASL_REPLAY", str(REPOSITORY / "build/release/bin/asl_replay")),
        help="the program asl_replay of the build that is tested",
    )


def load_case(path):
    """The case with its definition read and its placeholders filled in."""
    case = json.loads(path.read_text())
    if "definition_file" in case:
        text = (REPOSITORY / case["definition_file"]).read_text()
        for name, value in case.get("substitutions", {}).items():
            text = text.replace("${" + name + "}", value)
        case["definition"] = json.loads(text)
    return case


def runnable_cases():
    """Cases whose definition is in this tree."""
    for path in sorted(CASES.glob("*.json")):
        definition_file = json.loads(path.read_text()).get("definition_file")
        if definition_file is None or (REPOSITORY / definition_file).exists():
            yield path


def pytest_generate_tests(metafunc):
    if "case_path" in metafunc.fixturenames:
        paths = list(runnable_cases())
        metafunc.parametrize("case_path", paths, ids=[path.stem for path in paths])


@pytest.fixture(scope="session")
def asl_replay(request):
    program = pathlib.Path(request.config.getoption("--asl-replay"))
    assert program.exists(), f"{program} is not built; name it with --asl-replay"
    return program
