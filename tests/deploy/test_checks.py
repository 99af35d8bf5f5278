"""What the field's checkers say of the template and of the policies. Every skip has its reason."""

import json
import subprocess

import pytest
from synthesis import HANDLERS, ROOT

CHECKOV = ROOT / ".venv-checkov" / "bin"

# What checkov would have, and why the template has it not.
SKIPPED = {
    "CKV_AWS_115": "reserved concurrency breaks accounts with a low limit: reserved_concurrency",
    "CKV_AWS_116": "only wake and sweep are invoked asynchronously, and both have their queue; the "
    "state machine sees the errors of all others",
    "CKV_AWS_117": "a VPC costs endpoints or NAT while nothing runs: vpc",
    "CKV_AWS_158": "the logs have no secrets and CloudWatch encrypts them; a key of one's own "
    "needs a policy that lets CloudWatch in",
    "CKV_AWS_173": "the environment has names, no secrets: kms_key_arn",
    "CKV_AWS_18": "Serverless's bucket has the package and the template, which are no secrets",
    "CKV_AWS_21": "each deployment has a key of its own in Serverless's bucket",
    "CKV_AWS_27": "SqsManagedSseEnabled encrypts the queue; the check knows only keys of one's own",
}
# With every option the template has what these ask for.
BY_OPTION = {"CKV_AWS_115", "CKV_AWS_117", "CKV_AWS_173"}


def checkov(file) -> set[str]:
    """The checks that failed."""
    assert (CHECKOV / "checkov").exists(), "no checkov: `bash scripts/e2e` installs it"
    done = subprocess.run(
        [CHECKOV / "checkov", "--file", file, "--framework", "cloudformation"]
        + ["--skip-download", "--compact", "--output", "json"],
        capture_output=True,
        text=True,
        timeout=300,
    )
    results = json.loads(done.stdout)["results"]
    assert len(results["passed_checks"]) > 50, "it has looked"
    return {check["check_id"] for check in results["failed_checks"]}


def test_cfn_lint_has_nothing_to_say(plain_service, full_service):
    for service in (plain_service, full_service):
        done = subprocess.run(
            [ROOT / ".venv-test" / "bin" / "cfn-lint", "--template", service.template_file],
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


def test_checkov_finds_what_we_have_reasons_for_and_nothing_else(plain_service):
    assert checkov(plain_service.template_file) == set(SKIPPED)


def test_checkov_finds_less_with_every_option(full_service):
    assert checkov(full_service.template_file) == set(SKIPPED) - BY_OPTION


def wrong_with(statements: list[dict]) -> list[str]:
    done = subprocess.run(
        [CHECKOV / "python", ROOT / "tests" / "deploy" / "iam_check.py"],
        input=json.dumps(statements),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stderr == "", done.stderr
    return done.stdout.split("\n")[:-1] if done.stdout.strip() else []


def test_policies_name_actions_resources_and_conditions_that_there_are(plain, full):
    for template in (plain, full):
        statements = [s for handler in HANDLERS for s in template.statements(handler)]
        assert wrong_with(statements) == []


@pytest.mark.parametrize(
    ("action", "resource", "condition", "says"),
    [
        ("elasticmapreduce:RunJobFlows", "*", {}, "no such action"),
        ("elasticmapreduce:RunJobFlow", "arn:aws:elasticmapreduce:::cluster/*", {}, "no resources"),
        ("dynamodb:GetItem", "*", {}, "granted on all"),
        ("dynamodb:GetItem", "arn:aws:dynamodb:::table/x", {"aws:RequestTag/x": "y"}, "no cond"),
    ],
)
def test_a_wrong_policy_is_found(action, resource, condition, says):
    statement = {
        "Effect": "Allow",
        "Action": [action],
        "Resource": [resource],
        "Condition": {"StringEquals": condition},
    }
    (found,) = wrong_with([statement])
    assert says in found
