"""Step Functions beside EMR: executions of our definition and of others, as boto3 sees them."""

import json
import uuid

import pytest
from botocore.exceptions import ClientError
from served import wait_for

ROLE = "arn:aws:iam::000000000000:role/any"
WAITS = {
    "StartAt": "Rest",
    "States": {"Rest": {"Type": "Wait", "Seconds": 3600, "End": True}},
}
DECIDES = {
    "StartAt": "Decide",
    "States": {
        "Decide": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.good", "BooleanEquals": True, "Next": "Add"}],
            "Default": "No",
        },
        "Add": {"Type": "Pass", "Result": 7, "ResultPath": "$.seven", "End": True},
        "No": {"Type": "Fail", "Error": "NotGood", "Cause": "because"},
    },
}
OVER = {"SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"}


@pytest.fixture
def sfn(served):
    return served.step_functions()


@pytest.fixture
def machine(sfn):
    """Makes a state machine of a name of its own; returns its ARN."""

    def make(definition: dict) -> str:
        answer = sfn.create_state_machine(
            name=f"m-{uuid.uuid4().hex[:12]}", definition=json.dumps(definition), roleArn=ROLE
        )
        return answer["stateMachineArn"]

    return make


def our_machine(sfn) -> str:
    """The one that is there from the start."""
    pages = sfn.get_paginator("list_state_machines").paginate()
    arns = [m["stateMachineArn"] for page in pages for m in page["stateMachines"]]
    ours = [arn for arn in arns if "ecm-" in arn]
    assert len(ours) == 1, arns
    return ours[0]


def wait_over(sfn, arn: str) -> dict:
    return wait_for(
        lambda: sfn.describe_execution(executionArn=arn),
        lambda seen: seen["status"] in OVER,
        f"{arn} is over",
    )


def history(sfn, arn: str, **options) -> list[dict]:
    pages = sfn.get_paginator("get_execution_history").paginate(executionArn=arn, **options)
    return [event for page in pages for event in page["events"]]


def test_an_execution_succeeds_with_its_output(sfn, machine):
    arn = sfn.start_execution(stateMachineArn=machine(DECIDES), input='{"good": true}')[
        "executionArn"
    ]
    ended = wait_over(sfn, arn)
    assert ended["status"] == "SUCCEEDED"
    assert json.loads(ended["output"]) == {"good": True, "seven": 7}
    assert ended["startDate"] <= ended["stopDate"]


def test_an_execution_fails_with_error_and_cause(sfn, machine):
    arn = sfn.start_execution(stateMachineArn=machine(DECIDES), input='{"good": false}')[
        "executionArn"
    ]
    ended = wait_over(sfn, arn)
    assert (ended["status"], ended["error"], ended["cause"]) == ("FAILED", "NotGood", "because")
    events = history(sfn, arn)
    assert [event["id"] for event in events] == list(range(1, len(events) + 1))
    assert events[0]["type"] == "ExecutionStarted" and events[-1]["type"] == "ExecutionFailed"
    assert history(sfn, arn, PaginationConfig={"PageSize": 2}) == events
    assert history(sfn, arn, reverseOrder=True) == events[::-1]


def test_a_name_is_taken_once(sfn, machine):
    arn = machine(WAITS)
    first = sfn.start_execution(stateMachineArn=arn, name="one", input="{}")
    again = sfn.start_execution(stateMachineArn=arn, name="one", input="{}")
    assert again["executionArn"] == first["executionArn"]
    with pytest.raises(ClientError) as refused:
        sfn.start_execution(stateMachineArn=arn, name="one", input='{"other": 1}')
    assert refused.value.response["Error"]["Code"] == "ExecutionAlreadyExists"
    sfn.stop_execution(executionArn=first["executionArn"])


