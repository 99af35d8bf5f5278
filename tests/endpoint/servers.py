"""Starts `emrctl local serve` and moto's server on free ports and ends them by their pid."""

import http.client
import json
import os
import pathlib
import queue
import re
import signal
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
EMRCTL = ROOT / "build" / "release" / "bin" / "emrctl"
MOTO = pathlib.Path(sys.prefix) / "bin" / "moto_server"

START_SECONDS = 120  # on a machine that does a dozen other things
STOP_SECONDS = 60

JSON_VERSIONS = {"ElasticMapReduce": "1.1", "AWSStepFunctions": "1.0"}
SIGNING_NAMES = {"ElasticMapReduce": "elasticmapreduce", "AWSStepFunctions": "states"}
REGION = "eu-central-1"


class Server:
    """A server process. `command` prints a line with its address to stdout or stderr."""

    def __init__(self, command: list, folder: pathlib.Path, environment: dict | None = None):
        self.lines: queue.Queue[str] = queue.Queue()
        self.said: list[str] = []
        begin = time.perf_counter()
        self.process = subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        threading.Thread(target=self._listen, daemon=True).start()
        try:
            self.port = self._port()
        except BaseException:
            self.stop()
            raise
        self.start_ms = 1000 * (time.perf_counter() - begin)

    def _listen(self) -> None:
        for line in self.process.stdout:
            self.lines.put(line.decode("utf-8", "replace"))
        self.lines.put("")

    def _port(self) -> int:
        stop_at = time.monotonic() + START_SECONDS
        while True:
            try:
                line = self.lines.get(timeout=max(0.01, stop_at - time.monotonic()))
            except queue.Empty:
                line = ""
            self.said.append(line)
            if match := re.search(r"http://127\.0\.0\.1:(\d+)", line):
                return int(match[1])
            if not line:
                raise RuntimeError(f"no address within {START_SECONDS} s: {''.join(self.said)}")

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self, how: int = signal.SIGTERM) -> int:
        """Ends the process and returns its exit code; SIGKILL when it does not end in time."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            return self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise

    def output(self) -> str:
        while not self.lines.empty():
            self.said.append(self.lines.get())
        return "".join(self.said)

    def rss_kib(self) -> int:
        for line in pathlib.Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        raise RuntimeError(f"process {self.pid} has no VmRSS")

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_) -> None:
        self.stop()


def emrctl_server(state: pathlib.Path, *options: str, environment: dict | None = None) -> Server:
    return Server(
        [EMRCTL, "local", "serve", "--port", "0", "--state-dir", state, *options],
        state.parent,
        environment,
    )


def moto_server(folder: pathlib.Path) -> Server:
    return Server([MOTO, "-p", "0"], folder, {"PYTHONUNBUFFERED": "1"})


def headers(service: str, operation: str, port: int) -> dict[str, str]:
    scope = f"20260101/{REGION}/{SIGNING_NAMES[service]}/aws4_request"
    return {
        "Host": f"127.0.0.1:{port}",
        "Content-Type": f"application/x-amz-json-{JSON_VERSIONS[service]}",
        "X-Amz-Target": f"{service}.{operation}",
        "X-Amz-Date": "20260101T000000Z",
        # The region is in the scope; without --require-signatures nobody checks the signature.
        "Authorization": f"AWS4-HMAC-SHA256 Credential=test/{scope}, "
        f"SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature={'0' * 64}",
    }


class Client:
    """Bare JSON requests over one connection, for what no SDK would send or wait for."""

    def __init__(self, port: int, timeout: float = 60):
        self.port = port
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)

    def send(
        self, operation: str, body: bytes, service: str = "ElasticMapReduce"
    ) -> tuple[int, bytes]:
        self.connection.request("POST", "/", body, headers(service, operation, self.port))
        response = self.connection.getresponse()
        return response.status, response.read()

    def call(self, operation: str, request: dict, service: str = "ElasticMapReduce") -> dict:
        status, answer = self.send(operation, json.dumps(request).encode(), service)
        if status != 200:
            raise RuntimeError(f"{operation} {request} answered {status}: {answer[:2000]!r}")
        return json.loads(answer or b"{}")

    def close(self) -> None:
        self.connection.close()


def raw_request(service: str, operation: str, port: int, request: dict) -> bytes:
    """The whole request, byte for byte, as a load generator repeats it."""
    body = json.dumps(request).encode()
    lines = [f"{name}: {value}" for name, value in headers(service, operation, port).items()]
    head = "\r\n".join(["POST / HTTP/1.1", *lines, f"Content-Length: {len(body)}", "", ""])
    return head.encode() + body
