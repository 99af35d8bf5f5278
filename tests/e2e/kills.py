"""kill -9 at random moments of a life, from its first instant to its shutdown, and what must hold
afterwards: no process is left, the store is whole, every answered request is there, no result is
lost or made up, and what was under way goes on or ends with the truth.

    .venv-test/bin/python tests/e2e/kills.py --rounds 100 --seed 7 --spark-rounds 5
    .venv-test/bin/python tests/e2e/kills.py --seed 7 --only 42

A round is a folder of its own and two kills in it. Jobs run on a stand-in for spark-submit, a bash
script, so that a round takes seconds; rounds with Spark use the real one.
"""

import argparse
import collections
import os
import pathlib
import random
import secrets
import shutil
import signal
import sqlite3
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "endpoint")]

import harness  # noqa: E402
import killed_server  # noqa: E402
from harness import Workplace, wait_until  # noqa: E402
from killed_server import Ledger, Life  # noqa: E402
from served import SECONDS_TO_DIE, Server  # noqa: E402

# The job says with spark.hadoop.kills.{seconds,marker,code} what it does; the children that it
# leaves behind ignore the polite signal.
STAND_IN = """#!/bin/bash
seconds=0 marker=/dev/null code=0
for word in "$@"; do
  case $word in spark.hadoop.kills.*=*) declare "${word#spark.hadoop.kills.}" ;; esac
done
setsid bash -c "trap '' TERM; sleep 600" &
sleep "$seconds"
echo done >"$marker"
exit "$code"
"""

# The same job on real Spark: its arguments come through Hadoop's configuration.
SPARK_JOB = """
import pathlib, sys, time
from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
conf = spark.sparkContext._jsc.hadoopConfiguration()
spark.range(1000).selectExpr("sum(id)").collect()
time.sleep(float(conf.get("kills.seconds")))
pathlib.Path(conf.get("kills.marker")).write_text("done")
sys.exit(int(conf.get("kills.code")))
"""


def stand_in(folder: pathlib.Path) -> pathlib.Path:
    """A SPARK_HOME whose spark-submit is bash."""
    program = folder / "stand-in" / "bin" / "spark-submit"
    program.parent.mkdir(parents=True)
    program.write_text(STAND_IN)
    program.chmod(0o755)
    return program.parents[1]


def check_stores(state: pathlib.Path) -> None:
    """As the kill has left them; copies, so that emrctl itself is the first to recover them."""
    for store in sorted(state.glob("*.sqlite")):
        with tempfile.TemporaryDirectory() as folder:
            for file in state.glob(store.name + "*"):
                shutil.copyfile(file, pathlib.Path(folder) / file.name)
            database = sqlite3.connect(pathlib.Path(folder) / store.name)
            told = database.execute("PRAGMA integrity_check").fetchall()
            database.close()
            assert told == [("ok",)], f"{store.name}: {told}"


class ServeRound:
    """Two lives of `emrctl local serve` that end with kill -9, and one that checks what is left."""

    def __init__(self, folder: pathlib.Path, chance: random.Random, spark: bool) -> None:
        self.chance, self.spark = chance, spark
        environment = {} if spark else {"SPARK_HOME": str(stand_in(folder))}
        self.server = Server(folder, **environment)
        (self.server.bucket("kills-code") / "job.py").write_text(SPARK_JOB)
        self.ledger = Ledger(folder)

    def run(self) -> list[str]:
        moments = [self.kill_once(first=True), self.kill_once(first=False)]
        self.server.start()
        killed_server.check(self.server, self.ledger)
        assert self.server.stop() == 0, self.server.errors()
        self.server.wait_until_nothing_is_left()
        return moments

    def kill_once(self, first: bool) -> str:
        # An empty folder has nothing to bring back: its start is one case, a restart the other.
        moment = self.chance.choice(["at work", "at work", "at shutdown", "at start"])
        if moment == "at start":
            self.server.spawn()
            time.sleep(self.chance.uniform(0, 0.3))
        else:
            self.server.start()
            if not first:
                killed_server.check(self.server, self.ledger)
            life = Life(self.server, self.ledger, self.chance, self.spark)
            life.begin()
            time.sleep(self.chance.uniform(0, 15 if self.spark else 3))
            if moment == "at shutdown":
                self.server.process.send_signal(signal.SIGTERM)
                time.sleep(self.chance.uniform(0, 2))
        self.server.kill()
        if moment != "at start":
            life.end()
        self.server.wait_until_nothing_is_left()
        check_stores(self.server.state)
        return f"serve {moment}"

    def clean_up(self) -> list:
        return self.server.clean_up()


