"""`make deploy` and `make destroy` as people call them, against moto's CloudFormation."""

import ast
import base64
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time
import zipfile

import boto3
import pytest
from synthesis import HANDLERS, REGION, ROOT, Service, Template

sys.path.insert(0, str(ROOT / "tests" / "lambda"))

from tap import Tap, action_of  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
START_SECONDS = 120
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


# Services that speak REST: the first pattern that fits says which action it is.
REST = [
    (r"GET /2015-03-31/functions/?(\?.*)?", "lambda:ListFunctions"),
    (r"GET /2015-03-31/functions/[^/]+", "lambda:GetFunction"),
    (r"GET /2015-03-31/functions/[^/]+/aliases/live", "lambda:GetAlias"),
    (r"GET /2015-03-31/functions/[^/]+/versions.*", "lambda:ListVersionsByFunction"),
    (r"GET /[^/?]+/?\?.*versions.*", "s3:ListBucketVersions"),
    (r"GET /[^/?]+/?\?list-type=2.*", "s3:ListBucket"),
    (r"HEAD /[^/?]+/?", "s3:ListBucket"),
    (r"POST /[^/?]+/?\?delete=?", "s3:DeleteObject"),
    (r"PUT /[^?]+(\?x-id=PutObject)?", "s3:PutObject"),
    (r"(GET|HEAD) /[^?]+", "s3:GetObject"),
]


def what_is_asked(head: str, body: bytes) -> str | None:
    """The action, as IAM names it."""
    line = " ".join(head.split("\r\n", 1)[0].split(" ")[:2])
    if re.search(r"Credential=[^/]+/\d+/[^/]+/(lambda|s3)/", head):
        found = [action for pattern, action in REST if re.fullmatch(pattern, line)]
        return found[0] if found else f"unknown: {line}"
    return action_of(head, body)


class Moto:
    """moto's server with the alias that its CloudFormation lacks; its log names its port."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.log = folder / "moto.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, HERE / "moto_with_alias.py", "-H", "127.0.0.1", "-p", "0"],
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
        stop_at = time.monotonic() + START_SECONDS
        while not (found := re.search(r"http://127\.0\.0\.1:\d+", self.log.read_text())):
            assert self.process.poll() is None and time.monotonic() < stop_at, self.log.read_text()
            time.sleep(0.1)
        self.url = found[0]
        self.heard: set[str] = set()
        behind = ("127.0.0.1", int(self.url.rsplit(":", 1)[1]))
        self.tap = Tap(behind, self.heard.add, what_is_asked)
        self.tapped_url = f"http://127.0.0.1:{self.tap.port}"

    def client(self, service: str):
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def close(self) -> None:
        self.tap.close()
        self.process.terminate()
        self.process.wait(20)


class Project(Service):
    """A clone with the two things installed that a deployment needs."""

    def __init__(self, folder: pathlib.Path, moto: Moto) -> None:
        super().__init__(folder)
        self.moto = moto
        for name in ("scripts", "examples/wordcount", "deploy/ecm_deploy"):
            shutil.copytree(ROOT / name, folder / name, dirs_exist_ok=True)
        shutil.copy(ROOT / "Makefile", folder)
        shutil.copy(ROOT / "package-lock.json", folder)
        shutil.copy(ROOT / "deploy" / "requirements.txt", folder / "deploy")
        (folder / "node_modules").symlink_to(ROOT / "node_modules")
        self.release("one")

    def release(self, program: str) -> None:
        """Puts a released zip beside its checksum."""
        path = self.folder / "released.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("bootstrap", program)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        (self.folder / "released.zip.sha256").write_text(f"{digest}  released.zip\n")

    def stack(self, command: str, *options: str) -> subprocess.CompletedProcess:
        """What `bash scripts/stack` starts once everything is installed."""
        return subprocess.run(
            [sys.executable, "-m", "ecm_deploy", command, "--env", "dev", *options],
            cwd=self.folder,
            env={
                **CREDENTIALS,
                "PATH": "/usr/bin:/bin",
                "HOME": str(self.folder),
                "PYTHONPATH": str(self.folder / "deploy"),
                "AWS_ENDPOINT_URL": self.moto.tapped_url,
                "AWS_EC2_METADATA_DISABLED": "true",
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
        )


@pytest.fixture(scope="module")
def moto(tmp_path_factory):
    made = Moto(tmp_path_factory.mktemp("moto"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def project(moto, tmp_path_factory) -> Project:
    """Deployed once; the tests of this file follow its life in their order."""
    made = Project(tmp_path_factory.mktemp("project") / "clone", moto)
    made.configure({"region": REGION, "log_bucket": "logs", "tags": {"team": "data"}})
    location = {"LocationConstraint": REGION}
    moto.client("s3").create_bucket(Bucket="logs", CreateBucketConfiguration=location)
    done = made.stack("deploy", "--zip", "released.zip")
    assert done.returncode == 0, done.stdout + done.stderr
    made.said = done.stdout
    return made


def versions(moto: Moto) -> dict[str, str]:
    client = moto.client("lambda")
    aliases = {h: client.get_alias(FunctionName=f"ecm-dev-{h}", Name="live") for h in HANDLERS}
    return {handler: alias["FunctionVersion"] for handler, alias in aliases.items()}


def test_deploy_makes_functions_roles_logs_and_the_queue(project, moto):
    functions = moto.client("lambda").list_functions()["Functions"]
    assert {f["FunctionName"] for f in functions} == {f"ecm-dev-{h}" for h in HANDLERS}
    for function in functions:
        handler = function["FunctionName"].rsplit("-", 1)[1]
        assert function["Handler"] == handler
        assert function["Role"].endswith(f":role/ecm-dev-{REGION}-{handler}")
        variables = function["Environment"]["Variables"]
        assert variables["ECM_TOPIC_ARN"].endswith(":ecm-dev-failures")
    groups = moto.client("logs").describe_log_groups()["logGroups"]
    assert {g["logGroupName"] for g in groups} == {f"/aws/lambda/ecm-dev-{h}" for h in HANDLERS}
    (queue,) = moto.client("sqs").list_queues()["QueueUrls"]
    assert queue.endswith("ecm-dev-function-dead-letters")


def test_the_roles_that_are_made_have_the_policies_of_the_template(project, moto):
    template = Template(json.loads(project.template_file.read_text()))
    for handler in HANDLERS:
        made = moto.client("iam").get_role_policy(
            RoleName=f"ecm-dev-{REGION}-{handler}", PolicyName=handler
        )
        # moto hands out what CloudFormation made as Python shows it.
        assert ast.literal_eval(made["PolicyDocument"])["Statement"] == template.statements(handler)


def test_deploy_says_which_version_is_live_and_what_comes_next(project, moto):
    assert set(versions(moto).values()) == {"1"}
    for handler in HANDLERS:
        assert f"ecm-dev-{handler}: version 1 is live" in project.said
    assert "terraform -chdir=terraform/base apply" in project.said


def test_the_same_once_more_publishes_nothing(project, moto):
    done = project.stack("deploy", "--zip", "released.zip")
    assert done.returncode == 0, done.stdout + done.stderr
    assert set(versions(moto).values()) == {"1"}


def live_version(project: Project) -> str:
    """The version that the template gives to wake's alias, by its name in the template."""
    template = Template(json.loads(project.template_file.read_text()))
    return template.resources["WakeLiveAlias"]["Properties"]["FunctionVersion"]["Fn::GetAtt"][0]


