"""Measures `bootstrap` beside the same handler in Python. Called by bench/run_lambda, which builds
first."""

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
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
STUB = ROOT / "build" / "release" / "bin" / "bench_lambda_stub"
FLOOR = ROOT / "build" / "release" / "bin" / "bench_lambda_floor"
ZIP = ROOT / "dist" / "emr-cluster-manager.zip"
PEER = ROOT / "bench" / "lambda_peer"
PEER_PYTHON = ROOT / ".venv-lambda-peer" / "bin" / "python"

INVOCATIONS = 200
WARM = 20  # from here on nothing is new to a process

# What at least (ratio to Python) or at most is asked for.
MIN_START = 100.0
MIN_FIRST = 30.0
MIN_WARM = 30.0
MAX_MEMORY_MIB = 8.0
MAX_ZIP_MB = 4.0


def environment(port: int) -> dict[str, str]:
    """As Lambda gives it to a function; the endpoint is the only addition."""
    return {
        "PATH": os.defpath,
        "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}",
        "AWS_LAMBDA_FUNCTION_NAME": "ecm-bench-submit",
        "AWS_LAMBDA_FUNCTION_VERSION": "1",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/ecm-bench-submit",
        "AWS_LAMBDA_LOG_STREAM_NAME": "bench",
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        "AWS_SESSION_TOKEN": "bench",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "ECM_STAGE": "bench",
        "ECM_JOB_TABLE": "ecm-bench-jobs",
        "ECM_TOPIC_ARN": "arn:aws:sns:eu-west-1:123456789012:ecm-bench-failures",
    }


def peak_memory(process: subprocess.Popen, found: dict[str, float]) -> None:
    """VmHWM while the process lives: it only grows."""
    status = pathlib.Path(f"/proc/{process.pid}/status")
    while process.poll() is None:
        try:
            for line in status.read_text().splitlines():
                if line.startswith("VmHWM:"):
                    found["mib"] = int(line.split()[1]) / 1024
        except OSError:
            return
        time.sleep(0.005)


def begin_stub() -> tuple[subprocess.Popen, int]:
    stub = subprocess.Popen([STUB, str(INVOCATIONS)], stdout=subprocess.PIPE, text=True)
    return stub, int(stub.stdout.readline().split()[1])


def report_of(stub: subprocess.Popen, function: subprocess.Popen) -> dict:
    """What the stand-in has seen, once its last invocation is answered; then both are gone."""
    try:
        return json.loads(stub.communicate(timeout=120)[0])
    finally:
        stub.kill()
        function.kill()
        function.wait()


def milliseconds(report: dict) -> list[float]:
    """What each invocation took."""
    return [(end - begin) / 1e6 for begin, end in zip(report["fetched_ns"], report["answered_ns"])]


