"""What `deploy-word-count` put where: .deploy/ENV.json, so that `destroy` can take it away."""

import dataclasses
import json
import pathlib

from .environment import Environment
from .refusal import Refusal
from .world import World


@dataclasses.dataclass(frozen=True)
class Example:
    """Everything below s3://bucket/prefix is the example's own."""

    account: str
    region: str
    bucket: str
    prefix: str


def _file(environment: Environment, world: World) -> pathlib.Path:
    return world.root / ".deploy" / f"{environment.stage}.json"


def recall(environment: Environment, world: World) -> list[Example]:
    file = _file(environment, world)
    if not file.exists():
        return []
    try:
        return [Example(**entry) for entry in json.loads(file.read_text("utf-8"))["examples"]]
    except (ValueError, KeyError, TypeError) as error:
        raise Refusal(
            f"{file} cannot be read: {error!r}",
            "delete it, and name the example's bucket: EXAMPLE_BUCKET=…",
        ) from None


def remember(example: Example, environment: Environment, world: World) -> None:
    _write({*recall(environment, world), example}, environment, world)


def forget(example: Example, environment: Environment, world: World) -> None:
    _write(set(recall(environment, world)) - {example}, environment, world)


def _write(examples: set[Example], environment: Environment, world: World) -> None:
    file = _file(environment, world)
    if not examples:
        file.unlink(missing_ok=True)
        return
    file.parent.mkdir(exist_ok=True)
    entries = sorted((dataclasses.asdict(example) for example in examples), key=str)
    file.write_text(json.dumps({"examples": entries}, indent=2) + "\n", "utf-8")
