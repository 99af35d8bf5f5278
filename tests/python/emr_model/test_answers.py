"""The recorded answers of the built-in EMR, read by botocore."""

import json
import pathlib
import sys

import botocore.parsers
import botocore.validate
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests" / "python"))

from botocore_shapes import answer_violations, service  # noqa: E402

GOLDEN = ROOT / "tests/golden/emr_model"
STORY = [
    tale
    for path in sorted(GOLDEN.glob("*.json"))
    if path.name != "events.json"
    for tale in json.loads(path.read_text())
]
EVENTS = json.loads((GOLDEN / "events.json").read_text())
OURS = json.loads((ROOT / "data/emr/service_model.json").read_text())
SERVICE = service("emr")

ANSWERED = [tale for tale in STORY if "answer" in tale]
REFUSED = [tale for tale in STORY if "error" in tale]


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
    assert set(parsed) == (set(tale["answer"]) if shape else set())


@pytest.mark.parametrize("tale", ANSWERED, ids=names(ANSWERED))
def test_what_it_accepts_a_client_may_send(tale):
    shape = SERVICE.operation_model(tale["operation"]).input_shape
    report = botocore.validate.ParamValidator().validate(tale["request"], shape)
    assert not report.has_errors(), report.generate_report()


def test_story_has_every_operation():
    assert {tale["operation"] for tale in ANSWERED} == set(OURS["operations"])


def test_answers_show_every_state_that_a_story_can_reach():
    text = json.dumps(ANSWERED)
    for state in ["STARTING", "RUNNING", "WAITING", "TERMINATED", "TERMINATED_WITH_ERRORS"]:
        assert f'"State": "{state}"' in text
    for state in ["PENDING", "COMPLETED", "FAILED", "CANCELLED"]:  # of steps
        assert f'"State": "{state}"' in text


def test_refusals_carry_codes_of_the_service():
    assert {tale["error"]["code"] for tale in REFUSED} == {
        "ValidationException",
        "InvalidRequestException",
    }


def test_events_have_the_fields_of_the_service():
    envelope = {
        "version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail",
    }  # fmt: skip
    details = {
        "EMR Cluster State Change": {
            "severity", "stateChangeReason", "name", "clusterId", "state", "message",
        },
        "EMR Step Status Change": {
            "severity", "actionOnFailure", "stepId", "name", "clusterId", "state", "message",
        },
    }  # fmt: skip
    for event in EVENTS:
        assert set(event) == envelope
        assert event["source"] == "aws.emr" and event["resources"] == []
        assert set(event["detail"]) == details[event["detail-type"]]
        if "stateChangeReason" in event["detail"]:
            assert "code" in json.loads(event["detail"]["stateChangeReason"])


def described(shape):
    """A shape of botocore in the words of our data."""
    out = {"type": shape.type_name}
    if shape.type_name == "structure":
        out["members"] = {name: member.name for name, member in shape.members.items()}
        if shape.required_members:
            out["required"] = shape.required_members
    elif shape.type_name == "list":
        out["member"] = shape.member.name
    elif shape.type_name == "map":
        out["key"], out["value"] = shape.key.name, shape.value.name
    for key in ("min", "max", "pattern", "enum"):
        if key in shape.metadata:
            out[key] = shape.metadata[key]
    return out


@pytest.mark.parametrize("name", sorted(OURS["shapes"]))
def test_our_shape_is_that_of_botocore(name):
    assert OURS["shapes"][name] == described(SERVICE.shape_for(name))


@pytest.mark.parametrize("operation", sorted(OURS["operations"]))
def test_our_operation_is_that_of_botocore(operation):
    assert OURS["operations"][operation] == SERVICE.operation_model(operation).input_shape.name
