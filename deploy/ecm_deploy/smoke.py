"""`smoke`: the first thing to do on a deployed environment. A real job, one that is aborted, and a
sweep; says what it saw."""

import json

from .account import Account, find_account
from .clusters import state_of, status_of
from .environment import ALIAS, Environment, read_environment
from .example import job_of
from .executions import (
    outcome_of,
    read_job,
    start_execution,
    wait_for_end,
    wait_until,
)
from .memory import recall
from .refusal import Refusal
from .world import World

GOING = ("TERMINATING", "TERMINATED", "TERMINATED_WITH_ERRORS")
JOB_MINUTES = 60.0
EVENT_MINUTES = 30.0  # the aborted one's event is best effort; behind it comes the schedule


class Smoke:
    def __init__(self, environment: Environment, account: Account, world: World) -> None:
        self.environment, self.account, self.world = environment, account, world

    def _fail(self, what: str, execution: str) -> Refusal:
        return Refusal(what, f"look at {execution} in the Step Functions console")

    def job(self, document: dict) -> None:
        """It succeeds, its output is there (if it says where), and its cluster is going away."""
        text = json.dumps(document)
        execution = start_execution(self.environment, self.account, document, text, self.world)
        self.world.say(f"1. a job: {execution}")
        described = wait_for_end(execution, self.account, self.world, JOB_MINUTES)
        outcome = outcome_of(described)
        if described["status"] != "SUCCEEDED" or outcome.get("verdict") != "Succeeded":
            cause = json.dumps(outcome.get("cause")) if outcome else described.get("cause")
            raise self._fail(f"the job ended as {described['status']}: {cause}", execution)
        cluster = outcome["cluster_id"]
        state = state_of(cluster, self.account)
        if state not in GOING:
            raise self._fail(f"the job succeeded, but cluster {cluster} is {state}", execution)
        self.world.say(f"   Succeeded; cluster {cluster} is {state}")
        self._output(document)

    def _output(self, document: dict) -> None:
        arguments = document.get("arguments") or []
        values = {argument["argument"]: argument["value"] for argument in arguments}
        bucket, key = values.get("output_bucket"), values.get("output_key")
        if not (bucket and key):
            self.world.say("   where its output is, it does not say (output_bucket, output_key)")
            return
        listed = self.account.client("s3").list_objects_v2(Bucket=bucket, Prefix=f"{key}/")
        sizes = [entry["Size"] for entry in listed.get("Contents", [])]
        if sum(sizes) == 0:
            raise Refusal(
                f"the job succeeded, but s3://{bucket}/{key}/ has nothing",
                "look at the step's log",
            )
        self.world.say(f"   s3://{bucket}/{key}/: {len(sizes)} objects, {sum(sizes)} bytes")

    def _cluster_of(self, execution: str) -> str | None:
        name = execution.rsplit(":", 1)[1]
        for page in self.account.client("emr").get_paginator("list_clusters").paginate():
            for cluster in page["Clusters"]:
                named = cluster["Name"]
                if named.startswith(self.environment.prefix) and named.endswith(f"-{name}"):
                    return cluster["Id"]
        return None

    def aborted(self, document: dict) -> None:
        """Nobody runs any more who would end the cluster: the event of the abort does."""
        text = json.dumps(document)
        execution = start_execution(self.environment, self.account, document, text, self.world)
        self.world.say(f"2. a job that is aborted: {execution}")
        cluster = wait_until(
            "its cluster", lambda: self._cluster_of(execution), self.world, EVENT_MINUTES
        )
        self.account.client("stepfunctions").stop_execution(
            executionArn=execution, cause="make smoke"
        )
        self.world.say(f"   aborted while cluster {cluster} was {state_of(cluster, self.account)}")
        begin = self.world.monotonic()

        def going():
            status = status_of(cluster, self.account)
            return status if status[0] in GOING else None

        end = f"the end of cluster {cluster}"
        state, reason = wait_until(end, going, self.world, EVENT_MINUTES)
        seconds = self.world.monotonic() - begin
        if reason != "USER_REQUEST":
            raise self._fail(
                f"cluster {cluster} is {state}, but by itself ({reason}): "
                "the abort reached no sweep",
                execution,
            )
        self.world.say(f"   {seconds:.0f} s later cluster {cluster} is {state}")

    def sweep(self) -> None:
        """It answers, and has no problems; a dry run, so that it ends nothing of anybody's."""
        name = self.environment.function("sweep")
        answer = self.account.client("lambda").invoke(
            FunctionName=name, Qualifier=ALIAS, Payload=b'{"dry_run": true}'
        )
        report = json.loads(answer["Payload"].read())
        if answer.get("FunctionError"):
            raise Refusal(
                f"{name} failed: {report.get('errorType')}: {report.get('errorMessage')}",
                f"look at the log group /aws/lambda/{name}",
            )
        looked = report["looked_at"]
        self.world.say(
            f"3. a sweep: looked at {looked['clusters']} clusters and {looked['jobs']} jobs, "
            f"would end {len(report['ended'])}"
        )
        if report["problems"]:
            raise Refusal(
                f"the sweep has problems: {json.dumps(report['problems'])}",
                f"look at the log group /aws/lambda/{name}",
            )


def _document(environment, account: Account, file: str | None, world: World) -> dict:
    if file:
        return read_job(file, environment.stage)[0]
    for example in recall(environment, world):
        if (example.account, example.region) == (account.id, account.region):
            return job_of(environment, example.bucket)
    raise Refusal(
        "there is no job to try it with",
        f"make ENV={environment.stage} deploy-word-count EXAMPLE_BUCKET=my-bucket",
    )


def smoke(stage: str | None, file: str | None, force: bool, world: World) -> None:
    environment = read_environment(stage, world)
    account = find_account(environment, world)
    document = _document(environment, account, file, world)
    if not force:
        answer = world.ask(
            f"this runs two EMR clusters for some minutes in account {account.id}; type yes: "
        )
        if answer is None or answer.strip() != "yes":
            raise Refusal("nothing was started", "answer yes, or say FORCE=1")
    tried = Smoke(environment, account, world)
    tried.job(document)
    tried.aborted(document)
    tried.sweep()
    world.say(f"all of it works in {environment.stack}")
