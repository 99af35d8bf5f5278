"""emrctl's commands for an account, pointed at `emrctl local serve`."""

import dataclasses
import os
import pathlib
import subprocess

from served import EMRCTL, PATIENCE, REGION, Server

SECRET = "the-secret-key-of-this-test"


@dataclasses.dataclass(frozen=True)
class Finished:
    code: int
    out: str
    err: str


def environment(folder: pathlib.Path, **more: str) -> dict[str, str]:
    """That of a person with keys and nothing else for AWS; no other account is in reach."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("AWS_") and name.lower() not in ("http_proxy", "https_proxy")
    }
    keys = {"AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": SECRET}
    alone = {"HOME": str(folder), "AWS_EC2_METADATA_DISABLED": "true", **keys, **more}
    return {**kept, **alone}


class Account:
    """The local endpoint as an account, and a folder to run emrctl in."""

    def __init__(self, server: Server, folder: pathlib.Path) -> None:
        self.server = server
        self.folder = folder

    def flags(self, stage: str = "local") -> list[str]:
        return ["--endpoint-url", self.server.url, "--region", REGION, "--stage", stage]

    def start_process(self, *arguments: str, **more: str) -> subprocess.Popen:
        """Begins a command; its output goes to the files `out` and `err`."""
        with (self.folder / "out").open("wb") as out, (self.folder / "err").open("wb") as err:
            return subprocess.Popen(
                [EMRCTL, *arguments],
                cwd=self.folder,
                env=environment(self.folder, **more),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )

    def emrctl(self, *arguments: str, **more: str) -> Finished:
        process = self.start_process(*arguments, **more)
        try:
            code = process.wait(PATIENCE)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        out, err = ((self.folder / name).read_text() for name in ("out", "err"))
        assert SECRET not in out + err
        return Finished(code, out, err)
