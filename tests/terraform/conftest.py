import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), *(str(HERE.parent / "python" / name) for name in ("state_machine", "asl"))]

from project import VERSIONS, Plan, Project  # noqa: E402


@pytest.fixture(scope="session")
def project(tmp_path_factory) -> Project:
    return Project(tmp_path_factory.mktemp("terraform"))


@pytest.fixture(scope="session")
def plan(project) -> Plan:
    """With nothing but a region."""
    return project.plan()


@pytest.fixture(scope="session")
def full(project) -> Plan:
    """With everything that can be switched on."""
    return project.plan(
        "full",
        log_bucket="my-logs",
        subnet="subnet-0123456789abcdef0",
        job_buckets={"my-code": "read", "my-output": "write"},
        custom_roles={
            "reports": {"buckets": {"reports": "write"}},
            "bare": {"managed_policy_arns": ["arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"]},
        },
        passable_role_arns=["arn:aws:iam::123456789012:role/from-elsewhere"],
        autoscaling_role=True,
        permissions_boundary="arn:aws:iam::123456789012:policy/boundary",
        vpc={"subnet_ids": ["subnet-0123456789abcdef0"], "security_group_ids": ["sg-01234567"]},
        reserved_concurrency=5,
        log_retention_days=90,
        log_execution_data=True,
        notification_emails=["a@example.com", "b@example.com"],
        dashboard=True,
        sweep_minutes=5,
        point_in_time_recovery=True,
        tags={"team": "data"},
    )


@pytest.fixture(scope="session", params=VERSIONS)
def any_version(request, tmp_path_factory) -> Project:
    return Project(tmp_path_factory.mktemp(f"aws-{request.param}"), request.param)
