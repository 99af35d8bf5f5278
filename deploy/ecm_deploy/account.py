"""The AWS account: who we are in it, and clients for its services."""

import dataclasses
import functools

import boto3
import botocore.config
import botocore.exceptions

from .environment import Environment
from .refusal import Refusal
from .world import World

# What boto3 says when there is nobody to be, or when AWS does not know who asks.
_NOBODY = (
    botocore.exceptions.NoCredentialsError,
    botocore.exceptions.PartialCredentialsError,
    botocore.exceptions.CredentialRetrievalError,
    botocore.exceptions.ProfileNotFound,
    botocore.exceptions.TokenRetrievalError,
    botocore.exceptions.SSOError,
)
_SIGN_IN = (
    "sign in (aws sso login, aws configure) or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and "
    "AWS_SECRET_ACCESS_KEY; `aws sts get-caller-identity` must work"
)


def code_of(error: botocore.exceptions.ClientError) -> str:
    return error.response.get("Error", {}).get("Code", "")


@dataclasses.dataclass(frozen=True)
class Account:
    id: str
    partition: str
    region: str
    session: boto3.Session

    @functools.cache
    def client(self, service: str):
        config = botocore.config.Config(retries={"mode": "standard", "max_attempts": 5})
        return self.session.client(service, config=config)

    def arn(self, service: str, rest: str) -> str:
        return f"arn:{self.partition}:{service}:{self.region}:{self.id}:{rest}"

    def state_machine(self, environment: Environment) -> str:
        return self.arn("states", f"stateMachine:{environment.stack}")


def _session(environment: Environment, world: World) -> boto3.Session:
    variables = world.environment
    keys = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
    access_key, secret_key, token = (variables.get(name) for name in keys)
    return world.session(
        region_name=environment.region,
        profile_name=variables.get("AWS_PROFILE") or None,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        aws_session_token=token,
    )


def find_account(environment: Environment, world: World) -> Account:
    try:
        session = _session(environment, world)
        identity = session.client("sts").get_caller_identity()
    except _NOBODY as error:
        raise Refusal(f"no credentials of AWS: {error}", _SIGN_IN) from None
    except botocore.exceptions.ClientError as error:
        raise Refusal(f"AWS does not take these credentials: {error}", _SIGN_IN) from None
    except botocore.exceptions.EndpointConnectionError as error:
        raise Refusal(
            f"AWS cannot be reached: {error}",
            f"check the network, and that the region '{environment.region}' is one of AWS's",
        ) from None
    partition = identity["Arn"].split(":")[1]
    return Account(identity["Account"], partition, environment.region, session)
