"""`make smoke` against the stand-ins of a deployed stack: what Terraform's plan holds in moto, the
packaged functions, our EMR with real Spark."""

import datetime
import io
import json
import queue
import re
import sys
import threading
import time
import urllib.parse

import pytest
from chain import STAGE, Chain, Lambda
from clients import job_description
from harness import ROOT
from moto_engine import ACCOUNT, REGION

sys.path.insert(0, str(ROOT / "deploy"))

from ecm_deploy.account import find_account  # noqa: E402
from ecm_deploy.environment import read_environment  # noqa: E402
from ecm_deploy.refusal import Refusal  # noqa: E402
from ecm_deploy.smoke import Smoke, smoke  # noqa: E402
from ecm_deploy.world import World  # noqa: E402

_BY_ALIAS = re.compile(rf"/2015-03-31/functions/ecm-{STAGE}-([a-z]+)/invocations")


def alias(handler: str) -> str:
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:ecm-{STAGE}-{handler}:live"


class FrontDoor(Lambda):
    """Takes what clients of Lambda call by the alias live. It knows at once what moto says of an
    execution only when the task that it waits for has ended: that it was aborted."""

    def do_POST(self):
        path, _, query = self.path.partition("?")
        asked = _BY_ALIAS.fullmatch(path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        operation = self.headers.get("X-Amz-Target", "").rsplit(".", 1)[-1]
        if asked and urllib.parse.parse_qs(query).get("Qualifier") == ["live"]:
            self.invoke(alias(asked[1]), json.loads(body))
        elif operation == "StopExecution":
            self.server.chain.aborted.put(json.loads(body)["executionArn"])
            self._pass_on(body)
        elif operation == "DescribeExecution":
            self.describe(json.loads(body)["executionArn"])
        else:
            self.rfile = io.BytesIO(body)
            super().do_POST()

    def describe(self, execution):
        states = self.server.moto.client("stepfunctions")
        described = states.describe_execution(executionArn=execution)
        del described["ResponseMetadata"]
        if execution in self.server.chain.told:
            described.update(status="ABORTED", stopDate=datetime.datetime.now(datetime.UTC))
        self.reply(200, json.loads(json.dumps(described, default=lambda time: time.timestamp())))


class Stack(Chain):
    """Whose sweep hears at once of executions that were aborted, unless it is made deaf."""

    def __init__(self, folder, emr):
        self.aborted, self.told = queue.Queue(), set()
        self.hears = threading.Event()
        self.hears.set()
        super().__init__(folder, emr)
        self.moto._router.RequestHandlerClass = FrontDoor
        self.front = f"http://127.0.0.1:{self.moto._router.server_address[1]}"
        sweep = self.functions[alias("sweep")]
        sweep.close()
        self.functions[alias("sweep")] = self.start(
            sweep.program, folder, "sweep", AWS_ENDPOINT_URL_SFN=self.front
        )

    def states_of_executions(self):
        if not self.hears.is_set():
            return
        while not self.aborted.empty():
            execution = self.aborted.get()
            self.told.add(execution)
            yield execution, "Step Functions Execution Status Change", {
                "executionArn": execution,
                "stateMachineArn": self.stack.state_machine,
                "name": execution.rsplit(":", 1)[1],
                "status": "ABORTED",
            }


@pytest.fixture(scope="module")
def stack(served_spark, tmp_path_factory):
    made = Stack(tmp_path_factory.mktemp("smoke"), served_spark)
    yield made
    made.close()


@pytest.fixture
def endpoints(stack, monkeypatch):
    """Where clients of this process find the stack."""
    moto, emr = (f"http://127.0.0.1:{port}" for port in (stack.moto.port, stack.emr_server.port))
    for name, value in {
        "AWS_ENDPOINT_URL": moto,
        "AWS_ENDPOINT_URL_EMR": emr,
        "AWS_ENDPOINT_URL_S3": emr,
        "AWS_ENDPOINT_URL_LAMBDA": stack.front,
        "AWS_ENDPOINT_URL_SFN": stack.front,
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)


class Hurried:
    """A world whose clock runs faster than the real one."""

    def __init__(self, folder, times):
        self.said, self.now, self.times = [], 0.0, times
        self.world = World(
            environment={
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
                "AWS_REGION": REGION,
            },
            root=folder,
            say=self.said.append,
            ask=lambda question: None,
            sleep=self.sleep,
            monotonic=lambda: self.now,
        )

    def sleep(self, seconds):
        self.now += seconds
        time.sleep(seconds / self.times)


def job(**members) -> dict:
    return job_description("smoke", region=REGION, **members)


def run_smoke(folder, force=True, **members) -> str:
    """What it said."""
    file = folder / "job.json"
    file.write_text(json.dumps(job(**members)))
    hurried = Hurried(folder, times=10)
    smoke(STAGE, str(file), force, hurried.world)
    return "\n".join(hurried.said)


def test_smoke_sees_a_job_an_aborted_one_and_a_sweep(endpoints, tmp_path):
    said = run_smoke(tmp_path)
    assert re.search(r"1\. a job: .*\n   Succeeded; cluster j-\w+ is TERMINAT", said), said
    assert re.search(r"s3://wordcount-output/smoke/: \d+ objects, [1-9]\d* bytes", said), said
    aborted = r"aborted while cluster j-\w+ was [A-Z]+\n +\d+ s later .* TERMINAT"
    assert re.search(aborted, said), said
    assert "3. a sweep: looked at" in said and said.endswith("all of it works in ecm-test")


def test_smoke_fails_with_the_job(endpoints, tmp_path):
    with pytest.raises(Refusal) as failed:
        run_smoke(tmp_path, code_entrypoint="s3://wordcount-code/gone.py")
    assert "the job ended as FAILED" in failed.value.what and "gone.py" in failed.value.what


def test_smoke_notices_that_nobody_heard_of_the_abort(endpoints, stack, tmp_path):
    hurried = Hurried(tmp_path, times=300)
    environment = read_environment(STAGE, hurried.world)
    account = find_account(environment, hurried.world)
    stack.hears.clear()
    try:
        with pytest.raises(Refusal) as failed:
            Smoke(environment, account, hurried.world).aborted(job())
    finally:
        stack.hears.set()
    said = failed.value.what
    assert "the abort reached no sweep" in said or "in vain: the end of cluster" in said
    cluster = re.search(r"cluster (j-\w+)", said)[1]
    stack.emr().terminate_job_flows(JobFlowIds=[cluster])


def test_smoke_starts_nothing_unless_told_to(endpoints, tmp_path):
    with pytest.raises(Refusal) as refused:
        run_smoke(tmp_path, force=False)
    assert "nothing was started" in refused.value.what
