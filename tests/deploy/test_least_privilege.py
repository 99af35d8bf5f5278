"""Least privilege, measured: what each function was heard to call in tests/lambda and tests/e2e
(tests/lambda/tap.py) is compared with its policy, both ways. `bash scripts/e2e` runs them first."""

import fnmatch
import re

import pytest
from synthesis import HANDLERS, ROOT, STAGE

CALLS = ROOT / "build" / "aws-calls"

# What is granted although no function calls it, and why.
NEVER_CALLED = {
    "elasticmapreduce:AddTags": "EMR wants it beside RunJobFlow where the request has tags",
    "iam:PassRole": "EMR checks it when RunJobFlow names the roles of the cluster",
    "iam:CreateServiceLinkedRole": "EMR makes the cleanup role with an account's first cluster",
    "s3:ListBucket": "without it S3 says 403, not 404, of a log that is late",
    "sqs:SendMessage": "Lambda itself keeps what an asynchronous invocation could not do",
    "logs:CreateLogStream": "Lambda itself writes the function's log",
    "logs:PutLogEvents": "Lambda itself writes the function's log",
    "xray:PutTelemetryRecords": "Lambda itself sends traces",
    "xray:PutTraceSegments": "Lambda itself sends traces",
    "kms:Decrypt": "Lambda reads the environment, SNS the key of the topic, in the function's name",
    "kms:GenerateDataKey": "SNS encrypts with the topic's key in the function's name",
    "ec2:AssignPrivateIpAddresses": "Lambda itself makes the network interfaces in a VPC",
    "ec2:CreateNetworkInterface": "Lambda itself makes the network interfaces in a VPC",
    "ec2:DeleteNetworkInterface": "Lambda itself makes the network interfaces in a VPC",
    "ec2:DescribeNetworkInterfaces": "Lambda itself makes the network interfaces in a VPC",
    "ec2:DescribeSubnets": "Lambda itself makes the network interfaces in a VPC",
    "ec2:UnassignPrivateIpAddresses": "Lambda itself makes the network interfaces in a VPC",
}


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
        needless = template.allowed(handler) - called(handler) - set(NEVER_CALLED)
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


def test_every_reason_is_still_needed(full):
    granted = set().union(*(full.allowed(handler) for handler in HANDLERS))
    heard = set().union(*(called(handler) for handler in HANDLERS))
    assert set(NEVER_CALLED) <= granted, "a reason for what nobody may do"
    assert not set(NEVER_CALLED) & heard, "a reason for what somebody does"
