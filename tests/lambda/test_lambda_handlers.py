"""A job through the packaged functions: DynamoDB, SNS and S3 are moto's, EMR is our endpoint."""

import datetime
import json
import pathlib
import threading
import time

import boto3
import pytest

import served
from functions import HANDLERS, REGION, ROOT
from servers import moto_server

ACCOUNT = "123456789012"
FINAL = ("TERMINATED", "TERMINATED_WITH_ERRORS")


def execution(name: str) -> dict:
    return {
        "arn": f"arn:aws:states:{REGION}:{ACCOUNT}:execution:ecm-test:{name}",
        "name": name,
        "started": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
    }


def first_document(name: str, **job) -> dict:
    described = {
        "job_name": "count",
        "code_entrypoint": "s3://code-of-nobody/count.py",
        "release": "emr-7.10.0",
        "region": REGION,
        **job,
    }
    return {"v": 1, "execution": execution(name), "job": described}


class Aws:
    """moto with what a stack has, and clients for the tests."""

    def __init__(self, url: str):
        self.url = url
        self.table = "ecm-test-jobs"
        described = json.loads((ROOT / "deploy/job_table.json").read_text())
        self.dynamodb = self.client("dynamodb")
        self.dynamodb.create_table(TableName=self.table, **described["CreateTable"])
        self.sns, self.sqs = self.client("sns"), self.client("sqs")
        self.topic = self.sns.create_topic(Name="ecm-test-failures")["TopicArn"]
        self.queue = self.sqs.create_queue(QueueName="notices")["QueueUrl"]
        self.sns.subscribe(
            TopicArn=self.topic,
            Protocol="sqs",
            Endpoint=f"arn:aws:sqs:{REGION}:{ACCOUNT}:notices",
        )

    def client(self, service: str):
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.url,
            aws_access_key_id="any",
            aws_secret_access_key="thing",
        )

    def forget_turns(self) -> None:
        """Each test begins with an empty queue for RunJobFlow."""
        key = {"execution": {"S": f"turns:RunJobFlow:{REGION}"}}
        self.dynamodb.delete_item(TableName=self.table, Key=key)

    def records(self) -> list[dict]:
        items = self.dynamodb.scan(TableName=self.table, ConsistentRead=True)["Items"]
        return [json.loads(item["document"]["S"]) for item in items]


class StepFunctions:
    """Takes tokens back; knows the executions that it was told of."""

    def __init__(self):
        self.answered: list[str] = []
        self.statuses: dict[str, str] = {}

    def __call__(self, operation: str, request: dict) -> tuple[int, dict]:
        if operation == "SendTaskSuccess":
            self.answered.append(request["taskToken"])
            return 200, {}
        if operation == "ListExecutions":
            running = [arn for arn, status in self.statuses.items() if status == "RUNNING"]
            return 200, {"executions": [{"executionArn": arn} for arn in running]}
        if operation == "DescribeExecution":
            arn = request["executionArn"]
            if arn in self.statuses:
                described = {"executionArn": arn, "status": self.statuses[arn]}
                return 200, {**described, "startDate": time.time(), "name": arn.split(":")[-1]}
        return 400, {"__type": "ExecutionDoesNotExist", "message": f"{operation} {request}"}


@pytest.fixture(scope="module")
def aws(tmp_path_factory):
    with moto_server(tmp_path_factory.mktemp("moto")) as server:
        yield Aws(server.url)


@pytest.fixture(scope="module")
def emr(tmp_path_factory):
    server = served.Server(tmp_path_factory.mktemp("emr"), "--timing", "instant")
    server.bucket("ecm-test-logs")
    server.start()
    yield server
    server.stop()
    assert server.clean_up() == [], "processes outlived the endpoint"


@pytest.fixture
def stack(start, aws, emr, stub):
    """Starts functions of one stack: `stack("submit")`."""
    aws.forget_turns()
    step_functions = StepFunctions()
    tokens = stub(step_functions)

    def make(handler: str, **variables):
        endpoints = {
            "AWS_ENDPOINT_URL": aws.url,
            "AWS_ENDPOINT_URL_EMR": emr.url,
            "AWS_ENDPOINT_URL_SFN": tokens.url,
            "ECM_TOPIC_ARN": aws.topic,
        }
        return start(handler, **{**endpoints, **variables})

    make.step_functions = step_functions
    make.clusters = emr.emr(region=REGION)
    return make


