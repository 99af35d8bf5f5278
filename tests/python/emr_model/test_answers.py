"""The recorded answers of the built-in EMR, read by botocore."""

import json
import math
import pathlib

import botocore.loaders
import botocore.model
import botocore.parsers
import botocore.validate
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
GOLDEN = ROOT / "tests/golden/emr_model"
STORY = [
    tale
    for path in sorted(GOLDEN.glob("*.json"))
    if path.name != "events.json"
    for tale in json.loads(path.read_text())
]
EVENTS = json.loads((GOLDEN / "events.json").read_text())
OURS = json.loads((ROOT / "data/emr/service_model.json").read_text())
SERVICE = botocore.model.ServiceModel(
    botocore.loaders.Loader().load_service_model("emr", "service-2"), "emr"
)

ANSWERED = [tale for tale in STORY if "answer" in tale]
REFUSED = [tale for tale in STORY if "error" in tale]


def names(tales):
    return [f"{index}-{tale['operation']}" for index, tale in enumerate(tales)]


def violations(shape, value, path):
    """Everything in which `value`, as it stands in the JSON, is not of `shape`."""
    kind = shape.type_name
    if kind == "structure":
        if not isinstance(value, dict):
            return [f"{path}: not a structure"]
        found = [f"{path}.{name}: missing" for name in shape.required_members if name not in value]
        for name, member in value.items():
            if name not in shape.members:
                found.append(f"{path}.{name}: not a member of {shape.name}")
            else:
                found += violations(shape.members[name], member, f"{path}.{name}")
        return found
    if kind == "list":
        if not isinstance(value, list):
            return [f"{path}: not a list"]
        return sum((violations(shape.member, v, f"{path}[{i}]") for i, v in enumerate(value)), [])
    if kind == "map":
        if not isinstance(value, dict):
            return [f"{path}: not a map"]
        return sum((violations(shape.value, v, f"{path}[{k}]") for k, v in value.items()), [])
    return scalar_violations(shape, value, path)


def scalar_violations(shape, value, path):
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    whole = isinstance(value, int) and not isinstance(value, bool)
    right = {
        "string": isinstance(value, str),
        "boolean": isinstance(value, bool),
        "integer": whole and -(2**31) <= value < 2**31,
        "long": whole and -(2**63) <= value < 2**63,
        "double": number,
        "float": number,
        # JSON 1.1: epoch seconds, here after 2020.
        "timestamp": number and math.isfinite(value) and value > 1577836800,
    }[shape.type_name]
    if not right:
        return [f"{path}: {value!r} is not a {shape.type_name}"]
    if "enum" in shape.metadata and value not in shape.metadata["enum"]:
        return [f"{path}: {value!r} is not in the enum {shape.name}"]
    if isinstance(value, str):
        low, high = shape.metadata.get("min", 0), shape.metadata.get("max", math.inf)
        if not low <= len(value) <= high:
            return [f"{path}: {len(value)} characters are not in {low}..{high}"]
    return []


@pytest.mark.parametrize("tale", ANSWERED, ids=names(ANSWERED))
def test_answer_is_of_the_output_shape(tale):
    shape = SERVICE.operation_model(tale["operation"]).output_shape
    if shape is None:
        assert tale["answer"] == {}
    else:
        assert violations(shape, tale["answer"], tale["operation"]) == []


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
