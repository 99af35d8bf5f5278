"""What the tests of this folder have in common: an account that moto plays."""

import json
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
REGION = "eu-west-1"
SECONDS = 600
# Long enough that its executions are still running when they are asked for.
WAITING = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 30, "End": True}}}


def make_machine(aws, name: str, definition: dict) -> str:
    return aws("stepfunctions").create_state_machine(
        name=name,
        definition=json.dumps(definition),
        roleArn="arn:aws:iam::123456789012:role/proof",
    )["stateMachineArn"]
