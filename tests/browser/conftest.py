"""One server for all tests of the page. What outlives it is a failure."""

import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "endpoint")]

from emr_requests import steps  # noqa: E402
from filled import fill  # noqa: E402
from served import Server  # noqa: E402


@pytest.fixture(scope="session")
def shown(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("served"))
    server.start()
    try:
        yield fill(server)
        code = server.stop()
        assert code == 0, f"SIGTERM ended with {code}: {server.errors()}"
    finally:
        left = server.clean_up()
    assert left == [], "processes outlived the server"


@pytest.fixture(scope="session")
def step_of(shown):
    return lambda cluster: steps(shown.server.emr(), cluster)[0]["Id"]
