"""The command line: `bash scripts/stack COMMAND --env ENV`."""

import argparse
import os
import sys

import botocore.exceptions

from .deploy import deploy
from .destroy import destroy
from .example import deploy_word_count
from .executions import start
from .refusal import Refusal
from .smoke import smoke
from .world import World

NOT_VERIFIED = (
    "Not yet verified on AWS: all of it has been tried against stand-ins for AWS on one machine."
)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="stack", description=f"{__doc__} {NOT_VERIFIED} docs/deploy.md tells the rest."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, what: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=what, description=what)
        made.add_argument("--env", metavar="ENV", help="the environment, such as dev")
        return made

    made = command("deploy", "package the functions, or take a released zip, and deploy them")
    made.add_argument("--zip", metavar="PATH", help="a released zip, with its .sha256 beside it")

    made = command("destroy", "remove the functions, and the word count where it was put")
    made.add_argument("--example-bucket", metavar="BUCKET", help="one that nobody remembers")
    made.add_argument("--force", action="store_true", help="do not ask")
    made.add_argument(
        "--even-with-clusters", action="store_true", help="although clusters of it are alive"
    )

    made = command("deploy-word-count", "put the example's code and text into a bucket")
    made.add_argument("--example-bucket", metavar="BUCKET", help="a bucket in its region")

    made = command("start", "start a job")
    made.add_argument("--job", metavar="FILE", help="the job description")
    made.add_argument("--wait", action="store_true", help="until it has ended; tell its outcome")

    made = command("smoke", f"run a job, abort another, sweep; say what was seen. {NOT_VERIFIED}")
    made.add_argument("--job", metavar="FILE", help="another job than the deployed word count")
    made.add_argument("--force", action="store_true", help="do not ask")
    return parser


def run(arguments: list[str], world: World) -> int:
    given = _parser().parse_args(arguments)
    commands = {
        "deploy": lambda: deploy(given.env, given.zip, world),
        "destroy": lambda: destroy(
            given.env, given.example_bucket, given.force, given.even_with_clusters, world
        ),
        "deploy-word-count": lambda: deploy_word_count(given.env, given.example_bucket, world),
        "start": lambda: start(given.env, given.job, given.wait, world),
        "smoke": lambda: smoke(given.env, given.job, given.force, world),
    }
    try:
        commands[given.command]()
    except Refusal as refusal:
        print(f"{given.command}: {refusal}", file=sys.stderr)
        return 1
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        print(f"{given.command}: AWS says: {error}\nnext: see docs/deploy.md", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:], World(environment=dict(os.environ))))
