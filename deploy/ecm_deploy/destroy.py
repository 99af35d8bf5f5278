"""`destroy`: takes away the functions of an environment, and the word count where it was put."""

import botocore.exceptions

from .account import Account, code_of, find_account
from .clusters import living_clusters
from .environment import HANDLERS, Environment, read_environment
from .example import prefix_of, remove_example
from .memory import Example, recall
from .preflight import check_bucket, check_node, check_osls, is_busy, stack_status
from .refusal import Refusal
from .tools import run_osls
from .world import World


def _examples(environment, bucket: str | None, account: Account, world: World) -> list[Example]:
    remembered = recall(environment, world)
    elsewhere = [e for e in remembered if (e.account, e.region) != (account.id, account.region)]
    for example in elsewhere:
        world.say(
            f"note: s3://{example.bucket}/{example.prefix} is left: it is of account "
            f"{example.account} in {example.region}"
        )
    examples = [example for example in remembered if example not in elsewhere]
    if bucket and all(example.bucket != bucket for example in examples):
        check_bucket(bucket, "EXAMPLE_BUCKET", account)
        examples.append(Example(account.id, account.region, bucket, prefix_of(environment)))
    return examples


def _other_stacks(account: Account) -> str:
    names = []
    try:
        for page in account.client("cloudformation").get_paginator("list_stacks").paginate():
            names += [
                stack["StackName"]
                for stack in page["StackSummaries"]
                if stack["StackName"].startswith("ecm-")
                and stack["StackStatus"] != "DELETE_COMPLETE"
            ]
    except botocore.exceptions.ClientError as error:
        return f"not to be seen ({code_of(error)})"
    return ", ".join(sorted(names)) or "none"


def _refuse_while_clusters_live(environment, account, even_with_clusters: bool, world) -> None:
    living = living_clusters(environment, account)
    if not living:
        return
    listed = "\n  ".join(str(cluster) for cluster in living)
    if not even_with_clusters:
        raise Refusal(
            f"clusters of {environment.stage} are alive:\n  {listed}",
            "wait for their jobs or stop these (emrctl list, emrctl stop ID); or say "
            "EVEN_WITH_CLUSTERS=1: each then ends after its last step, and nobody reports it",
        )
    world.say(f"note: nobody will look after these any more:\n  {listed}")


def _confirm(environment: Environment, account: Account, force: bool, world: World) -> None:
    if force:
        return
    answer = world.ask(
        f"type {environment.stage} to destroy it in account {account.id}, {account.region}: "
    )
    if answer is None:
        raise Refusal("nobody is there to be asked", "say FORCE=1 if a machine may destroy")
    if answer.strip() != environment.stage:
        raise Refusal("nothing was destroyed", "the same command again, if you mean it")


def _check_nothing_is_left(environment: Environment, account: Account) -> None:
    left = []
    if (status := stack_status(environment, account)) is not None:
        left.append(f"stack {environment.stack} in {status}")
    functions = account.client("lambda").get_paginator("list_functions")
    ours = {environment.function(handler) for handler in HANDLERS}
    for page in functions.paginate():
        left += [f["FunctionName"] for f in page["Functions"] if f["FunctionName"] in ours]
    for page in account.client("logs").get_paginator("describe_log_groups").paginate(
        logGroupNamePrefix=f"/aws/lambda/{environment.prefix}"
    ):
        groups = {f"/aws/lambda/{name}" for name in ours}
        left += [g["logGroupName"] for g in page["logGroups"] if g["logGroupName"] in groups]
    if left:
        raise Refusal(f"this is left: {', '.join(left)}", "the same command again")


def destroy(
    stage: str | None, bucket: str | None, force: bool, even_with_clusters: bool, world: World
) -> None:
    environment = read_environment(stage, world)
    account = find_account(environment, world)
    status = stack_status(environment, account)
    if status is not None:
        check_node(world)
        check_osls(world)
        if is_busy(status):
            raise Refusal(
                f"the stack {environment.stack} is in {status}: somebody is at work on it",
                "wait until that has ended",
            )
    examples = _examples(environment, bucket, account, world)
    if status is None and not examples:
        others = _other_stacks(account)
        world.say(f"there is no stack {environment.stack} in {account.region}; of ours: {others}")
        return
    _refuse_while_clusters_live(environment, account, even_with_clusters, world)

    world.say(f"==> account {account.id}, region {account.region}")
    if status is not None:
        world.say(f"    stack {environment.stack} ({status}): functions, roles, logs, dead letters")
    for example in examples:
        world.say(f"    s3://{example.bucket}/{example.prefix}, with what the job wrote there")
    _confirm(environment, account, force, world)

    for example in examples:
        remove_example(example, environment, account, world)
    if status is not None:
        run_osls("remove", environment, world)
    _check_nothing_is_left(environment, account)
    world.say(
        "destroyed. Terraform's half goes by `terraform -chdir=terraform/base destroy`; until then "
        "the state machine refuses every job, since its functions are gone."
    )