def cluster_of(aws: Aws, name: str) -> str:
    (found,) = [r for r in aws.records() if r["execution"].endswith(f":{name}")]
    return found["cluster"]


def cluster_state(stack, cluster: str) -> str:
    return stack.clusters.describe_cluster(ClusterId=cluster)["Cluster"]["Status"]["State"]


def wait_until_gone(stack, cluster: str) -> None:
    served.wait_for(
        lambda: cluster_state(stack, cluster), lambda seen: seen in FINAL, "the cluster's end"
    )


def go_on(function, document: dict) -> dict:
    """Asks until the handler wants something else than to be asked again."""
    for _ in range(100):
        document = function.answer(document)
        if document["next"] != "wait":
            return document
        time.sleep(0.2)
    raise AssertionError(f"still waiting: {document}")


def test_a_job_goes_through_every_handler(stack, aws):
    functions = {name: stack(name) for name in HANDLERS}
    document = functions["submit"].answer(first_document("run-1"))
    assert document["next"] == "await"
    again = functions["submit"].answer(first_document("run-1"))
    assert again["next"] == "await"
    cluster = cluster_of(aws, "run-1")
    named = [c["Name"] for c in stack.clusters.list_clusters()["Clusters"]]
    assert named.count("ecm-test-count-run-1") == 1, "one cluster for one execution"

    event = {"document": document, "token": "the-token"}
    assert functions["await"].answer(event) == {}
    assert functions["wake"].answer({"detail": {"clusterId": cluster}}) == {}
    assert "the-token" in stack.step_functions.answered

    # Nobody has a bucket of that name: the step fails, and the cluster ends with it.
    wait_until_gone(stack, cluster)
    document = go_on(functions["inspect"], document)
    assert document["next"] == "release", document
    document = go_on(functions["release"], document)
    assert document["next"] == "report", document
    document = functions["report"].answer(document)
    assert document["outcome"]["cluster_id"] == cluster
    assert document["outcome"]["verdict"] == "JobFailed"
    assert document["failure"]["error"] == "JobFailed"
    assert "count" in document["notice"]["subject"]
    (record,) = [r for r in aws.records() if r["cluster"] == cluster]
    assert record["outcome"] == document["outcome"]


def idle_cluster(stack, name: str) -> str:
    """A cluster of an execution of ours that would wait for steps for ever."""
    created = stack.clusters.run_job_flow(
        Name=f"ecm-test-count-{name}",
        ReleaseLabel="emr-7.10.0",
        Instances={
            "MasterInstanceType": "m5.xlarge",
            "InstanceCount": 1,
            "KeepJobFlowAliveWhenNoSteps": True,
        },
        JobFlowRole="EMR_EC2_DefaultRole",
        ServiceRole="EMR_DefaultRole",
        Tags=[
            {"Key": "ecm:stage", "Value": "test"},
            {"Key": "ecm:execution", "Value": execution(name)["arn"]},
        ],
    )
    return created["JobFlowId"]


def test_the_sweep_ends_the_cluster_of_an_execution_that_is_over(stack, aws):
    over, running = idle_cluster(stack, "run-over"), idle_cluster(stack, "run-running")
    stack.step_functions.statuses[execution("run-over")["arn"]] = "ABORTED"
    stack.step_functions.statuses[execution("run-running")["arn"]] = "RUNNING"
    try:
        stack("sweep").answer({})
        wait_until_gone(stack, over)
        assert cluster_state(stack, running) not in (*FINAL, "TERMINATING")
        told = aws.sqs.receive_message(QueueUrl=aws.queue, MaxNumberOfMessages=10)["Messages"]
        subjects = [json.loads(message["Body"])["Subject"] for message in told]
        assert any(over in subject for subject in subjects), subjects
    finally:
        stack.clusters.terminate_job_flows(JobFlowIds=[running])


def test_a_wrong_job_is_refused_with_every_problem(stack):
    error = stack("submit").error(first_document("run-3", release=7, code_entrypoint="x"))
    assert error["errorType"] == "InvalidJob"
    assert "/release" in error["errorMessage"] and "/code_entrypoint" in error["errorMessage"]


