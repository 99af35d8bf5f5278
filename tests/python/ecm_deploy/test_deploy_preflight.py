"""Bad input is named with the next step, and nothing is changed."""

import dataclasses
import hashlib
import json
import zipfile

import pytest
from botocore.exceptions import NoCredentialsError
from moto.cloudformation.models import cloudformation_backends
from told import ACCOUNT, EMPTY_STACK, ROOT, refusal

from ecm_deploy.account import find_account
from ecm_deploy.deploy import deploy
from ecm_deploy.environment import read_environment
from ecm_deploy.example import deploy_word_count
from ecm_deploy.package import check_zip
from ecm_deploy.preflight import check_bucket, node_is_new_enough

@pytest.mark.parametrize("stage", ["Dev", "dev_1", "", None, "a" * 17, "dev/..", "dev\n"])
def test_an_environment_needs_a_name_that_fits(world, stage):
    assert "ENV" in str(refusal(read_environment, stage, world))


def test_a_wrong_name_is_shown(world):
    assert "'Dev'" in refusal(read_environment, "Dev", world).what


def test_without_settings_and_region_the_spelling_is_doubted(world):
    wrong = refusal(read_environment, "dve", world)
    assert "dve.tfvars.json" in wrong.what and "spelling" in wrong.next_step


@pytest.mark.parametrize("make", [deploy, deploy_word_count])
def test_a_misspelt_name_makes_nothing_although_the_machine_has_a_region(world, told, make):
    here = dataclasses.replace(world, environment={"AWS_REGION": "eu-west-1"})
    wrong = refusal(make, "dve", None, here)
    assert "dve.tfvars.json" in wrong.what and "spelling" in wrong.next_step
    assert told.commands == []


def test_settings_without_a_region_are_not_called_missing(world, settings):
    settings("{}")
    wrong = refusal(read_environment, "dev", world)
    assert "'region' is a required property" in wrong.what


@pytest.mark.parametrize("tag", ["ecm:stage", "ecm:other", "aws:x", "Aws:x"])
def test_tags_that_terraform_refuses_are_refused_before(world, settings, tag):
    settings(json.dumps({"region": "eu-central-1", "tags": {tag: "x", "team": "y"}}))
    wrong = refusal(read_environment, "dev", world)
    assert f"/tags: '{tag}'" in wrong.what and "team" not in wrong.what


@pytest.mark.parametrize(
    ("members", "place"),
    [
        ({"service_role": "emr"}, "/service_role: names an existing role"),
        ({"create_roles": None, "instance_profile": "nodes"}, "/instance_profile: names an"),
        ({"create_roles": False, "job_buckets": {"my-code": "read"}}, "/job_buckets: create_roles"),
        ({"create_roles": False, "custom_roles": {"big": {}}}, "/custom_roles: create_roles"),
        ({"create_roles": False, "autoscaling_role": True}, "/autoscaling_role: create_roles"),
        ({"create_roles": False, "service_role": "a role"}, "/service_role: 'a role'"),
        ({"custom_roles": {"ec2": {}}}, "/custom_roles: 'ec2'"),
        ({"custom_roles": {"big": {"managed_policy_arns": ["arn:aws:s3:::x"]}}}, "/custom_roles/"),
    ],
)
def test_roles_that_terraform_refuses_are_refused_before(world, settings, members, place):
    settings(json.dumps({"region": "eu-central-1", **members}))
    wrong = refusal(read_environment, "dev", world)
    assert place in wrong.what
    assert len(wrong.what.splitlines()) == 2


@pytest.mark.parametrize(
    "members",
    [
        {"create_roles": False, "service_role": "emr", "instance_profile": "nodes"},
        {"create_roles": False, "custom_roles": {}, "job_buckets": None, "autoscaling_role": False},
        {"job_buckets": {"my-code": "read"}, "custom_roles": {"big": {}}, "service_role": None},
    ],
)
def test_roles_that_go_together_are_taken(world, settings, members):
    settings(json.dumps({"region": "eu-central-1", **members}))
    assert read_environment("dev", world).region == "eu-central-1"


