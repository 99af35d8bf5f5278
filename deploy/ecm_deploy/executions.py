"""Executions of an environment's state machine: starting one, waiting for its end."""

import json
import pathlib
import re
import time

import botocore.exceptions

from .account import Account, code_of, find_account
from .environment import Environment, read_environment
from .refusal import Refusal
from .world import World

MAX_INPUT = 256 * 1024
LOOK_EVERY = 10.0  # seconds


def execution_name(job: object, world: World) -> str:
    """Says which job and when, and is nobody else's: the same call twice is one execution."""
    described = job.get("job_name", "job") if isinstance(job, dict) else "job"
    label = re.sub(r"[^A-Za-z0-9_-]+", "-", str(described))[:40].strip("-") or "job"
    return f"{label}-{time.strftime('%Y%m%d-%H%M%S', world.utc())}-{world.token()}"


def read_job(file: str | None, stage: str) -> tuple[object, str]:
    """The document and its text; what is wrong inside it the manager itself says."""
    if not file:
        raise Refusal("no job is named", f"make ENV={stage} start JOB=job.json")
    try:
        text = pathlib.Path(file).read_text("utf-8")
        job = json.loads(text)
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise Refusal(f"{file} is no job description: {error}", "correct it") from None
    if len(text.encode()) > MAX_INPUT:
        raise Refusal(f"{file} is larger than 256 KiB", "put long values into an object on S3")
    return job, text


def start_execution(
    environment: Environment, account: Account, job: object, text: str, world: World
) -> str:
    """Its ARN."""
    machine = account.state_machine(environment)
    try:
        started = account.client("stepfunctions").start_execution(
            stateMachineArn=machine, name=execution_name(job, world), input=text
        )
    except botocore.exceptions.ClientError as error:
        if code_of(error) == "StateMachineDoesNotExist":
            raise Refusal(
                f"there is no state machine {machine}",
                "deploy it: terraform -chdir=terraform/base apply; or check ENV",
            ) from None
        raise
    return started["executionArn"]


def wait_until(what: str, look, world: World, minutes: float):
    """What `look` gives once that is not None."""
    stop_at = world.monotonic() + 60 * minutes
    while (seen := look()) is None:
        if world.monotonic() > stop_at:
            raise Refusal(
                f"waited {minutes:.0f} minutes in vain: {what}",
                "look at the execution in the Step Functions console, and at the logs of the "
                "functions in CloudWatch",
            )
        world.sleep(LOOK_EVERY)
    return seen


def wait_for_end(execution: str, account: Account, world: World, minutes: float) -> dict:
    """The description of an execution that has ended."""

    def look():
        described = account.client("stepfunctions").describe_execution(executionArn=execution)
        return None if described["status"] == "RUNNING" else described

    return wait_until(f"the end of {execution}", look, world, minutes)


def outcome_of(described: dict) -> dict:
    """The manager's one document; {} where the execution has none."""
    text = described.get("output") or described.get("cause") or ""
    try:
        outcome = json.loads(text)
    except ValueError:
        return {}
    return outcome if isinstance(outcome, dict) else {}


def start(stage: str | None, file: str | None, wait: bool, world: World) -> None:
    environment = read_environment(stage, world)
    job, text = read_job(file, environment.stage)
    account = find_account(environment, world)
    execution = start_execution(environment, account, job, text, world)
    world.say(execution)
    if not wait:
        name = execution.rsplit(":", 1)[1]
        where = f"--stage {environment.stage} --region {account.region}"
        world.say(f"watch it: emrctl watch {name} {where}")
        return
    described = wait_for_end(execution, account, world, minutes=24 * 60)
    outcome = outcome_of(described)
    world.say(json.dumps(outcome, indent=2) if outcome else described.get("cause", ""))
    if described["status"] != "SUCCEEDED":
        verdict = described.get("error") or described["status"]
        raise Refusal(
            f"the job ended as {verdict}",
            (outcome.get("cause") or {}).get("next") or "look at the execution in the console",
        )
