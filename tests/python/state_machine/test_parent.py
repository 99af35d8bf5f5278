"""What another state machine gets that calls the shipped one with startExecution.sync or .sync:2.

The parent is the definition that docs/calling-from-another-state-machine.md shows. Parent and child
run in moto's Step Functions engine, which has both patterns but for a hook that
moto_with_children.py fills; the functions answer what the real handlers did (tests/golden/outcome).
Compared with tests/golden/parent, times left out. After a change that is meant, write the files
again and read the difference:
    ECM_REGENERATE_GOLDEN=1 .venv-test/bin/pytest tests/python/state_machine/test_parent.py
"""

import json
import os
import pathlib
import re

import jsonschema
import pytest

from shipped import (ACCOUNT, REGION, REPOSITORY, MotoEngine, read_story, script_of,
                     shipped_definition)

GOLDEN = REPOSITORY / "tests" / "golden" / "parent"
DOCUMENT = REPOSITORY / "docs" / "calling-from-another-state-machine.md"
CASES = [(story, pattern) for story in ("succeeded", "job_failed") for pattern in ("sync", "sync2")]
RUN = "run-1"
SERVER = pathlib.Path(__file__).resolve().parent / "moto_with_children.py"


def parent_definition(pattern, manager):
    text = re.search(r"```json sync2\n(.*?)\n```", DOCUMENT.read_text(), re.DOTALL).group(1)
    definition = json.loads(text.replace("${manager}", manager))
    if pattern == "sync":
        # The two changes that the document names.
        task = definition["States"]["RunJob"]
        task["Resource"] = task["Resource"].removesuffix(":2")
        task["ResultSelector"] = {"outcome.$": "States.StringToJson($.Output)"}
    return definition


def child_of(name):
    return f"arn:aws:states:{REGION}:{ACCOUNT}:execution:{name}:{RUN}"


def start_parent(engine, name, pattern, manager, run="parent-1"):
    parent = engine.create(f"{name}-{run}", parent_definition(pattern, manager))
    return engine.client("stepfunctions").start_execution(
        stateMachineArn=parent, name=run, input=json.dumps({"run": RUN}))["executionArn"]


def start(engine, story, pattern):
    """Creates manager and parent, starts the parent and returns its ARN."""
    name = f"{story.replace('_', '-')}-{pattern}"
    script = script_of(read_story(story), child_of(name))
    manager = engine.create(name, shipped_definition(), script)
    return start_parent(engine, name, pattern, manager)


@pytest.fixture(scope="module")
def moto(tmp_path_factory):
    engine = MotoEngine(tmp_path_factory.mktemp("moto") / "moto.log", server=[str(SERVER)])
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def runs(moto):
    """For each case the parent's end and what its task got; all run at the same time."""
    started = {case: start(moto, *case) for case in CASES}
    return {case: (moto.finish(arn), task_end(moto, arn)) for case, arn in started.items()}


def task_end(engine, arn):
    """{"Result"} or {"Error", "Cause"} of the task that called the child, read from JSON."""
    pages = engine.client("stepfunctions").get_paginator("get_execution_history").paginate(
        executionArn=arn)
    for event in (event for page in pages for event in page["events"]):
        if event["type"] == "TaskSucceeded":
            return {"Result": json.loads(event["taskSucceededEventDetails"]["output"])}
        if event["type"] == "TaskFailed":
            details = event["taskFailedEventDetails"]
            return {"Error": details["error"], "Cause": json.loads(details["cause"])}
    raise AssertionError("the task has no end")


