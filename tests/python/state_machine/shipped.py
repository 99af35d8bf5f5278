"""The shipped definition and the executions that the real handlers have told
(tests/golden/outcome), in the form in which the router before moto plays them."""

import json
import pathlib
import sys

REPOSITORY = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(REPOSITORY / "tests" / "python" / "asl"))

from moto_engine import ACCOUNT, REGION, TOPIC, MotoEngine  # noqa: E402

__all__ = ["ACCOUNT", "REGION", "REPOSITORY", "STORIES", "MotoEngine", "read_story", "script_of",
           "shipped_definition"]

STORIES = REPOSITORY / "tests" / "golden" / "outcome"

_VALUES = {
    "partition": "aws",
    "topic": f"arn:aws:sns:{REGION}:{ACCOUNT}:{TOPIC}",
    **{name: name for name in ("submit", "await", "inspect", "release", "report")},
}


def shipped_definition():
    """deploy/state_machine.asl.json with its placeholders filled in."""
    text = (REPOSITORY / "deploy" / "state_machine.asl.json").read_text()
    for name, value in _VALUES.items():
        text = text.replace("${" + name + "}", value)
    return json.loads(text)


def read_story(name):
    return json.loads((STORIES / f"{name}.json").read_text())


def script_of(story, execution_arn):
    """What the functions answer in an execution with this ARN. The story's handlers handed on the
    ARN that they were given; Await sleeps until its token is answered."""
    text = json.dumps(story["answers"]).replace(story["execution"], execution_arn)
    script = json.loads(text)
    for answer in script.get("await", []):
        answer["token"] = {"success": {}}
    return script
