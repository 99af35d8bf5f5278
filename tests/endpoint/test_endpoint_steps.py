"""Steps that really run, without Spark: bash, script-runner.jar, and how they end."""

import pytest
from botocore.exceptions import ClientError
from emr_requests import (
    add,
    bash,
    cluster_state,
    command,
    describe,
    end,
    reason,
    start,
    step_state,
    step_states,
    steps,
    until_file,
    wait_cluster,
    wait_end,
    wait_step,
    wait_steps,
)
from served import REGION, wait_for

SCRIPT_RUNNER = f"s3://{REGION}.elasticmapreduce/libs/script-runner/script-runner.jar"


def is_running(pid: str) -> bool:
    try:
        with open(f"/proc/{pid.strip()}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def read_pid(path) -> str:
    """The process id that a step has written."""
    return wait_for(
        lambda: path.read_text() if path.exists() else "",
        lambda text: text.endswith("\n"),
        str(path),
    ).strip()


# --- ActionOnFailure: the table of the EMR guide ------------------------------------------------
# setting, kept alive, protected; then the state of the second step and of the cluster
OUTCOMES = [
    ("TERMINATE_CLUSTER", False, False, "CANCELLED", "TERMINATED_WITH_ERRORS"),
    ("TERMINATE_CLUSTER", False, True, "CANCELLED", "TERMINATED_WITH_ERRORS"),
    ("TERMINATE_CLUSTER", True, False, "CANCELLED", "TERMINATED_WITH_ERRORS"),
    ("TERMINATE_CLUSTER", True, True, "COMPLETED", "WAITING"),
    ("TERMINATE_JOB_FLOW", True, False, "CANCELLED", "TERMINATED_WITH_ERRORS"),
    ("CANCEL_AND_WAIT", False, False, "CANCELLED", "TERMINATED"),
    ("CANCEL_AND_WAIT", True, False, "CANCELLED", "WAITING"),
    ("CANCEL_AND_WAIT", True, True, "CANCELLED", "WAITING"),
    ("CONTINUE", False, False, "COMPLETED", "TERMINATED"),
    ("CONTINUE", True, False, "COMPLETED", "WAITING"),
    ("CONTINUE", True, True, "COMPLETED", "WAITING"),
]


@pytest.mark.parametrize("setting, alive, protected, second, ending", OUTCOMES)
def test_a_failed_step_has_the_documented_outcome(setting, alive, protected, second, ending, emr):
    cluster_id = start(
        emr,
        alive=alive,
        Instances={"TerminationProtected": protected},
        Steps=[bash("exit 1", on_failure=setting), bash("true")],
    )
    wait_steps(emr, cluster_id, "FAILED", second)
    wait_cluster(emr, cluster_id, ending)
    if ending == "TERMINATED_WITH_ERRORS":
        assert reason(emr, cluster_id) == {
            "Code": "STEP_FAILURE",
            "Message": "Shut down as step failed",
        }
    if ending == "WAITING":
        emr.set_termination_protection(JobFlowIds=[cluster_id], TerminationProtected=False)
        end(emr, cluster_id)


# --- Several steps at a time ----------------------------------------------------------------------
def test_no_more_steps_run_at_once_than_the_level_allows(emr, tmp_path):
    gates = [tmp_path / str(number) for number in range(3)]
    cluster_id = start(emr, StepConcurrencyLevel=2, Steps=[bash(until_file(g)) for g in gates])
    wait_steps(emr, cluster_id, "RUNNING", "RUNNING", "PENDING")
    gates[1].touch()
    wait_steps(emr, cluster_id, "RUNNING", "COMPLETED", "RUNNING")
    gates[0].touch()
    gates[2].touch()
    assert wait_end(emr, cluster_id) == "TERMINATED"
    assert step_states(emr, cluster_id) == ["COMPLETED"] * 3


def test_one_at_a_time_keeps_the_order_of_submission(emr, tmp_path):
    journal = tmp_path / "journal"
    cluster_id = start(emr, Steps=[bash(f"echo {n} >> {journal}") for n in range(6)])
    wait_end(emr, cluster_id)
    assert journal.read_text().split() == list("012345")


def test_with_several_at_a_time_a_failure_never_acts(emr):
    cluster_id = start(
        emr, alive=True, StepConcurrencyLevel=2, Steps=[bash("exit 1"), bash("true")]
    )
    wait_steps(emr, cluster_id, "FAILED", "COMPLETED")
    wait_cluster(emr, cluster_id, "WAITING")
    with pytest.raises(ClientError, match="CANCEL_AND_WAIT' is invalid") as refused:
        add(emr, cluster_id, bash("true", on_failure="CANCEL_AND_WAIT"))
    assert refused.value.response["Error"]["Code"] == "ValidationException"
    end(emr, cluster_id)


# --- Cancelling -----------------------------------------------------------------------------------
def test_cancelling_a_pending_step_leaves_the_running_one_alone(emr, tmp_path):
    cluster_id = start(
        emr, Steps=[bash(until_file(tmp_path / "open")), bash(f"touch {tmp_path}/ran")]
    )
    wait_steps(emr, cluster_id, "RUNNING", "PENDING")
    pending = steps(emr, cluster_id)[1]["Id"]
    (info,) = emr.cancel_steps(ClusterId=cluster_id, StepIds=[pending])["CancelStepsInfoList"]
    assert (info["StepId"], info["Status"]) == (pending, "SUBMITTED")
    wait_steps(emr, cluster_id, "RUNNING", "CANCELLED")
    (tmp_path / "open").touch()
    assert wait_end(emr, cluster_id) == "TERMINATED"
    assert step_states(emr, cluster_id) == ["COMPLETED", "CANCELLED"]
    assert not (tmp_path / "ran").exists()


def running_step(emr, tmp_path, text: str) -> tuple[str, str, str]:
    """A kept cluster, its running step and the process id that the step has written."""
    cluster_id = start(
        emr,
        alive=True,
        Steps=[bash(f"{text} echo $$ > {tmp_path}/pid; while :; do sleep 0.05; done")],
    )
    pid = read_pid(tmp_path / "pid")
    (step,) = steps(emr, cluster_id)
    assert is_running(pid)
    return cluster_id, step["Id"], pid


def test_an_interrupt_lets_the_step_say_goodbye(emr, tmp_path):
    goodbye = f"trap 'echo goodbye > {tmp_path}/last; exit 1' TERM;"
    cluster_id, step, pid = running_step(emr, tmp_path, goodbye)
    emr.cancel_steps(ClusterId=cluster_id, StepIds=[step])
    assert wait_step(emr, cluster_id, step, "CANCELLED", "FAILED") == "CANCELLED"
    assert (tmp_path / "last").read_text() == "goodbye\n"
    assert not is_running(pid)
    wait_cluster(emr, cluster_id, "WAITING")
    end(emr, cluster_id)


def test_a_step_that_ignores_the_interrupt_is_ended_by_force(emr, tmp_path):
    cluster_id, step, pid = running_step(emr, tmp_path, "trap '' TERM;")
    emr.cancel_steps(ClusterId=cluster_id, StepIds=[step])
    wait_step(emr, cluster_id, step, "CANCEL_PENDING")
    emr.cancel_steps(
        ClusterId=cluster_id, StepIds=[step], StepCancellationOption="TERMINATE_PROCESS"
    )
    wait_step(emr, cluster_id, step, "CANCELLED")
    assert not is_running(pid)
    end(emr, cluster_id)


def test_a_step_that_is_over_cannot_be_cancelled(emr):
    cluster_id = start(emr, alive=True, Steps=[bash("true")])
    wait_steps(emr, cluster_id, "COMPLETED")
    (step,) = steps(emr, cluster_id)
    (info,) = emr.cancel_steps(ClusterId=cluster_id, StepIds=[step["Id"]])["CancelStepsInfoList"]
    assert info["Status"] == "FAILED" and info["Reason"]
    assert step_state(emr, cluster_id, step["Id"]) == "COMPLETED"
    end(emr, cluster_id)


# --- The end of a cluster -------------------------------------------------------------------------
def test_ending_a_cluster_ends_all_that_runs_in_it(emr, tmp_path):
    text = (
        "trap '' TERM; setsid sleep 600 & "
        f"echo $! > {tmp_path}/child; echo $$ > {tmp_path}/pid; while :; do sleep 0.05; done"
    )
    cluster_id = start(emr, Steps=[bash(text), bash("true")])
    pids = [read_pid(tmp_path / "pid"), read_pid(tmp_path / "child")]
    assert all(is_running(pid) for pid in pids)
    end(emr, cluster_id)
    assert not any(is_running(pid) for pid in pids), "TERMINATED, but a process runs"
    assert cluster_state(emr, cluster_id) == "TERMINATED"
    assert step_states(emr, cluster_id) == ["INTERRUPTED", "CANCELLED"]


# --- What a step is given -------------------------------------------------------------------------
def test_arguments_reach_the_program_as_they_are(served, emr):
    words = ["two  words", "$(touch x)", "`id`", "a'b\"c", "*", "", "Zürich 水"]
    cluster_id = start(emr, Steps=[command("bash", "-c", 'printf "%s\\n" "$@"', "-", *words)])
    wait_end(emr, cluster_id)
    (ended,) = steps(emr, cluster_id)
    assert ended["Status"]["State"] == "COMPLETED"
    assert ended["Config"]["Args"][4:] == words
    assert served.log(cluster_id, ended["Id"], "stdout") == "".join(f"{w}\n" for w in words)


def test_a_step_does_not_see_the_secrets_of_the_developer(served, emr):
    assert served.environment["AWS_SECRET_ACCESS_KEY"]
    cluster_id = start(emr, Steps=[bash("env")])
    wait_end(emr, cluster_id)
    (step,) = steps(emr, cluster_id)
    seen = served.log(cluster_id, step["Id"], "stdout")
    assert "PATH=" in seen
    assert "a-secret-of-the-developer" not in seen


def test_all_logs_are_where_emr_puts_them(served, emr):
    cluster_id = start(emr, Steps=[bash("echo to the one; echo to the other >&2; exit 7")])
    wait_end(emr, cluster_id)
    (step,) = steps(emr, cluster_id)
    assert served.log(cluster_id, step["Id"], "stdout") == "to the one\n"
    assert served.log(cluster_id, step["Id"], "stderr") == "to the other\n"
    controller = served.log(cluster_id, step["Id"], "controller")
    assert "bash" in controller and "exitCode 7" in controller


def test_a_failure_is_explained(emr):
    cluster_id = start(emr, Steps=[bash("exit 7")])
    wait_end(emr, cluster_id)
    (step,) = steps(emr, cluster_id)
    details = step["Status"]["FailureDetails"]
    assert details["Reason"] == "Unknown Error."
    assert "7" in details["Message"]
    assert step["Status"]["Timeline"]["StartDateTime"] <= step["Status"]["Timeline"]["EndDateTime"]


def test_script_runner_runs_a_script_of_a_bucket(served, emr):
    script = served.bucket("scripts") / "deep" / "say it.sh"
    script.parent.mkdir(parents=True, exist_ok=True)
    script.write_text('#!/bin/bash\nprintf "%s|" "$@"; exit 0\n')
    step = {
        "Name": "script",
        "ActionOnFailure": "CONTINUE",
        "HadoopJarStep": {
            "Jar": SCRIPT_RUNNER,
            "Args": ["s3://scripts/deep/say it.sh", "a b", "$HOME"],
        },
    }
    cluster_id = start(emr, Steps=[step])
    wait_end(emr, cluster_id)
    (ended,) = steps(emr, cluster_id)
    assert ended["Status"]["State"] == "COMPLETED", ended
    assert served.log(cluster_id, ended["Id"], "stdout") == "a b|$HOME|"


@pytest.mark.parametrize(
    "jar, args, named",
    [
        (SCRIPT_RUNNER, ["s3://scripts-of-nobody/a.sh"], "scripts-of-nobody"),
        (SCRIPT_RUNNER, ["s3://logs/../../etc/passwd"], "passwd"),
        ("s3://jars-of-nobody/a.jar", [], "jars-of-nobody"),
        ("command-runner.jar", ["no-such-program-anywhere"], "no-such-program-anywhere"),
    ],
)
def test_what_cannot_be_run_fails_and_is_named(jar, args, named, emr):
    step = {
        "Name": "wrong",
        "ActionOnFailure": "CONTINUE",
        "HadoopJarStep": {"Jar": jar, "Args": args},
    }
    cluster_id = start(emr, Steps=[step])
    wait_end(emr, cluster_id)
    (ended,) = steps(emr, cluster_id)
    assert ended["Status"]["State"] == "FAILED", ended
    assert named in str(ended["Status"]["FailureDetails"])


# --- Bootstrap actions ----------------------------------------------------------------------------
def bootstrap(name: str, path: str, *args: str) -> dict:
    return {"Name": name, "ScriptBootstrapAction": {"Path": path, "Args": list(args)}}


@pytest.fixture
def setup_bucket(served):
    """Puts a script into a bucket and says where it is."""

    def put(name: str, text: str) -> str:
        (served.bucket("setup") / name).write_text(f"#!/bin/bash\n{text}\n")
        return f"s3://setup/{name}"

    return put


def test_bootstrap_actions_run_in_order_before_the_steps(served, emr, tmp_path, setup_bucket):
    path = setup_bucket("note.sh", f'echo "$*" >> {tmp_path}/journal; echo said by $1')
    cluster_id = start(
        emr,
        BootstrapActions=[bootstrap("one", path, "1", "a b"), bootstrap("two", path, "2")],
        Steps=[bash(f"echo step >> {tmp_path}/journal")],
    )
    assert wait_end(emr, cluster_id) == "TERMINATED"
    assert (tmp_path / "journal").read_text() == "1 a b\n2\nstep\n"
    pages = emr.get_paginator("list_bootstrap_actions").paginate(ClusterId=cluster_id)
    actions = pages.build_full_result()["BootstrapActions"]
    assert [action["Name"] for action in actions] == ["one", "two"]
    folder = served.bucket("logs") / "emr" / cluster_id / "node"
    logs = sorted(str(log.relative_to(folder)) for log in folder.rglob("stdout.gz"))
    assert [log.split("/", 1)[1] for log in logs] == [
        "bootstrap-actions/1/stdout.gz",
        "bootstrap-actions/2/stdout.gz",
    ]


def test_a_bootstrap_action_that_fails_ends_the_cluster(emr, tmp_path, setup_bucket):
    bad = setup_bucket("bad.sh", "exit 9")
    after = setup_bucket("after.sh", f"touch {tmp_path}/after")
    cluster_id = start(
        emr,
        alive=True,
        BootstrapActions=[
            bootstrap("good", setup_bucket("good.sh", "true")),
            bootstrap("bad", bad),
            bootstrap("after", after),
        ],
        Steps=[bash("true")],
    )
    assert wait_end(emr, cluster_id) == "TERMINATED_WITH_ERRORS"
    why = reason(emr, cluster_id)
    assert why["Code"] == "BOOTSTRAP_FAILURE"
    assert "bootstrap action 2 returned a non-zero return code" in why["Message"]
    assert step_states(emr, cluster_id) == ["CANCELLED"]
    assert not (tmp_path / "after").exists()


@pytest.mark.parametrize("path", ["s3://setup/gone.sh", "s3://no-such-bucket-here/a.sh"])
def test_a_bootstrap_script_that_is_missing_ends_the_cluster(path, served, emr):
    served.bucket("setup")
    cluster_id = start(emr, BootstrapActions=[bootstrap("gone", path)], Steps=[bash("true")])
    assert wait_end(emr, cluster_id) == "TERMINATED_WITH_ERRORS"
    why = reason(emr, cluster_id)
    assert why["Code"] == "BOOTSTRAP_FAILURE"
    assert path.rsplit("/", 2)[1] in why["Message"], why


def test_ending_a_cluster_ends_its_bootstrap_action(emr, tmp_path, setup_bucket):
    path = setup_bucket("hang.sh", f"echo $$ > {tmp_path}/pid; while :; do sleep 0.05; done")
    cluster_id = start(emr, BootstrapActions=[bootstrap("hangs", path)], Steps=[bash("true")])
    pid = read_pid(tmp_path / "pid")
    assert cluster_state(emr, cluster_id) == "BOOTSTRAPPING"
    end(emr, cluster_id)
    assert not is_running(pid)
    assert describe(emr, cluster_id)["Status"]["StateChangeReason"]["Code"] == "USER_REQUEST"
