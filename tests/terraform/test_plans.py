"""What is planned for which settings, and which settings are refused."""

import json

import pytest
from project import ACCOUNT, REGION, Project, Refused

EMR_POLICY = "arn:aws:iam::aws:policy/service-role/AmazonEMRServicePolicy_v2"
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/boundary"


def roles(plan):
    return sorted(values["name"] for values in plan.all("aws_iam_role").values())


def test_the_configuration_fits_provider_5_and_provider_6(any_version):
    any_version.run("validate")
    plan = any_version.plan(dashboard=True, autoscaling_role=True, notification_emails=["a@b.c"])
    assert plan.named("aws_sfn_state_machine", "ecm-dev")["type"] == "STANDARD"


def test_a_misspelt_argument_is_found(tmp_path):
    project = Project(tmp_path)
    (project.base / "wrong.tf").write_text(
        'resource "aws_sqs_queue" "x" {\n  message_retention = 5\n}\n'
    )
    with pytest.raises(Refused, match="An argument named .message_retention. is not expected here"):
        project.run("validate")


def test_a_region_is_enough(plan):
    assert roles(plan) == [
        f"ecm-dev-{REGION}-emr-ec2", f"ecm-dev-{REGION}-emr-service",
        f"ecm-dev-{REGION}-state-machine",
    ]
    assert not plan.all("aws_cloudwatch_dashboard")
    assert not plan.all("aws_sns_topic_subscription")
    assert "nobody hears of failures" in plan.outputs["next"]


def test_nothing_that_costs_while_idle_is_left_without_alarms(project):
    plan = project.plan(alarms=False)
    kinds = {address.split(".")[-2] for address in plan.values}
    assert not kinds & {
        "aws_cloudwatch_metric_alarm", "aws_cloudwatch_log_metric_filter", "aws_kms_key",
        "aws_cloudwatch_dashboard",
    }
    topic = plan.named("aws_sns_topic", "ecm-dev-failures")
    assert topic["kms_master_key_id"] == "alias/aws/sns"
    assert set(plan.policy("module.failures_topic.aws_sns_topic_policy.failures")) == {
        "OnlyEncryptedInTransit"
    }


def test_a_given_key_is_used_and_none_is_made(project):
    key = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/01234567-89ab-cdef-0123-456789abcdef"
    plan = project.plan(kms_key_arn=key)
    assert plan.named("aws_sns_topic", "ecm-dev-failures")["kms_master_key_id"] == key
    assert not plan.all("aws_kms_key")
    statement = plan.policy("module.state_machine.aws_iam_role_policy.state_machine")
    assert statement["EncryptNotices"]["Resource"] == key


def test_existing_roles_leave_only_the_role_of_the_state_machine(project):
    plan = project.plan(create_roles=False, service_role="emr", instance_profile="nodes")
    assert roles(plan) == [f"ecm-dev-{REGION}-state-machine"]
    assert not plan.all("aws_iam_instance_profile")


def test_every_role_has_the_boundary(full):
    assert roles(full) == [
        f"ecm-full-{REGION}-{name}"
        for name in ("emr-autoscaling", "emr-bare", "emr-ec2", "emr-reports", "emr-service",
                     "state-machine")
    ]
    assert {role["permissions_boundary"] for role in full.all("aws_iam_role").values()} == {BOUNDARY}


def test_a_profile_has_the_name_of_its_role(full):
    profiles = full.all("aws_iam_instance_profile").values()
    assert len(profiles) == 3
    for profile in profiles:
        assert profile["role"] == profile["name"]
    assert full.outputs["custom_instance_profiles"] == {
        "reports": f"ecm-full-{REGION}-emr-reports", "bare": f"ecm-full-{REGION}-emr-bare",
    }


def test_nodes_reach_the_named_buckets_only(full):
    statements = full.policy("module.emr_roles[0].module.nodes.aws_iam_role_policy.nodes[0]")
    assert {sid: statement["Resource"] for sid, statement in statements.items()} == {
        "Log": ["arn:aws:s3:::my-logs/emr/full/*"],
        "List": ["arn:aws:s3:::my-code", "arn:aws:s3:::my-output"],
        "Read": ["arn:aws:s3:::my-code/*", "arn:aws:s3:::my-output/*"],
        "Write": ["arn:aws:s3:::my-output/*"],
    }
    bare = full.policy('module.emr_roles[0].module.custom["bare"].aws_iam_role_policy.nodes[0]')
    assert list(bare) == ["Log"]


def test_emr_passes_exactly_the_roles_that_clusters_may_have(full, plan):
    assert full.values["module.emr_roles[0].aws_iam_role_policy_attachment.service"][
        "policy_arn"
    ] == EMR_POLICY
    statements = full.policy("module.emr_roles[0].aws_iam_role_policy.pass")
    role = f"arn:aws:iam::{ACCOUNT}:role/ecm-full-{REGION}-emr-"
    elsewhere = f"arn:aws:iam::{ACCOUNT}:role/from-elsewhere"
    assert statements["PassToNodes"]["Resource"] == [
        role + "ec2", role + "bare", role + "reports", elsewhere
    ]
    assert statements["PassToAutoScaling"]["Resource"] == [role + "autoscaling", elsewhere]
    few = plan.policy("module.emr_roles[0].aws_iam_role_policy.pass")
    assert list(few) == ["PassToNodes"]
    assert few["PassToNodes"]["Resource"] == [f"arn:aws:iam::{ACCOUNT}:role/ecm-dev-{REGION}-emr-ec2"]