def test_another_package_is_another_version_behind_the_alias(project, moto):
    # moto makes new resources before it updates old ones, so the number is only AWS's to show.
    before = live_version(project)
    project.release("two")
    done = project.stack("deploy", "--zip", "released.zip")
    assert done.returncode == 0, done.stdout + done.stderr
    assert live_version(project) != before
    digest = hashlib.sha256((project.folder / "released.zip").read_bytes()).digest()
    for handler in HANDLERS:
        function = moto.client("lambda").get_function(FunctionName=f"ecm-dev-{handler}")
        assert function["Configuration"]["CodeSha256"] == base64.b64encode(digest).decode()


def test_destroy_does_nothing_while_nobody_may_answer(project, moto):
    done = project.stack("destroy")
    assert done.returncode == 1 and "FORCE=1" in done.stderr
    assert moto.client("lambda").list_functions()["Functions"]


def test_destroy_leaves_nothing(project, moto):
    location = {"LocationConstraint": REGION}
    moto.client("s3").create_bucket(Bucket="examples", CreateBucketConfiguration=location)
    assert project.stack("deploy-word-count", "--example-bucket", "examples").returncode == 0
    assert moto.client("s3").list_objects_v2(Bucket="examples")["KeyCount"] == 2
    done = project.stack("destroy", "--force")
    assert done.returncode == 0, done.stdout + done.stderr
    assert moto.client("lambda").list_functions()["Functions"] == []
    assert moto.client("iam").list_roles()["Roles"] == []
    assert moto.client("logs").describe_log_groups()["logGroups"] == []
    assert moto.client("sqs").list_queues().get("QueueUrls", []) == []
    assert moto.client("cloudformation").describe_stacks()["Stacks"] == []
    buckets = [b["Name"] for b in moto.client("s3").list_buckets()["Buckets"]]
    assert sorted(buckets) == ["examples", "logs"], "those of other people"
    assert moto.client("s3").list_objects_v2(Bucket="examples")["KeyCount"] == 0
    assert not list((project.folder / ".deploy").glob("*")), "nothing is remembered"


def test_the_deployers_policy_has_all_that_was_asked(moto):
    """Of the tests above. What CloudFormation does in the caller's name nobody can hear here."""
    policy = json.loads((ROOT / "deploy" / "policies" / "deployer.json").read_text())
    granted = {action for statement in policy["Statement"] for action in statement["Action"]}
    assert len(moto.heard) > 20, "somebody has listened"
    assert moto.heard <= granted


def test_make_hands_everything_on(tmp_path):
    """Each target, with every variable that it knows, as make would run it."""
    asked = {
        ("deploy", "ZIP=a b.zip"): '--env "dev" --zip "a b.zip"',
        ("destroy", "FORCE=1", "EVEN_WITH_CLUSTERS=1", "EXAMPLE_BUCKET=b"): (
            '--env "dev" --example-bucket "b" --force --even-with-clusters'
        ),
        ("destroy", "FORCE=0"): '--env "dev"',
        ("deploy-word-count", "EXAMPLE_BUCKET=b"): '--env "dev" --example-bucket "b"',
        ("start", "JOB=job.json", "WAIT=1"): '--env "dev" --job "job.json" --wait',
        ("smoke", "FORCE=1"): '--env "dev" --force',
    }
    for (target, *variables), words in asked.items():
        command = ["make", "--dry-run", "-C", ROOT, "ENV=dev", target, *variables]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        lines = [line for line in done.stdout.splitlines() if not line.startswith("make")]
        text = " ".join(" ".join(lines).replace("\\", " ").split())
        assert text == f"bash scripts/stack {target} {words}"
