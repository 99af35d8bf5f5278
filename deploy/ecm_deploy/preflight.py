"""What must hold before anything is changed. Each check raises a Refusal with the next step."""

import re
import subprocess

import botocore.exceptions

from .account import Account, code_of
from .environment import Environment
from .refusal import Refusal
from .tools import OSLS, node_program

_STUCK = {
    "ROLLBACK_COMPLETE": "its first creation failed, and such a stack can only be deleted",
    "ROLLBACK_FAILED": "its first creation failed and could not be undone",
    "DELETE_FAILED": "it could not be deleted; its events say what is in the way",
    "UPDATE_ROLLBACK_FAILED": "an update failed and could not be undone",
    "REVIEW_IN_PROGRESS": "its creation was prepared and never begun",
}


def is_busy(status: str) -> bool:
    """Whether it will be in another status without anybody's doing."""
    return status.endswith("_IN_PROGRESS") and status not in _STUCK


def node_is_new_enough(version: str) -> bool:
    """What osls 4 says in its package.json: ^20.19.0 || ^22.13.0 || >=24."""
    match = re.match(r"v?(\d+)\.(\d+)\.", version)
    if not match:
        return False
    major, minor = int(match[1]), int(match[2])
    return major >= 24 or (major == 22 and minor >= 13) or (major == 20 and minor >= 19)


def check_node(world) -> None:
    program = node_program(world)
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Refusal(
            f"there is no Node.js: {program}: {error}",
            "run it as `bash scripts/stack …` or make, which install what is needed",
        ) from None
    if not node_is_new_enough(done.stdout):
        raise Refusal(
            f"{program} is Node.js {done.stdout.strip()}; osls needs 20.19, 22.13 or 24 and newer",
            "unset ECM_NODE: the project then brings its own",
        )


def check_osls(world) -> None:
    if not (world.root / OSLS).exists():
        raise Refusal(
            "the npm package osls is not installed",
            "run it as `bash scripts/stack …` or make, which install it; by hand: npm ci",
        )


def stack_status(environment: Environment, account: Account) -> str | None:
    """None: there is no such stack."""
    try:
        found = account.client("cloudformation").describe_stacks(StackName=environment.stack)
    except botocore.exceptions.ClientError as error:
        if code_of(error) == "ValidationError":  # "Stack with id … does not exist"
            return None
        raise
    return found["Stacks"][0]["StackStatus"]


def check_stack(environment: Environment, account: Account) -> None:
    status = stack_status(environment, account)
    if status is None:
        return
    named = f"the stack {environment.stack} in {environment.region} is in {status}"
    if is_busy(status):
        raise Refusal(f"{named}: somebody is at work on it", "wait until that has ended")
    if status == "UPDATE_ROLLBACK_FAILED":
        raise Refusal(
            f"{named}: {_STUCK[status]}",
            f"aws cloudformation continue-update-rollback --stack-name {environment.stack}",
        )
    if status in _STUCK:
        raise Refusal(
            f"{named}: {_STUCK[status]}",
            f"make ENV={environment.stage} destroy, then deploy again",
        )


def bucket_region(bucket: str, account: Account) -> str:
    """Where it is; it must be there and open to us."""
    try:
        answer = account.client("s3").head_bucket(Bucket=bucket)
        headers = answer["ResponseMetadata"]["HTTPHeaders"]
    except botocore.exceptions.ClientError as error:
        headers = error.response["ResponseMetadata"]["HTTPHeaders"]
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        if status == 404:
            raise Refusal(
                f"there is no bucket {bucket}",
                f"create it: aws s3 mb s3://{bucket} --region {account.region}",
            ) from None
        if "x-amz-bucket-region" not in headers:
            raise Refusal(
                f"the bucket {bucket} cannot be looked at: {error}",
                "check its name, and that your permissions include s3:ListBucket on it",
            ) from None
    return headers.get("x-amz-bucket-region") or account.region


def check_bucket(bucket: str, what: str, account: Account) -> None:
    region = bucket_region(bucket, account)
    if region != account.region:
        raise Refusal(
            f"the bucket {bucket} ({what}) is in {region}, the environment is in {account.region}",
            f"name a bucket in {account.region}, or deploy the environment to {region}",
        )


def check_before_deploy(environment: Environment, account: Account, world) -> None:
    check_node(world)
    check_osls(world)
    check_stack(environment, account)
    if bucket := environment.settings.get("log_bucket"):
        check_bucket(bucket, "log_bucket", account)