def without_times(end):
    """Times as their kind; members in order, as moto's order is that of its own code."""
    execution = end.get("Result") or end["Cause"]
    for member in ("StartDate", "StopDate"):
        assert execution[member], member
        execution[member] = "a time"
    return json.dumps(end, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


@pytest.mark.parametrize(("story", "pattern"), CASES)
def test_the_task_gets_what_the_golden_file_says(story, pattern, runs):
    text = without_times(json.loads(json.dumps(runs[story, pattern][1])))
    path = GOLDEN / f"{story}.{pattern}.json"
    if os.environ.get("ECM_REGENERATE_GOLDEN"):
        path.write_text(text)
    assert path.read_text() == text


def test_every_golden_file_has_its_case():
    assert sorted(path.name for path in GOLDEN.iterdir()) == sorted(
        f"{story}.{pattern}.json" for story, pattern in CASES)


def outcome_in(end, pattern):
    if "Cause" in end:
        return json.loads(end["Cause"]["Cause"])
    output = end["Result"]["Output"]
    assert isinstance(output, str if pattern == "sync" else dict)
    return json.loads(output) if pattern == "sync" else output


@pytest.mark.parametrize(("story", "pattern"), CASES)
def test_the_outcome_inside_is_as_published(story, pattern, runs):
    outcome = outcome_in(runs[story, pattern][1], pattern)
    schema = json.loads((REPOSITORY / "schema" / "outcome.schema.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(outcome)
    # The child's own ARN apart it is the outcome that the handlers made.
    told = read_story(story)["outcome"]
    assert {**outcome, "execution": None} == {**told, "execution": None}


@pytest.mark.parametrize("pattern", ["sync", "sync2"])
def test_the_parent_of_a_success_has_the_outcome(pattern, runs):
    end = runs["succeeded", pattern][0]
    assert end["path"] == ["RunJob", "Succeeded"]
    assert end["output"]["outcome"]["verdict"] == "Succeeded"


@pytest.mark.parametrize("pattern", ["sync", "sync2"])
def test_the_parent_of_a_failure_reads_the_verdict(pattern, runs):
    end, task = runs["job_failed", pattern]
    assert task["Error"] == "States.TaskFailed"
    assert task["Cause"]["Status"] == "FAILED"
    assert end["path"] == ["RunJob", "WasItStarted", "ReadCause", "HasItAnOutcome",
                           "ReadOutcome", "Decide", "Failed"]
    assert end["error"] == "JobFailed"
    assert end["cause"] == read_story("job_failed")["outcome"]["cause"]["message"]


@pytest.mark.parametrize("pattern", ["sync", "sync2"])
def test_the_parent_of_a_child_out_of_time_does_not_look_for_an_outcome(pattern, moto):
    name = f"out-of-time-{pattern}"
    script = script_of(read_story("succeeded"), child_of(name))
    del script["await"][0]["token"]  # nobody wakes it
    manager = moto.create(name, {**shipped_definition(), "TimeoutSeconds": 1}, script)
    parent = start_parent(moto, name, pattern, manager)
    end = moto.finish(parent)
    assert end["path"] == ["RunJob", "WasItStarted", "ReadCause", "HasItAnOutcome", "NoOutcome"]
    assert end["error"] == "TIMED_OUT"


def test_the_parent_of_a_refused_execution_does_not_look_for_one(moto, runs):
    # The name is taken: the same child with another input, its parent's ARN.
    manager = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:succeeded-sync2"
    end = moto.finish(start_parent(moto, "succeeded-sync2", "sync2", manager, run="parent-2"))
    assert end["path"] == ["RunJob", "WasItStarted", "NoExecution"]
    assert end["error"] == "StepFunctions.ExecutionAlreadyExistsException"


def test_the_parent_of_a_child_without_an_outcome_says_so(moto):
    name = "unreported"
    script = script_of(read_story("job_failed"), child_of(name))
    script["report"] = [{"error": "AccessDenied", "cause": "no access to the job store"}]
    manager = moto.create(name, shipped_definition(), script)
    parent = start_parent(moto, name, "sync2", manager)
    end = moto.finish(parent)
    assert end["path"] == ["RunJob", "WasItStarted", "ReadCause", "HasItAnOutcome", "NoOutcome"]
    assert end["error"] == "FAILED"
    assert task_end(moto, parent)["Cause"]["Error"] == "InternalError"
