"""Least privilege, measured: what each function was heard to call in tests/lambda and tests/e2e
(tests/lambda/tap.py) is compared with its policy, both ways. `bash scripts/e2e` runs them first."""

import fnmatch
import re

import pytest
from synthesis import HANDLERS, ROOT, STAGE

CALLS = ROOT / "build" / "aws-calls"

# What is granted although no function calls it: to whom, and why.
LOGS = "Lambda itself writes the function's log"
TRACES = "Lambda itself sends traces"
VPC = "Lambda itself makes the network interfaces in a VPC"
NEVER_CALLED = {
    "elasticmapreduce:AddTags": (
        ["submit"], "EMR wants it beside RunJobFlow where the request has tags"
    ),
    "iam:PassRole": (
        ["submit"], "EMR checks it when RunJobFlow names the roles of the cluster"
    ),
    "iam:CreateServiceLinkedRole": (
        ["submit"], "EMR makes the cleanup role with an account's first cluster"
    ),
    "s3:ListBucket": (["report"], "without it S3 says 403, not 404, of a log that is late"),
    "sqs:SendMessage": (
        ["wake", "sweep"], "Lambda itself keeps what an asynchronous invocation could not do"
    ),
    "logs:CreateLogStream": (HANDLERS, LOGS),
    "logs:PutLogEvents": (HANDLERS, LOGS),
    "xray:PutTelemetryRecords": (HANDLERS, TRACES),
    "xray:PutTraceSegments": (HANDLERS, TRACES),
    "kms:Decrypt": (
        HANDLERS, "Lambda reads the environment, SNS the key of the topic, in the function's name"
    ),
    "kms:GenerateDataKey": (
        ["sweep"], "SNS encrypts with the topic's key in the function's name"
    ),
    "ec2:AssignPrivateIpAddresses": (HANDLERS, VPC),
    "ec2:CreateNetworkInterface": (HANDLERS, VPC),
    "ec2:DeleteNetworkInterface": (HANDLERS, VPC),
    "ec2:DescribeNetworkInterfaces": (HANDLERS, VPC),
    "ec2:DescribeSubnets": (HANDLERS, VPC),
    "ec2:UnassignPrivateIpAddresses": (HANDLERS, VPC),
}


def never_called(handler: str) -> set[str]:
    return {action for action, (handlers, _) in NEVER_CALLED.items() if handler in handlers}


def calls(handler: str) -> set[tuple[str, str]]:
    """Actions, and what they were done to."""
    file = CALLS / handler
    assert file.exists(), f"nobody has listened to {handler}: run `bash scripts/e2e` first"
    return {tuple(line.split(" ", 1)) for line in file.read_text().splitlines()}


def called(handler: str) -> set[str]:
    return {action for action, _ in calls(handler)}


def end_of(arn: str) -> str:
    """"table/ecm-dev-jobs" of "arn:aws:dynamodb:eu-central-1:123456789012:table/ecm-dev-jobs"."""
    return arn.split(":", 5)[-1]


# Jobs of tests that log elsewhere than their environment does: an account refuses to read there, and
# the outcome says so (docs/iam.md).
OTHER_LOG_BUCKETS = ("wordcount-logs/",)


def in_the_names_of(template_stage: str, resource: str) -> str:
    """The stacks of the tests are of stage test and log to buckets of their own."""
    resource = re.sub(r"^(ecm-test-)?logs/emr/test/", f"my-logs/emr/{template_stage}/", resource)
    return resource.replace("ecm-test", f"ecm-{template_stage}")


@pytest.mark.parametrize("handler", HANDLERS)
def test_a_function_may_do_all_that_it_does(plain, full, handler):
    assert called(handler) <= plain.allowed(handler)
    assert called(handler) <= full.allowed(handler)


@pytest.mark.parametrize("handler", HANDLERS)
def test_a_function_may_do_nothing_that_it_never_does(plain, full, handler):
    for template in (plain, full):
        needless = template.allowed(handler) - called(handler) - never_called(handler)
        assert needless == set(), f"granted to {handler} and never used"


@pytest.mark.parametrize("handler", HANDLERS)
def test_a_function_may_do_it_to_what_it_does_it_to(plain, handler):
    missing = []
    for action, resource in calls(handler):
        if resource == "-" or resource.startswith(OTHER_LOG_BUCKETS):
            continue
        wanted = in_the_names_of(STAGE, resource)
        granted = [
            end_of(arn)
            for statement in plain.statements(handler)
            if action in statement["Action"]
            for arn in statement["Resource"]
        ]
        if not any(fnmatch.fnmatchcase(wanted, arn) for arn in granted):
            missing.append(f"{action} on {wanted}; granted on {granted}")
    assert missing == []


@pytest.mark.parametrize("handler", HANDLERS)
def test_a_function_reads_every_table_and_index_that_it_may_read(plain, handler):
    heard = {(action, in_the_names_of(STAGE, resource)) for action, resource in calls(handler)}
    granted = {
        (action, end_of(arn))
        for statement in plain.statements(handler)
        for action in statement["Action"]
        for arn in statement["Resource"]
        if action.startswith("dynamodb:")
    }
    assert granted <= heard


@pytest.mark.parametrize("handler", HANDLERS)
def test_every_reason_is_still_needed(full, handler):
    assert never_called(handler) <= full.allowed(handler), "a reason for what it may not do"
    assert not never_called(handler) & called(handler), "a reason for what it does"
