"""`deploy`: the functions of an environment."""

import pathlib

import botocore.exceptions

from .account import Account, find_account
from .environment import ALIAS, HANDLERS, Environment, check_is_described, read_environment
from .package import check_zip, provide_zip
from .preflight import check_before_deploy
from .refusal import Refusal
from .tools import run_osls
from .world import World


def _live_versions(environment: Environment, account: Account) -> dict[str, str]:
    client = account.client("lambda")
    versions = {}
    for handler in HANDLERS:
        name = environment.function(handler)
        try:
            answer = client.get_alias(FunctionName=name, Name=ALIAS)
        except botocore.exceptions.ClientError as error:
            raise Refusal(
                f"osls has ended well, but {name} has no alias {ALIAS}: {error}",
                f"look at the stack {environment.stack} in the CloudFormation console",
            ) from None
        versions[name] = answer["FunctionVersion"]
    return versions


def deploy(stage: str | None, given_zip: str | None, world: World) -> None:
    environment = read_environment(stage, world)
    check_is_described(environment, world)
    if given_zip:
        check_zip(pathlib.Path(given_zip))
    account = find_account(environment, world)
    check_before_deploy(environment, account, world)
    package = provide_zip(given_zip, world)

    world.say(f"==> stack {environment.stack}, region {account.region}, account {account.id}")
    run_osls("deploy", environment, world, ECM_ZIP=str(package))
    for name, version in _live_versions(environment, account).items():
        world.say(f"    {name}: version {version} is {ALIAS}")
    stage = environment.stage
    world.say(
        "next, for everything but the functions:\n"
        "    terraform -chdir=terraform/base init\n"
        f"    terraform -chdir=terraform/base workspace select -or-create {stage}\n"
        "    terraform -chdir=terraform/base apply "
        f"-var-file=../../environments/{stage}.tfvars.json\n"
        f"then a first job: make ENV={stage} deploy-word-count EXAMPLE_BUCKET=…"
    )