def test_china_has_its_own_partition_and_services(project):
    plan = project.plan(region="cn-north-1")
    service = plan.values["module.emr_roles[0].aws_iam_role.service"]
    trust = json.loads(service["assume_role_policy"])["Statement"][0]
    assert trust["Principal"]["Service"] == "elasticmapreduce.amazonaws.com.cn"
    assert '"arn:aws:' not in json.dumps(plan.document["planned_values"])
    assert "arn:aws:" not in plan.named("aws_sfn_state_machine", "ecm-dev")["definition"]


def test_options_reach_their_resources(full):
    machine = full.named("aws_sfn_state_machine", "ecm-full")
    assert machine["logging_configuration"][0]["include_execution_data"] is True
    assert full.named("aws_cloudwatch_log_group", "/aws/vendedlogs/states/ecm-full")[
        "retention_in_days"
    ] == 90
    table = full.named("aws_dynamodb_table", "ecm-full-jobs")
    assert table["point_in_time_recovery"][0]["enabled"] is True
    assert {item["endpoint"] for item in full.all("aws_sns_topic_subscription").values()} == {
        "a@example.com", "b@example.com"
    }
    rule = full.named("aws_cloudwatch_event_rule", "ecm-full-sweep-schedule")
    assert rule["schedule_expression"] == "rate(5 minutes)"
    assert full.all("aws_cloudwatch_dashboard")


def test_job_descriptions_stay_out_of_the_log_unless_asked_for(plan):
    machine = plan.named("aws_sfn_state_machine", "ecm-dev")
    assert machine["logging_configuration"][0]["include_execution_data"] is False
    assert machine["logging_configuration"][0]["level"] == "ALL"
    assert machine["tracing_configuration"] == [{"enabled": True}]


def test_without_tracing_the_state_machine_may_not_trace(project):
    plan = project.plan(tracing=False)
    assert plan.named("aws_sfn_state_machine", "ecm-dev")["tracing_configuration"] == [
        {"enabled": False}
    ]
    assert "Trace" not in plan.policy("module.state_machine.aws_iam_role_policy.state_machine")


def test_null_means_the_default(project, plan):
    defaults = project.plan(
        **dict.fromkeys(["log_bucket", "create_roles", "custom_roles", "alarms", "tags", "vpc",
                         "sweep_minutes", "log_retention_days", "notification_emails"])
    )
    assert set(defaults.values) == set(plan.values)


BAD_VALUES = {
    "region must be an AWS region": {"region": "Frankfurt"},
    "log_bucket must be the name of a bucket": {"log_bucket": "s3://my-logs/"},
    "subnet must be the id of a subnet": {"subnet": "my-subnet"},
    "The keys of custom_roles": {
        "custom_roles": {"ec2": {"buckets": {"b-1": "all"}, "managed_policy_arns": ["Admin"]}}
    },
    "custom_roles.KEY.buckets must be a map from names of buckets": {},
    "custom_roles.KEY.managed_policy_arns must be ARNs of policies": {},
    "job_buckets must be a map from names of buckets": {"job_buckets": {"my-code": "rw"}},
    "passable_role_arns must be exact ARNs of roles, without wildcards": {
        "passable_role_arns": ["arn:aws:iam::123456789012:role/*"]
    },
    "permissions_boundary must be the ARN of a policy": {"permissions_boundary": "boundary"},
    "service_role must be the name or the ARN of a role": {"service_role": "a b"},
    "instance_profile must be the name or the ARN": {"instance_profile": "a b"},
    "log_retention_days must be one that CloudWatch Logs knows": {"log_retention_days": 31},
    "notification_emails must be e-mail addresses": {"notification_emails": ["nobody"]},
    "kms_key_arn must be the ARN of a key, not of an alias": {"kms_key_arn": "alias/mine"},
    "sweep_minutes must be a whole number from 2 to 60": {"sweep_minutes": 2.5},
    "Tags that begin with aws: or ecm: are not yours to set": {"tags": {"ecm:stage": "prod"}},
    "stage must be 1 to 16 of a-z, 0-9 and -": {},
}


@pytest.fixture(scope="module")
def refusal(project):
    """What is said of all of them, at once."""
    members = {name: value for bad in BAD_VALUES.values() for name, value in bad.items()}
    with pytest.raises(Refused) as refused:
        project.plan("a_stage_of_its_own", **members)
    return str(refused.value)


@pytest.mark.parametrize("said", BAD_VALUES)
def test_a_bad_value_is_refused_with_what_is_wanted(refusal, said):
    assert said in refusal


CONTRADICTIONS = [
    "environments/dev.tfvars.json has members that nobody knows: alarm, subnets.",
    "With create_roles = false no role of EMR is made: custom_roles, job_buckets and",
]


def test_settings_that_nobody_knows_or_that_contradict_each_other_are_refused(project):
    with pytest.raises(Refused) as refused:
        project.plan(alarm=False, subnets=[], create_roles=False, job_buckets={"my-code": "read"})
    for said in CONTRADICTIONS:
        assert said in str(refused.value)
    with pytest.raises(Refused, match="name existing roles: they need create_roles = false"):
        project.plan(service_role="emr")
