"""Measures what the manager adds to a job. Called by bench/run_overhead, which builds first."""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BIN = ROOT / "build" / "release" / "bin"
JOB = ROOT / "examples" / "wordcount" / "job.json"
SUBMIT = "org.apache.spark.deploy.SparkSubmit"

MAX_OVERHEAD_SECONDS = 0.5
MAX_OVERHEAD_PERCENT = 5.0
MAX_START_MS = 10.0
MIN_SIM_PER_SECOND = 1000.0
SIM_SEEDS = 3000


def timed(command: list, cwd: pathlib.Path, env: dict[str, str]) -> float:
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        done = subprocess.run(
            command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
        seconds = time.perf_counter() - start
        if done.returncode != 0:
            output.seek(0)
            text = output.read().decode("utf-8", "replace")
            sys.exit(f"{command[0]} ended with {done.returncode}:\n{text[-4000:]}")
    return seconds


class SubmitWatcher(threading.Thread):
    """Reads from /proc how emrctl starts spark-submit: its arguments and its environment."""

    def __init__(self, state: pathlib.Path) -> None:
        super().__init__(daemon=True)
        # Steps get a clean environment, but one that names folders of the state folder.
        self.mark = str(state).encode()
        self.stop = threading.Event()
        self.arguments: list[str] = []
        self.environment: dict[str, str] = {}

    def run(self) -> None:
        while not self.stop.wait(0.003) and not self.arguments:
            for entry in pathlib.Path("/proc").iterdir():
                if entry.name.isdigit() and self.look_at(entry):
                    return

    def look_at(self, entry: pathlib.Path) -> bool:
        try:
            argv = (entry / "cmdline").read_bytes().split(b"\0")[:-1]
            if not any(part.endswith(b"/bin/spark-class") for part in argv[:3]):
                return False
            environment = (entry / "environ").read_bytes()
        except OSError:
            return False
        if self.mark not in environment or SUBMIT.encode() not in argv:
            return False
        items = environment.split(b"\0")
        self.environment = dict(os.fsdecode(item).split("=", 1) for item in items if b"=" in item)
        self.arguments = [os.fsdecode(part) for part in argv[argv.index(SUBMIT.encode()) + 1 :]]
        return True


def same_submit(state: pathlib.Path) -> tuple[list, dict[str, str], pathlib.Path]:
    """One run of emrctl, watched: the command and environment of its spark-submit."""
    watcher = SubmitWatcher(state)
    watcher.start()
    timed(managed(state), state, dict(os.environ))
    watcher.stop.set()
    watcher.join()
    if not watcher.arguments:
        sys.exit("emrctl ran the job, but no spark-submit of its was seen: nothing to compare with")
    # emrctl removed the step's scratch folder when the step had ended.
    for value in watcher.environment.values():
        if value.startswith(f"{state}/"):
            pathlib.Path(value).mkdir(parents=True, exist_ok=True)
    home = pathlib.Path(watcher.environment["SPARK_HOME"])
    return [home / "bin" / "spark-submit", *watcher.arguments], watcher.environment, state


def managed(state: pathlib.Path) -> list:
    return [BIN / "emrctl", "run", "--local", "--state-dir", state, JOB]


def verdict(good: bool) -> str:
    return "met" if good else "MISSED"


def overhead(runs: int) -> dict:
    with tempfile.TemporaryDirectory(prefix="ecm-bench-") as folder:
        state = pathlib.Path(folder)
        subprocess.run(
            ["bash", ROOT / "scripts" / "prepare-example", "wordcount", state], check=True
        )
        # The first run also brings all files into memory; it is not counted.
        direct_command, direct_environment, cwd = same_submit(state)
        ours, direct = [], []
        for number in range(runs):
            sides = [
                lambda: ours.append(timed(managed(state), state, dict(os.environ))),
                lambda: direct.append(timed(direct_command, cwd, direct_environment)),
            ]
            for side in sides if number % 2 == 0 else reversed(sides):
                side()
            print(f"  run {number + 1}: emrctl {ours[-1]:.2f} s, spark-submit {direct[-1]:.2f} s")
    left, right = statistics.median(ours), statistics.median(direct)
    percent = 100 * (left - right) / right
    good = left - right <= MAX_OVERHEAD_SECONDS and percent <= MAX_OVERHEAD_PERCENT
    print(f"emrctl run --local   median {left:.3f} s  ({min(ours):.2f} to {max(ours):.2f})")
    print(f"spark-submit         median {right:.3f} s  ({min(direct):.2f} to {max(direct):.2f})")
    print(
        f"overhead             {left - right:+.3f} s, {percent:+.1f} %, ratio {left / right:.3f}"
        f"   target {MAX_OVERHEAD_SECONDS} s and {MAX_OVERHEAD_PERCENT} %: {verdict(good)}"
    )
    return {"emrctl_s": ours, "spark_submit_s": direct, "overhead_s": left - right, "met": good}


def start() -> dict:
    command = [BIN / "emrctl", "--version"]
    times = [1000 * timed(command, ROOT, dict(os.environ)) for _ in range(20)]
    median = statistics.median(times)
    good = median <= MAX_START_MS
    print(
        f"emrctl --version     median {median:.2f} ms of 20 ({min(times):.2f} to {max(times):.2f})"
        f"   target {MAX_START_MS} ms: {verdict(good)}"
    )
    return {"version_ms": times, "met": good}


def simulator() -> dict:
    seconds = timed([BIN / "sim", "--seeds", str(SIM_SEEDS)], ROOT, dict(os.environ))
    rate = SIM_SEEDS / seconds
    good = rate >= MIN_SIM_PER_SECOND
    print(
        f"sim --seeds {SIM_SEEDS}     {rate:.0f} executions a second ({seconds:.2f} s)"
        f"   target {MIN_SIM_PER_SECOND:.0f}: {verdict(good)}"
    )
    return {"per_second": rate, "met": good}


def main() -> None:
    parser = argparse.ArgumentParser(description="what the manager adds to a job")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", type=pathlib.Path, help="where to write all figures")
    options = parser.parse_args()
    load, cores = os.getloadavg()[0], len(os.sched_getaffinity(0))
    print(f"{cores} cores, load {load:.1f} before the first run" + (", BUSY" if load > 0.5 else ""))
    figures = {"overhead": overhead(options.runs), "start": start(), "simulator": simulator()}
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
