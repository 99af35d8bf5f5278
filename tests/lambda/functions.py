"""A deployed function: the packaged program, started as AWS Lambda starts it."""

import json
import os
import pathlib
import queue
import signal
import subprocess
import time
import zipfile

from runtime_server import PATIENCE, Post, RuntimeApi
from tap import Taps

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "dist" / "emr-cluster-manager.zip"
REGION = "eu-west-1"
HANDLERS = ["submit", "await", "wake", "inspect", "release", "report", "sweep"]
SECRETS = ["a-secret-key-that-nobody-sees", "a-session-token-that-nobody-sees"]


def unpack(folder: pathlib.Path, package: pathlib.Path = PACKAGE) -> pathlib.Path:
    """The program, with the rights that the zip gives it."""
    with zipfile.ZipFile(package) as archive:
        entry = archive.getinfo("bootstrap")
        archive.extract(entry, folder)
    program = folder / "bootstrap"
    program.chmod(entry.external_attr >> 16)
    return program


def environment(runtime_api: str, handler: str, **more: str | None) -> dict[str, str]:
    """What Lambda and the stack say; None takes a variable away."""
    variables = {
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "_HANDLER": handler,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "AKIDOFTHETESTS",
        "AWS_SECRET_ACCESS_KEY": SECRETS[0],
        "AWS_SESSION_TOKEN": SECRETS[1],
        "AWS_LAMBDA_FUNCTION_NAME": f"ecm-test-{handler}",
        "LAMBDA_TASK_ROOT": "/var/task",
        "TZ": ":UTC",
        "ECM_STAGE": "test",
        "ECM_JOB_TABLE": "ecm-test-jobs",
        "ECM_TOPIC_ARN": f"arn:aws:sns:{REGION}:123456789012:ecm-test-failures",
        "ECM_LOG_BUCKET": "ecm-test-logs",
        # Nothing may leave this machine: who needs a service says where it is.
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        **more,
    }
    return {name: value for name, value in variables.items() if value is not None}


class Function:
    """One sandbox: a Runtime API and the process that asks it."""

    def __init__(
        self,
        program: pathlib.Path,
        folder: pathlib.Path,
        handler: str,
        host: str = "127.0.0.1",
        **more: str | None,
    ):
        self.api = RuntimeApi()
        self.log = folder / f"{handler}-{self.api.port}.log"
        self.program = program
        self.taps = Taps(handler)
        self.variables = self.taps.put_before(
            environment(f"{host}:{self.api.port}", handler, **more)
        )
        self.start()

    def start(self) -> None:
        """A sandbox of its own again, after the first process has ended."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [self.program],
                env=self.variables,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd="/",
            )

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.api.close()
        self.taps.close()

    def invoke(self, event, **how) -> Post:
        """The answer to an event (bytes as they are, all else as JSON)."""
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        request_id = self.api.queue(body, **how)
        post = self.post()
        assert post.request_id == request_id, "an answer for another invocation"
        return post

    def answer(self, event, **how):
        """What the handler answers; an error fails the test."""
        post = self.invoke(event, **how)
        assert post.kind == "response", post.body.decode()
        return json.loads(post.body)

    def error(self, event, **how) -> dict:
        post = self.invoke(event, **how)
        assert post.kind == "error", post.body[:1000].decode()
        error = json.loads(post.body)
        assert list(error) == ["errorType", "errorMessage", "stackTrace"]
        assert post.headers["lambda-runtime-function-error-type"].endswith(error["errorType"])
        return error

    def post(self, seconds: float = PATIENCE) -> Post:
        """The next thing that the process tells the Runtime API."""
        stop_at = time.monotonic() + seconds
        while time.monotonic() < stop_at:
            try:
                return self.api.posts.get(timeout=0.1)
            except queue.Empty:
                if self.process.poll() is not None and self.api.posts.empty():
                    break
        code = self.process.poll()
        raise AssertionError(f"no answer; exit code {code}; the log: {self.text()[-2000:]}")

    def exit_code(self) -> int:
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"still running; the log: {self.text()[-2000:]}") from None

    def freeze(self) -> None:
        self.process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self.process.pid, os.WSTOPPED | os.WNOWAIT)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def text(self) -> str:
        return self.log.read_text("utf-8")

    def lines(self) -> list[dict]:
        return [json.loads(line) for line in self.text().splitlines()]

    def rss_kib(self) -> int:
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0])

    def descriptors(self) -> int:
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))
