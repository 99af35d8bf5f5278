"""Everybody's existing clients, each finishing a real Spark job on `emrctl local serve`."""

import datetime
import json
import os
import pathlib
import subprocess
import time

import pytest
from clients import AIRFLOW, AwsCli, check_result, clean_environment, job_description, spark_step
from emr_requests import bash, cluster, describe, reason, start, steps, wait_cluster, wait_end
from harness import PATIENCE, ROOT
from served import REGION, wait_for

# Waiters look every 30 s unless told otherwise.
OFTEN = {"Delay": 1, "MaxAttempts": PATIENCE}
OVER = {"SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"}


@pytest.fixture(scope="module")
def idle(served_spark):
    """A cluster that nobody uses, begun before all others: the shortest idle time is 60 s."""
    emr = served_spark.emr()
    cluster_id = start(emr, alive=True, AutoTerminationPolicy={"IdleTimeout": 60})
    wait_cluster(emr, cluster_id, "WAITING")
    return cluster_id, time.monotonic()


def our_machine(sfn) -> str:
    machines = sfn.list_state_machines()["stateMachines"]
    (arn,) = [m["stateMachineArn"] for m in machines if "ecm-" in m["name"]]
    return arn


def test_boto3_with_waiters_and_paginators(idle, served_spark, tmp_path):
    emr = served_spark.emr()
    cluster_id = emr.run_job_flow(**cluster("boto3", alive=True))["JobFlowId"]
    emr.get_waiter("cluster_running").wait(ClusterId=cluster_id, WaiterConfig=OFTEN)
    (step,) = emr.add_job_flow_steps(JobFlowId=cluster_id, Steps=[spark_step("boto3")])["StepIds"]
    emr.get_waiter("step_complete").wait(ClusterId=cluster_id, StepId=step, WaiterConfig=OFTEN)
    pages = emr.get_paginator("list_steps").paginate(ClusterId=cluster_id)
    listed = [(s["Id"], s["Status"]["State"]) for page in pages for s in page["Steps"]]
    assert listed == [(step, "COMPLETED")]
    emr.terminate_job_flows(JobFlowIds=[cluster_id])
    emr.get_waiter("cluster_terminated").wait(ClusterId=cluster_id, WaiterConfig=OFTEN)
    clusters = emr.get_paginator("list_clusters").paginate(ClusterStates=["TERMINATED"])
    assert cluster_id in [c["Id"] for page in clusters for c in page["Clusters"]]
    check_result(served_spark, "boto3", tmp_path)
    assert "words, " in served_spark.log(cluster_id, step, "stdout")


def test_boto3_sees_why_a_spark_job_failed(served_spark):
    emr = served_spark.emr()
    wrong = spark_step("never", input_bucket="no-such-bucket")
    cluster_id = start(emr, Steps=[wrong])
    assert wait_end(emr, cluster_id) == "TERMINATED"
    (step,) = steps(emr, cluster_id)
    assert step["Status"]["State"] == "FAILED"
    assert "no-such-bucket" in json.dumps(step["Status"]["FailureDetails"])


def test_sparks_own_example_runs_although_pip_has_no_examples_jar(served_spark):
    emr = served_spark.emr()
    example = spark_step("none")
    example["HadoopJarStep"]["Args"] = ["spark-example", "SparkPi", "2"]
    cluster_id = start(emr, Steps=[example])
    assert wait_end(emr, cluster_id) == "TERMINATED"
    (step,) = steps(emr, cluster_id)
    assert step["Status"]["State"] == "COMPLETED", step
    assert "Pi is roughly 3.1" in served_spark.log(cluster_id, step["Id"], "stdout")


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_the_aws_cli(version, served_spark, tmp_path):
    aws = AwsCli(version, served_spark, tmp_path)
    says = aws.run("--version")
    assert f"aws-cli/{ {'v1': '1.', 'v2': '2.'}[version] }" in says.stdout + says.stderr
    cluster_id = aws(
        *["emr", "create-cluster", "--name", "cli", "--release-label", "emr-7.10.0"],
        *["--instance-type", "m5.xlarge", "--instance-count", "3", "--use-default-roles"],
        *["--applications", "Name=Spark", "--log-uri", "s3://logs/emr/"],
        *["--no-auto-terminate", "--tags", "team=data"],
    )["ClusterId"]
    aws("emr", "wait", "cluster-running", "--cluster-id", cluster_id)
    step = spark_step(f"cli-{version}")
    shorthand = {
        "Type": "CUSTOM_JAR",
        "Name": step["Name"],
        "ActionOnFailure": "CONTINUE",
        **step["HadoopJarStep"],
    }
    (step_id,) = aws(
        "emr", "add-steps", "--cluster-id", cluster_id, "--steps", json.dumps([shorthand])
    )["StepIds"]
    aws("emr", "wait", "step-complete", "--cluster-id", cluster_id, "--step-id", step_id)
    (listed,) = aws("emr", "list-steps", "--cluster-id", cluster_id)["Steps"]
    assert (listed["Id"], listed["Status"]["State"]) == (step_id, "COMPLETED")
    assert aws("emr", "describe-cluster", "--cluster-id", cluster_id)["Cluster"]["Tags"] == [
        {"Key": "team", "Value": "data"}
    ]
    aws("emr", "terminate-clusters", "--cluster-ids", cluster_id)
    aws("emr", "wait", "cluster-terminated", "--cluster-id", cluster_id)
    gone = aws("emr", "list-clusters", "--terminated")["Clusters"]
    assert cluster_id in [c["Id"] for c in gone]
    check_result(served_spark, f"cli-{version}", tmp_path)


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_the_aws_cli_starts_a_job_description(version, served_spark, tmp_path):
    aws = AwsCli(version, served_spark, tmp_path)
    (machine,) = [
        m["stateMachineArn"]
        for m in aws("stepfunctions", "list-state-machines")["stateMachines"]
        if "ecm-" in m["name"]
    ]
    description = tmp_path / "job.json"
    description.write_text(json.dumps(job_description(f"sfn-{version}")))
    arn = aws(
        *["stepfunctions", "start-execution", "--state-machine-arn", machine],
        *["--name", f"cli-{version}", "--input", f"file://{description}"],
    )["executionArn"]
    ended = wait_for(
        lambda: aws("stepfunctions", "describe-execution", "--execution-arn", arn),
        lambda seen: seen["status"] in OVER,
        f"{arn} is over",
    )
    assert ended["status"] == "SUCCEEDED", ended
    assert json.loads(ended["output"])["verdict"] == "Succeeded"
    events = aws("stepfunctions", "get-execution-history", "--execution-arn", arn)["events"]
    entered = [
        e["stateEnteredEventDetails"]["name"] for e in events if "stateEnteredEventDetails" in e
    ]
    assert entered[:2] == ["Prepare", "Submit"] and entered[-1] == "Succeeded", entered
    check_result(served_spark, f"sfn-{version}", tmp_path)


