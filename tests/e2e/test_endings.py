"""However a run ends, nothing of it goes on: no JVM, no Python driver, no worker."""

import os
import signal

import pytest
from harness import PATIENCE, wait_until

# A killed program cannot clean up after itself: its supervisor notices and does.
SECONDS_TO_DIE = 10


def waiting_job(place):
    return place.job("waits.py", {"folder": str(place.folder)})


def commands(place):
    return [process.command for process in place.processes()]


def has(place, word):
    return any(word in command for command in commands(place))


# How far the run is when it is ended.
MOMENTS = {
    "at once": lambda place: True,
    "while processes start": lambda place: len(place.processes()) > 1,
    "when the JVM starts": lambda place: has(place, "SparkSubmit"),
    "when the driver runs": lambda place: (place.folder / "driver").exists(),
    "when workers run": lambda place: (place.folder / "worker-0").exists(),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_kill_9_leaves_no_process(moment, place):
    process = place.start(waiting_job(place))
    wait_until(lambda: MOMENTS[moment](place), PATIENCE, moment)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait(timeout=5) == -signal.SIGKILL
    wait_until(
        lambda: not place.processes(), SECONDS_TO_DIE, f"everything has ended: {commands(place)}"
    )


def test_the_search_for_processes_sees_the_whole_tree(place):
    process = place.start(waiting_job(place))
    wait_until((place.folder / "worker-0").exists, PATIENCE, "a worker waits")
    seen = commands(place)
    assert any("SparkSubmit" in command for command in seen), seen
    assert any("waits.py" in command and "python" in command.split()[0] for command in seen), seen
    assert any("pyspark.daemon" in command for command in seen), seen
    os.kill(process.pid, signal.SIGKILL)
    process.wait(timeout=5)
    wait_until(lambda: not place.processes(), SECONDS_TO_DIE, "everything has ended")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_cancels_the_job_cleanly(number, place):
    process = place.start(waiting_job(place))
    wait_until((place.folder / "worker-0").exists, PATIENCE, "a worker waits")
    os.kill(process.pid, number)
    assert process.wait(timeout=30) == 7, place.output()
    assert place.processes() == []
    assert "cancel" in place.output().lower()


def test_ctrl_c_as_soon_as_the_run_has_said_a_word_cancels_it(place):
    process = place.start(waiting_job(place))
    wait_until(place.output, PATIENCE, "the plan begins")
    os.kill(process.pid, signal.SIGINT)
    assert process.wait(timeout=30) == 7, place.output()
    assert place.processes() == []
    assert [run["outcome"]["verdict"] for run in place.outcomes()] == ["Cancelled"]


def test_ctrl_c_reaches_the_whole_foreground_group(place):
    process = place.start(waiting_job(place))
    wait_until((place.folder / "worker-0").exists, PATIENCE, "a worker waits")
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(timeout=30) == 7, place.output()
    assert place.processes() == []


def test_success_leaves_no_process(place):
    place.bucket("e2e-data")
    done = place.run(place.job("echo.py", {"bucket": "e2e-data", "value": "x"}))
    assert done.code == 0, done.text
    assert place.processes() == []


def test_failure_leaves_no_process(place):
    assert place.run(place.job("raises.py")).code == 3
    assert place.processes() == []


def test_after_kill_9_the_next_run_in_the_same_folder_works(place):
    process = place.start(waiting_job(place))
    wait_until((place.folder / "worker-0").exists, PATIENCE, "a worker waits")
    os.kill(process.pid, signal.SIGKILL)
    process.wait(timeout=5)
    wait_until(lambda: not place.processes(), SECONDS_TO_DIE, "everything has ended")
    place.bucket("e2e-data")
    done = place.run(place.job("echo.py", {"bucket": "e2e-data", "value": "x"}))
    assert done.code == 0, done.text
