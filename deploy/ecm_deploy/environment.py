"""An environment: its name, its settings and the names of what belongs to it."""

import dataclasses
import difflib
import json
import pathlib
import re

import jsonschema

from .refusal import Refusal
from .world import World

STAGE = re.compile(r"[a-z0-9-]{1,16}")
HANDLERS = ("submit", "await", "wake", "inspect", "release", "report", "sweep")
ALIAS = "live"


@dataclasses.dataclass(frozen=True)
class Environment:
    stage: str
    region: str
    settings: dict

    @property
    def stack(self) -> str:
        return f"ecm-{self.stage}"

    @property
    def prefix(self) -> str:
        """What the names of its clusters, steps and functions begin with."""
        return f"ecm-{self.stage}-"

    def function(self, handler: str) -> str:
        return self.prefix + handler


def check_stage(stage: str | None) -> str:
    if not stage:
        raise Refusal("no environment is named", "say which: make ENV=dev …")
    if not STAGE.fullmatch(stage):
        raise Refusal(
            f"ENV '{stage}' is not fit for names: expected 1 to 16 of a-z, 0-9, -",
            "choose another, such as ENV=dev",
        )
    return stage


def _load(file: pathlib.Path) -> dict:
    try:
        return json.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise Refusal(f"{file} is no JSON: {error}", "correct it") from None


def _what_is_wrong(error: jsonschema.ValidationError, known: list[str]) -> list[str]:
    place = "/" + "/".join(str(part) for part in error.absolute_path)
    if error.validator != "additionalProperties" or error.absolute_path:
        return [f"{place}: {error.message}"]
    lines = []
    for member in sorted(set(error.instance) - set(known)):
        close = difflib.get_close_matches(member, known, 1)
        hint = f"; did you mean {close[0]}?" if close else ""
        lines.append(f"/{member}: unknown member{hint}")
    return lines


def _contradictions(settings: dict) -> list[str]:
    """Members that are right by themselves; terraform/base/settings.tf refuses the same."""
    if settings.get("create_roles") is False:
        return [
            f"/{member}: create_roles is false, so no role of EMR is made: leave it out, and name "
            "existing roles in passable_role_arns"
            for member in ("autoscaling_role", "custom_roles", "job_buckets")
            if settings.get(member)
        ]
    return [
        f"/{member}: names an existing role, which needs create_roles = false"
        for member in ("instance_profile", "service_role")
        if settings.get(member) is not None
    ]


def check_settings(file: pathlib.Path, settings: dict, schema: dict) -> None:
    """Every mistake at once."""
    known = list(schema["properties"])
    errors = jsonschema.Draft202012Validator(schema).iter_errors(settings)
    wrong = [line for error in errors for line in _what_is_wrong(error, known)]
    if isinstance(settings, dict):
        wrong += _contradictions(settings)
    if wrong:
        raise Refusal(
            f"{file} is wrong:\n  " + "\n  ".join(sorted(wrong)),
            "environments/settings.schema.json says what each member is",
        )


def _settings_file(stage: str, world: World) -> pathlib.Path:
    return world.root / "environments" / f"{stage}.tfvars.json"


def _no_settings(stage: str, what: str, world: World) -> Refusal:
    return Refusal(
        f"there is no {_settings_file(stage, world)}, and so no {what} '{stage}'",
        f"cp environments/example.tfvars.json environments/{stage}.tfvars.json, "
        "change what differs; or check the spelling of ENV",
    )


def check_is_described(environment: Environment, world: World) -> None:
    """What makes something needs the settings of Terraform's half: a misspelt ENV has none."""
    if not _settings_file(environment.stage, world).exists():
        raise _no_settings(environment.stage, "environment", world)


def read_environment(stage: str | None, world: World) -> Environment:
    """The settings of environments/STAGE.tfvars.json; without the file all defaults."""
    stage = check_stage(stage)
    file = _settings_file(stage, world)
    variables = world.environment
    region = variables.get("AWS_REGION") or variables.get("AWS_DEFAULT_REGION")
    settings = {}
    if file.exists():
        settings = _load(file)
        check_settings(file, settings, _load(file.with_name("settings.schema.json")))
    region = settings.get("region") or region
    if not region:
        raise _no_settings(stage, "region for the environment", world)
    return Environment(stage, region, settings)
