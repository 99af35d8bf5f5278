"""`aws_client_proof` against moto, every request of it written down and judged."""

import gzip
import json
import os
import socket
import subprocess
import time

import botocore.credentials
import pytest
import recorder as recorder_module
import wire_check
from stand_in import REGION, ROOT, SECONDS, WAITING, make_machine

PROOF = ROOT / "build" / "release" / "bin" / "aws_client_proof"
CREDENTIALS = botocore.credentials.Credentials("AKIDPROOF", "proof-secret", "proof-token")
PIECES = 5 << 20  # more than one piece of a compressed object


def telling(queue: str) -> dict:
    """A state machine that tells its task token to a queue and waits for the answer."""
    return {
        "StartAt": "Ask",
        "States": {
            "Ask": {
                "Type": "Task",
                "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
                "Parameters": {"QueueUrl": queue, "MessageBody": {"token.$": "$$.Task.Token"}},
                "TimeoutSeconds": SECONDS,
                "End": True,
            }
        },
    }


def fill_buckets(s3) -> None:
    where = {"CreateBucketConfiguration": {"LocationConstraint": REGION}}
    for bucket in ("proof-logs", "proof-many"):
        s3.create_bucket(Bucket=bucket, **where)
    noise = os.urandom(PIECES)  # does not get smaller
    objects = {
        "plain/stderr": b"first line\nlast line",
        "packed/stderr.gz": gzip.compress(noise + b"\nlast line"),
        "empty": b"",
        "empty.gz": b"",
    }
    assert len(objects["packed/stderr.gz"]) > PIECES
    for key in ("odd/a b+c&d=e?f#g%41~ü€", "odd/(x)[y]{z}'\"*!,;:@$", "odd//two"):
        objects[key] = key.encode()
    for key, body in objects.items():
        s3.put_object(Bucket="proof-logs", Key=key, Body=body)
    for number in range(1203):
        s3.put_object(Bucket="proof-many", Key=f"k/{number:04}", Body=b"")


def fill_log_group(logs) -> None:
    """As functions write: one line of an execution, one of another."""
    group = {"logGroupName": "/aws/lambda/ecm-proof-submit"}
    logs.create_log_group(**group)
    logs.create_log_stream(**group, logStreamName="one")
    now = int(1000 * time.time())
    lines = [f'{{"execution":"arn:aws:states:x:{name}"}}\n' for name in ("ours", "theirs")]
    lines += [f'{{"n":{number},"execution":"arn:aws:states:x:many"}}' for number in range(23)]
    events = [{"timestamp": now + n, "message": line} for n, line in enumerate(lines)]
    logs.put_log_events(**group, logStreamName="one", logEvents=events)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def waiting_execution(aws) -> tuple[str, str]:
    """An execution that waits, and the token that it waits for."""
    queue = aws("sqs").create_queue(QueueName="tokens")["QueueUrl"]
    machine = make_machine(aws, "waiting", telling(queue))
    execution = aws("stepfunctions").start_execution(
        stateMachineArn=machine, name="waiting-1", input="{}"
    )["executionArn"]
    stop_at = time.monotonic() + SECONDS
    while time.monotonic() < stop_at:
        found = aws("sqs").receive_message(QueueUrl=queue).get("Messages", [])
        if found:
            return execution, json.loads(found[0]["Body"])["token"]
        time.sleep(0.1)
    raise AssertionError("the execution has not told its token")


@pytest.fixture(scope="module")
def proof(moto, aws, tmp_path_factory):
    """One run of the program: how it ended, what it sent."""
    fill_buckets(aws("s3"))
    topic = aws("sns").create_topic(Name="proof")["TopicArn"]
    queue = aws("sqs").create_queue(QueueName="proof")["QueueUrl"]
    arn = aws("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    aws("sns").subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=arn["Attributes"]["QueueArn"]
    )
    machine = make_machine(aws, "proof", WAITING)
    fill_log_group(aws("logs"))
    execution, token = waiting_execution(aws)
    recorder = recorder_module.Recorder(moto)
    report = tmp_path_factory.mktemp("proof") / "report.json"
    try:
        result = subprocess.run(
            [PROOF, f"--gtest_output=json:{report}"],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "AWS_ENDPOINT_URL": recorder.url,
                "PROOF_TOPIC": topic,
                "PROOF_MACHINE": machine,
                "PROOF_TOKEN": token,
                "PROOF_EXECUTION": execution,
                "PROOF_FREE_PORT": str(free_port()),
            },
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
    finally:
        recorder.stop()
    result.requests = recorder.requests
    result.report = json.loads(report.read_text()) if report.exists() else {}
    result.queue = queue
    result.execution = execution
    return result