class Silence:
    """EMR or DynamoDB that takes a request and says nothing, until a test ends it."""

    def __init__(self, answers: dict):
        self.over = threading.Event()
        self.answers = answers

    def __call__(self, operation: str, request: dict) -> tuple[int, dict]:
        self.over.wait()
        return 200, self.answers.get(operation, {})


@pytest.mark.parametrize("service", ["EMR", "DYNAMODB"])
@pytest.mark.parametrize("seconds", [3, 8])
def test_a_service_that_never_answers_costs_no_answer(stack, stub, service, seconds):
    silence = Silence({})
    url = stub(silence).url
    try:
        submit = stack("submit", **{f"AWS_ENDPOINT_URL_{service}": url})
        submit.api.wait_until_asked(1)
        begin = time.monotonic()
        post = submit.invoke(first_document(f"silent-{service.lower()}-{seconds}"), seconds=seconds)
        assert post.came - begin < seconds, "Lambda would have ended it"
        answer = json.loads(post.body)
        if service == "EMR":  # it may have created a cluster: submit will look, and later once more
            assert answer["next"] == "wait", answer
        else:
            assert answer["errorType"] in ("UnknownOutcome", "Unavailable"), answer
        # The process lives on, and nothing of the lost call answers for the next one.
        again = submit.invoke(b"x")
        assert json.loads(again.body)["errorType"] == "InvalidJob"
        assert submit.process.poll() is None
    finally:
        silence.over.set()


def test_after_a_lost_answer_it_looks_and_creates_no_second_cluster(stack, stub, aws):
    """RunJobFlow was applied and its answer lost with the invocation's time."""
    real = stack.clusters

    def applied_in_silence(operation: str, request: dict) -> tuple[int, dict]:
        if operation == "RunJobFlow":
            real.run_job_flow(**request)
            lost.wait()
        return 200, {}

    lost = threading.Event()
    try:
        silent = stack("submit", AWS_ENDPOINT_URL_EMR=stub(applied_in_silence).url)
        assert silent.answer(first_document("run-4"), seconds=6)["next"] == "wait"
    finally:
        lost.set()
    document = go_on(stack("submit"), first_document("run-4"))
    assert document["next"] == "await"
    named = [c["Name"] for c in real.list_clusters()["Clusters"]]
    assert named.count("ecm-test-count-run-4") == 1


def test_no_handler_writes_a_file(stack):
    wake = stack("wake")
    wake.answer({})
    opened = pathlib.Path(f"/proc/{wake.process.pid}/fd").iterdir()
    files = [str(path.readlink()) for path in opened]
    assert all(name.startswith(("socket:", "/dev/null", str(wake.log))) for name in files), files


# --- calls that a job makes only when something went wrong ----------------------------------------
def test_what_was_created_for_an_aborted_job_is_ended(stack, stub):
    """Release puts up the tombstone while RunJobFlow is under way."""
    release, created = stack("release"), []

    def aborted_meanwhile(operation: str, request: dict) -> tuple[int, dict]:
        if operation == "RunJobFlow":
            document = release.answer({"v": 1, "execution": execution("run-late")})
            assert document["next"] == "wait", "a cluster may come yet"
            created.append(idle_cluster(stack, "run-late"))
            return 200, {"JobFlowId": created[0]}
        assert operation == "TerminateJobFlows"
        stack.clusters.terminate_job_flows(**request)
        return 200, {}

    submit = stack("submit", AWS_ENDPOINT_URL_EMR=stub(aborted_meanwhile).url)
    error = submit.error(first_document("run-late"))
    assert error["errorType"] == "Conflict" and "aborted" in error["errorMessage"]
    wait_until_gone(stack, created[0])


def submitted(stack, stub, name: str, cluster: str) -> dict:
    """The document of a job whose cluster is this one."""
    answers = stub(lambda operation, request: (200, {"JobFlowId": cluster}))
    return stack("submit", AWS_ENDPOINT_URL_EMR=answers.url).answer(first_document(name))


