"""What a command reaches of the world; tests hand in their own."""

import dataclasses
import pathlib
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Mapping

import boto3

ROOT = pathlib.Path(__file__).resolve().parents[2]


def run_program(command: list[str], environment: Mapping[str, str]) -> int:
    """Shows what the program says as it comes."""
    return subprocess.run(command, cwd=ROOT, env=dict(environment), check=False).returncode


def ask_on_terminal(question: str) -> str | None:
    """None where nobody can answer."""
    if not sys.stdin.isatty():
        return None
    return input(question)


@dataclasses.dataclass(frozen=True)
class World:
    environment: Mapping[str, str]
    root: pathlib.Path = ROOT  # of the settings, and of what is remembered
    say: Callable[[str], None] = lambda text: print(text, flush=True)
    ask: Callable[[str], str | None] = ask_on_terminal
    run: Callable[[list[str], Mapping[str, str]], int] = run_program
    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    utc: Callable[[], time.struct_time] = time.gmtime
    token: Callable[[], str] = lambda: secrets.token_hex(3)
    session: Callable[..., boto3.Session] = boto3.Session
