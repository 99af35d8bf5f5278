"""What is refused: by which code, as boto3 raises it, and with the message that AWS says."""

import pytest
from botocore.exceptions import ClientError
from emr_requests import bash, cluster, end, start, steps, wait_cluster

GONE = "j-0000000000000"

REFUSED = [
    ("describe_cluster", {"ClusterId": GONE}, "InvalidRequestException", "is not valid"),
    ("list_steps", {"ClusterId": GONE}, "InvalidRequestException", "is not valid"),
    ("list_instances", {"ClusterId": GONE}, "InvalidRequestException", "is not valid"),
    ("list_bootstrap_actions", {"ClusterId": GONE}, "InvalidRequestException", "is not valid"),
    (
        "describe_step",
        {"ClusterId": GONE, "StepId": "s-0"},
        "InvalidRequestException",
        "is not valid",
    ),
    (
        "cancel_steps",
        {"ClusterId": GONE, "StepIds": ["s-0"]},
        "InvalidRequestException",
        "is not valid",
    ),
    (
        "add_tags",
        {"ResourceId": GONE, "Tags": [{"Key": "a", "Value": "b"}]},
        "InvalidRequestException",
        "is not valid",
    ),
    (
        "add_job_flow_steps",
        {"JobFlowId": GONE, "Steps": [bash("true")]},
        "ValidationException",
        "not valid",
    ),
    ("terminate_job_flows", {"JobFlowIds": [GONE]}, "ValidationException", "does not exist"),
    ("terminate_job_flows", {"JobFlowIds": []}, "ValidationException", "cannot be empty"),
    ("list_clusters", {"Marker": "made up"}, "InvalidRequestException", "Marker"),
    (
        "run_job_flow",
        cluster(ReleaseLabel="emr-x"),
        "ValidationException",
        "The supplied release label is invalid: emr-x.",
    ),
    (
        "run_job_flow",
        cluster(StepConcurrencyLevel=257),
        "ValidationException",
        "Allowed level is from 1 to 256",
    ),
    (
        "run_job_flow",
        cluster(Steps=[bash("true")] * 257),
        "ValidationException",
        "Maximum number of active steps",
    ),
    (
        "run_job_flow",
        cluster(Instances={"MasterInstanceType": "not a type"}),
        "ValidationException",
        "is not supported",
    ),
    ("run_job_flow", cluster(name="a<b"), "ValidationException", ""),
    ("run_job_flow", cluster(name="bell\x07"), "ValidationException", ""),
    (
        "run_job_flow",
        cluster(Tags=[{"Key": "aws:mine", "Value": ""}]),
        "ValidationException",
        "aws:",
    ),
]


@pytest.mark.parametrize(
    "operation, request_, code, message",
    REFUSED,
    ids=[f"{index}-{refused[0]}" for index, refused in enumerate(REFUSED)],
)
def test_a_wrong_request_is_refused_by_its_code(operation, request_, code, message, emr):
    with pytest.raises(ClientError) as refused:
        getattr(emr, operation)(**request_)
    error = refused.value.response["Error"]
    assert (error["Code"], refused.value.response["ResponseMetadata"]["HTTPStatusCode"]) == (
        code,
        400,
    ), error
    assert message in error["Message"], error
    assert refused.value.response["ResponseMetadata"]["RequestId"]


@pytest.mark.parametrize(
    "operation, request_",
    [
        ("list_studios", {}),
        ("describe_security_configuration", {"Name": "x"}),
        ("describe_notebook_execution", {"NotebookExecutionId": "ex-1"}),
    ],
)
def test_an_operation_that_is_not_there_is_refused_by_its_name(operation, request_, emr):
    with pytest.raises(ClientError) as refused:
        getattr(emr, operation)(**request_)
    assert refused.value.response["Error"]["Code"] == "UnknownOperationException"


def test_a_step_of_another_cluster_is_not_found(emr):
    first = start(emr, alive=True, Steps=[bash("true")])
    second = start(emr, alive=True)
    wait_cluster(emr, first, "WAITING")
    (step,) = steps(emr, first)
    with pytest.raises(ClientError, match="is not valid") as refused:
        emr.describe_step(ClusterId=second, StepId=step["Id"])
    assert refused.value.response["Error"]["Code"] == "InvalidRequestException"
    end(emr, first, second)


def test_a_refused_request_leaves_nothing_behind(served):
    emr = served.emr(region="sa-east-1")  # nobody else's
    with pytest.raises(ClientError):
        emr.run_job_flow(**cluster(Steps=[bash("true")] * 257))
    assert emr.list_clusters()["Clusters"] == []
