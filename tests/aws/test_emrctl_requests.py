"""emrctl against moto: every command of an account, with the keys of a role that STS gives; all its
requests written down and judged."""

import json
import os
import subprocess
import time
import xml.etree.ElementTree

import botocore.credentials
import pytest
import recorder as recorder_module
import wire_check
from stand_in import REGION, ROOT, SECONDS, make_machine

EMRCTL = ROOT / "build" / "release" / "bin" / "emrctl"
BASE = botocore.credentials.Credentials("AKIDOFTHEBASE", "a-base-secret", "a-base-token")
ROLE = "arn:aws:iam::123456789012:role/runner"
STARTED = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 600, "End": True}}}
JOB = {
    "job_name": "count",
    "release": "emr-7.10.0",
    "code_entrypoint": "s3://some-code/job.py",
    "region": REGION,
}
CONFIG = f"""\
[profile base]
aws_access_key_id = {BASE.access_key}
aws_secret_access_key = {BASE.secret_key}
aws_session_token = {BASE.token}

[profile runner]
role_arn = {ROLE}
source_profile = base
region = {REGION}
"""
WEB_TOKEN = "header.a-web-identity-token.signature"


def fill(aws) -> dict[str, str]:
    """What a deployed stack of the stage dev has, one execution's log lines and a cluster of ours."""
    machine = make_machine(aws, "ecm-dev", STARTED)
    table = json.loads((ROOT / "deploy/job_table.json").read_text())["CreateTable"]
    aws("dynamodb").create_table(**{**table, "TableName": "ecm-dev-jobs"})
    execution = machine.replace(":stateMachine:", ":execution:") + ":run-1"
    group = {"logGroupName": "/aws/lambda/ecm-dev-submit"}
    logs = aws("logs")
    logs.create_log_group(**group)
    logs.create_log_stream(**group, logStreamName="one")
    line = {"message": "cluster created", "execution": execution}
    logs.put_log_events(
        **group,
        logStreamName="one",
        logEvents=[{"timestamp": int(1000 * time.time()), "message": json.dumps(line) + "\n"}],
    )
    cluster = aws("emr").run_job_flow(
        Name="ecm-dev-count-x",
        ReleaseLabel="emr-7.10.0",
        Instances={
            "MasterInstanceType": "m5.xlarge",
            "InstanceCount": 1,
            "KeepJobFlowAliveWhenNoSteps": True,
        },
        JobFlowRole="EMR_EC2_DefaultRole",
        ServiceRole="EMR_DefaultRole",
        Tags=[{"Key": "ecm:stage", "Value": "dev"}],
    )["JobFlowId"]
    return {"execution": execution, "cluster": cluster, "line": json.dumps(line)}


class Person:
    """Somebody with a profile, whose every request is written down."""

    def __init__(self, moto: int, folder) -> None:
        self.recorder = recorder_module.Recorder(moto)
        self.folder = folder
        (folder / "config").write_text(CONFIG)
        (folder / "token").write_text(WEB_TOKEN)
        (folder / "job.json").write_text(json.dumps(JOB))
        self.said = ""

    def emrctl(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess:
        done = subprocess.run(
            [EMRCTL, *arguments],
            cwd=self.folder,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.folder),
                "AWS_CONFIG_FILE": str(self.folder / "config"),
                "AWS_ENDPOINT_URL": self.recorder.url,
                "AWS_EC2_METADATA_DISABLED": "true",
                **variables,
            },
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        self.said += done.stdout + done.stderr
        return done


@pytest.fixture(scope="module")
def stack(aws):
    return fill(aws)


@pytest.fixture(scope="module")
def person(moto, stack, tmp_path_factory):
    somebody = Person(moto, tmp_path_factory.mktemp("person"))
    yield somebody
    somebody.recorder.stop()


@pytest.fixture(scope="module")
def commands(person, stack):
    """Every command once, in the order of a job's life."""
    profile = ["--profile", "runner"]
    started = person.emrctl("start", "job.json", "--id", "run-1", *profile)
    done = {
        "start": started,
        "status": person.emrctl("status", "run-1", *profile),
        "list": person.emrctl("list", "--json", *profile),
        "logs": person.emrctl("logs", "run-1", "--stream", "functions", *profile),
        "sweep": person.emrctl("sweep", "--dry-run", "--json", *profile),
        "terminate": person.emrctl("terminate", stack["cluster"], *profile),
        "stop": person.emrctl("stop", "run-1", *profile),
        "watch": person.emrctl("watch", "run-1", *profile),
        "list with a web identity": person.emrctl(
            "list",
            AWS_REGION=REGION,
            AWS_ROLE_ARN=ROLE,
            AWS_WEB_IDENTITY_TOKEN_FILE=str(person.folder / "token"),
        ),
    }
    return done


def keys_that_sts_gave(requests) -> list[botocore.credentials.Credentials]:
    found = []
    for request in requests:
        if b"Version=2011-06-15" not in request.body:
            continue
        root = xml.etree.ElementTree.fromstring(request.answer)
        told = {element.tag.split("}")[1]: element.text for element in root.iter()}
        found.append(
            botocore.credentials.Credentials(
                told["AccessKeyId"], told["SecretAccessKey"], told["SessionToken"]
            )
        )
    return found


def test_every_command_does_its_work(commands, stack):
    codes = {name: done.returncode for name, done in commands.items()}
    assert codes == {**dict.fromkeys(commands, 0), "watch": 7}, {
        name: done.stderr for name, done in commands.items()
    }
    assert commands["start"].stdout.strip() == stack["execution"]
    assert commands["status"].stdout.startswith("RUNNING")
    assert [row["name"] for row in json.loads(commands["list"].stdout)] == ["run-1"]
    assert commands["logs"].stdout == stack["line"] + "\n"
    assert json.loads(commands["sweep"].stdout)["looked_at"]["clusters"] >= 1


def test_the_role_is_taken_and_its_keys_are_used(commands, person):
    gave = keys_that_sts_gave(person.recorder.requests)
    assert len(gave) == len(commands), "one call of STS for each command"
    given = {keys.access_key for keys in gave}
    for request in person.recorder.requests:
        if b"Version=2011-06-15" in request.body:
            continue
        key = request.header("authorization").split("Credential=")[1].split("/")[0]
        assert key in given, "everything is asked with the keys of the role"


def test_every_request_is_one_that_botocore_could_have_sent(commands, person):
    gave = keys_that_sts_gave(person.recorder.requests)
    asked = {request.operation for request in person.recorder.requests}
    assert asked >= {
        "StartExecution", "DescribeExecution", "GetExecutionHistory", "ListExecutions",
        "ListStateMachines", "StopExecution", "ListClusters", "DescribeCluster",
        "TerminateJobFlows", "FilterLogEvents", "Query",
    }  # fmt: skip
    found = [wire_check.problems(each, BASE, *gave) for each in person.recorder.requests]
    assert [problems for problems in found if problems] == []


def test_every_answer_has_the_shape_that_botocore_reads(commands, person):
    requests = person.recorder.requests
    assert {problem for each in requests for problem in wire_check.answer_problems(each)} == set()


def test_no_credential_is_said(commands, person):
    gave = keys_that_sts_gave(person.recorder.requests)
    secrets = {BASE.secret_key, BASE.token, WEB_TOKEN}
    for keys in gave:
        secrets |= {keys.secret_key, keys.token}
    assert [secret for secret in secrets if secret in person.said] == []
