"""Starting a job: what is read, how it is named, what is told of its end."""

import json

import pytest
from moto.stepfunctions.models import stepfunctions_backends
from told import ACCOUNT, REGION, refusal

from ecm_deploy.account import find_account
from ecm_deploy.environment import read_environment
from ecm_deploy.executions import execution_name, outcome_of, start
from ecm_deploy.smoke import Smoke

DEFINITION = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})


@pytest.fixture
def machine(aws, settings):
    settings()
    return aws.client("stepfunctions").create_state_machine(
        name="ecm-dev", definition=DEFINITION, roleArn=f"arn:aws:iam::{ACCOUNT}:role/states"
    )["stateMachineArn"]


@pytest.fixture
def job(tmp_path):
    file = tmp_path / "job.json"
    file.write_text('{"job_name": "daily count!", "release": "emr-7.10.0"}')
    return str(file)


def test_a_job_is_started_as_it_stands_in_its_file(aws, machine, job, world, told):
    start("dev", job, False, world)
    listed = aws.client("stepfunctions").list_executions(stateMachineArn=machine)
    (execution,) = listed["executions"]
    assert execution["name"].startswith("daily-count-") and execution["name"].endswith("-c0ffee")
    assert told.said[0] == execution["executionArn"]
    described = aws.client("stepfunctions").describe_execution(
        executionArn=execution["executionArn"]
    )
    assert json.loads(described["input"])["job_name"] == "daily count!"
    assert f"emrctl watch {execution['name']} --stage dev --region {REGION}" in told.text


def test_without_a_state_machine_terraform_is_named(aws, settings, job, world):
    settings()
    wrong = refusal(start, "dev", job, False, world)
    assert f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:ecm-dev" in wrong.what
    assert "terraform" in wrong.next_step


@pytest.mark.parametrize("text", ["", "{", '{"a": "' + "x" * 300_000 + '"}'])
def test_what_is_no_job_is_refused_before_aws_is_asked(settings, world, tmp_path, text):
    settings()
    (tmp_path / "bad.json").write_text(text)
    assert "bad.json" in refusal(start, "dev", str(tmp_path / "bad.json"), False, world).what


def test_a_job_must_be_named(settings, world):
    settings()
    assert "JOB=" in refusal(start, "dev", None, False, world).next_step


def end(status, **members):
    """Ends the execution that runs, as moto keeps it."""
    (machine,) = stepfunctions_backends[ACCOUNT][REGION].state_machines
    (execution,) = machine.executions
    execution.status = status
    for name, value in members.items():
        setattr(execution, name, value)


def outcome(verdict, next_step=None):
    return json.dumps({"v": 1, "verdict": verdict, "cause": {"next": next_step}})


def test_waiting_tells_the_outcome_of_a_success(aws, machine, job, world, told):
    told.on_sleep = lambda: end("SUCCEEDED", output=outcome("Succeeded"))
    start("dev", job, True, world)
    assert '"verdict": "Succeeded"' in told.text


def test_waiting_fails_with_the_job_and_says_what_to_do(aws, machine, job, world, told):
    cause = outcome("NoCapacity", "try another instance type")
    told.on_sleep = lambda: end("FAILED", error="NoCapacity", cause=cause)
    wrong = refusal(start, "dev", job, True, world)
    assert "NoCapacity" in wrong.what and wrong.next_step == "try another instance type"


def test_smoke_takes_a_job_that_does_not_say_where_its_output_is(aws, machine, world, told):
    emr = aws.client("emr")
    cluster = emr.run_job_flow(Name="ecm-dev-x", Instances={"InstanceCount": 1})["JobFlowId"]
    emr.terminate_job_flows(JobFlowIds=[cluster])
    ended = json.dumps({"verdict": "Succeeded", "cluster_id": cluster})
    told.on_sleep = lambda: end("SUCCEEDED", output=ended)
    environment = read_environment("dev", world)
    Smoke(environment, find_account(environment, world), world).job({"job_name": "daily"})
    assert f"Succeeded; cluster {cluster} is TERMINATED" in told.text
    assert "output_bucket" in told.text


@pytest.mark.parametrize("document", [{}, {"cause": "a sentence"}, {"output": "[1]"}])
def test_an_execution_without_an_outcome_has_none(document):
    assert outcome_of(document) == {}


@pytest.mark.parametrize("job", [{"job_name": "x" * 200}, {"job_name": "§"}, {}, [], "text"])
def test_a_name_is_one_that_step_functions_takes(world, job):
    name = execution_name(job, world)
    assert 1 <= len(name) <= 80 and all(c.isalnum() or c in "-_" for c in name)
