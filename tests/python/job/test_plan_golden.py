"""Every golden request passes botocore's own validation of RunJobFlow, offline."""

import json
import pathlib
import re

import botocore.session
import pytest
from botocore.validate import ParamValidator

ROOT = pathlib.Path(__file__).resolve().parents[3]
GOLDEN = sorted((ROOT / "tests" / "golden" / "plan").glob("*.json"))
RUN_JOB_FLOW = (
    botocore.session.get_session().get_service_model("emr").operation_model("RunJobFlow").input_shape
)


def report_of(request):
    return ParamValidator().validate(request, RUN_JOB_FLOW).generate_report()


def strings_of(shape, value):
    """Each string of a request with its shape: botocore checks types, but not length or pattern."""
    if shape.type_name == "structure":
        for name, member in value.items():
            yield from strings_of(shape.members[name], member)
    elif shape.type_name == "list":
        for member in value:
            yield from strings_of(shape.member, member)
    elif shape.type_name == "map":
        for key, member in value.items():
            yield from strings_of(shape.key, key)
            yield from strings_of(shape.value, member)
    elif shape.type_name == "string":
        yield shape, value


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_golden_request_is_valid(path):
    assert report_of(read(path)["plan"]["request"]) == ""


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_strings_keep_to_length_enum_and_xml_safe_characters(path):
    safe = re.compile("[\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")
    for shape, value in strings_of(RUN_JOB_FLOW, read(path)["plan"]["request"]):
        assert len(value) <= shape.metadata.get("max", 10280), (shape.name, value)
        assert len(value) >= shape.metadata.get("min", 0), (shape.name, value)
        assert not shape.enum or value in shape.enum, (shape.name, value)
        assert safe.fullmatch(value), (shape.name, value)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_cluster_ends_with_its_job_and_carries_its_identity(path):
    golden = read(path)
    request, execution = golden["plan"]["request"], golden["execution"]
    assert request["Instances"]["KeepJobFlowAliveWhenNoSteps"] is False
    assert request["Instances"]["TerminationProtected"] is False
    assert [step["ActionOnFailure"] for step in request["Steps"]] == ["TERMINATE_CLUSTER"]
    prefix = f"ecm-{golden['stack']['stage']}-"
    assert request["Name"].startswith(prefix)
    assert request["Name"].endswith("-" + execution["name"])
    assert not set(request["Name"]) & set("<>$|`")
    assert all(step["Name"].startswith(prefix) for step in request["Steps"])
    tags = [(tag["Key"], tag["Value"]) for tag in request["Tags"]]
    assert len(tags) == len(dict(tags)) <= 50
    assert all(1 <= len(key) <= 128 and len(value) <= 256 for key, value in tags)
    assert dict(tags)["for-use-with-amazon-emr-managed-policies"] == "true"


def test_there_are_golden_requests():
    assert len(GOLDEN) >= 8


def test_validation_finds_a_misspelt_member():
    request = read(GOLDEN[0])["plan"]["request"]
    request["Instances"]["KeepAlive"] = True
    assert "KeepAlive" in report_of(request)