def run(command: list, more: dict[str, str], cwd: pathlib.Path, weigh: bool = False) -> dict:
    """One process and its invocations. `weigh` looks at its memory, which costs time: such a run
    says nothing else."""
    stub, port = begin_stub()
    with tempfile.TemporaryFile("w+") as said:
        begun = time.monotonic_ns()
        function = subprocess.Popen(
            command,
            cwd=cwd,
            env={**environment(port), **more},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        memory = {"mib": 0.0}
        watcher = threading.Thread(target=peak_memory, args=(function, memory), daemon=True)
        if weigh:
            watcher.start()
        report = report_of(stub, function)
        if weigh:
            watcher.join()
        last = json.loads(report["last"])
        if stub.returncode != 0 or last.get("next") != "await":
            said.seek(0)
            sys.exit(f"{command[0]} did not do the work: {report['last']}\n{said.read()[-4000:]}")
    took = milliseconds(report)
    start = (report["fetched_ns"][0] - begun) / 1e6
    return {
        "start_ms": start,
        "first_ms": took[0],
        "cold_ms": start + took[0],
        "warm_ms": statistics.median(took[WARM:]),
        "memory_mib": memory["mib"],
        "calls": report["calls"],
    }


def exchanges_alone() -> dict:
    """An invocation of the function that does nothing but its exchanges."""
    stub, port = begin_stub()
    report = report_of(stub, subprocess.Popen([FLOOR, str(port)]))
    return {"warm_ms": statistics.median(milliseconds(report)[WARM:]), "calls": report["calls"]}


def verdict(good: bool) -> str:
    return "met" if good else "MISSED"


def compare(name: str, ours: list[dict], peers: list[dict], key: str, least: float) -> dict:
    left = statistics.median(one[key] for one in ours)
    right = statistics.median(one[key] for one in peers)
    ratio = right / left
    print(
        f"{name:<34} bootstrap {left:9.2f} ms   Python {right:9.2f} ms   {ratio:6.1f}x"
        f"   target {least:.0f}x: {verdict(ratio >= least)}"
    )
    return {"ours_ms": left, "python_ms": right, "ratio": ratio, "met": ratio >= least}


def split(ours: list[dict], peers: list[dict], nobodys: list[dict]) -> dict:
    """How much of a warm invocation no function can save, and how the rest compares."""
    left, right, floor = (
        statistics.median(one["warm_ms"] for one in side) for side in (ours, peers, nobodys)
    )
    own = (right - floor) / (left - floor)
    print(
        f"{'  its exchanges alone':<34} {floor:.2f} ms: a function that took no time would be "
        f"{right / floor:.1f}x\n"
        f"{'  without them':<34} bootstrap {left - floor:9.2f} ms   Python {right - floor:9.2f} ms"
        f"   {own:6.1f}x"
    )
    return {"floor_ms": floor, "best_ratio": right / floor, "own_ratio": own}


def at_most(name: str, value: float, unit: str, most: float, other: str = "") -> dict:
    print(f"{name:<34} {value:.1f} {unit}{other}   target {most:.0f} {unit}: {verdict(value <= most)}")
    return {"value": value, "met": value <= most}


def functions(rounds: int, folder: pathlib.Path) -> dict:
    with zipfile.ZipFile(ZIP) as archive:
        archive.extractall(folder)
    bootstrap = folder / "bootstrap"
    bootstrap.chmod(0o755)

    def ours(weigh: bool = False) -> dict:
        return run([bootstrap], {"_HANDLER": "submit"}, folder, weigh)

    def peer(weigh: bool = False) -> dict:
        return run([PEER_PYTHON, "-m", "awslambdaric", "app.handler"], {}, PEER, weigh)

    mine, theirs, nobodys = [], [], []
    for number in range(rounds):
        sides = [lambda: mine.append(ours()), lambda: theirs.append(peer())]
        for side in sides if number % 2 == 0 else reversed(sides):
            side()
        nobodys.append(exchanges_alone())
    if not mine[0]["calls"] == theirs[0]["calls"] == nobodys[0]["calls"]:
        sys.exit(f"not the same work: {[one[0]['calls'] for one in (mine, theirs, nobodys)]}")
    print(f"calls of {INVOCATIONS} invocations: {mine[0]['calls']}")
    memory = ours(weigh=True)["memory_mib"]
    other = peer(weigh=True)["memory_mib"]
    return {
        "start": compare("process start to first next", mine, theirs, "start_ms", MIN_START),
        "cold": compare("process start to first answer", mine, theirs, "cold_ms", MIN_FIRST),
        "first": compare("first invocation, started", mine, theirs, "first_ms", MIN_FIRST),
        "warm": compare("warm invocation", mine, theirs, "warm_ms", MIN_WARM),
        "exchanges": split(mine, theirs, nobodys),
        "memory": at_most("peak memory", memory, "MiB", MAX_MEMORY_MIB, f" (Python {other:.1f})"),
        "zip": at_most("zip with all handlers", ZIP.stat().st_size / 1e6, "MB", MAX_ZIP_MB),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="bootstrap beside the same handler in Python")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=pathlib.Path, help="where to write all figures")
    options = parser.parse_args()
    load, cores = os.getloadavg()[0], len(os.sched_getaffinity(0))
    print(f"{cores} cores, load {load:.1f} before the first run" + (", BUSY" if load > 0.5 else ""))
    folder = ROOT / "build" / "bench-lambda"
    folder.mkdir(parents=True, exist_ok=True)
    # A function of 256 MB has less than one core. On two cores, each answer would wake the other one,
    # and on a virtual machine that takes longer than all else that happens between two calls.
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    figures = functions(options.rounds, folder)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