class RunRound:
    """Two runs of `emrctl run --local` that end with kill -9, and one that must succeed."""

    def __init__(self, folder: pathlib.Path, chance: random.Random, spark: bool) -> None:
        self.chance, self.spark = chance, spark
        self.place = Workplace(folder)
        if not spark:
            self.place.variables["SPARK_HOME"] = str(stand_in(folder))
        (self.place.bucket("e2e-code") / "job.py").write_text(SPARK_JOB)
        self.markers: dict[str, bool] = {}  # path: whether its job fails

    def job(self, seconds: float, fails: bool) -> pathlib.Path:
        marker = self.place.folder / f"marker-{len(self.markers)}"
        self.markers[str(marker)] = fails
        arguments = {"seconds": str(seconds), "marker": str(marker), "code": str(int(fails))}
        return self.place.describe("job.py", arguments, namespace="kills")

    def run(self) -> list[str]:
        moments = [self.kill_once(), self.kill_once()]
        done = self.place.run(self.job(0, fails=False))
        assert done.code == 0, done.text
        assert self.place.processes() == []
        self.check()
        return moments

    def kill_once(self) -> str:
        fails = self.chance.random() < 0.3
        process = self.place.start(self.job(self.chance.uniform(0, 1), fails))
        time.sleep(self.chance.uniform(0, 15 if self.spark else 2.5))
        moment = "run"
        if self.chance.random() < 0.3 and process.poll() is None:
            moment = "run at Ctrl-C"
            process.send_signal(signal.SIGINT)
            time.sleep(self.chance.uniform(0, 2))
        process.kill()
        code = process.wait(timeout=SECONDS_TO_DIE)
        wait_until(
            lambda: not self.place.processes(),
            SECONDS_TO_DIE,
            f"nothing is left of the run: {self.place.processes()}",
        )
        if code != -signal.SIGKILL:
            moment = self.ended_by_itself(code, fails)
        check_stores(self.place.state)
        self.check()
        return moment

    def ended_by_itself(self, code: int, fails: bool) -> str:
        """Before the kill: with its verdict, or by Ctrl-C in the milliseconds in which a program is
        loaded, and then it has neither said a word nor begun its job."""
        if code == -signal.SIGINT and not self.place.output():
            assert not os.path.exists(list(self.markers)[-1]), "a run without a word had a job"
            return "run at Ctrl-C before it began"
        assert code in (3 if fails else 0, 7), f"{code}: {self.place.output()}"
        return "run after its end"

    def check(self) -> None:
        """What is written of an execution is whole and true."""
        for outcome in self.place.outcomes():
            marker = next(
                a["value"] for a in outcome["input"]["arguments"] if a["argument"] == "marker"
            )
            states = {step["state"] for step in outcome["outcome"].get("steps", [])}
            if outcome["outcome"]["verdict"] == "Succeeded":
                assert os.path.exists(marker) and not self.markers[marker], outcome
            if "FAILED" in states:
                assert os.path.exists(marker) and self.markers[marker], outcome

    def clean_up(self) -> list:
        left = self.place.processes()
        self.place.end_everything()
        return left


def play(folder: pathlib.Path, seed: int, number: int, spark: bool = False) -> list[str]:
    """Round `number` of the campaign `seed`; the moments of its kills."""
    chance = random.Random(f"{seed}/{number}")
    kind = chance.choice([ServeRound, ServeRound, ServeRound, RunRound])
    played = kind(folder, chance, spark)
    try:
        return played.run()
    finally:
        left = played.clean_up()
        assert left == [], f"processes outlived their round: {left}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--spark-rounds", type=int, default=0, help="so many of them on real Spark")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--only", type=int, help="this one round")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    numbers = range(options.rounds) if options.only is None else [options.only]
    seen, failed = collections.Counter(), 0
    began = time.monotonic()
    for number in numbers:
        spark = number < options.spark_rounds
        with tempfile.TemporaryDirectory(prefix="kills-") as folder:
            try:
                seen.update(play(pathlib.Path(folder), options.seed, number, spark))
            except Exception as error:  # what a client could not make sense of, too
                failed += 1
                again = f"--seed {options.seed} --only {number}"
                if spark:
                    again += f" --spark-rounds {number + 1}"
                print(f"round {number}: {error}\n  again: kills.py {again}", flush=True)
    for moment, count in sorted(seen.items()):
        print(f"{count:5} {moment}")
    print(f"{sum(seen.values())} kills in {time.monotonic() - began:.0f} s, {failed} rounds failed")
    return 1 if failed else 0


if __name__ == "__main__":
    harness.PATIENCE = 600
    sys.exit(main())
