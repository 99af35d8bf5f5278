"""emrctl against an account, as far as it takes no Spark: what it asks for, what it refuses."""

import json
import re
import signal
import socket
import uuid

import emr_requests
import pytest
from emrctl_account import Account
from served import REGION, wait_for

ROLE = "arn:aws:iam::000000000000:role/any"
WAITS = {
    "StartAt": "Rest",
    "States": {"Rest": {"Type": "Wait", "Seconds": 3600, "End": True}},
}
FAILS = {
    "StartAt": "No",
    "States": {"No": {"Type": "Fail", "Error": "JobFailed", "Cause": "the job was bad"}},
}
JOB = {
    "job_name": "count",
    "release": "emr-7.10.0",
    "code_entrypoint": "s3://some-code/job.py",
}


@pytest.fixture
def account(served, tmp_path):
    (tmp_path / "job.json").write_text(json.dumps(JOB))
    return Account(served, tmp_path)


@pytest.fixture
def machine(served):
    """Makes a state machine; returns its ARN."""

    def make(definition: dict) -> str:
        answer = served.step_functions().create_state_machine(
            name=f"ecm-m{uuid.uuid4().hex[:8]}", definition=json.dumps(definition), roleArn=ROLE
        )
        return answer["stateMachineArn"]

    yield make
    sfn = served.step_functions()
    for found in sfn.list_state_machines()["stateMachines"]:
        if found["name"].startswith("ecm-m"):
            arn = found["stateMachineArn"]
            for run in sfn.list_executions(stateMachineArn=arn)["executions"]:
                sfn.stop_execution(executionArn=run["executionArn"])
            sfn.delete_state_machine(stateMachineArn=arn)


def test_an_execution_is_started_followed_listed_and_stopped(account, machine):
    flags = [*account.flags(), "--state-machine", machine(WAITS)]
    started = account.emrctl("start", "job.json", *flags)
    assert started.code == 0, started
    arn = started.out.strip()
    assert re.fullmatch(rf"arn:aws:states:{REGION}:\d+:execution:ecm-m.*:count-.*", arn)
    assert f"emrctl watch {arn} --endpoint-url {account.server.url}" in started.err

    status = account.emrctl("status", arn, "--endpoint-url", account.server.url, "--region", REGION)
    assert status.code == 0 and status.out.startswith("RUNNING"), status
    assert "Rest" in status.out and "none yet" in status.out

    listed = account.emrctl("list", *flags, "--json")
    (row,) = json.loads(listed.out)
    assert (row["execution_arn"], row["status"], row["cluster_id"]) == (arn, "RUNNING", None)

    name = arn.rsplit(":", 1)[1]
    stopped = account.emrctl("stop", name, *flags, "--cause", "a test")
    assert stopped.code == 0, stopped
    assert account.emrctl("list", *flags, "--state", "running").out == ""
    status = json.loads(account.emrctl("status", name, *flags, "--json").out)
    assert status["status"] == "ABORTED"
    assert status["outcome"]["cause"]["message"] == "a test"
    assert account.emrctl("watch", name, *flags).code == 7


def test_every_start_without_an_id_is_a_new_execution(account, machine):
    flags = [*account.flags(), "--state-machine", machine(WAITS)]
    first, second = (account.emrctl("start", "job.json", *flags).out for _ in range(2))
    assert first != second
    assert list((account.folder / ".emrctl" / "starts").iterdir()) == []


def test_an_answer_that_is_lost_does_not_start_the_job_twice(account, machine):
    """The connection goes to a listener that never answers: nobody knows what came of it."""
    arn = machine(WAITS)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        process = account.start_process(
            "start", "job.json", "--state-machine", arn, "--region", REGION,
            AWS_ENDPOINT_URL=f"http://127.0.0.1:{port}",
        )  # fmt: skip
        connection, _ = silent.accept()
        connection.recv(65536)
        process.kill()
        process.wait()
        connection.close()
    (pending,) = (account.folder / ".emrctl" / "starts").iterdir()
    name = json.loads(pending.read_text())["name"]
    flags = ["--state-machine", arn, "--region", REGION]
    found = account.emrctl("start", "job.json", *flags, AWS_ENDPOINT_URL=account.server.url)
    assert found.code == 0, found
    assert found.out.strip().endswith(name)
    assert list((account.folder / ".emrctl" / "starts").iterdir()) == []


def test_the_same_id_is_the_same_execution_or_a_conflict(account, machine):
    flags = [*account.flags(), "--state-machine", machine(WAITS), "--id", "order-7"]
    first = account.emrctl("start", "job.json", *flags)
    again = account.emrctl("start", "job.json", *flags)
    assert (first.code, again.code) == (0, 0)
    assert first.out == again.out
    assert "was started by an earlier call and is RUNNING" in again.err
    (account.folder / "job.json").write_text(json.dumps({**JOB, "job_name": "other"}))
    conflict = account.emrctl("start", "job.json", *flags)
    assert conflict.code == 2
    assert "the name order-7 stands for another job" in conflict.err


