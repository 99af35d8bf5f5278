"""kill -9 at any moment: what was answered is there again, and nothing of the old life runs on.

Ten seeds; ECM_KILL_ROUNDS says how many others, ECM_KILL_SEED the first. One of them alone:
    ECM_KILL_SEED=7 ECM_KILL_ROUNDS=1 bash … pytest tests/endpoint/test_endpoint_durability.py
"""

import json
import os
import random
import threading
import time

import botocore.exceptions
import pytest
from emr_requests import (
    FINAL_STEP,
    add,
    bash,
    describe,
    end,
    reason,
    start,
    step_states,
    steps,
    wait_cluster,
    wait_end,
    wait_steps,
)
from served import wait_for

ROUNDS = int(os.environ.get("ECM_KILL_ROUNDS", "10"))
FIRST_SEED = int(os.environ.get("ECM_KILL_SEED", "1"))

ROLE = "arn:aws:iam::000000000000:role/any"
RESTS = {
    "StartAt": "Rest",
    "States": {"Rest": {"Type": "Wait", "SecondsPath": "$.seconds", "End": True}},
}

# Leaves a process behind that has left its session and ignores the polite signal.
CLINGS = bash("trap '' TERM; setsid bash -c \"trap '' TERM; sleep 600\" & sleep 600; wait")


class Ledger:
    """What the server has answered; nothing of it may be lost."""

    def __init__(self) -> None:
        self.clusters: dict[str, dict] = {}  # id: what we know of it
        self.executions: dict[str, float] = {}  # arn: seconds that it rests
        self.settled: dict[str, dict] = {}  # id: the answer once the cluster was over
        self.lock = threading.Lock()

    def cluster(self, cluster_id: str, **known) -> None:
        with self.lock:
            self.clusters.setdefault(cluster_id, {"steps": [], "tags": {}}).update(known)

    def execution(self, arn: str, seconds: float) -> None:
        with self.lock:
            self.executions[arn] = seconds


class Life:
    """One life of the server: what is done in it, and how it ends."""

    def __init__(self, server, ledger: Ledger, chance: random.Random) -> None:
        self.server, self.ledger, self.chance = server, ledger, chance

    def machine(self) -> str:
        sfn = self.server.step_functions()
        answer = sfn.create_state_machine(name="rests", definition=json.dumps(RESTS), roleArn=ROLE)
        return answer["stateMachineArn"]

    def rest(self, seconds: int) -> None:
        arn = self.server.step_functions().start_execution(
            stateMachineArn=self.machine(), input=json.dumps({"seconds": seconds})
        )["executionArn"]
        self.ledger.execution(arn, seconds)

    def kill_while_idle(self) -> None:
        emr = self.server.emr()
        ended = start(emr, Steps=[bash("true"), bash("exit 1")])
        wait_end(emr, ended)
        self.ledger.cluster(ended, over=True)
        self.ledger.settled[ended] = as_told(emr, ended)
        waiting = start(emr, alive=True)
        wait_cluster(emr, waiting, "WAITING")
        self.ledger.cluster(waiting)
        self.server.kill()

    def kill_while_steps_run(self) -> None:
        emr = self.server.emr()
        for _ in range(self.chance.randint(1, 3)):
            cluster_id = start(emr, alive=True, Steps=[bash("true"), CLINGS, bash("true")])
            ids = [step["Id"] for step in steps(emr, cluster_id)]
            self.ledger.cluster(cluster_id, steps=ids)
            wait_steps(emr, cluster_id, "COMPLETED", "RUNNING", "PENDING")
        wait_for(
            lambda: [p for p in self.server.processes() if "sleep 600" in p.command],
            lambda found: len(found) >= 2,
            "the steps have children",
        )
        self.server.kill()

    def kill_in_a_burst(self) -> None:
        machine = self.machine()
        threads = [
            threading.Thread(
                target=self.burst,
                args=(seed, self.server.emr(), self.server.step_functions(), machine),
            )
            for seed in [self.chance.randrange(2**32) for _ in range(6)]
        ]
        for thread in threads:
            thread.start()
        time.sleep(self.chance.uniform(0.05, 0.5))  # the moment is the chance of this test
        self.server.kill()
        for thread in threads:
            thread.join()

    def burst(self, seed: int, emr, sfn, machine: str) -> None:
        """Asks until nobody answers any more; only what was answered counts."""
        chance = random.Random(seed)
        try:
            while True:
                cluster_id = start(emr, alive=True, Steps=[bash("true")])
                self.ledger.cluster(cluster_id)
                if chance.random() < 0.5:
                    self.ledger.cluster(cluster_id, steps=add(emr, cluster_id, bash("sleep 600")))
                if chance.random() < 0.5:
                    emr.add_tags(ResourceId=cluster_id, Tags=[{"Key": "k", "Value": str(seed)}])
                    self.ledger.cluster(cluster_id, tags={"k": str(seed)})
                if chance.random() < 0.3:
                    started = sfn.start_execution(
                        stateMachineArn=machine, input='{"seconds": 3600}'
                    )
                    self.ledger.execution(started["executionArn"], 3600)
        except (botocore.exceptions.HTTPClientError, botocore.exceptions.ConnectionError):
            pass  # killed

    def kill_while_it_starts(self) -> None:
        """While it brings back what is there."""
        self.server.kill()
        self.server.spawn()
        time.sleep(self.chance.uniform(0, 0.05))
        self.server.kill()


