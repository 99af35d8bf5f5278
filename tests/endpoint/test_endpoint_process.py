"""`emrctl local serve` as a process: how it starts, what it refuses, how it ends."""

import signal
import socket
import subprocess
import time

import pytest
from emr_requests import bash, cluster_state, reason, start, step_states, wait_end, wait_steps
from served import EMRCTL, PATIENCE


def refused(*options: object, cwd=None) -> subprocess.CompletedProcess:
    return subprocess.run(
        [EMRCTL, "local", "serve", *map(str, options)],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


def test_it_answers_as_soon_as_it_says_that_it_listens(own):
    server = own().start()
    assert server.emr().list_clusters()["Clusters"] == []


def test_one_server_at_a_time_has_a_state_folder(own):
    server = own().start()
    done = refused("--port", 0, "--state-dir", server.state)
    assert done.returncode == 1, done.stderr
    assert done.stdout == ""
    assert str(server.state) in done.stderr
    assert server.emr().list_clusters()["Clusters"] == []


def test_a_port_that_is_taken_is_named(own, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = refused("--port", port, "--state-dir", tmp_path / "state")
    assert done.returncode == 1, done.stderr
    assert done.stdout == ""
    assert str(port) in done.stderr


@pytest.mark.parametrize(
    "options", [["--port", "65536"], ["--port", "x"], ["--no-such-option"], ["--host", "nonsense"]]
)
def test_wrong_options_end_with_2(options, tmp_path):
    done = refused("--state-dir", tmp_path / "state", *options)
    assert done.returncode == 2, done.stderr
    assert done.stdout == "" and done.stderr.strip()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_and_all_that_runs(number, own):
    server = own().start()
    emr = server.emr()
    cluster_id = start(emr, alive=True, Steps=[bash("trap '' TERM; setsid sleep 600 & sleep 600")])
    wait_steps(emr, cluster_id, "RUNNING")
    begun = time.monotonic()
    server.process.send_signal(number)
    assert server.process.wait(PATIENCE) == 0, server.errors()
    assert time.monotonic() - begun < 30
    assert server.processes() == []
    server.start()
    assert wait_end(server.emr(), cluster_id) == "TERMINATED_WITH_ERRORS"
    assert reason(server.emr(), cluster_id)["Code"] == "INSTANCE_FAILURE"


def test_with_the_times_of_emr_a_cluster_takes_its_time(own):
    server = own("--timing", "emr").start()
    emr = server.emr()
    cluster_id = start(emr, Steps=[bash("true")])
    seen = [(cluster_state(emr, cluster_id), *step_states(emr, cluster_id)) for _ in range(20)]
    assert set(seen) == {("STARTING", "PENDING")}


def test_connections_are_kept(own):
    server = own().start()
    request = (
        b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-amz-json-1.1\r\n"
        b"X-Amz-Target: ElasticMapReduce.ListClusters\r\nContent-Length: 2\r\n\r\n{}"
    )
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection:
        stream = connection.makefile("rb")
        for _ in range(5):
            connection.sendall(request)
            assert b"200" in stream.readline()
            length = 0
            while (line := stream.readline()) != b"\r\n":
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            assert b"Clusters" in stream.read(length)
