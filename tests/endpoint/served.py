"""`emrctl local serve` as its users meet it: started in a folder of its own, asked by boto3, ended
by its pid, with every process of its life in view."""

import dataclasses
import gzip
import os
import pathlib
import queue
import re
import signal
import subprocess
import threading
import time
import uuid
from collections.abc import Callable

import boto3
import botocore.config

ROOT = pathlib.Path(__file__).resolve().parents[2]
EMRCTL = ROOT / "build" / "release" / "bin" / "emrctl"
MARK = "ECM_ENDPOINT_LIFE"
REGION = "eu-central-1"

PATIENCE = 120  # seconds for what takes moments on an idle machine
SECONDS_TO_DIE = 20  # a killed program cannot clean up: its supervisors notice and do
LOOK_SECONDS = 0.02


@dataclasses.dataclass(frozen=True)
class Process:
    pid: int
    started: str  # in clock ticks since boot: with the pid it names one process for ever
    command: str
    folder: str  # where it works: for those of a step, the step's own


class Server:
    """One state folder and, between `start` and its end, one process that serves it."""

    def __init__(self, folder: pathlib.Path, *options: str, **environment: str) -> None:
        self.folder = folder
        self.state = folder / "state"
        self.options = options
        self.environment = environment
        self.mark = uuid.uuid4().hex
        self.process: subprocess.Popen | None = None
        self.port = 0
        self._errors = folder / "stderr"
        self.bucket("logs")

    # --- its life ---------------------------------------------------------------------------------
    def spawn(self) -> None:
        """Begins a life without waiting for it to listen."""
        with self._errors.open("ab") as errors:
            self.process = subprocess.Popen(
                [EMRCTL, "local", "serve", "--port", "0", "--state-dir", self.state, *self.options],
                cwd=self.folder,
                env={**os.environ, **self.environment, MARK: self.mark},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )

    def start(self) -> "Server":
        self.spawn()
        first = self._first_line()
        match = re.fullmatch(r"listening on http://(?:127\.0\.0\.1|0\.0\.0\.0):(\d+)\n", first)
        if not match:
            self.kill()
            raise AssertionError(f"the first line is {first!r}; stderr: {self.errors()}")
        self.port = int(match[1])
        return self

    def _first_line(self) -> str:
        stream, arrived = self.process.stdout, queue.Queue()

        def read() -> None:
            for line in stream:
                arrived.put(line)
            arrived.put("")

        threading.Thread(target=read, daemon=True).start()
        try:
            return arrived.get(timeout=PATIENCE)
        except queue.Empty:
            return ""

    def kill(self) -> None:
        """kill -9, without a word of warning."""
        self.process.kill()
        self.process.wait(SECONDS_TO_DIE)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def errors(self) -> str:
        return self._errors.read_text(errors="replace")[-4000:]

    def processes(self) -> list[Process]:
        """Every living process that a life of this state folder started, whoever its parent is."""
        traces = (f"{MARK}={self.mark}".encode(), str(self.state).encode())
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            try:
                command = (entry / "cmdline").read_bytes()
                seen = (entry / "environ").read_bytes() + command
                folder = os.readlink(entry / "cwd")
                seen += os.fsencode(folder)
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:  # it has just ended
                continue
            if fields[0] != "Z" and any(trace in seen for trace in traces):
                text = command.replace(b"\0", b" ").decode("utf-8", "replace").strip()
                found.append(Process(int(entry.name), fields[19], text, folder))
        return found

    def wait_until_nothing_is_left(self) -> None:
        wait_for(self.processes, lambda left: left == [], "no process is left", SECONDS_TO_DIE)

    def clean_up(self) -> list[Process]:
        """Ends whatever is left, by id, and says what it was."""
        if self.process is not None and self.process.poll() is None:
            self.kill()
        deadline = time.monotonic() + SECONDS_TO_DIE
        while (left := self.processes()) and time.monotonic() < deadline:
            time.sleep(LOOK_SECONDS)
        for process in left:
            try:
                os.kill(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        return left

    # --- its clients ------------------------------------------------------------------------------
    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, service: str, region: str = REGION, key: str = "any", secret: str = "thing"):
        """No retries: what the server says the first time is what counts."""
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=self.url,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            config=botocore.config.Config(
                retries={"total_max_attempts": 1}, connect_timeout=PATIENCE, read_timeout=PATIENCE
            ),
        )

    def emr(self, **options):
        return self.client("emr", **options)

    def step_functions(self, **options):
        return self.client("stepfunctions", **options)

    # --- its buckets ------------------------------------------------------------------------------
    def bucket(self, name: str) -> pathlib.Path:
        path = self.state / "s3" / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def log(self, cluster: str, step: str, name: str) -> str:
        return unpacked(self.state / "s3/logs/emr" / cluster / "steps" / step / f"{name}.gz")


def unpacked(path: pathlib.Path) -> str:
    return gzip.decompress(path.read_bytes()).decode()


def wait_for(read: Callable, is_right: Callable, what: str, seconds: float | None = None):
    """Looks until `is_right(read())`; returns what was read. A failure says what was seen last."""
    seconds = seconds or PATIENCE
    deadline = time.monotonic() + seconds
    while True:
        seen = read()
        if is_right(seen):
            return seen
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s for: {what}\nseen last: {seen}")
        time.sleep(LOOK_SECONDS)
