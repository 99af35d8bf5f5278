"""The published schema gives the corpus of job descriptions the verdicts that the code gives.

Each case of tests/job_corpus/verdicts.json names a file, the verdict and where the code sees the
problems. Where a schema cannot see what the code sees, the case says so: `schema` is the schema's
own verdict, `reason` says why it differs.
"""

import json
import pathlib

import jsonschema
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
CORPUS = ROOT / "tests" / "job_corpus"
SCHEMA = json.loads((ROOT / "schema" / "job.schema.json").read_text(encoding="utf-8"))
CASES = json.loads((CORPUS / "verdicts.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def refuse_constant(name):
    raise ValueError(f"{name} is not JSON")


def verdict(data: bytes) -> str:
    """"good" or "bad"; what is not JSON in UTF-8 is bad before any schema."""
    try:
        document = json.loads(data.decode("utf-8"), parse_constant=refuse_constant)
    except ValueError:
        return "bad"
    return "good" if VALIDATOR.is_valid(document) else "bad"


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("case", CASES, ids=[case["file"] for case in CASES])
def test_schema_gives_the_verdict(case):
    expected = case.get("schema", case["verdict"])
    assert verdict((CORPUS / case["file"]).read_bytes()) == expected


def test_exceptions_are_exceptions_with_a_reason():
    for case in CASES:
        if "schema" in case or "reason" in case:
            assert case["schema"] != case["verdict"], case["file"]
            assert len(case["reason"]) > 20, case["file"]


def test_every_file_has_a_case_and_every_case_a_file():
    files = {str(path.relative_to(CORPUS)) for path in CORPUS.glob("*/*.json")}
    assert files == {case["file"] for case in CASES}
    assert len(files) >= 80


def test_every_member_is_described_with_its_default():
    for name, member in SCHEMA["properties"].items():
        assert member.get("description"), name
        optional_with_default = {
            "mem_executor", "mem_driver", "master_type", "slave_type", "count",
            "timeout_minutes", "start_timeout_minutes", "applications",
        }
        assert ("default" in member) == (name in optional_with_default), name
