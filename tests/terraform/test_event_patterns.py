"""Which events the rules of the plan let through, judged by moto's EventBridge: a rule with the pattern
of the plan, a queue as its target, and events in the forms that AWS documents."""

import json
import pathlib

import pytest
from moto_engine import ACCOUNT, MotoEngine
from moto_engine import REGION as MOTO_REGION
from project import REGION, ROOT

FINAL_STEPS = ["COMPLETED", "FAILED", "CANCELLED", "INTERRUPTED"]
FINAL_CLUSTERS = ["TERMINATED", "TERMINATED_WITH_ERRORS"]
MACHINE = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:"


def step(state, name="ecm-dev-word-count"):
    detail = {
        "severity": "INFO", "actionOnFailure": "TERMINATE_CLUSTER", "stepId": "s-1ABCDEFGHIJKL",
        "name": name, "clusterId": "j-1ABCDEFGHIJKL", "state": state, "message": "…",
    }
    return "aws.emr", "EMR Step Status Change", detail


def cluster(state, name="ecm-dev-word-count-run-1"):
    detail = {
        "severity": "INFO", "stateChangeReason": '{"code":""}', "name": name,
        "clusterId": "j-1ABCDEFGHIJKL", "state": state, "message": "…",
    }
    return "aws.emr", "EMR Cluster State Change", detail


def execution(status, machine="ecm-dev"):
    detail = {
        "executionArn": f"arn:aws:states:{REGION}:{ACCOUNT}:execution:{machine}:run-1",
        "stateMachineArn": MACHINE + machine, "name": "run-1", "status": status,
        "startDate": 1767322800000, "stopDate": None, "input": "{}", "output": None,
    }
    return "aws.states", "Step Functions Execution Status Change", detail


CASES = [
    *[(step(state), "emr-events") for state in FINAL_STEPS],
    *[(cluster(state), "emr-events") for state in FINAL_CLUSTERS],
    *[(step(state), None) for state in ("PENDING", "RUNNING", "CANCEL_PENDING")],
    *[(cluster(state), None) for state in ("STARTING", "BOOTSTRAPPING", "RUNNING", "WAITING",
                                           "TERMINATING")],
    (step("COMPLETED", "ecm-prod-word-count"), None),
    (step("COMPLETED", "ecm-dev2-word-count"), None),
    (cluster("TERMINATED", "somebody's ecm-dev-cluster"), None),
    (("aws.emr", "EMR Instance Group State Change", {"state": "TERMINATED", "name": "ecm-dev-x"}), None),
    (("aws.other", "EMR Step Status Change", step("COMPLETED")[2]), None),
    *[(execution(status), "ended-executions") for status in ("ABORTED", "TIMED_OUT", "FAILED")],
    *[(execution(status), None) for status in ("RUNNING", "SUCCEEDED", "PENDING_REDRIVE")],
    (execution("FAILED", "ecm-prod"), None),
    (execution("ABORTED", "ecm-dev-other"), None),
]

# What our model of EMR has told, recorded by its tests.
RECORDED = json.loads((ROOT / "tests" / "golden" / "emr_model" / "events.json").read_text())
CASES += [
    (
        (event["source"], event["detail-type"], event["detail"]),
        "emr-events"
        if event["detail"].get("name", "").startswith("ecm-dev-")
        and event["detail"]["state"] in {
            "EMR Step Status Change": FINAL_STEPS, "EMR Cluster State Change": FINAL_CLUSTERS
        }.get(event["detail-type"], [])
        else None,
    )
    for event in RECORDED
]


def test_recorded_events_are_among_those_that_pass_and_those_that_do_not():
    assert {rule for _, rule in CASES[-len(RECORDED):]} == {None, "emr-events"}


@pytest.fixture(scope="module")
def passed(plan, tmp_path_factory):
    """What came through which rule, of all events of CASES, by the number of the case."""
    moto = MotoEngine(pathlib.Path(tmp_path_factory.mktemp("moto")) / "moto.log")
    events, sqs = moto.client("events"), moto.client("sqs")
    urls = {}
    for name in ("emr-events", "ended-executions"):
        rule = plan.named("aws_cloudwatch_event_rule", f"ecm-dev-{name}")
        urls[name] = sqs.create_queue(QueueName=name)["QueueUrl"]
        events.put_rule(Name=name, EventPattern=rule["event_pattern"])
        arn = f"arn:aws:sqs:{MOTO_REGION}:{ACCOUNT}:{name}"
        events.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": arn}])
    for number, ((source, kind, detail), _) in enumerate(CASES):
        entry = {"Source": source, "DetailType": kind,
                 "Detail": json.dumps({**detail, "case": number})}
        assert events.put_events(Entries=[entry])["FailedEntryCount"] == 0
    through = {}
    for name, url in urls.items():
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                number = json.loads(message["Body"])["detail"]["case"]
                assert number not in through, f"case {number} came through two rules"
                through[number] = name
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    moto.close()
    return through


@pytest.mark.parametrize("number", range(len(CASES)))
def test_a_rule_lets_through_what_is_ours_and_has_ended(passed, number):
    event, rule = CASES[number]
    assert passed.get(number) == rule, event