def test_await_answers_at_once_where_the_event_came_before_the_token(stack, stub):
    cluster = idle_cluster(stack, "run-early")
    document = submitted(stack, stub, "run-early", cluster)
    stack.clusters.terminate_job_flows(JobFlowIds=[cluster])
    assert stack("wake").answer({"detail": {"clusterId": cluster, "state": "TERMINATED"}}) == {}
    assert stack("await").answer({"document": document, "token": "early"}) == {}
    assert stack.step_functions.answered == ["early"]


def test_an_event_before_the_clusters_id_is_stored_finds_its_job_by_name(stack, stub, aws):
    refusal = {"__type": "ThrottlingException", "message": "Rate exceeded"}
    refused = stub(lambda operation, request: (400, refusal))
    waiting = stack("submit", AWS_ENDPOINT_URL_EMR=refused.url).answer(first_document("run-young"))
    assert waiting["next"] == "wait"
    detail = {"clusterId": "j-YOUNG", "name": "ecm-test-count-run-young", "state": "TERMINATED"}
    assert stack("wake").answer({"detail": detail}) == {}
    (record,) = [r for r in aws.records() if r["execution"].endswith(":run-young")]
    assert "woken" in record


def test_a_crowd_waits_for_its_turns(stack, stub, aws):
    submit = stack("submit", AWS_ENDPOINT_URL_EMR=stub(lambda *_: (200, {"JobFlowId": "j-1"})).url)
    answers = [submit.answer(first_document(f"crowd-{number}")) for number in range(8)]
    assert [answer["next"] for answer in answers[:5]] == ["await"] * 5
    waiting = answers[-1]
    assert waiting["next"] == "wait" and waiting["turn"] > execution("now")["started"]


def test_release_lifts_protection_and_ends_the_cluster(stack, stub):
    cluster = idle_cluster(stack, "run-kept")
    document = submitted(stack, stub, "run-kept", cluster)
    stack.clusters.set_termination_protection(JobFlowIds=[cluster], TerminationProtected=True)
    assert stack("release").answer(document)["next"] == "wait"
    wait_until_gone(stack, cluster)


def test_the_sweep_settles_an_aborted_job_and_ends_its_protected_cluster(stack, stub, aws):
    cluster = idle_cluster(stack, "run-forgotten")
    submitted(stack, stub, "run-forgotten", cluster)
    stack.clusters.set_termination_protection(JobFlowIds=[cluster], TerminationProtected=True)
    aborted = execution("run-forgotten")["arn"]
    stack.step_functions.statuses[aborted] = "ABORTED"
    sweep = stack("sweep")
    sweep.answer({"detail": {"executionArn": aborted}})
    wait_until_gone(stack, cluster)
    report = sweep.answer({"detail": {"executionArn": aborted}})
    assert report["settled"] == [{"execution": aborted, "verdict": "Cancelled"}], report
    (record,) = [r for r in aws.records() if r["execution"] == aborted]
    assert record["outcome"]["verdict"] == "Cancelled"


def test_the_sweep_leaves_a_cluster_without_our_tags_alone_and_tells_people(stack, aws):
    cluster = idle_cluster(stack, "run-unmarked")
    keys = ["ecm:stage", "ecm:execution"]
    stack.clusters.remove_tags(ResourceId=cluster, TagKeys=keys)
    try:
        report = stack("sweep").answer({})
        assert cluster_state(stack, cluster) not in (*FINAL, "TERMINATING")
        assert cluster in [problem["cluster"] for problem in report["problems"]]
    finally:
        stack.clusters.terminate_job_flows(JobFlowIds=[cluster])


def test_the_sweep_wakes_a_job_whose_event_was_lost(stack, stub):
    cluster = idle_cluster(stack, "run-asleep")
    document = submitted(stack, stub, "run-asleep", cluster)
    assert stack("await").answer({"document": document, "token": "slept"}) == {}
    stack.clusters.terminate_job_flows(JobFlowIds=[cluster])
    wait_until_gone(stack, cluster)
    stack.step_functions.statuses[execution("run-asleep")["arn"]] = "RUNNING"
    report = stack("sweep").answer({})
    assert execution("run-asleep")["arn"] in report["woken"]
    assert "slept" in stack.step_functions.answered
