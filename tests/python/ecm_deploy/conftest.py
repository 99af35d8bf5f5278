"""An account made of moto, in this process, and a world that lies in a temporary folder."""

import shutil
import types

import boto3
import moto
import pytest
from told import REGION, ROOT, Told

from ecm_deploy.world import World


@pytest.fixture
def aws(monkeypatch):
    """moto, with credentials that lead nowhere else."""
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    # Other tests of this process may have had moto run state machines.
    with moto.mock_aws(config={"stepfunctions": {"execute_state_machine": False}}):
        yield types.SimpleNamespace(
            client=lambda service, region=REGION: boto3.client(service, region_name=region)
        )


@pytest.fixture
def told():
    return Told()


@pytest.fixture
def world(tmp_path, told):
    (tmp_path / "environments").mkdir()
    shutil.copy(ROOT / "environments" / "settings.schema.json", tmp_path / "environments")
    osls = tmp_path / "node_modules/osls/bin/serverless.js"
    osls.parent.mkdir(parents=True)
    osls.touch()
    node = tmp_path / "node"
    node.write_text("#!/bin/sh\necho v22.20.0\n")
    node.chmod(0o755)
    return World(
        environment={
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "ECM_NODE": str(node),
        },
        root=tmp_path,
        say=told.said.append,
        ask=told.ask,
        run=told.run,
        sleep=told.sleep,
        monotonic=lambda: told.now,
        token=lambda: "c0ffee",
    )


@pytest.fixture
def settings(world):
    """Writes environments/dev.tfvars.json."""

    def write(text='{"region": "eu-central-1"}', stage="dev"):
        file = world.root / "environments" / f"{stage}.tfvars.json"
        file.write_text(text)
        return file

    return write
