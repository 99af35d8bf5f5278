"""The executor against moto's Step Functions engine: the same definition, input and scripted
answers give the same path through the states and the same end.

A case may say in "differs" where the two part on purpose, each with its reason; then what the case
expects of this executor still holds, and that the two do part is checked too.
"""

import json
import subprocess

import pytest

from cases import load_case, runnable_cases
from moto_engine import MotoEngine

COMPARED = ("path", "status", "output", "error", "cause", "history_types")


def replay(program, case):
    run = subprocess.run([program], input=json.dumps(case), capture_output=True, text=True,
                         timeout=30, check=False)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


@pytest.fixture(scope="module")
def moto_results(tmp_path_factory):
    """What came of every case in moto; all of them run at the same time."""
    engine = MotoEngine(tmp_path_factory.mktemp("moto") / "moto.log")
    try:
        started = {}
        for path in runnable_cases():
            started[path] = engine.start(path.stem, load_case(path))
        yield {path: engine.finish(arn) for path, arn in started.items()}
    finally:
        engine.close()


def test_gives_what_the_case_expects(case_path, asl_replay):
    case = load_case(case_path)
    result = replay(asl_replay, case)
    for member, expected in case["expect"].items():
        assert result.get(member) == expected, member


def parted(ours, theirs):
    """The members in which the two results differ."""
    # The words of a runtime error are each engine's own.
    own_words = ours.get("error") in ("States.Runtime", "States.NoChoiceMatched")
    return {member for member in COMPARED
            if ours.get(member) != theirs.get(member)
            and not (member == "cause" and own_words)}


def test_goes_the_same_way_as_moto(case_path, asl_replay, moto_results):
    case = load_case(case_path)
    ours = replay(asl_replay, case)
    theirs = moto_results[case_path]
    allowed = set(case.get("differs", {}))
    if "status" in allowed:
        allowed |= {"error", "cause"}
    found = parted(ours, theirs)
    assert found <= allowed, f"ours: {json.dumps(ours)}\nmoto: {json.dumps(theirs)}"
    assert found or not allowed, "the engines agree now: take 'differs' out of the case"