def test_watch_ends_with_the_exit_code_of_the_outcome(account, machine):
    flags = [*account.flags(), "--state-machine", machine(FAILS)]
    done = account.emrctl("run", "job.json", *flags)
    assert done.code == 3, done
    assert "JobFailed" in done.out and "the job was bad" in done.out


def test_ctrl_c_ends_the_watching_and_not_the_job(account, machine):
    flags = [*account.flags(), "--state-machine", machine(WAITS)]
    arn = account.emrctl("start", "job.json", *flags).out.strip()
    process = account.start_process("watch", arn, *flags)
    errors = account.folder / "err"
    wait_for(errors.read_text, lambda text: "Rest" in text, "it shows the state")
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 130, errors.read_text()
    assert f"emrctl watch {arn}" in errors.read_text()
    sfn = account.server.step_functions()
    assert sfn.describe_execution(executionArn=arn)["status"] == "RUNNING"


def test_what_is_not_there_is_told_apart(account):
    missing = account.emrctl("start", "job.json", *account.flags("prod"))
    assert missing.code == 1
    assert "there is no state machine ecm-prod" in missing.err
    assert "make ENV=prod deploy" in missing.err and "ecm-local" in missing.err
    unknown = account.emrctl("status", "nope", *account.flags())
    assert unknown.code == 2 and "there is no execution nope of ecm-local" in unknown.err
    assert account.emrctl("watch", "nope", *account.flags()).code == 2
    assert account.emrctl("stop", "nope", *account.flags()).code == 2
    assert account.emrctl("terminate", "j-NOPE", *account.flags()).code == 2


def test_an_invalid_job_asks_nobody(account):
    (account.folder / "job.json").write_text(json.dumps({"job_name": "x"}))
    done = account.emrctl("start", "job.json", "--endpoint-url", "http://127.0.0.1:1")
    assert done.code == 2
    assert "code_entrypoint" in done.err


def test_without_credentials_region_or_server_it_says_so(account):
    where = ["--endpoint-url", account.server.url]
    nobody = account.emrctl(
        "list", *where, "--region", REGION, AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY=""
    )
    assert nobody.code == 4, nobody
    nowhere = account.emrctl("list", *where)
    assert nowhere.code == 2 and "--region" in nowhere.err
    profile = account.emrctl("list", *where, "--region", REGION, "--profile", "nobody")
    assert profile.code == 2 and "nobody" in profile.err
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    closed = account.emrctl(
        "list", "--endpoint-url", f"http://127.0.0.1:{port}", "--region", REGION
    )
    assert closed.code == 1, closed


def test_a_wrong_key_is_no_permission(own, tmp_path):
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps([{"access_key_id": "AKID", "secret_access_key": "another-secret"}]))
    keys.chmod(0o600)
    server = own("--keys", str(keys)).start()
    done = Account(server, tmp_path).emrctl(
        "list", "--endpoint-url", server.url, "--region", REGION, AWS_ACCESS_KEY_ID="AKID"
    )
    assert done.code == 4, done


def test_only_clusters_of_the_stage_are_terminated(account, emr):
    tags = [{"Key": "ecm:stage", "Value": "local"}]
    ours = emr_requests.start(emr, name="ecm-local-x", alive=True, Tags=tags)
    other = emr_requests.start(emr, name="nightly", alive=True)
    refused = account.emrctl("terminate", other, *account.flags())
    assert refused.code == 2 and "does not begin with ecm-local-" in refused.err
    assert account.emrctl("terminate", ours, *account.flags()).code == 0
    emr_requests.wait_end(emr, ours)
    assert emr_requests.cluster_state(emr, other) in ("STARTING", "BOOTSTRAPPING", "WAITING")
    emr.set_termination_protection(JobFlowIds=[other], TerminationProtected=True)
    protected = account.emrctl("terminate", other, *account.flags(), "--any")
    assert protected.code == 2 and "--force" in protected.err
    assert account.emrctl("terminate", other, *account.flags(), "--any", "--force").code == 0
    emr_requests.wait_end(emr, other)


def test_run_direct_needs_no_state_machine(account):
    """The job's code is in a bucket that there is not: it fails as it would on a stack."""
    where = ["--endpoint-url", account.server.url, "--region", REGION]
    done = account.emrctl("run", "--direct", "job.json", *where, "--id", "fails", "--json")
    assert done.code == 3, done
    assert json.loads(done.out)["verdict"] == "JobFailed"
    again = account.emrctl("run", "--direct", "job.json", *where, "--id", "fails", "--json")
    assert (again.code, json.loads(again.out)) == (3, json.loads(done.out))
    both = account.emrctl("run", "--direct", "--local", "job.json")
    assert both.code == 2 and "--direct" in both.err


def test_logs_say_why_there_are_none(account, machine):
    flags = [*account.flags(), "--state-machine", machine(WAITS)]
    arn = account.emrctl("start", "job.json", *flags).out.strip()
    done = account.emrctl("logs", arn, *flags)
    assert done.code == 1 and "has no cluster yet" in done.err


def test_there_is_nothing_to_sweep_here(account):
    done = account.emrctl("sweep", "--dry-run", *account.flags())
    assert done.code != 0 and done.out == ""
    assert "emrctl local serve keeps its jobs itself" in done.err
    assert ".;" not in done.err
