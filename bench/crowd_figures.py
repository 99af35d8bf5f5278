"""A crowd of clusters at one endpoint. Called by bench/run_crowd, which builds first."""

import argparse
import json
import os
import pathlib
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "e2e"))

from crowd import Crowd  # noqa: E402
from servers import emrctl_server  # noqa: E402

RESULTS = ROOT / "build" / "bench" / "crowd.json"
PATIENCE = 900
COLUMNS = 20


def over_time(samples: list[tuple[float, int, int]]) -> None:
    """The most processes of each kind in each twentieth of the time."""
    end = samples[-1][0] or 1.0
    print(f"{'seconds':>9}  Java processes  bash steps")
    for column in range(COLUMNS):
        low, high = end * column / COLUMNS, end * (column + 1) / COLUMNS
        inside = [sample for sample in samples if low <= sample[0] <= high]
        if inside:
            java, bash = max(one[1] for one in inside), max(one[2] for one in inside)
            print(f"{high:>9.1f}  {java:>14}  {bash:>10}")


def main() -> None:
    parser = argparse.ArgumentParser(description="many clusters at once")
    parser.add_argument("--bash", type=int, default=100)
    parser.add_argument("--spark", type=int, default=5)
    parser.add_argument("--json", type=pathlib.Path, default=RESULTS)
    options = parser.parse_args()
    cores, load = len(os.sched_getaffinity(0)), os.getloadavg()[0]
    print(f"{cores} cores, load {load:.1f} before the run" + (", BUSY" if load > 0.5 else ""))
    with tempfile.TemporaryDirectory(prefix="ecm-bench-") as name:
        state = pathlib.Path(name, "state")
        with emrctl_server(state) as server:
            crowd = Crowd(server, state, options.bash, options.spark)
            crowd.run(PATIENCE)
            memory = server.rss_kib() / 1024
            mistakes = crowd.mistakes()
    most_java, most_bash = crowd.processes.most(1), crowd.processes.most(2)
    over_time(crowd.processes.samples)
    print(
        f"{options.bash} clusters with bash, {options.spark} with Spark: {crowd.seconds:.1f} s; "
        f"at a time {most_java} Java processes (bound: {cores}) and {most_bash} bash steps"
    )
    print(f"steps that said that they wait: {len(crowd.queued)}, {crowd.most_queued} at a time")
    for text in sorted({text for texts in crowd.queued.values() for text in texts})[:3]:
        print(f'    "{text}"')
    print(f"memory of the server: {memory:.1f} MiB")
    for mistake in mistakes:
        print(f"WRONG: {mistake}")
    good = not mistakes and most_java <= cores
    print(f"none lost, none stuck, Java bounded by the machine: {'met' if good else 'MISSED'}")
    figures = {
        "cores": cores,
        "load_before": load,
        "seconds": crowd.seconds,
        "most_java": most_java,
        "most_bash": most_bash,
        "queued": {cluster: sorted(texts) for cluster, texts in crowd.queued.items()},
        "most_queued": crowd.most_queued,
        "mib": memory,
        "mistakes": mistakes,
        "samples": crowd.processes.samples,
    }
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(figures, indent=2) + "\n")
    print(f"all figures: {os.path.relpath(options.json)}")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
