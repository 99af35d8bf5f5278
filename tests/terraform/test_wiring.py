"""The pieces of the plan belong to each other."""

import json
import re

import pytest
from project import ACCOUNT, REGION, ROOT

QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:ecm-dev-event-dead-letters"
RULES = ["emr-events", "ended-executions", "sweep-schedule"]
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:ecm-dev-failures"


def references(plan, address):
    """What the configuration of a resource refers to, by its address without module."""
    def search(module):
        for resource in module.get("resources", []):
            if resource["address"] == address:
                return json.dumps(resource)
        for call in module.get("module_calls", {}).values():
            found = search(call["module"])
            if found:
                return found
        return None

    return search(plan.document["configuration"]["root_module"])


def test_each_rule_has_one_target_with_the_dead_letter_queue(plan):
    targets = list(plan.all("aws_cloudwatch_event_target").values())
    assert sorted(target["rule"] for target in targets) == [f"ecm-dev-{rule}" for rule in RULES]
    target = references(plan, "aws_cloudwatch_event_target.function")
    assert "aws_sqs_queue.dead_letters.arn" in target
    assert "aws_sqs_queue_policy.dead_letters" in target
    assert all(target["dead_letter_config"] is not None for target in targets)


def test_only_our_rules_may_fill_the_dead_letter_queue(plan):
    statements = plan.policy("module.events.aws_sqs_queue_policy.dead_letters")
    assert statements["Rules"]["Resource"] == QUEUE
    assert statements["Rules"]["Condition"]["ArnEquals"]["aws:SourceArn"] == [
        f"arn:aws:events:{REGION}:{ACCOUNT}:rule/ecm-dev-{rule}" for rule in RULES
    ]
    queue = plan.named("aws_sqs_queue", "ecm-dev-event-dead-letters")
    assert queue["sqs_managed_sse_enabled"] is True
    assert "aws_sqs_queue.dead_letters.url" in references(plan, "aws_sqs_queue_policy.dead_letters")


@pytest.mark.parametrize("address", [
    "module.events.aws_sqs_queue_policy.dead_letters",
    "module.failures_topic.aws_sns_topic_policy.failures",
])
def test_nothing_is_sent_in_clear_text(plan, address):
    statement = plan.policy(address)["OnlyEncryptedInTransit"]
    assert statement["Effect"] == "Deny"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_the_topic_is_encrypted_with_a_key_that_alarms_may_use(plan):
    (alias,) = plan.all("aws_kms_alias").values()
    assert alias["name"] == "alias/ecm-dev-failures"
    (key,) = plan.all("aws_kms_key").values()
    assert key["enable_key_rotation"] is True


def test_every_alarm_goes_to_the_topic(plan):
    alarms = plan.all("aws_cloudwatch_metric_alarm").values()
    assert {alarm["alarm_name"] for alarm in alarms} == {
        f"ecm-dev-{name}" for name in (
            "failed-executions", "sweep-found-something", "sweep-errors", "sweep-heartbeat",
            "event-dead-letters", "function-dead-letters", "notices-undelivered",
        )
    }
    assert all(alarm["alarm_actions"] == [TOPIC] for alarm in alarms)
    allowed = plan.policy("module.failures_topic.aws_sns_topic_policy.failures")["Alarms"]
    assert allowed["Condition"]["ArnLike"] == {
        "aws:SourceArn": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:ecm-dev-*"
    }


def test_a_sweep_that_falls_silent_is_an_alarm(plan):
    alarms = plan.all("aws_cloudwatch_metric_alarm").values()
    (heartbeat,) = (alarm for alarm in alarms if alarm["alarm_name"] == "ecm-dev-sweep-heartbeat")
    assert heartbeat["treat_missing_data"] == "breaching"
    assert (heartbeat["comparison_operator"], heartbeat["threshold"]) == ("LessThanThreshold", 1)
    metrics = {
        query["id"]: query["metric"][0] for query in heartbeat["metric_query"] if query["metric"]
    }
    assert metrics["scheduled"]["dimensions"] == {"RuleName": "ecm-dev-sweep-schedule"}
    schedule = plan.named("aws_cloudwatch_event_rule", "ecm-dev-sweep-schedule")
    (minutes,) = re.findall(r"rate\((\d+) minutes\)", schedule["schedule_expression"])
    assert {metric["period"] for metric in metrics.values()} == {3 * int(minutes) * 60}


def test_the_metric_reads_the_line_that_the_sweep_writes(plan):
    (metric,) = plan.all("aws_cloudwatch_log_metric_filter").values()
    assert metric["pattern"] == '{ ($.message = "sweep done") && ($.dry_run IS FALSE) }'
    source = (ROOT / "src" / "lifecycle" / "sweep_report.cc").read_text()
    line = source[source.index('log_.Info("sweep done"'):]
    assert '"ended"' in line and '"dry_run"' in line
    (transformation,) = metric["metric_transformation"]
    assert (transformation["name"], transformation["value"]) == ("ClustersEndedBySweep", "$.ended")


def test_only_this_state_machine_may_take_its_role(plan):
    role = plan.named("aws_iam_role", f"ecm-dev-{REGION}-state-machine")
    (trust,) = json.loads(role["assume_role_policy"])["Statement"]
    assert trust["Principal"] == {"Service": "states.amazonaws.com"}
    assert trust["Condition"]["ArnEquals"] == {
        "aws:SourceArn": f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:ecm-dev"
    }
    assert "aws_iam_role.state_machine.arn" in references(plan, "aws_sfn_state_machine.jobs")


def test_wildcards_stand_only_where_aws_knows_no_resources(plan, full):
    for each in (plan, full):
        stars = set()
        for address, values in each.all("aws_iam_role_policy").items():
            for sid, statement in each.policy(address).items():
                assert "*" not in str(statement["Action"]), (address, sid)
                if statement["Resource"] == "*" or "*" in statement["Resource"]:
                    stars.add(sid)
        assert stars == {"WriteTheLog", "Trace"}


def test_the_table_is_the_one_that_the_tests_run_against(plan):
    form = json.loads((ROOT / "deploy" / "job_table.json").read_text())
    create, table = form["CreateTable"], plan.named("aws_dynamodb_table", "ecm-dev-jobs")
    assert [{"AttributeName": table["hash_key"], "KeyType": "HASH"}] == create["KeySchema"]
    assert sorted((item["name"], item["type"]) for item in table["attribute"]) == sorted(
        (item["AttributeName"], item["AttributeType"]) for item in create["AttributeDefinitions"]
    )
    assert sorted(
        (index["name"], index["hash_key"], index["projection_type"])
        for index in table["global_secondary_index"]
    ) == sorted(
        (index["IndexName"], index["KeySchema"][0]["AttributeName"],
         index["Projection"]["ProjectionType"])
        for index in create["GlobalSecondaryIndexes"]
    )
    assert all(len(index["KeySchema"]) == 1 for index in create["GlobalSecondaryIndexes"])
    assert table["billing_mode"] == create["BillingMode"]
    (ttl,) = table["ttl"]
    assert {"AttributeName": ttl["attribute_name"], "Enabled": ttl["enabled"]} == (
        form["UpdateTimeToLive"]["TimeToLiveSpecification"]
    )
    assert set(form) == {"CreateTable", "UpdateTimeToLive"}
