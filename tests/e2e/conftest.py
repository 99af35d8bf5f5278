import sys
import pathlib

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "endpoint")]

import served  # noqa: E402
from clients import prepare  # noqa: E402
from harness import PATIENCE, Workplace  # noqa: E402
from served import Server  # noqa: E402

served.PATIENCE = PATIENCE  # what is waited for here is Spark


@pytest.fixture
def place(tmp_path):
    """A workplace; whatever a run leaves behind is a failure of its test, and is ended."""
    workplace = Workplace(tmp_path)
    yield workplace
    left = workplace.processes()
    workplace.end_everything()
    assert left == [], "processes outlived the test"


@pytest.fixture(scope="session")
def served_spark(tmp_path_factory):
    """`emrctl local serve` with the buckets of the word count, for all clients."""
    server = Server(tmp_path_factory.mktemp("served"))
    prepare(server)
    server.start()
    yield server
    code = server.stop()
    left = server.clean_up()
    assert code == 0, f"SIGTERM ended with {code}: {server.errors()}"
    assert left == [], "processes outlived the server"


@pytest.fixture
def own_server(tmp_path):
    """Makes servers that one test alone uses, not yet started."""
    servers = []

    def make() -> Server:
        folder = tmp_path / f"server-{len(servers)}"
        folder.mkdir()
        servers.append(Server(folder))
        return servers[-1]

    yield make
    left = [process for server in servers for process in server.clean_up()]
    assert left == [], "processes outlived their server"
