"""Measures `emrctl list` beside `aws emr list-clusters`. Called by bench/run_cli, which builds first."""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
EMRCTL = ROOT / "build" / "release" / "bin" / "emrctl"
AWS = pathlib.Path("/usr/bin/aws")  # version 2, Debian's
REGION = "eu-central-1"
MIN_RATIO = 40.0


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    keys = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
    return {**kept, **keys, "AWS_EC2_METADATA_DISABLED": "true"}


def timed(command: list) -> float:
    begun = time.perf_counter()
    done = subprocess.run(command, env=environment(), capture_output=True, text=True)
    took = time.perf_counter() - begun
    if done.returncode != 0:
        sys.exit(f"{command[0]} ended with {done.returncode}: {done.stderr[-2000:]}")
    return took


def start_job(where: list[str], folder: pathlib.Path) -> None:
    """One execution and one cluster to list; that its code is nowhere does not matter."""
    job = folder / "job.json"
    text = {"job_name": "bench", "release": "emr-7.10.0", "code_entrypoint": "s3://none/x.py"}
    job.write_text(json.dumps(text))
    timed([EMRCTL, "start", job, "--stage", "local", "--state-dir", folder / "starts", *where])


def compare(url: str, rounds: int, folder: pathlib.Path) -> dict:
    where = ["--endpoint-url", url, "--region", REGION]
    start_job(where, folder)
    machine = f"arn:aws:states:{REGION}:000000000000:stateMachine:ecm-local"
    ours_command = [EMRCTL, "list", "--stage", "local", "--state-machine", machine, *where]
    aws_command = [AWS, "emr", "list-clusters", *where]
    ours, aws = [], []
    for number in range(rounds + 1):
        sides = [lambda: ours.append(timed(ours_command)), lambda: aws.append(timed(aws_command))]
        for side in sides if number % 2 == 0 else reversed(sides):
            side()
    left, right = statistics.median(ours[1:]), statistics.median(aws[1:])
    ratio = right / left
    print(
        f"emrctl list {1000 * left:.1f} ms   aws emr list-clusters {1000 * right:.0f} ms   "
        f"{ratio:.0f}x   target {MIN_RATIO:.0f}x: {'met' if ratio >= MIN_RATIO else 'MISSED'}"
    )
    return {"emrctl_s": ours[1:], "aws_s": aws[1:], "ratio": ratio, "met": ratio >= MIN_RATIO}


def main() -> None:
    parser = argparse.ArgumentParser(description="emrctl list beside aws emr list-clusters")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--json", type=pathlib.Path, help="where to write all figures")
    options = parser.parse_args()
    load, cores = os.getloadavg()[0], len(os.sched_getaffinity(0))
    print(f"{cores} cores, load {load:.1f} before the first run" + (", BUSY" if load > 0.5 else ""))
    with tempfile.TemporaryDirectory(prefix="ecm-bench-") as name:
        folder = pathlib.Path(name)
        server = subprocess.Popen(
            [EMRCTL, "local", "serve", "--port", "0", "--state-dir", folder / "state"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            url = server.stdout.readline().rsplit(" ", 1)[1].strip()
            figures = compare(url, options.rounds, folder)
        finally:
            server.terminate()
            server.wait()
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
