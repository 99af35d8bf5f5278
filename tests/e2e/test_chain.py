"""The state machine, table and rules out of Terraform's plan in moto, the packaged functions, our EMR
and real Spark: what an account would do, as far as a machine without one can."""

import json

import pytest
from chain import Chain, REGION
from clients import check_result, job_description
from emr_requests import wait_for


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
    chain.wait_for_the_end_of(cluster)


def test_a_job_that_cannot_be_is_refused_without_a_cluster(chain):
    before = len(chain.emr().list_clusters()["Clusters"])
    ended = chain.run("invalid", {"job_name": "x", "memory": "16G"})
    assert (ended["status"], ended["error"]) == ("FAILED", "InvalidJob"), ended
    (notice,) = wait_for(chain.notices, lambda seen: seen, "a notice")
    assert "/memory" in notice, notice
    assert len(chain.emr().list_clusters()["Clusters"]) == before


def test_the_cluster_of_an_aborted_execution_is_swept_away(chain):
    arn = chain.begin("aborted", job("aborted"))

    def of_execution():
        clusters = chain.emr().list_clusters()["Clusters"]
        return [item["Id"] for item in clusters if item["Name"].endswith("aborted")]

    (cluster,) = wait_for(of_execution, lambda seen: seen, "a cluster")
    chain.moto.client("stepfunctions").stop_execution(executionArn=arn, cause="somebody did")
    chain.wait_for_the_end_of(cluster)

    def told_by_a_later_sweep():
        chain.tick()
        return chain.notices()

    notice, *_ = wait_for(told_by_a_later_sweep, lambda seen: seen, "a notice")
    assert cluster in notice, notice
    # moto calls an execution that was stopped while it waited for a token FAILED, AWS calls it ABORTED.
    assert "ended: Cancelled" in notice or "ended: InternalError" in notice, notice


def test_without_the_functions_a_job_is_refused_with_what_to_do(chain):
    before = len(chain.emr().list_clusters()["Clusters"])
    chain.deployed = False
    try:
        ended = chain.run("too-early", job("too-early"))
    finally:
        chain.deployed = True
    assert (ended["status"], ended["error"]) == ("FAILED", "NotDeployed"), ended
    assert "function:ecm-test-report:live: the functions of this environment are not" in ended["cause"]
    assert ended["path"][-2:] == ["NotifyNotDeployed", "NotDeployed"]

    def told_by_the_machine():  # the sweep, which this stack still has, may tell of it as well
        return [notice for notice in chain.notices() if "make ENV=... deploy" in notice]

    (notice,) = wait_for(told_by_the_machine, lambda seen: seen, "a notice")
    assert "too-early" in notice, notice
    assert len(chain.emr().list_clusters()["Clusters"]) == before
