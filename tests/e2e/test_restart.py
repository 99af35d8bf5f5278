"""kill -9 while Spark runs: nothing of it runs on, and executions end truthfully."""

import json

from clients import job_description, prepare, spark_step
from emr_requests import reason, start, step_states, wait_end, wait_steps
from harness import JOBS
from served import wait_for


def waiting_step(folder) -> dict:
    step = spark_step("never")
    step["HadoopJarStep"]["Args"] = [
        "spark-submit",
        "--conf",
        f"spark.hadoop.e2e.folder={folder}",
        "s3://wordcount-code/waits.py",
    ]
    return step


def with_waiting_job(server) -> None:
    prepare(server)
    (server.bucket("wordcount-code") / "waits.py").write_text((JOBS / "waits.py").read_text())


def test_kill_9_leaves_no_spark_and_loses_no_cluster(own_server, tmp_path):
    server = own_server()
    with_waiting_job(server)
    server.start()
    cluster_id = start(
        server.emr(), alive=True, Steps=[waiting_step(tmp_path), spark_step("later")]
    )
    wait_for((tmp_path / "worker-0").exists, bool, "a worker waits")
    server.kill()
    server.wait_until_nothing_is_left()
    server.start()
    emr = server.emr()
    assert wait_end(emr, cluster_id) == "TERMINATED_WITH_ERRORS"
    assert reason(emr, cluster_id)["Code"] == "INSTANCE_FAILURE"
    assert step_states(emr, cluster_id) == ["CANCELLED", "CANCELLED"]
    again = start(emr, Steps=[spark_step("again")])
    wait_steps(emr, again, "COMPLETED")


def test_an_execution_whose_cluster_was_lost_ends_truthfully(own_server, tmp_path):
    server = own_server()
    with_waiting_job(server)
    server.start()
    sfn = server.step_functions()
    (machine,) = sfn.list_state_machines()["stateMachines"]
    job = job_description(
        "never",
        code_entrypoint="s3://wordcount-code/waits.py",
        namespace="e2e",
        arguments=[{"argument": "folder", "value": str(tmp_path)}],
    )
    arn = sfn.start_execution(stateMachineArn=machine["stateMachineArn"], input=json.dumps(job))[
        "executionArn"
    ]
    wait_for((tmp_path / "worker-0").exists, bool, "a worker waits")
    before = sfn.get_execution_history(executionArn=arn)["events"]
    server.kill()
    server.wait_until_nothing_is_left()
    server.start()
    sfn = server.step_functions()
    ended = wait_for(
        lambda: sfn.describe_execution(executionArn=arn),
        lambda seen: seen["status"] != "RUNNING",
        f"{arn} is over",
    )
    assert ended["status"] == "FAILED", ended
    assert json.loads(ended["cause"])["verdict"] != "Succeeded"
    after = sfn.get_execution_history(executionArn=arn)["events"]
    assert after[: len(before)] == before, "the history of the old life has changed"
