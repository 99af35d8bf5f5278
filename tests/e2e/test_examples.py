"""The examples: the job's result equals an independent count, and people see what happened."""

import json
import os
import pty
import re
import select
import subprocess
import sys

import pytest
from harness import EMRCTL, PATIENCE, ROOT


def prepare(example, place):
    subprocess.run(
        ["bash", ROOT / "scripts" / "prepare-example", example, place.state],
        check=True,
        timeout=300,
    )


def check(example, place):
    return subprocess.run(
        [sys.executable, ROOT / "examples" / example / "check.py", place.state],
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.mark.parametrize("example", ["wordcount", "top_words"])
def test_the_result_equals_an_independent_count(example, place):
    prepare(example, place)
    assert check(example, place).returncode != 0, "there must be no result before the run"
    done = place.run(ROOT / "examples" / example / "job.json")
    assert done.code == 0, done.text
    checked = check(example, place)
    assert checked.returncode == 0, checked.stdout
    assert list(place.state.glob("s3/*-output/**/*.crc")) == []


def test_the_check_notices_one_wrong_count(place):
    prepare("wordcount", place)
    assert place.run(ROOT / "examples" / "wordcount" / "job.json").code == 0
    (result,) = place.state.glob("s3/wordcount-output/counts/part-*.csv")
    rows = result.read_text().splitlines()
    rows[100] = rows[100].split(",")[0] + ",999999"
    result.write_text("\n".join(rows) + "\n")
    checked = check("wordcount", place)
    assert checked.returncode == 1 and "row 99" in checked.stdout


def test_without_a_terminal_there_are_plain_lines(place):
    prepare("wordcount", place)
    done = place.run(ROOT / "examples" / "wordcount" / "job.json")
    assert done.code == 0, done.text
    assert "\x1b" not in done.text and "\r" not in done.text
    states = [
        text for text in ("STARTING", "BOOTSTRAPPING", "RUNNING", "TERMINAT") if text in done.text
    ]
    assert states == ["STARTING", "BOOTSTRAPPING", "RUNNING", "TERMINAT"], done.text
    assert "wordcount-output" in done.text, "where the output is"
    assert "wordcount-logs" in done.text, "where the logs are"
    assert re.search(r"esgés,\s*17633", done.text), "the first rows of the result"


def read_all(terminal, seconds):
    """What is written to a terminal until the other side is closed."""
    seen = b""
    while select.select([terminal], [], [], seconds)[0]:
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # the other side is closed
            return seen
        if not piece:
            return seen
        seen += piece
    raise AssertionError(f"silent for {seconds} s, after: {seen[-2000:]!r}")


def test_on_a_terminal_the_view_is_live(place):
    prepare("wordcount", place)
    job = ROOT / "examples" / "wordcount" / "job.json"
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [EMRCTL, "run", "--local", "--state-dir", place.state, job],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        env={**place.environment(), "TERM": "xterm-256color"},
        start_new_session=True,
    )
    os.close(follower)
    seen = read_all(leader, PATIENCE)
    os.close(leader)
    assert process.wait(timeout=PATIENCE) == 0, seen.decode("utf-8", "replace")
    assert b"\x1b[" in seen
    for text in (b"STARTING", b"RUNNING", b"TERMINAT"):
        assert text in seen


def test_the_state_folder_is_dot_emrctl_where_one_stands(place):
    subprocess.run(
        ["bash", ROOT / "scripts" / "prepare-example", "wordcount", place.folder / ".emrctl"],
        check=True,
        timeout=300,
    )
    done = place.emrctl("run", "--local", ROOT / "examples" / "wordcount" / "job.json")
    assert done.code == 0, done.text
    assert (place.folder / ".emrctl/s3/wordcount-output/counts/_SUCCESS").exists()


@pytest.mark.parametrize("example", ["wordcount", "top_words"])
def test_validate_accepts_the_example_and_plan_shows_the_request(example, place):
    job = ROOT / "examples" / example / "job.json"
    assert place.emrctl("validate", job).code == 0
    plan = place.emrctl("plan", "--json", job)
    assert plan.code == 0, plan.text
    request = json.loads(plan.out)
    assert request["Instances"]["KeepJobFlowAliveWhenNoSteps"] is False
    (step,) = request["Steps"]
    described = json.loads(job.read_text())
    assert step["HadoopJarStep"]["Args"][-1] == described["code_entrypoint"]
    assert place.emrctl("plan", job).out.count("\n") > 3
