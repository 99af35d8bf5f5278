"""The Terraform configuration in a folder of its own, beside a stand-in of the AWS provider."""

import json
import os
import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
# `bash scripts/check-infra` puts the programs and the provider there.
TOOLS = ROOT / "build" / "infra"
TERRAFORM = TOOLS / "bin" / "terraform"
VERSIONS = ("5.99.1", "6.25.0")
REGION = "eu-central-1"
ACCOUNT = "123456789012"


class Refused(Exception):
    """What terraform said before it ended with an error."""


class Project:
    def __init__(self, folder: pathlib.Path, version: str = VERSIONS[-1]) -> None:
        self.folder = folder
        for name in ("terraform", "deploy", "environments"):
            shutil.copytree(
                ROOT / name, folder / name,
                ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*", "terraform.tfstate.d"),
            )
        self.base = folder / "terraform" / "base"
        # The versions that users get are bounded in versions.tf; this chooses one of them.
        (self.base / "version_override.tf").write_text(
            'terraform {\n  required_providers {\n    aws = {\n      source  = "hashicorp/aws"\n'
            f'      version = "{version}"\n    }}\n  }}\n}}\n'
        )
        configuration = folder / "terraform.rc"
        configuration.write_text(
            "provider_installation {\n  filesystem_mirror {\n"
            f'    path = "{TOOLS / "mirror"}"\n  }}\n}}\n'
        )
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("TF_")},
            "TF_CLI_CONFIG_FILE": str(configuration),
            "TF_CLI_ARGS": "-no-color",
            "TF_IN_AUTOMATION": "1",
            "CHECKPOINT_DISABLE": "1",
        }
        self.run("init", "-input=false")

    def run(self, *arguments: str, workspace: str | None = None) -> str:
        assert TERRAFORM.exists(), f"{TERRAFORM} is missing: run bash scripts/check-infra"
        environment = dict(self.environment)
        if workspace:
            environment["TF_WORKSPACE"] = workspace
        done = subprocess.run(
            [TERRAFORM, *arguments], cwd=self.base, env=environment, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=300,
        )
        if done.returncode != 0:
            # Terraform breaks its lines to fit into a frame.
            raise Refused(" ".join(done.stdout.split() + done.stderr.replace("│", " ").split()))
        return done.stdout

    def settings(self, stage: str, **members) -> str:
        """Writes the settings file of the stage and returns the option that names it."""
        file = self.folder / "environments" / f"{stage}.tfvars.json"
        file.write_text(json.dumps({"region": REGION, **members}))
        return f"-var-file=../../environments/{stage}.tfvars.json"

    def plan(self, stage: str = "dev", **members) -> "Plan":
        file = self.settings(stage, **members)
        self.run("plan", "-input=false", f"-var=stage={stage}", file, "-out=plan.out")
        return Plan(json.loads(self.run("show", "-json", "plan.out")))


class Plan:
    """What a plan holds: the values of each resource that it would make, by address."""

    def __init__(self, document: dict) -> None:
        self.document = document
        self.values: dict[str, dict] = {}
        self._collect(document["planned_values"]["root_module"])
        self.outputs = {
            name: output.get("value")
            for name, output in document["planned_values"]["outputs"].items()
        }

    def _collect(self, module: dict) -> None:
        for resource in module.get("resources", []):
            self.values[resource["address"]] = resource["values"]
        for child in module.get("child_modules", []):
            self._collect(child)

    def all(self, kind: str) -> dict[str, dict]:
        return {
            address: values for address, values in self.values.items()
            if f".{kind}." in f".{address}"
        }

    def named(self, kind: str, name: str) -> dict:
        found = [values for values in self.all(kind).values() if values.get("name") == name]
        assert len(found) == 1, f"{len(found)} of {kind} have the name {name}"
        return found[0]

    def policy(self, address: str) -> dict[str, dict]:
        """Its statements by Sid."""
        return {
            statement["Sid"]: statement
            for statement in json.loads(self.values[address]["policy"])["Statement"]
        }
