"""A job's whole life with emrctl's commands for an account, on real Spark."""

import json

from clients import check_result, job_description
from emrctl_account import Account
from harness import JOBS
from served import wait_for


def test_a_job_succeeds_and_is_told_about(served_spark, tmp_path):
    account = Account(served_spark, tmp_path)
    flags = account.flags()
    (tmp_path / "job.json").write_text(json.dumps(job_description("emrctl-account")))
    started = account.emrctl("start", "job.json", *flags)
    assert started.code == 0, started
    arn = started.out.strip()
    watched = account.emrctl("watch", arn, *flags, "--json")
    assert watched.code == 0, watched
    outcome = json.loads(watched.out)
    assert (outcome["verdict"], outcome["execution"]) == ("Succeeded", arn)
    check_result(served_spark, "emrctl-account", tmp_path)

    name = arn.rsplit(":", 1)[1]
    rows = {row["name"]: row for row in json.loads(account.emrctl("list", *flags, "--json").out)}
    assert rows[name]["status"] == "SUCCEEDED"
    assert rows[name]["cluster_id"] == outcome["cluster_id"]
    status = account.emrctl("status", name, *flags)
    assert status.code == 0 and status.out.startswith("Succeeded after"), status
    logs = account.emrctl("logs", name, *flags, "--stream", "controller")
    assert logs.code == 0 and "exit code 0" in logs.out.lower(), logs


def test_a_job_is_stopped_and_nothing_of_it_runs_on(own_server, tmp_path):
    server = own_server()
    (server.bucket("wordcount-code") / "waits.py").write_text((JOBS / "waits.py").read_text())
    server.start()
    account = Account(server, tmp_path)
    job = job_description(
        "never",
        code_entrypoint="s3://wordcount-code/waits.py",
        namespace="e2e",
        arguments=[{"argument": "folder", "value": str(tmp_path)}],
    )
    (tmp_path / "job.json").write_text(json.dumps(job))
    started = account.emrctl("start", "job.json", *account.flags(), "--id", "waits")
    assert started.code == 0, started
    wait_for((tmp_path / "worker-0").exists, bool, "a worker waits")
    running = account.emrctl("status", "waits", *account.flags())
    assert "RUNNING" in running.out and "Await" in running.out, running
    stopped = account.emrctl("stop", "waits", *account.flags(), "--wait")
    assert stopped.code == 0 and "TERMINATED" in stopped.err, stopped
    assert account.emrctl("watch", "waits", *account.flags()).code == 7
    wait_for(
        lambda: [p for p in server.processes() if "SparkSubmit" in p.command],
        lambda left: left == [],
        "Spark has ended",
    )


def test_run_direct_drives_emr_itself(served_spark, tmp_path):
    """The state machine is in this process: the server is EMR and S3 alone."""
    account = Account(served_spark, tmp_path)
    (tmp_path / "job.json").write_text(json.dumps(job_description("emrctl-direct")))
    where = ["--endpoint-url", served_spark.url, "--id", "direct"]
    done = account.emrctl("run", "--direct", "job.json", *where, "--json")
    assert done.code == 0, done
    outcome = json.loads(done.out)
    assert outcome["verdict"] == "Succeeded"
    check_result(served_spark, "emrctl-direct", tmp_path)
    sfn = served_spark.step_functions()
    (machine,) = sfn.list_state_machines()["stateMachines"]
    runs = sfn.list_executions(stateMachineArn=machine["stateMachineArn"])["executions"]
    assert "direct" not in [run["name"] for run in runs]
