"""The recorded answers of the built-in Step Functions, read by botocore."""

import json
import pathlib
import sys

import botocore.parsers
import botocore.validate
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests" / "python"))

from botocore_shapes import answer_violations, service  # noqa: E402

GOLDEN = ROOT / "tests/golden/sfn_model"
STORY = [
    tale
    for path in sorted(GOLDEN.glob("*.json"))
    if path.name != "events.json"
    for tale in json.loads(path.read_text())
]
EVENTS = json.loads((GOLDEN / "events.json").read_text())
OURS = json.loads((ROOT / "data/stepfunctions/service_model.json").read_text())
SERVICE = service("stepfunctions")

ANSWERED = [tale for tale in STORY if "answer" in tale]
REFUSED = [tale for tale in STORY if "error" in tale]
HISTORIES = [
    tale["answer"]["events"] for tale in ANSWERED if tale["operation"] == "GetExecutionHistory"
]


def names(tales):
    return [f"{index}-{tale['operation']}" for index, tale in enumerate(tales)]


@pytest.mark.parametrize("tale", ANSWERED, ids=names(ANSWERED))
def test_answer_is_of_the_output_shape(tale):
    assert answer_violations(SERVICE.operation_model(tale["operation"]), tale["answer"]) == []


@pytest.mark.parametrize("tale", ANSWERED, ids=names(ANSWERED))
def test_answer_survives_the_parser_of_botocore(tale):
    shape = SERVICE.operation_model(tale["operation"]).output_shape
    response = {
        "body": json.dumps(tale["answer"]).encode(),
        "headers": {"x-amzn-RequestId": "1"},
        "status_code": 200,
    }
    parsed = botocore.parsers.JSONParser().parse(response, shape)
    parsed.pop("ResponseMetadata")
    assert set(parsed) == set(tale["answer"])


@pytest.mark.parametrize("tale", ANSWERED, ids=names(ANSWERED))
def test_what_it_accepts_a_client_may_send(tale):
    shape = SERVICE.operation_model(tale["operation"]).input_shape
    report = botocore.validate.ParamValidator().validate(tale["request"], shape)
    assert not report.has_errors(), report.generate_report()


@pytest.mark.parametrize("tale", REFUSED, ids=names(REFUSED))
def test_refusals_carry_errors_that_the_operation_has(tale):
    errors = {shape.name for shape in SERVICE.operation_model(tale["operation"]).error_shapes}
    # The service checks shapes before every operation, whether its model says so or not.
    assert tale["error"]["code"] in errors | {"ValidationException"}


def test_story_has_every_operation():
    assert {tale["operation"] for tale in ANSWERED} == set(OURS["operations"])


def test_answers_show_every_status():
    told = {tale["answer"].get("status") for tale in ANSWERED} - {None}
    assert told == {"RUNNING", "SUCCEEDED", "FAILED", "ABORTED", "TIMED_OUT", "ACTIVE", "DELETING"}


def test_every_event_of_a_history_has_the_details_of_its_type():
    types = set()
    for event in sum(HISTORIES, []):
        types.add(event["type"])
        kind = event["type"]
        for end in ("StateEntered", "StateExited"):
            if kind.endswith(end):
                kind = "s" + end[1:]
        details = kind[0].lower() + kind[1:] + "EventDetails"
        assert set(event) == {"id", "previousEventId", "timestamp", "type", details}
    assert {"TaskScheduled", "TaskSubmitted", "TaskTimedOut", "ExecutionTimedOut"} <= types


def test_histories_count_from_one_without_a_gap():
    whole = [events for events in HISTORIES if events[0]["id"] == 1]
    assert len(whole) >= 5
    for events in whole:
        assert [event["id"] for event in events] == list(range(1, len(events) + 1))


def test_events_have_the_fields_of_the_service():
    for event in EVENTS:
        assert set(event) == {
            "version", "id", "detail-type", "source", "account", "time", "region", "resources",
            "detail",
        }  # fmt: skip
        assert event["source"] == "aws.states"
        assert event["detail-type"] == "Step Functions Execution Status Change"
        detail = event["detail"]
        assert event["resources"] == [detail["executionArn"]]
        assert {
            "executionArn", "stateMachineArn", "name", "status", "startDate", "stopDate", "input",
            "output", "inputDetails", "outputDetails", "error", "cause", "redriveCount",
            "redriveStatus",
        } <= set(detail)  # fmt: skip
        assert (detail["stopDate"] is None) == (detail["status"] == "RUNNING")
        assert detail["startDate"] > 1_577_836_800_000  # milliseconds, after 2020
