"""One server for all tests that need no life of their own. What outlives it is a failure."""

import pytest
from raw_http import open_socket
from served import Server


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    server = Server(
        tmp_path_factory.mktemp("served"),
        # What a developer has in the environment, and no step may see.
        AWS_SECRET_ACCESS_KEY="a-secret-of-the-developer",
    )
    server.start()
    yield server
    code = server.stop()
    left = server.clean_up()
    assert code == 0, f"SIGTERM ended with {code}: {server.errors()}"
    assert left == [], "processes outlived the server"


@pytest.fixture
def emr(served):
    return served.emr()


@pytest.fixture
def own(tmp_path):
    """Makes servers for one test alone: `own("--option", VARIABLE="value")`, not yet started."""
    servers = []

    def make(*options: str, **environment: str) -> Server:
        folder = tmp_path / f"server-{len(servers)}"
        folder.mkdir()
        servers.append(Server(folder, *options, **environment))
        return servers[-1]

    yield make
    left = [process for server in servers for process in server.clean_up()]
    assert left == [], "processes outlived their server"


@pytest.fixture(scope="session", autouse=True)
def slow_client(served):
    """A request that never ends, begun with the first test: its time is up while the others run."""
    with open_socket(served, b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ") as connection:
        yield connection
