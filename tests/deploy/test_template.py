"""What serverless.yml becomes: names, roles, aliases, permissions, options."""

import json

import pytest
from synthesis import (
    ACCOUNT,
    HANDLERS,
    KEY,
    OSLS,
    PLAIN,
    REGION,
    SERVERLESS_3,
    STAGE,
    Service,
    Template,
    resolve,
)


def test_there_is_one_function_for_each_handler(plain):
    functions = plain.of_type("AWS::Lambda::Function")
    assert {f["FunctionName"] for f in functions.values()} == {f"ecm-dev-{h}" for h in HANDLERS}
    for handler in HANDLERS:
        function = plain.function(handler)
        assert function["Handler"] == handler
        assert function["Runtime"] == "provided.al2023"
        assert function["Architectures"] == ["x86_64"]
        # The state machine gives a function 90 seconds.
        assert function["Timeout"] < 90 or handler == "sweep"


def test_each_function_has_a_role_of_its_own(plain):
    for handler in HANDLERS:
        assert plain.role(handler)["RoleName"] == f"ecm-dev-{REGION}-{handler}"
        role = plain.function(handler)["Role"]
        assert role == {"Fn::Sub": f"${{{handler.capitalize()}Role.Arn}}"}
        (trusted,) = plain.role(handler)["AssumeRolePolicyDocument"]["Statement"]
        assert trusted["Principal"] == {"Service": "lambda.amazonaws.com"}


def test_the_names_of_roles_fit_for_the_longest_stage_and_region():
    assert len(f"ecm-{'a' * 16}-ap-northeast-1-release") <= 64


def test_the_alias_live_is_the_version_of_this_deployment(plain):
    for handler in HANDLERS:
        alias = plain.resources[f"{handler.capitalize()}LiveAlias"]
        assert alias["Type"] == "AWS::Lambda::Alias"
        properties = alias["Properties"]
        assert properties["Name"] == "live"
        function = f"{handler.capitalize()}LambdaFunction"
        assert properties["FunctionName"] == {"Ref": function}
        version, attribute = properties["FunctionVersion"]["Fn::GetAtt"]
        assert attribute == "Version"
        assert plain.resources[version]["Type"] == "AWS::Lambda::Version"
        assert plain.resources[version]["Properties"]["FunctionName"] == {"Ref": function}


def test_other_settings_make_another_version(plain, full):
    versions = [set(t.of_type("AWS::Lambda::Version")) for t in (plain, full)]
    assert not versions[0] & versions[1], "a version is what it was published as"


def test_eventbridge_may_call_the_alias_by_our_rules_and_nothing_else(plain):
    said = {
        (p["FunctionName"]["Ref"], resolve(p["SourceArn"], plain.resources), p["Principal"])
        for p in plain.of_type("AWS::Lambda::Permission").values()
    }
    rule = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/ecm-dev-"
    assert said == {
        ("WakeLiveAlias", f"{rule}emr-events", "events.amazonaws.com"),
        ("SweepLiveAlias", f"{rule}ended-executions", "events.amazonaws.com"),
        ("SweepLiveAlias", f"{rule}sweep-schedule", "events.amazonaws.com"),
    }


def test_what_is_invoked_asynchronously_has_a_queue_for_what_it_cannot_do(plain):
    queue = plain.resources["DeadLetters"]["Properties"]
    assert queue["QueueName"] == "ecm-dev-function-dead-letters"
    assert queue["SqsManagedSseEnabled"] is True
    with_queue = [h for h in HANDLERS if "DeadLetterConfig" in plain.function(h)]
    assert with_queue == ["wake", "sweep"]


def test_logs_are_kept_for_a_time(plain, full):
    for template, days in ((plain, 30), (full, 90)):
        groups = template.of_type("AWS::Logs::LogGroup").values()
        assert {g["LogGroupName"] for g in groups} == {f"/aws/lambda/ecm-dev-{h}" for h in HANDLERS}
        assert {g["RetentionInDays"] for g in groups} == {days}


