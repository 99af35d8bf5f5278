"""Apply, destroy, and what keeps two environments apart. Nothing of AWS is behind the stand-in."""

import json

import pytest
from project import ACCOUNT, REGION, Project, Refused


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    return Project(tmp_path_factory.mktemp("state"))


def apply(project, stage):
    project.run("apply", "-input=false", "-auto-approve", project.settings(stage), workspace=stage)


def state(project, workspace):
    document = json.loads(project.run("show", "-json", workspace=workspace))
    return document.get("values", {}).get("root_module", {})


def test_the_workspace_is_the_environment(own):
    own.run("workspace", "new", "dev")
    own.run("workspace", "new", "prod")
    apply(own, "dev")
    apply(own, "prod")
    outputs = json.loads(own.run("output", "-json", workspace="prod"))
    arn = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:ecm-prod"
    assert outputs["state_machine_arn"]["value"] == arn
    assert "emrctl start job.json --stage prod" in outputs["next"]["value"]
    first, then = "deploy-word-count EXAMPLE_BUCKET=my-bucket", "make ENV=prod smoke"
    assert f"make ENV=prod {first} && {then}" in outputs["next"]["value"]
    assert '"ecm-dev' not in json.dumps(state(own, "prod"))
    assert '"ecm-prod' not in json.dumps(state(own, "dev"))


def test_a_second_apply_changes_nothing(own):
    said = own.run("plan", "-input=false", "-detailed-exitcode", own.settings("dev"), workspace="dev")
    assert "No changes." in said


def test_the_topic_uses_the_key_that_is_made_for_it(own):
    (module,) = (
        module for module in state(own, "dev")["child_modules"]
        if module["address"] == "module.failures_topic"
    )
    values = {item["type"]: item["values"] for item in module["resources"]}
    assert values["aws_sns_topic"]["kms_master_key_id"] == values["aws_kms_key"]["arn"]


def test_destroy_leaves_nothing_and_leaves_the_other_alone(own):
    own.run(
        "apply", "-destroy", "-input=false", "-auto-approve", own.settings("dev"), workspace="dev"
    )
    assert state(own, "dev") == {}
    assert len(state(own, "prod")["child_modules"]) > 5


def test_the_settings_of_another_environment_are_refused(own):
    own.settings("prod", log_bucket="prod-logs")
    dev = own.settings("dev", log_bucket="dev-logs")
    with pytest.raises(Refused, match="not those of environments/prod.tfvars.json: log_bucket"):
        own.run("plan", "-input=false", dev, workspace="prod")


def test_another_stage_than_the_workspace_is_refused(own):
    with pytest.raises(Refused, match="stage is prod, but the workspace is dev, whose state belongs"):
        own.run("plan", "-input=false", "-var=stage=prod", own.settings("prod"), workspace="dev")


def test_without_a_stage_nothing_is_planned(own):
    with pytest.raises(Refused, match="Which environment. Select its workspace"):
        own.run("plan", "-input=false", f"-var=region={REGION}", workspace="default")


def test_a_workspace_that_does_not_fit_into_names_is_refused(own):
    own.run("workspace", "new", "Wrong_Name")
    with pytest.raises(Refused, match="must be 1 to 16 of a-z, 0-9 and -, such as dev; it is Wrong_N"):
        own.run("plan", "-input=false", f"-var=region={REGION}", workspace="Wrong_Name")
