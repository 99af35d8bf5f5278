"""The shipped state machine in moto's Step Functions, the packaged functions, our EMR and real
Spark: what an account would do, as far as a machine without one can."""

import json
import time

import pytest
from chain import Chain, REGION
from clients import check_result, job_description
from emr_requests import wait_for
from harness import PATIENCE


@pytest.fixture(scope="module")
def chain(served_spark, tmp_path_factory):
    made = Chain(tmp_path_factory.mktemp("chain"), served_spark)
    yield made
    made.close()


def job(output_key: str, **members) -> dict:
    return job_description(output_key, region=REGION, **members)


def test_a_job_runs_through_the_packaged_functions(chain, served_spark, tmp_path):
    ended = chain.run("works", job("chain"))
    assert ended["status"] == "SUCCEEDED", ended
    assert ended["output"]["verdict"] == "Succeeded"
    assert ended["path"] == [
        *["Prepare", "Submit", "Submitted", "Await", "Inspect", "Inspected"],
        *["Release", "Released", "Report", "Reported", "Succeeded"],
    ]
    check_result(served_spark, "chain", tmp_path)
    cluster = chain.emr().describe_cluster(ClusterId=ended["output"]["cluster_id"])["Cluster"]
    assert {"Key": "ecm:stage", "Value": "test"} in cluster["Tags"]
    assert chain.notices() == []


def test_the_notice_of_a_failed_job_arrives_in_a_queue(chain):
    ended = chain.run("fails", job("never", code_entrypoint="s3://wordcount-code/gone.py"))
    assert (ended["status"], ended["error"]) == ("FAILED", "JobFailed"), ended
    (notice,) = wait_for(chain.notices, lambda seen: seen, "a notice")
    assert "gone.py" in notice, notice
    cluster = json.loads(ended["cause"])["cluster_id"]
    assert cluster in notice
    stop_at = time.monotonic() + PATIENCE
    while chain.emr().describe_cluster(ClusterId=cluster)["Cluster"]["Status"]["State"] not in (
        "TERMINATED",
        "TERMINATED_WITH_ERRORS",
    ):
        assert time.monotonic() < stop_at, "the cluster lives on"
        time.sleep(0.1)


def test_a_job_that_cannot_be_is_refused_without_a_cluster(chain):
    before = len(chain.emr().list_clusters()["Clusters"])
    ended = chain.run("invalid", {"job_name": "x", "memory": "16G"})
    assert (ended["status"], ended["error"]) == ("FAILED", "InvalidJob"), ended
    (notice,) = wait_for(chain.notices, lambda seen: seen, "a notice")
    assert "/memory" in notice, notice
    assert len(chain.emr().list_clusters()["Clusters"]) == before
