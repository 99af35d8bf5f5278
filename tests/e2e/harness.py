"""Runs emrctl as a person would, and knows which processes belong to a run."""

import dataclasses
import gzip
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]
EMRCTL = ROOT / "build" / "release" / "bin" / "emrctl"
JOBS = pathlib.Path(__file__).resolve().parent / "jobs"
MARK = "ECM_E2E_RUN"
PATIENCE = 600  # seconds that a small Spark job may take on a very busy machine


@dataclasses.dataclass(frozen=True)
class Finished:
    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return self.out + self.err


@dataclasses.dataclass(frozen=True)
class Process:
    pid: int
    started: str  # in clock ticks since boot: with the pid it names one process for ever
    command: str


class Workplace:
    """A folder to run emrctl in, with buckets and a job description."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.state = folder / "state"
        self.mark = uuid.uuid4().hex
        self.variables: dict[str, str] = {}  # that runs see beside this program's own
        self.bucket("e2e-code")
        self.bucket("e2e-logs")

    def bucket(self, name: str) -> pathlib.Path:
        path = self.state / "s3" / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def job(self, script: str, arguments: dict[str, str] | None = None, **members) -> pathlib.Path:
        """Puts tests/e2e/jobs/SCRIPT into the code bucket and describes a job that runs it."""
        shutil.copyfile(JOBS / script, self.bucket("e2e-code") / script)
        return self.describe(script, arguments, **members)

    def describe(
        self, script: str, arguments: dict[str, str] | None = None, **members
    ) -> pathlib.Path:
        """Describes a job that runs what lies in the code bucket as SCRIPT."""
        description = {
            "job_name": script.removesuffix(".py"),
            "namespace": "e2e",
            "arguments": [
                {"argument": name, "value": value} for name, value in (arguments or {}).items()
            ],
            "code_entrypoint": f"s3://e2e-code/{script}",
            "release": "emr-7.10.0",
            "region": "eu-central-1",
            "log_bucket": "e2e-logs",
            "subnet": "subnet-0123456789abcdef0",
            "mem_driver": "1G",
            "mem_executor": "1G",
            **members,
        }
        if not arguments:
            del description["arguments"], description["namespace"]
        path = self.folder / "job.json"
        path.write_text(json.dumps(description))
        return path

    def environment(self) -> dict[str, str]:
        return {**os.environ, **self.variables, MARK: self.mark}

    def emrctl(self, *arguments: object, cwd: pathlib.Path | None = None) -> Finished:
        done = subprocess.run(
            [EMRCTL, *map(str, arguments)],
            cwd=cwd or self.folder,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE,
        )
        return Finished(done.returncode, done.stdout.decode(), done.stderr.decode())

    def run(self, job: pathlib.Path, *options: str) -> Finished:
        return self.emrctl("run", "--local", "--state-dir", self.state, *options, job)

    def start(self, job: pathlib.Path, *options: str) -> subprocess.Popen:
        """Begins a run in a session of its own, as a terminal would; its output goes to files."""
        with (self.folder / "out").open("wb") as out, (self.folder / "err").open("wb") as err:
            return subprocess.Popen(
                [EMRCTL, "run", "--local", "--state-dir", self.state, *options, job],
                cwd=self.folder,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )

    def output(self) -> str:
        return (self.folder / "out").read_text() + (self.folder / "err").read_text()

    def processes(self) -> list[Process]:
        """Every living process that a run of this workplace started, whatever became of its parents."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                environment = (entry / "environ").read_bytes()
                command = (
                    (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
                )
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
            # Steps get a clean environment, but one that names folders of the state folder.
            traces = (f"{MARK}={self.mark}".encode(), str(self.state).encode())
            ours = any(trace in environment for trace in traces) or str(self.state) in command
            if ours and fields[0] != "Z" and int(entry.name) != os.getpid():
                found.append(Process(int(entry.name), fields[19], command.strip()))
        return found

    def outcomes(self) -> list[dict]:
        """{"input", "outcome"} of each run that has kept its records."""
        return [
            {
                "input": json.loads((file.parent / "input.json").read_text()),
                "outcome": json.loads(file.read_text()),
            }
            for file in sorted((self.state / "executions").glob("*/outcome.json"))
        ]

    def logs(self) -> dict[str, str]:
        """The step's logs by name ("stderr"), unpacked. There must be one step."""
        files = sorted((self.state / "s3" / "e2e-logs").rglob("steps/s-*/*.gz"))
        assert len({file.parent for file in files}) == 1, files
        return {
            file.name.removesuffix(".gz"): gzip.decompress(file.read_bytes()).decode()
            for file in files
        }

    def end_everything(self) -> None:
        for process in self.processes():
            try:
                os.kill(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass


def wait_until(condition, seconds: float, what: str) -> float:
    """Waits for a condition; returns how long it took."""
    start = time.monotonic()
    while time.monotonic() - start < seconds:
        if condition():
            return time.monotonic() - start
        time.sleep(0.05)
    raise AssertionError(f"after {seconds} s still not: {what}")