def test_the_functions_know_what_they_need_and_nothing_twice(plain, full):
    for handler in HANDLERS:
        variables = resolve(plain.function(handler)["Environment"]["Variables"], plain.resources)
        assert variables == {
            "ECM_STAGE": "dev",
            "ECM_JOB_TABLE": "ecm-dev-jobs",
            "ECM_TOPIC_ARN": f"arn:aws:sns:{REGION}:{ACCOUNT}:ecm-dev-failures",
            "ECM_SERVICE_ROLE": f"ecm-dev-{REGION}-emr-service",
            "ECM_INSTANCE_PROFILE": f"ecm-dev-{REGION}-emr-ec2",
            "ECM_LOG_BUCKET": "my-logs",
        }
        assert "ECM_SUBNET" in full.function(handler)["Environment"]["Variables"]


def test_options_are_off_unless_they_are_asked_for(plain):
    for handler in HANDLERS:
        function = plain.function(handler)
        for option in ("ReservedConcurrentExecutions", "VpcConfig", "KmsKeyArn"):
            assert option not in function
        assert function["TracingConfig"] == {"Mode": "Active"}
        assert "PermissionsBoundary" not in plain.role(handler)


def test_every_option_arrives(full):
    for handler in HANDLERS:
        function = full.function(handler)
        assert function["ReservedConcurrentExecutions"] == 5
        assert len(function["VpcConfig"]["SubnetIds"]) == 2
        assert function["KmsKeyArn"] == KEY
        assert {"Key": "team", "Value": "data"} in function["Tags"]
        assert {"Key": "ecm:stage", "Value": "dev"} in function["Tags"]
        assert full.role(handler)["PermissionsBoundary"].endswith(":policy/boundary")
        denied = full.statement(handler, "NotByItsCode")
        assert denied["Effect"] == "Deny"
        own = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:ecm-dev-{handler}"
        assert denied["Condition"] == {"ArnEquals": {"lambda:SourceFunctionArn": own}}


# --- permissions --------------------------------------------------------------------------------
def all_statements(template: Template):
    return [(h, s) for h in HANDLERS for s in template.statements(h) if s["Effect"] == "Allow"]


def test_no_permission_is_a_pattern_of_actions(plain, full):
    for _, statement in all_statements(plain) + all_statements(full):
        assert not any("*" in action for action in statement["Action"]), statement


def test_only_what_knows_no_resources_is_allowed_on_all_and_then_in_this_region(plain, full):
    without_resources = {
        "elasticmapreduce:RunJobFlow",
        "elasticmapreduce:ListClusters",
        "xray:PutTelemetryRecords",
        "xray:PutTraceSegments",
        "ec2:AssignPrivateIpAddresses",
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:UnassignPrivateIpAddresses",
    }
    for handler, statement in all_statements(plain) + all_statements(full):
        if "*" in statement["Resource"]:
            assert set(statement["Action"]) <= without_resources, (handler, statement)
            assert statement["Condition"]["StringEquals"]["aws:RequestedRegion"] == REGION


def test_every_other_resource_is_of_this_stage(plain):
    whole = ("cluster/*", "AWSServiceRoleForEMRCleanup", "arn:aws:s3:::my-logs")
    for handler, statement in all_statements(plain):
        for resource in statement["Resource"]:
            assert resource == "*" or resource.endswith(whole) or "ecm-dev" in resource or (
                resource == "arn:aws:s3:::my-logs/emr/dev/*"
            ), (handler, resource)


def test_clusters_are_ended_and_protected_only_with_the_tag_of_this_stage(plain):
    for handler, statement in all_statements(plain):
        for action in statement["Action"]:
            if action.endswith((":TerminateJobFlows", ":SetTerminationProtection")):
                tag = {"elasticmapreduce:ResourceTag/ecm:stage": STAGE}
                assert statement["Condition"] == {"StringEquals": tag}, (handler, statement)


