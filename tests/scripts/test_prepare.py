"""prepare.py of the examples: what it says to whoever calls it for the first time."""

import pathlib
import subprocess
import sys

import pytest

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "examples"
SCRIPTS = sorted(EXAMPLES.glob("*/prepare.py"))


def call(script: pathlib.Path, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, script, *arguments], capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.parent.name)
def test_help_tells_the_argument_and_makes_nothing(script, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    told = call(script, "--help")
    assert told.returncode == 0
    assert "STATE_DIR" in told.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.parent.name)
def test_a_missing_argument_is_no_traceback(script):
    told = call(script)
    assert told.returncode == 2
    assert "STATE_DIR" in told.stderr
    assert "Traceback" not in told.stderr
