"""The program alone in a root: no shell, no library, no /dev, and names known here alone."""

import os
import pathlib
import shutil
import subprocess

import pytest

from functions import Function

# Of other glibcs and other packages. A static program that loads one of them dies.
FOREIGN = "passwd: files systemd\nhosts: mymachines resolve [!UNAVAIL=return] myhostname wins\n"


def enter(root: pathlib.Path) -> list[str]:
    """The command before a program that runs it in `root`; skips where this user may not."""
    for name, *options in (
        ["chroot", str(root)],
        ["unshare", "--user", "--map-root-user", f"--root={root}", "--wd=/"],
    ):
        command = [shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin"), *options]
        tried = subprocess.run([*command, "/bootstrap"], env={}, capture_output=True, timeout=60)
        if tried.returncode == 1 and b"AWS_LAMBDA_RUNTIME_API is not set" in tried.stdout:
            return command
    pytest.skip(f"neither chroot nor unshare is permitted here: {tried.stderr.decode()}")


@pytest.fixture
def root(program, tmp_path):
    folder = tmp_path / "root"
    (folder / "etc").mkdir(parents=True)
    shutil.copy(program, folder / "bootstrap")
    return folder


@pytest.mark.parametrize("switch", [FOREIGN, None])
def test_it_needs_and_heeds_nothing_of_its_root(root, tmp_path, switch):
    (root / "etc/hosts").write_text("127.0.0.1 runtime-api.of-this-root\n")
    if switch is not None:
        (root / "etc/nsswitch.conf").write_text(switch)
        (root / "usr/lib/ssl").mkdir(parents=True)
        # Whoever opens it waits for ever.
        os.mkfifo(root / "usr/lib/ssl/openssl.cnf")
    before = enter(root)
    program = tmp_path / "enter"
    program.write_text(f'#!/bin/sh\nexec {" ".join(before)} /bootstrap\n')
    program.chmod(0o755)

    path = os.environ["PATH"]
    function = Function(program, tmp_path, "wake", host="runtime-api.of-this-root", PATH=path)
    try:
        assert function.answer({"detail": {}}) == {}
        # A name that nobody knows is an error of one call.
        error = function.error({"detail": {"clusterId": "j-1"}}, seconds=20)
        assert error["errorType"] == "Unavailable"
        assert function.answer({"detail": {}}) == {}
    finally:
        function.close()