def test_every_proof_succeeds(proof):
    assert proof.returncode == 0, proof.stdout[-20_000:] + proof.stderr[-5_000:]
    assert proof.report["tests"] >= 20 and proof.report["failures"] == 0
    tests = [test for suite in proof.report["testsuites"] for test in suite["testsuite"]]
    assert [test["name"] for test in tests if test["result"] != "COMPLETED"] == []


def test_every_request_is_one_that_botocore_could_have_sent(proof):
    assert len(proof.requests) > 300
    found = [wire_check.problems(request, CREDENTIALS) for request in proof.requests]
    assert [problems for problems in found if problems] == []


def test_every_answer_has_the_shape_that_botocore_reads(proof):
    """What moto answers is what AWS would: nothing is read that only a stand-in says."""
    found = {problem for request in proof.requests for problem in wire_check.answer_problems(request)}
    assert found == set()


def test_every_operation_that_we_use_was_asked_for(proof):
    asked = {request.operation for request in proof.requests}
    assert asked >= {
        "RunJobFlow", "DescribeCluster", "ListClusters", "ListSteps", "TerminateJobFlows",
        "SetTerminationProtection", "StartExecution", "DescribeExecution", "ListExecutions",
        "SendTaskSuccess", "PutItem", "GetItem", "Query", "BatchGetItem", "FilterLogEvents",
    }  # fmt: skip


def test_the_checks_see_what_is_wrong(proof):
    """A check that lets everything pass would prove nothing."""

    def first(operation: str, **changes: object) -> list[str]:
        request = next(r for r in proof.requests if r.operation == operation)
        fields = {**vars(request), **changes}
        return wire_check.problems(recorder_module.Recorded(**fields), CREDENTIALS)

    assert first("DescribeCluster") == []
    body = b'{"ClusterId": 7}'
    assert any("Invalid type" in problem for problem in first("DescribeCluster", body=body))
    body = b'{"ClusterId": "j-1", "Unheard": 1}'
    unheard = first("DescribeCluster", body=body)
    assert any("Unheard is in no shape" in problem for problem in unheard)
    assert any("botocore signs it otherwise" in problem for problem in unheard)
    assert any("not POST /" in problem for problem in first("DescribeCluster", method="GET"))
    request = next(r for r in proof.requests if r.operation == "DescribeCluster")
    told = {**vars(request), "status": 200, "answer": b'{"Cluster": {"Unheard": 1}}'}
    assert wire_check.answer_problems(recorder_module.Recorded(**told)) == [
        "DescribeCluster: .Cluster.Unheard is in no shape"
    ]


def test_the_signed_headers_are_those_of_the_sdk(proof):
    """As facts of boto3 say, with the session token of temporary keys."""
    signed = {
        request.header("authorization").split("SignedHeaders=")[1].split(",")[0]
        for request in proof.requests
        if request.operation
    }
    assert signed == {"content-type;host;x-amz-date;x-amz-security-token;x-amz-target"}


def test_no_secret_is_in_the_output(proof):
    assert "proof-secret" not in proof.stdout + proof.stderr
    assert "proof-token" not in proof.stdout + proof.stderr


def test_a_lost_answer_repeats_what_is_the_same_twice_and_nothing_else(proof):
    lost = [request for request in proof.requests if request.status is None]
    assert {request.operation for request in lost} == {
        "PutItem", "RunJobFlow", "StartExecution", "TerminateJobFlows",
    }  # fmt: skip
    for request in lost:
        again = [
            other
            for other in proof.requests
            if other.header("amz-sdk-invocation-id") == request.header("amz-sdk-invocation-id")
        ]
        if request.operation == "RunJobFlow":
            assert len(again) == 1
        else:
            assert len(again) == 2 and again[0].body == again[1].body


def test_the_notice_arrives_in_the_queue(proof, aws):
    messages = aws("sqs").receive_message(QueueUrl=proof.queue, MaxNumberOfMessages=10)["Messages"]
    assert len(messages) == 1
    notice = json.loads(messages[0]["Body"])
    assert notice["Subject"] == "Job failed: w??rd count"
    assert notice["Message"] == 'Line one\n"two" & <three> 100% ü€\n'


def test_the_answer_to_the_token_ends_the_execution(proof, aws):
    described = aws("stepfunctions").describe_execution(executionArn=proof.execution)
    assert described["status"] == "SUCCEEDED"
    assert json.loads(described["output"]) == {"v": 1, "text": "wörd"}