def test_settings_that_are_a_list_are_refused(world, settings):
    settings("[1]")
    assert "is not of type 'object'" in refusal(read_environment, "dev", world).what


def test_without_settings_the_region_of_the_machine_is_enough(world):
    here = dataclasses.replace(world, environment={"AWS_DEFAULT_REGION": "eu-west-1"})
    assert read_environment("dev", here).region == "eu-west-1"


def test_the_region_of_the_settings_wins(world, settings):
    settings()
    here = dataclasses.replace(world, environment={"AWS_REGION": "eu-west-1"})
    assert read_environment("dev", here).region == "eu-central-1"


def test_every_mistake_in_the_settings_is_named_at_once(world, settings):
    settings('{"region": "eu-central-1", "log_buckt": "x", "sweep_minutes": 0, "vpc": {"a": 1}}')
    wrong = refusal(read_environment, "dev", world)
    assert "/log_buckt: unknown member; did you mean log_bucket?" in wrong.what
    assert "/sweep_minutes" in wrong.what and "/vpc" in wrong.what


def test_settings_that_are_no_json_are_refused(world, settings):
    settings("{region: eu}")
    assert "is no JSON" in refusal(read_environment, "dev", world).what


def test_the_example_of_the_settings_is_right(world):
    file = world.root / "environments" / "dev.tfvars.json"
    file.write_text((ROOT / "environments" / "example.tfvars.json").read_text())
    assert read_environment("dev", world).settings["log_bucket"] == "my-logs"


def test_nobody_without_credentials(world, settings):
    class Session:
        def __init__(self, **_):
            raise NoCredentialsError()

    settings()
    environment = read_environment("dev", world)
    wrong = refusal(find_account, environment, dataclasses.replace(world, session=Session))
    assert "no credentials" in wrong.what and "AWS_PROFILE" in wrong.next_step


def test_a_profile_that_is_not_there_is_named(aws, world, settings):
    settings()
    environment = read_environment("dev", world)
    nobody = dataclasses.replace(world, environment={"AWS_PROFILE": "nobody"})
    assert "nobody" in refusal(find_account, environment, nobody).what


