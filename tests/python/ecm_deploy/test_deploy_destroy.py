"""Destroying: what is refused, what is asked, what goes, what is remembered."""

import json

import boto3
import jsonschema
import pytest
from botocore.exceptions import ClientError
from moto.cloudformation.models import cloudformation_backends
from told import ACCOUNT, EMPTY_STACK, REGION, ROOT, refusal

from ecm_deploy.destroy import destroy
from ecm_deploy.example import deploy_word_count
from ecm_deploy.refusal import Refusal


@pytest.fixture
def stack(aws, settings, told):
    """A deployed environment: osls is played by CloudFormation's own DeleteStack."""
    settings()
    client = aws.client("cloudformation")
    client.create_stack(StackName="ecm-dev", TemplateBody=EMPTY_STACK)
    told.on_run = lambda command: client.delete_stack(StackName="ecm-dev")
    return client


def run_cluster(aws, name: str, stage: str | None) -> str:
    tags = [{"Key": "ecm:stage", "Value": stage}] if stage else []
    return aws.client("emr").run_job_flow(
        Name=name,
        ReleaseLabel="emr-7.10.0",
        Instances={
            "InstanceCount": 1,
            "MasterInstanceType": "m5.xlarge",
            "KeepJobFlowAliveWhenNoSteps": True,
        },
        JobFlowRole="profile",
        ServiceRole="role",
        Tags=tags,
    )["JobFlowId"]


def stacks(aws) -> list[str]:
    return [s["StackName"] for s in aws.client("cloudformation").describe_stacks()["Stacks"]]


def gone(world, told, **named):
    arguments = {"bucket": None, "force": True, "even_with_clusters": False, **named}
    destroy("dev", world=world, **arguments)
    return told.text


def test_the_stack_goes(aws, stack, world, told):
    assert "destroyed" in gone(world, told)
    assert stacks(aws) == []
    assert told.commands[0][2:] == ["remove", "--stage", "dev"]


@pytest.mark.parametrize("name_and_stage", [("ecm-dev-count-1", "dev"), ("ecm-dev-count-2", None)])
def test_while_clusters_of_ours_are_alive_nothing_goes(aws, stack, world, told, name_and_stage):
    cluster = run_cluster(aws, *name_and_stage)
    wrong = refusal(gone, world, told)
    assert cluster in wrong.what and "EVEN_WITH_CLUSTERS=1" in wrong.next_step
    assert told.commands == [] and stacks(aws) == ["ecm-dev"]


def test_it_goes_all_the_same_when_told_so(aws, stack, world, told):
    cluster = run_cluster(aws, "ecm-dev-count-1", "dev")
    assert cluster in gone(world, told, even_with_clusters=True)
    assert stacks(aws) == []


def test_clusters_of_others_are_nobodys_hindrance(aws, stack, world, told):
    run_cluster(aws, "ecm-dev-2-count-1", "dev-2")
    run_cluster(aws, "somebody", None)
    gone(world, told)
    assert stacks(aws) == []


def test_it_asks_for_the_name_of_the_environment(aws, stack, world, told):
    told.answer = "dev"
    gone(world, told, force=False)
    assert "account 123456789012" in told.questions[0] and stacks(aws) == []


@pytest.mark.parametrize(("answer", "next_step"), [("yes", "the same command"), (None, "FORCE=1")])
def test_another_answer_or_none_destroys_nothing(aws, stack, world, told, answer, next_step):
    told.answer = answer
    assert next_step in refusal(gone, world, told, force=False).next_step
    assert stacks(aws) == ["ecm-dev"]


def set_status(status):
    (made,) = cloudformation_backends[ACCOUNT][REGION].stacks.values()
    made.status = status


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS", "DELETE_FAILED"])
def test_a_stack_that_is_stuck_is_deleted(aws, stack, world, told, status):
    set_status(status)
    gone(world, told)
    assert stacks(aws) == []


def test_a_stack_at_which_somebody_works_is_left_alone(aws, stack, world, told):
    set_status("UPDATE_IN_PROGRESS")
    assert "wait" in refusal(gone, world, told).next_step
    assert told.commands == []


def test_a_stack_that_is_left_is_named(aws, stack, world, told):
    told.on_run = lambda command: None
    assert "stack ecm-dev in CREATE_COMPLETE" in refusal(gone, world, told).what


def test_osls_that_fails_ends_it(aws, stack, world, told):
    told.code = 1
    assert "osls remove failed" in refusal(gone, world, told).what