MOMENTS = [
    Life.kill_while_idle,
    Life.kill_while_steps_run,
    Life.kill_in_a_burst,
    Life.kill_while_it_starts,
]


def as_told(emr, cluster_id: str) -> dict:
    return {"cluster": describe(emr, cluster_id), "steps": steps(emr, cluster_id)}


def check(server, ledger: Ledger) -> None:
    """Everything that was answered is there, and says what became of it."""
    emr = server.emr()
    pages = emr.get_paginator("list_clusters").paginate()
    listed = {cluster["Id"] for page in pages for cluster in page["Clusters"]}
    assert set(ledger.clusters) <= listed, "an answered RunJobFlow is lost"
    for cluster_id, known in ledger.clusters.items():
        check_cluster(emr, cluster_id, known, ledger)
    sfn = server.step_functions()
    for arn, seconds in ledger.executions.items():
        if seconds >= 3600:
            assert sfn.describe_execution(executionArn=arn)["status"] == "RUNNING"
            continue
        ended = wait_for(
            lambda arn=arn: sfn.describe_execution(executionArn=arn),
            lambda seen: seen["status"] != "RUNNING",
            f"{arn} goes on",
        )
        assert ended["status"] == "SUCCEEDED", ended
        assert (ended["stopDate"] - ended["startDate"]).total_seconds() >= seconds


def check_cluster(emr, cluster_id: str, known: dict, ledger: Ledger) -> None:
    wait_end(emr, cluster_id)
    now = as_told(emr, cluster_id)
    if cluster_id in ledger.settled:
        assert now == ledger.settled[cluster_id], "what was over has changed"
    ledger.settled[cluster_id] = now
    tags = {tag["Key"]: tag["Value"] for tag in now["cluster"]["Tags"]}
    assert known["tags"].items() <= tags.items()
    assert set(known["steps"]) <= {step["Id"] for step in now["steps"]}, "an answered step is lost"
    states = [step["Status"]["State"] for step in now["steps"]]
    assert set(states) <= FINAL_STEP, states
    if known.get("over"):
        assert now["cluster"]["Status"]["State"] == "TERMINATED"
        assert states == ["COMPLETED", "FAILED"]
        return
    assert now["cluster"]["Status"]["State"] == "TERMINATED_WITH_ERRORS"
    assert now["cluster"]["Status"]["StateChangeReason"]["Code"] == "INSTANCE_FAILURE"
    assert set(states) <= {"COMPLETED", "CANCELLED"}, "a step that was not over is CANCELLED"
    if len(known["steps"]) == 3:
        assert states == ["COMPLETED", "CANCELLED", "CANCELLED"]


@pytest.mark.parametrize("seed", range(FIRST_SEED, FIRST_SEED + ROUNDS))
def test_kill_9_loses_nothing_that_was_answered(seed, own):
    print(f"ECM_KILL_SEED={seed} ECM_KILL_ROUNDS=1 repeats this round")
    chance = random.Random(seed)
    server, ledger = own().start(), Ledger()
    life = Life(server, ledger, chance)
    life.rest(seconds=1)
    for moment in [chance.choice(MOMENTS[:3]), chance.choice(MOMENTS)]:
        print(f"life: {moment.__name__}")
        moment(life)
        server.wait_until_nothing_is_left()
        server.start()
        check(server, ledger)
    assert server.stop() == 0, server.errors()
    server.wait_until_nothing_is_left()


def test_after_kill_9_the_same_folder_takes_new_clusters(own):
    server = own().start()
    first = start(server.emr(), alive=True)
    server.kill()
    server.start()
    emr = server.emr()
    second = start(emr, alive=True, Steps=[bash("true")])
    wait_steps(emr, second, "COMPLETED")
    assert second != first
    assert wait_end(emr, first) == "TERMINATED_WITH_ERRORS"
    assert reason(emr, first)["Code"] == "INSTANCE_FAILURE"
    end(emr, second)
    assert step_states(emr, second) == ["COMPLETED"]
