"""Where the program under test is, and which of the shared cases are run."""

import os
import pathlib

import pytest
from cases import REPOSITORY, runnable_cases


def pytest_addoption(parser):
    parser.addoption(
        "--asl-replay",
        default=os.environ.get("ASL_REPLAY", str(REPOSITORY / "build/release/bin/asl_replay")),
        help="the program asl_replay of the build that is tested",
    )


def pytest_generate_tests(metafunc):
    if "case_path" in metafunc.fixturenames:
        paths = list(runnable_cases())
        metafunc.parametrize("case_path", paths, ids=[path.stem for path in paths])


@pytest.fixture(scope="session")
def asl_replay(request):
    program = pathlib.Path(request.config.getoption("--asl-replay"))
    assert program.exists(), f"{program} is not built; name it with --asl-replay"
    return program