def test_a_stopped_execution_is_aborted(sfn, machine):
    arn = machine(WAITS)
    execution = sfn.start_execution(stateMachineArn=arn)["executionArn"]
    running = sfn.list_executions(stateMachineArn=arn, statusFilter="RUNNING")["executions"]
    assert [e["executionArn"] for e in running] == [execution]
    sfn.stop_execution(executionArn=execution, error="Enough", cause="a test")
    ended = sfn.describe_execution(executionArn=execution)
    assert (ended["status"], ended["error"], ended["cause"]) == ("ABORTED", "Enough", "a test")
    assert history(sfn, execution)[-1]["type"] == "ExecutionAborted"
    assert sfn.list_executions(stateMachineArn=arn, statusFilter="RUNNING")["executions"] == []


def test_executions_come_in_pages(sfn, machine):
    arn = machine(DECIDES)
    started = [
        sfn.start_execution(stateMachineArn=arn, input='{"good": true}')["executionArn"]
        for _ in range(7)
    ]
    pages = sfn.get_paginator("list_executions").paginate(
        stateMachineArn=arn, PaginationConfig={"PageSize": 3}
    )
    listed = [e["executionArn"] for page in pages for e in page["executions"]]
    assert sorted(listed) == sorted(started)


def test_a_job_description_that_is_wrong_fails_its_execution_and_says_all(sfn):
    description = {"job_name": "x", "slave_typ": "m5.xlarge", "count": "many"}
    arn = sfn.start_execution(stateMachineArn=our_machine(sfn), input=json.dumps(description))[
        "executionArn"
    ]
    ended = wait_over(sfn, arn)
    assert ended["status"] == "FAILED"
    assert ended["error"] == "InvalidJob"
    for pointer in ("/slave_typ", "/count", "code_entrypoint"):
        assert pointer in ended["cause"], ended["cause"]


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1"])
def test_a_job_whose_code_is_missing_fails_with_its_step(region, served):
    """The whole way through a cluster, in the region of requests without one and in another."""
    sfn = served.step_functions(region=region)
    description = {
        "job_name": "gone",
        "code_entrypoint": "s3://code-of-nobody/gone.py",
        "release": "emr-7.10.0",
        "log_bucket": "logs",
        "subnet": "subnet-0123456789abcdef0",
    }
    arn = sfn.start_execution(stateMachineArn=our_machine(sfn), input=json.dumps(description))[
        "executionArn"
    ]
    ended = wait_over(sfn, arn)
    assert (ended["status"], ended["error"]) == ("FAILED", "JobFailed"), ended
    assert "code-of-nobody" in ended["cause"]
    (notice,) = [
        text for file in (served.state / "notices").iterdir() if arn in (text := file.read_text())
    ]
    assert "code-of-nobody" in notice


@pytest.mark.parametrize(
    "operation, request_, code",
    [
        ("start_execution", {"stateMachineArn": "nonsense"}, "InvalidArn"),
        (
            "start_execution",
            {"stateMachineArn": "arn:aws:states:eu-central-1:000000000000:stateMachine:gone"},
            "StateMachineDoesNotExist",
        ),
        (
            "describe_execution",
            {"executionArn": "arn:aws:states:eu-central-1:000000000000:execution:gone:x"},
            "ExecutionDoesNotExist",
        ),
        ("send_task_success", {"taskToken": "made-up", "output": "{}"}, "InvalidToken"),
        (
            "create_state_machine",
            {"name": "bad", "definition": '{"StartAt": "A", "States": {}}', "roleArn": ROLE},
            "InvalidDefinition",
        ),
        (
            "create_activity",
            {"name": "not-here"},
            "UnknownOperationException",
        ),
    ],
)
def test_a_wrong_request_is_refused_by_its_code(operation, request_, code, sfn):
    with pytest.raises(ClientError) as refused:
        getattr(sfn, operation)(**request_)
    assert refused.value.response["Error"]["Code"] == code, refused.value.response


def test_an_input_that_is_no_json_is_refused(sfn, machine):
    with pytest.raises(ClientError) as refused:
        sfn.start_execution(stateMachineArn=machine(DECIDES), input="{")
    assert refused.value.response["Error"]["Code"] == "InvalidExecutionInput"