def test_clusters_are_created_only_with_our_tags(plain):
    created = plain.statement("submit", "CreateCluster")["Condition"]["StringEquals"]
    tagged = plain.statement("submit", "TagNewCluster")["Condition"]["StringEquals"]
    for condition in (created, tagged):
        assert condition["aws:RequestTag/ecm:stage"] == STAGE
        assert condition["aws:RequestTag/for-use-with-amazon-emr-managed-policies"] == "true"


def passed(template: Template) -> dict[str, object]:
    statements = [s for s in template.statements("submit") if s["Action"] == ["iam:PassRole"]]
    return {
        role: statement["Condition"]["StringLike"]["iam:PassedToService"]
        for statement in statements
        for role in statement["Resource"]
    }


def test_submit_passes_the_two_roles_in_use_and_no_other(plain):
    role = f"arn:aws:iam::{ACCOUNT}:role/ecm-dev-{REGION}-emr-"
    assert passed(plain) == {
        f"{role}service": "elasticmapreduce.amazonaws.com*",
        f"{role}ec2": "ec2.amazonaws.com*",
    }
    for handler in HANDLERS[1:]:
        assert "iam:PassRole" not in plain.allowed(handler)


def test_submit_passes_custom_and_further_roles_by_their_exact_names(full):
    role = f"arn:aws:iam::{ACCOUNT}:role/"
    roles = passed(full)
    assert roles[f"{role}ecm-dev-{REGION}-emr-wide"] == "ec2.amazonaws.com*"
    scaling = "application-autoscaling.amazonaws.com*"
    assert roles[f"{role}ecm-dev-{REGION}-emr-autoscaling"] == scaling
    assert len(roles[f"{role}team/further"]) == 3
    assert len(roles) == 5 and not any("*" in arn for arn in roles)


def test_existing_roles_take_the_place_of_made_ones(tmp_path):
    service = Service(tmp_path / "service")
    profile = f"arn:aws:iam::{ACCOUNT}:instance-profile/team/nodes"
    service.configure(
        {**PLAIN, "create_roles": False, "service_role": "theirs", "instance_profile": profile}
    )
    template = service.package()
    assert set(passed(template)) == {
        f"arn:aws:iam::{ACCOUNT}:role/theirs",
        f"arn:aws:iam::{ACCOUNT}:role/team/nodes",
    }
    variables = template.function("submit")["Environment"]["Variables"]
    assert (variables["ECM_SERVICE_ROLE"], variables["ECM_INSTANCE_PROFILE"]) == ("theirs", profile)


def test_without_a_log_bucket_report_reads_no_objects(tmp_path):
    service = Service(tmp_path / "service")
    service.configure({"region": REGION, "tracing": False})
    template = service.package()
    assert not any(action.startswith("s3:") for action in template.allowed("report"))
    assert "TracingConfig" not in template.function("report")
    assert not any(action.startswith("xray:") for action in template.allowed("report"))


# --- tools --------------------------------------------------------------------------------------
def without_times(document: dict) -> str:
    """Serverless puts the time of packaging into the key of the zip."""
    text = json.loads(json.dumps(document))
    for resource in text["Resources"].values():
        if resource["Type"] == "AWS::Lambda::Function":
            del resource["Properties"]["Code"]
    return json.dumps(text, sort_keys=True)


def test_serverless_3_makes_the_same_template_of_the_same_file(full, full_service):
    theirs = full_service.package(SERVERLESS_3)
    assert without_times(theirs.document) == without_times(full.document)


@pytest.mark.parametrize(
    ("settings", "stage", "says"),
    [
        ({**PLAIN, "log_buckt": "x"}, "dev", "unknown member log_buckt"),
        (PLAIN, "Dev", "not fit for names"),
        ({}, "dev", "no region"),
    ],
)
def test_wrong_settings_are_named_also_where_serverless_is_called_by_hand(
    tmp_path, settings, stage, says
):
    service = Service(tmp_path / "service")
    service.configure(settings, stage)
    done = service.run(OSLS, "package", "--stage", stage)
    assert done.returncode != 0
    assert says in done.stdout + done.stderr
