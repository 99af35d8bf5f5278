"""What clients ask of a server that will be killed, what it answered, and what must be true of it
afterwards."""

import json
import pathlib
import random
import threading
import time

import botocore.exceptions
from emr_requests import FINAL_STEP, add, bash, cluster_state, start, steps, wait_end
from served import Server, wait_for

ROLE = "arn:aws:iam::000000000000:role/any"
RESTS = {
    "StartAt": "Rest",
    "States": {"Rest": {"Type": "Wait", "SecondsPath": "$.seconds", "End": True}},
}
GONE = (
    botocore.exceptions.HTTPClientError,
    botocore.exceptions.ConnectionError,
    botocore.parsers.ResponseParserError,
)
CLIENTS = 3
FINAL_EXECUTION = {"SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"}


class Ledger:
    """What was asked, and what was answered: nothing of that may be lost."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.lock = threading.Lock()
        self.clusters: dict[str, list[str]] = {}  # id: the steps that were answered
        self.works: dict[str, tuple[pathlib.Path, bool]] = {}  # step: marker, whether it fails
        self.rests: dict[str, int] = {}  # execution: seconds
        self.jobs: dict[str, tuple[pathlib.Path, bool]] = {}  # execution: marker, whether it fails
        self.told: dict[str, str] = {}  # cluster, step or execution: how it ended, as it was told

    def marker(self) -> pathlib.Path:
        with self.lock:
            number = len(self.works) + len(self.jobs)
            return self.folder / f"marker-{number}-{time.monotonic_ns()}"

    def tell(self, name: str, state: str) -> None:
        with self.lock:
            known = self.told.setdefault(name, state)
        assert known == state, f"{name} was {known} and is {state}"


class Life:
    """Clients that ask until nobody answers."""

    def __init__(self, server: Server, ledger: Ledger, chance: random.Random, spark: bool) -> None:
        self.server, self.ledger, self.spark = server, ledger, spark
        self.threads = [
            threading.Thread(target=self.ask, args=(random.Random(chance.random()), number))
            for number in range(CLIENTS)
        ]
        self.problems: list[BaseException] = []

    def begin(self) -> None:
        for thread in self.threads:
            thread.start()

    def end(self) -> None:
        for thread in self.threads:
            thread.join()
        if self.problems:
            raise self.problems[0]

    def ask(self, chance: random.Random, number: int) -> None:
        emr, sfn = self.server.emr(), self.server.step_functions()
        try:
            if number == 0:
                self.start_job(sfn, chance)
            for _ in range(1000):
                chance.choice([self.start_cluster, self.look, self.rest])(emr, sfn, chance)
                time.sleep(chance.uniform(0, 0.2))
        except GONE:
            pass
        except BaseException as problem:  # told by the thread that waits for this one
            self.problems.append(problem)

    def work(self, chance: random.Random) -> dict:
        """A step that says by a file that it came to its end."""
        marker, fails = self.ledger.marker(), chance.random() < 0.3
        with self.ledger.lock:
            self.ledger.works[marker.name] = (marker, fails)
        text = f"sleep {chance.uniform(0, 1.0):.2f}; echo done >{marker}; exit {int(fails)}"
        if chance.random() < 0.3:
            text = "trap '' TERM; setsid bash -c \"trap '' TERM; sleep 600\" & " + text
        return bash(text, name=marker.name)

    def start_cluster(self, emr, sfn, chance: random.Random) -> None:
        if len(self.ledger.clusters) >= 12:
            return
        alive = chance.random() < 0.5
        cluster_id = start(emr, alive=alive, Steps=[self.work(chance) for _ in range(2)])
        with self.ledger.lock:
            self.ledger.clusters[cluster_id] = []
        if alive:
            self.ledger.clusters[cluster_id] += add(emr, cluster_id, self.work(chance))
        if alive and chance.random() < 0.3:
            emr.terminate_job_flows(JobFlowIds=[cluster_id])

    def rest(self, emr, sfn, chance: random.Random) -> None:
        machine = sfn.create_state_machine(
            name="rests", definition=json.dumps(RESTS), roleArn=ROLE
        )["stateMachineArn"]
        seconds = chance.choice([0, 1, 2, 4])
        arn = sfn.start_execution(
            stateMachineArn=machine, input=json.dumps({"seconds": seconds})
        )["executionArn"]
        with self.ledger.lock:
            self.ledger.rests[arn] = seconds

    def start_job(self, sfn, chance: random.Random) -> None:
        marker, fails = self.ledger.marker(), chance.random() < 0.3
        values = {"seconds": f"{chance.uniform(0, 1):.2f}", "marker": str(marker),
                  "code": str(int(fails))}
        job = {
            "job_name": "kills",
            "namespace": "kills",
            "arguments": [{"argument": k, "value": v} for k, v in values.items()],
            "code_entrypoint": "s3://kills-code/job.py",
            "release": "emr-7.10.0",
            "region": "eu-central-1",
            "log_bucket": "logs",
            "mem_driver": "1G",
            "mem_executor": "1G",
        }
        (machine,) = [
            machine["stateMachineArn"]
            for machine in sfn.list_state_machines()["stateMachines"]
            if machine["name"] == "ecm-local"
        ]
        arn = sfn.start_execution(stateMachineArn=machine, input=json.dumps(job))["executionArn"]
        with self.ledger.lock:
            self.ledger.jobs[arn] = (marker, fails)

    def look(self, emr, sfn, chance: random.Random) -> None:
        """Whatever is told to be over is over for ever."""
        for cluster_id in list(self.ledger.clusters):
            look_at_cluster(emr, cluster_id, self.ledger)
        for arn in [*self.ledger.rests, *self.ledger.jobs]:
            status = sfn.describe_execution(executionArn=arn)["status"]
            if status in FINAL_EXECUTION:
                self.ledger.tell(arn, status)


def look_at_cluster(emr, cluster_id: str, ledger: Ledger) -> list[dict]:
    found = steps(emr, cluster_id)
    for step in found:
        if step["Status"]["State"] in FINAL_STEP:
            ledger.tell(step["Id"], step["Status"]["State"])
    state = cluster_state(emr, cluster_id)
    if state.startswith("TERMINATED"):
        ledger.tell(cluster_id, state)
    return found


def check(server: Server, ledger: Ledger) -> None:
    """After a restart, once all is quiet."""
    emr, sfn = server.emr(), server.step_functions()
    pages = emr.get_paginator("list_clusters").paginate()
    listed = {cluster["Id"] for page in pages for cluster in page["Clusters"]}
    assert set(ledger.clusters) <= listed, "an answered RunJobFlow is lost"
    for cluster_id in listed:
        wait_end(emr, cluster_id)
        check_steps(look_at_cluster(emr, cluster_id, ledger), cluster_id, ledger)
    for arn, seconds in ledger.rests.items():
        ended = wait_execution(sfn, arn)
        ledger.tell(arn, ended["status"])
        assert ended["status"] == "SUCCEEDED", ended
        assert json.loads(ended["output"]) == {"seconds": seconds}, ended
        took = (ended["stopDate"] - ended["startDate"]).total_seconds()
        assert took >= seconds - 0.01, f"{arn} rested {took} s of {seconds}"
    for arn, (marker, fails) in ledger.jobs.items():
        check_job(wait_execution(sfn, arn), marker, fails, server, ledger)


def check_steps(found: list[dict], cluster_id: str, ledger: Ledger) -> None:
    answered = ledger.clusters.get(cluster_id, [])
    assert set(answered) <= {step["Id"] for step in found}, "an answered step is lost"
    for step in found:
        state = step["Status"]["State"]
        assert state in FINAL_STEP, step
        if step["Name"] not in ledger.works or state not in {"COMPLETED", "FAILED"}:
            continue
        marker, fails = ledger.works[step["Name"]]
        assert marker.exists(), f"{state}, and it never came to its end: {step}"
        assert (state == "FAILED") == fails, f"that is not how it ended: {step}"


def wait_execution(sfn, arn: str) -> dict:
    return wait_for(
        lambda: sfn.describe_execution(executionArn=arn),
        lambda seen: seen["status"] != "RUNNING",
        f"{arn} is over",
    )


def check_job(ended: dict, marker: pathlib.Path, fails: bool, server: Server, ledger: Ledger):
    ledger.tell(ended["executionArn"], ended["status"])
    if ended["status"] == "SUCCEEDED":
        assert marker.exists() and not fails, f"it has not succeeded: {ended}"
        assert json.loads(ended["output"])["verdict"] == "Succeeded", ended
        return
    assert ended["status"] == "FAILED", ended
    outcome = json.loads(ended["cause"])
    assert outcome["verdict"] != "Succeeded", ended
    if any(step["state"] == "FAILED" for step in outcome["steps"]):
        assert marker.exists() and fails, f"it has not failed by itself: {ended}"
    notices = [file.read_text() for file in (server.state / "notices").glob("*.json")]
    assert any(ended["name"] in notice for notice in notices), f"nobody was told of {ended}"