def test_where_nothing_is_the_environments_that_there_are_are_named(aws, settings, world, told):
    settings()
    aws.client("cloudformation").create_stack(StackName="ecm-prod", TemplateBody=EMPTY_STACK)
    assert "of ours: ecm-prod" in gone(world, told)
    assert told.commands == []


def test_who_may_not_list_stacks_is_told_what_is_missing_all_the_same(
    aws, settings, world, told, monkeypatch
):
    settings()
    denied = {"Error": {"Code": "AccessDenied", "Message": "no"}}

    def deny(*_):
        raise ClientError(denied, "ListStacks")

    monkeypatch.setattr("moto.cloudformation.responses.CloudFormationResponse.list_stacks", deny)
    assert "there is no stack ecm-dev" in gone(world, told) and "AccessDenied" in told.text


# --- the word count -------------------------------------------------------------------------------
def make_bucket(aws, versioned=False):
    s3 = aws.client("s3")
    s3.create_bucket(
        Bucket="examples", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    if versioned:
        s3.put_bucket_versioning(
            Bucket="examples", VersioningConfiguration={"Status": "Enabled"}
        )
    return s3


def keys(s3) -> list[str]:
    return sorted(o["Key"] for o in s3.list_objects_v2(Bucket="examples").get("Contents", []))


@pytest.mark.parametrize("versioned", [False, True])
def test_the_word_count_goes_from_where_it_was_put(aws, stack, world, told, versioned):
    s3 = make_bucket(aws, versioned)
    s3.put_object(Bucket="examples", Key="somebody/else", Body=b"x")
    deploy_word_count("dev", "examples", world)
    assert "ecm-dev/wordcount/word_count.py" in keys(s3)
    deploy_word_count("dev", "examples", world)  # again: the same place
    s3.put_object(Bucket="examples", Key="ecm-dev/wordcount/output/part-0", Body=b"a,1")
    gone(world, told)
    assert keys(s3) == ["somebody/else"]
    versions = s3.list_object_versions(Bucket="examples", Prefix="ecm-dev/")
    assert "Versions" not in versions and "DeleteMarkers" not in versions
    assert not (world.root / ".deploy" / "dev.json").exists(), "nothing is remembered any more"
    assert not (world.root / ".deploy" / "dev-wordcount.json").exists()


def test_the_word_count_goes_where_nobody_remembers_it(aws, stack, world, told):
    s3 = make_bucket(aws)
    s3.put_object(Bucket="examples", Key="ecm-dev/wordcount/word_count.py", Body=b"x")
    gone(world, told, bucket="examples")
    assert keys(s3) == []


def test_what_was_put_into_another_account_is_left_and_named(aws, stack, world, told):
    make_bucket(aws)
    deploy_word_count("dev", "examples", world)
    file = world.root / ".deploy" / "dev.json"
    file.write_text(file.read_text().replace("123456789012", "210987654321"))
    assert "210987654321" in gone(world, told)
    assert "ecm-dev/wordcount/word_count.py" in keys(aws.client("s3"))


def test_a_memory_that_cannot_be_read_is_named(aws, stack, world, told):
    (world.root / ".deploy").mkdir()
    (world.root / ".deploy" / "dev.json").write_text("[]")
    assert "EXAMPLE_BUCKET" in refusal(gone, world, told).next_step


def test_an_upload_that_breaks_off_is_remembered(aws, settings, world, told, monkeypatch):
    settings()
    make_bucket(aws)
    monkeypatch.setattr("ecm_deploy.example._upload", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        deploy_word_count("dev", "examples", world)
    assert "examples" in (world.root / ".deploy" / "dev.json").read_text()


def test_the_word_count_needs_a_bucket_of_the_region(aws, settings, world):
    settings()
    boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="far")
    assert "us-east-1" in refusal(deploy_word_count, "dev", "far", world).what
    assert "EXAMPLE_BUCKET=" in refusal(deploy_word_count, "dev", None, world).next_step


def test_the_job_of_the_word_count_is_one_that_the_manager_takes(aws, settings, world, told):
    settings()
    make_bucket(aws)
    deploy_word_count("dev", "examples", world)
    job = json.loads((world.root / ".deploy" / "dev-wordcount.json").read_text())
    schema = json.loads((ROOT / "schema" / "job.schema.json").read_text())
    jsonschema.validate(job, schema)
    assert job["code_entrypoint"] == "s3://examples/ecm-dev/wordcount/word_count.py"
    assert job["log_bucket"] == "examples", "where the environment has none of its own"
    assert "job_buckets" in told.text


def test_refusals_are_told_with_the_next_step():
    assert str(Refusal("x is wrong", "do y")) == "x is wrong\nnext: do y"
