"""A world that records what it is told to do, and how a refusal is looked at."""

import pathlib
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "deploy"))

from ecm_deploy.refusal import Refusal  # noqa: E402

ACCOUNT = "123456789012"
REGION = "eu-central-1"
EMPTY_STACK = '{"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}'


class Told:
    """What a command said, asked and ran."""

    def __init__(self):
        self.said, self.questions, self.commands, self.variables = [], [], [], []
        self.answer, self.code, self.on_run = None, 0, lambda command: None
        self.now = 0.0
        self.on_sleep = lambda: None

    def ask(self, question):
        self.questions.append(question)
        return self.answer

    def run(self, command, environment):
        self.commands.append(command)
        self.variables.append(dict(environment))
        self.on_run(command)
        return self.code

    def sleep(self, seconds):
        self.now += seconds
        self.on_sleep()

    @property
    def text(self):
        return "\n".join(self.said)


def refusal(call, *arguments, **named) -> Refusal:
    with pytest.raises(Refusal) as raised:
        call(*arguments, **named)
    assert raised.value.next_step, "a refusal says what to do next"
    return raised.value
