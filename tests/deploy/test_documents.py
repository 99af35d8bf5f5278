"""The documents say what is: the table of permissions, the policies of those who deploy."""

import json
import re

import jsonschema
import pytest
from iam_table import DOCUMENT, WHY, table, with_table
from synthesis import HANDLERS, ROOT
from test_checks import wrong_with

POLICIES = sorted((ROOT / "deploy" / "policies").glob("*.json"))
MANAGED_POLICY_CHARACTERS = 6144


def test_the_table_of_permissions_is_that_of_the_template(full):
    text = DOCUMENT.read_text("utf-8")
    assert text == with_table(text, table(full)), "run tests/deploy/iam_table.py"


def test_every_statement_has_its_reason_and_every_reason_its_statement(full):
    sids = {s["Sid"] for handler in HANDLERS for s in full.statements(handler)}
    assert sids == set(WHY)


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.name)
def test_the_policies_of_those_who_deploy_are_policies(path):
    text = path.read_text("utf-8")
    policy = json.loads(text)
    assert list(policy) == ["Version", "Statement"] and policy["Version"] == "2012-10-17"
    assert len(re.sub(r"\s", "", text)) <= MANAGED_POLICY_CHARACTERS, "a managed policy takes this"
    sids = [statement["Sid"] for statement in policy["Statement"]]
    assert len(sids) == len(set(sids)) and all(re.fullmatch("[A-Za-z0-9]+", sid) for sid in sids)
    for statement in policy["Statement"]:
        assert set(statement) <= {"Sid", "Effect", "Action", "Resource", "Condition"}
        assert statement["Effect"] == "Allow"
        for resource in statement["Resource"]:
            assert resource == "*" or re.fullmatch(r"arn:aws:[a-z0-9]+:\*?:\*?:.+", resource)
        # All of a service only for what is ours.
        if any(action.endswith(":*") for action in statement["Action"]):
            assert all("ecm-*" in resource for resource in statement["Resource"]), statement


def test_the_deployers_policy_names_actions_that_there_are():
    policy = json.loads((ROOT / "deploy" / "policies" / "deployer.json").read_text())
    assert wrong_with(policy["Statement"]) == []


def test_what_knows_no_topic_terraform_may_do_to_all():
    """What a subscription needs besides: sns:* on our topics is not enough."""
    policy = json.loads((ROOT / "deploy" / "policies" / "terraform.json").read_text())
    (statement,) = [s for s in policy["Statement"] if s["Sid"] == "SubscriptionsKnowNoTopic"]
    assert set(statement["Action"]) == {"sns:GetSubscriptionAttributes", "sns:Unsubscribe"}
    assert statement["Resource"] == ["*"] and wrong_with([statement]) == []
    on_ours = {**statement, "Resource": ["arn:aws:sns:*:*:ecm-*"]}
    assert len(wrong_with([on_ours])) == 2, "AWS's list says that they know no resources"


def test_the_function_that_starts_a_job_starts_one_that_the_manager_takes(monkeypatch):
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "deploy.md").read_text(), re.S)
    started = []

    class States:
        def start_execution(self, **request):
            started.append(request)
            return {"executionArn": "the-arn"}

    monkeypatch.setattr("boto3.client", lambda service: States())
    names: dict = {}
    exec(compile(code, "docs/deploy.md", "exec"), names)
    assert names["handler"]({"day": "2026-11-29"}, None) == "the-arn"
    schema = json.loads((ROOT / "schema" / "job.schema.json").read_text())
    jsonschema.validate(json.loads(started[0]["input"]), schema)
    assert started[0]["name"] == "daily-count-2026-11-29"


def links(text: str) -> list[str]:
    return [target for target in re.findall(r"\]\(([^)#]+)[^)]*\)", text) if "://" not in target]


@pytest.mark.parametrize("name", ["docs/deploy.md", "docs/iam.md"])
def test_the_documents_lead_somewhere(name):
    path = ROOT / name
    assert links(path.read_text("utf-8"))
    for target in links(path.read_text("utf-8")):
        assert (path.parent / target).exists(), target