def test_a_bucket_in_another_region_is_named_with_both_regions(aws, world, settings):
    aws.client("s3", "eu-west-1").create_bucket(
        Bucket="far", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    settings()
    account = find_account(read_environment("dev", world), world)
    wrong = refusal(check_bucket, "far", "log_bucket", account)
    assert "eu-west-1" in wrong.what and "eu-central-1" in wrong.what


def test_a_bucket_that_is_not_there_is_named(aws, world, settings):
    settings()
    account = find_account(read_environment("dev", world), world)
    wrong = refusal(check_bucket, "nowhere", "log_bucket", account)
    assert "no bucket nowhere" in wrong.what and "aws s3 mb" in wrong.next_step


@pytest.mark.parametrize(
    ("status", "says", "next_step"),
    [
        ("ROLLBACK_COMPLETE", "first creation failed", "make ENV=dev destroy"),
        ("DELETE_FAILED", "could not be deleted", "make ENV=dev destroy"),
        ("UPDATE_ROLLBACK_FAILED", "could not be undone", "continue-update-rollback"),
        ("REVIEW_IN_PROGRESS", "never begun", "make ENV=dev destroy"),
        ("UPDATE_IN_PROGRESS", "somebody is at work", "wait"),
    ],
)
def test_a_stack_that_is_stuck_is_named(
    aws, world, settings, told, zip_file, status, says, next_step
):
    settings()
    aws.client("cloudformation").create_stack(StackName="ecm-dev", TemplateBody=EMPTY_STACK)
    backend = cloudformation_backends[ACCOUNT]["eu-central-1"]
    (stack,) = backend.stacks.values()
    stack.status = status
    wrong = refusal(deploy, "dev", str(zip_file()), world)
    assert status in wrong.what and says in wrong.what and next_step in wrong.next_step
    assert told.commands == [], "nothing was run"


def test_the_log_bucket_is_looked_at_before_anything_is_run(aws, world, settings, told, zip_file):
    settings('{"region": "eu-central-1", "log_bucket": "nowhere"}')
    assert "nowhere" in refusal(deploy, "dev", str(zip_file()), world).what
    assert told.commands == []


@pytest.mark.parametrize(
    ("version", "fits"),
    [
        ("v18.19.0", False),
        ("v20.18.3", False),
        ("v20.19.0", True),
        ("v21.7.0", False),
        ("v22.12.0", False),
        ("v22.13.0", True),
        ("v23.9.0", False),
        ("v24.0.0", True),
        ("v26.1.0", True),
        ("", False),
    ],
)
def test_osls_needs_a_new_node(version, fits):
    assert node_is_new_enough(version) is fits


def test_an_old_node_is_named(aws, world, settings, told, zip_file):
    settings()
    (world.root / "node").write_text("#!/bin/sh\necho v18.19.0\n")
    wrong = refusal(deploy, "dev", str(zip_file()), world)
    assert "v18.19.0" in wrong.what and "ECM_NODE" in wrong.next_step
    assert told.commands == []


@pytest.mark.parametrize("missing", ["node", "node_modules/osls/bin/serverless.js"])
def test_a_missing_tool_is_named(aws, world, settings, told, zip_file, missing):
    settings()
    (world.root / missing).unlink()
    wrong = refusal(deploy, "dev", str(zip_file()), world)
    assert "scripts/stack" in wrong.next_step
    assert told.commands == []


@pytest.fixture
def zip_file(tmp_path):
    """Makes a package with its checksum; `spoil` damages what it is called with."""

    def make(entry="bootstrap", checksum=None):
        path = tmp_path / "released.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(entry, "program")
        digest = checksum or hashlib.sha256(path.read_bytes()).hexdigest()
        path.with_name("released.zip.sha256").write_text(f"{digest}  released.zip\n")
        return path

    return make


def test_a_whole_zip_is_taken(zip_file):
    assert check_zip(zip_file()).is_absolute()


def test_a_zip_that_is_not_what_its_checksum_says_is_refused(zip_file):
    assert "is not what" in refusal(check_zip, zip_file(checksum="0" * 64)).what


def test_a_zip_without_its_checksum_is_refused(zip_file):
    path = zip_file()
    path.with_name("released.zip.sha256").unlink()
    assert "no checksum" in refusal(check_zip, path).what


def test_a_zip_without_the_program_is_refused(zip_file):
    assert "no `bootstrap`" in refusal(check_zip, zip_file(entry="readme")).what


def test_a_zip_that_is_none_is_refused(zip_file):
    path = zip_file()
    path.write_bytes(b"not a zip")
    digest = hashlib.sha256(b"not a zip").hexdigest()
    path.with_name("released.zip.sha256").write_text(digest)
    assert "is no zip" in refusal(check_zip, path).what


def test_a_zip_that_is_not_there_is_refused_before_aws_is_asked(world, settings):
    settings()
    assert "there is no" in refusal(deploy, "dev", "nowhere.zip", world).what


def test_a_given_zip_reaches_osls_and_no_compiler_runs(aws, world, settings, told, zip_file):
    settings()
    wrong = refusal(deploy, "dev", str(zip_file()), world)  # moto has no functions afterwards
    assert "no alias live" in wrong.what
    ((_, program, *words),) = told.commands
    assert program.endswith("osls/bin/serverless.js") and words == ["deploy", "--stage", "dev"]
    assert told.variables[0]["ECM_ZIP"] == str(zip_file())


def test_a_build_that_fails_ends_the_deployment(aws, world, settings, told):
    settings()
    told.code = 1
    assert "scripts/package failed" in refusal(deploy, "dev", None, world).what
    assert len(told.commands) == 1
