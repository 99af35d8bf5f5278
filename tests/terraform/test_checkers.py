"""Checkers that are not ours, and proof that each would find something."""

import json
import re
import shutil
import subprocess

import pytest
from project import ROOT, TERRAFORM, TOOLS

TFLINT = TOOLS / "bin" / "tflint"
CHECKOV = ROOT / ".venv-checkov" / "bin" / "checkov"
SKIP = re.compile(r"#\s*checkov:skip=(\w+)(?::(.*))?")


@pytest.fixture
def copy(tmp_path):
    """terraform/ to plant a fault in."""
    target = tmp_path / "terraform"
    shutil.copytree(ROOT / "terraform", target, ignore=shutil.ignore_patterns(".terraform*"))
    return target


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


def test_the_house_format_is_terraforms():
    done = run(TERRAFORM, "fmt", "-check", "-diff", "-recursive", ROOT / "terraform")
    assert done.returncode == 0, done.stdout


def test_the_format_check_finds_a_crooked_line(copy):
    (copy / "base" / "crooked.tf").write_text("locals {\na=1\n}\n")
    assert run(TERRAFORM, "fmt", "-check", "-recursive", copy).returncode != 0


def tflint(folder):
    configuration = ROOT / "terraform" / ".tflint.hcl"
    return run(TFLINT, "--recursive", f"--chdir={folder}", f"--config={configuration}")


def test_tflint_finds_nothing():
    done = tflint(ROOT / "terraform")
    assert done.returncode == 0, done.stdout + done.stderr


def test_tflint_finds_what_nobody_uses_or_describes(copy):
    (copy / "base" / "unused.tf").write_text('variable "x" {\n  type = string\n}\n')
    done = tflint(copy)
    assert done.returncode != 0
    for rule in ("terraform_unused_declarations", "terraform_documented_variables"):
        assert rule in done.stdout


def checkov(folder):
    done = run(
        CHECKOV, "--directory", folder, "--framework", "terraform", "--skip-download",
        "--compact", "--output", "json",
    )
    return json.loads(done.stdout)["results"] if done.stdout.strip() else {}


def test_checkov_finds_nothing_and_every_skip_has_its_reason():
    results = checkov(ROOT / "terraform")
    assert [(check["check_id"], check["resource"]) for check in results["failed_checks"]] == []
    skipped = {check["check_id"] for check in results["skipped_checks"]}
    written = {}
    for file in (ROOT / "terraform").rglob("*.tf"):
        for number, reason in SKIP.findall(file.read_text()):
            assert len((reason or "").split()) >= 5, f"{file}: {number} is skipped without a reason"
            written[number] = reason
    assert skipped == set(written), "a skip that skips nothing, or nothing that says why"


def test_checkov_finds_a_queue_in_clear_text(copy):
    (copy / "base" / "queue.tf").write_text('resource "aws_sqs_queue" "x" {\n  name = "x"\n}\n')
    failed = {check["check_id"] for check in checkov(copy)["failed_checks"]}
    assert "CKV_AWS_27" in failed


def wrong_with(statements):
    """By AWS's own list of actions, resources and conditions."""
    listed = [
        {**statement, **{
            key: statement[key] if isinstance(statement[key], list) else [statement[key]]
            for key in ("Action", "Resource")
        }}
        for statement in statements
    ]
    done = subprocess.run(
        [CHECKOV.parent / "python", ROOT / "tests" / "deploy" / "iam_check.py"],
        input=json.dumps(listed), capture_output=True, text=True, timeout=300,
    )
    assert done.stderr == "", done.stderr
    return done.stdout.split("\n")[:-1] if done.stdout.strip() else []


def test_the_policies_of_roles_name_what_there_is_in_aws(full):
    statements = [
        statement
        for address in full.all("aws_iam_role_policy")
        for statement in full.policy(address).values()
    ]
    assert len(statements) >= 10
    assert wrong_with(statements) == []
    misspelt = {**statements[0], "Action": "s3:GetObjects"}
    assert wrong_with([misspelt]) == ["s3:GetObjects: there is no such action"]