def test_a_failed_job_description_says_why(served_spark):
    sfn = served_spark.step_functions()
    job = job_description("never", code_entrypoint="s3://wordcount-code/gone.py")
    arn = sfn.start_execution(stateMachineArn=our_machine(sfn), input=json.dumps(job))[
        "executionArn"
    ]
    ended = wait_for(
        lambda: sfn.describe_execution(executionArn=arn),
        lambda seen: seen["status"] in OVER,
        f"{arn} is over",
    )
    assert (ended["status"], ended["error"]) == ("FAILED", "JobFailed"), ended
    assert "wordcount-code/gone.py" in ended["cause"]


def airflow(folder, server, *words: str, **more: str) -> subprocess.CompletedProcess:
    connection = {
        "conn_type": "aws",
        "login": "any",
        "password": "thing",
        "extra": {"endpoint_url": server.url, "region_name": REGION},
    }
    return subprocess.run(
        [ROOT / ".venv-airflow" / "bin" / "airflow", *words],
        env=clean_environment(
            AIRFLOW_HOME=str(folder),
            AIRFLOW__CORE__DAGS_FOLDER=str(AIRFLOW / "dags"),
            AIRFLOW__CORE__LOAD_EXAMPLES="False",
            AIRFLOW_CONN_AWS_DEFAULT=json.dumps(connection),
            **more,
        ),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


def test_airflow_operators_and_sensors(served_spark, tmp_path):
    request = tmp_path / "request.json"
    request.write_text(
        json.dumps({"cluster": cluster("airflow", alive=True), "steps": [spark_step("airflow")]})
    )
    made = airflow(tmp_path, served_spark, "db", "migrate")
    assert made.returncode == 0, made.stdout + made.stderr
    done = airflow(
        tmp_path, served_spark, "dags", "test", "word_count_on_emr", ECM_DAG_REQUEST=str(request)
    )
    said = (done.stdout + done.stderr)[-8000:]
    assert done.returncode == 0, said
    emr = served_spark.emr()
    (mine,) = [c for c in emr.list_clusters()["Clusters"] if c["Name"] == "airflow"]
    assert mine["Status"]["State"] == "TERMINATED", said
    assert mine["Status"]["StateChangeReason"]["Code"] == "USER_REQUEST"
    (step,) = steps(emr, mine["Id"])
    assert step["Status"]["State"] == "COMPLETED"
    check_result(served_spark, "airflow", tmp_path)


def test_an_unused_cluster_ends_by_itself(idle, served_spark):
    cluster_id, since = idle
    emr = served_spark.emr()
    assert wait_end(emr, cluster_id) == "TERMINATED"
    assert reason(emr, cluster_id)["Code"] == "USER_REQUEST"
    times = describe(emr, cluster_id)["Status"]["Timeline"]
    assert times["EndDateTime"] - times["ReadyDateTime"] >= datetime.timedelta(seconds=60)
    assert time.monotonic() - since >= 59


def steps_with_a_jvm(server) -> int:
    """A JVM that starts a program is two of the same command for a moment: folders are counted."""
    return len(
        {
            process.folder
            for process in server.processes()
            if pathlib.PurePath(process.command.split(" ")[0]).name == "java"
        }
    )


def test_what_has_no_place_on_the_machine_is_queued_and_says_so(served_spark, tmp_path):
    emr = served_spark.emr()
    cores = len(os.sched_getaffinity(0))
    count = cores + 3
    ids = [start(emr, Steps=[spark_step(f"queued-{number}")]) for number in range(count)]
    most, messages = 0, set()

    def states() -> list[str]:
        nonlocal most
        most = max(most, steps_with_a_jvm(served_spark))
        now = [step for cluster_id in ids for step in steps(emr, cluster_id)]
        messages.update(s["Status"].get("StateChangeReason", {}).get("Message", "") for s in now)
        return [step["Status"]["State"] for step in now]

    wait_for(states, lambda seen: seen == ["COMPLETED"] * count, "all have ended well")
    assert 1 <= most <= cores, "more at once than this machine has cores"
    assert any("before" in message for message in messages), messages
    for number in range(count):
        check_result(served_spark, f"queued-{number}", tmp_path)


def test_a_shell_step_does_not_wait_for_spark(served_spark):
    emr = served_spark.emr()
    busy = start(emr, alive=True, Steps=[spark_step("busy")])
    quick = start(emr, Steps=[bash("true")])
    assert wait_end(emr, quick) == "TERMINATED"
    emr.terminate_job_flows(JobFlowIds=[busy])
    wait_end(emr, busy)
