"""Requests as people send them, and what they wait for."""

import shlex

from served import PATIENCE, wait_for

FINAL_CLUSTER = {"TERMINATED", "TERMINATED_WITH_ERRORS"}
FINAL_STEP = {"COMPLETED", "CANCELLED", "FAILED", "INTERRUPTED"}
PENDING_OR_RUNNING = {"PENDING", "RUNNING", "CANCEL_PENDING"}

# Waiters look every 30 s unless told otherwise.
SOON = {"Delay": 0.1, "MaxAttempts": PATIENCE * 10}


def cluster(name: str = "test", alive: bool = False, **members) -> dict:
    """What RunJobFlow gets; `Instances` and other members may be added."""
    instances = {
        "MasterInstanceType": "m5.xlarge",
        "InstanceCount": 1,
        "KeepJobFlowAliveWhenNoSteps": alive,
        **members.pop("Instances", {}),
    }
    return {
        "Name": name,
        "ReleaseLabel": "emr-7.10.0",
        "LogUri": "s3://logs/emr/",
        "JobFlowRole": "EMR_EC2_DefaultRole",
        "ServiceRole": "EMR_DefaultRole",
        "Instances": instances,
        **members,
    }


def command(*args: str, name: str = "step", on_failure: str = "CONTINUE") -> dict:
    return {
        "Name": name,
        "ActionOnFailure": on_failure,
        "HadoopJarStep": {"Jar": "command-runner.jar", "Args": list(args)},
    }


def bash(text: str, name: str = "step", on_failure: str = "CONTINUE") -> dict:
    return command("bash", "-c", text, name=name, on_failure=on_failure)


def until_file(path, then: str = "true") -> str:
    """Shell text that waits for a file: a test decides when the step goes on."""
    return f"until [ -e {shlex.quote(str(path))} ]; do sleep 0.02; done; {then}"


def start(emr, **request) -> str:
    return emr.run_job_flow(**cluster(**request))["JobFlowId"]


def describe(emr, cluster_id: str) -> dict:
    return emr.describe_cluster(ClusterId=cluster_id)["Cluster"]


def cluster_state(emr, cluster_id: str) -> str:
    return describe(emr, cluster_id)["Status"]["State"]


def reason(emr, cluster_id: str) -> dict:
    return describe(emr, cluster_id)["Status"]["StateChangeReason"]


def wait_cluster(emr, cluster_id: str, *states: str) -> str:
    return wait_for(
        lambda: cluster_state(emr, cluster_id),
        lambda state: state in states,
        f"cluster {cluster_id} is {' or '.join(states)}",
    )


def wait_end(emr, cluster_id: str) -> str:
    return wait_cluster(emr, cluster_id, *FINAL_CLUSTER)


def steps(emr, cluster_id: str) -> list[dict]:
    """In the order of their submission."""
    pages = emr.get_paginator("list_steps").paginate(ClusterId=cluster_id)
    return [step for page in pages for step in page["Steps"]][::-1]


def step_states(emr, cluster_id: str) -> list[str]:
    return [step["Status"]["State"] for step in steps(emr, cluster_id)]


def wait_steps(emr, cluster_id: str, *states: str) -> None:
    """Until the states of all steps, in the order of their submission, are these."""
    wait_for(
        lambda: step_states(emr, cluster_id),
        lambda seen: seen == list(states),
        f"the steps of {cluster_id} are {states}",
    )


def step_state(emr, cluster_id: str, step_id: str) -> str:
    return emr.describe_step(ClusterId=cluster_id, StepId=step_id)["Step"]["Status"]["State"]


def wait_step(emr, cluster_id: str, step_id: str, *states: str) -> str:
    return wait_for(
        lambda: step_state(emr, cluster_id, step_id),
        lambda state: state in states,
        f"step {step_id} of {cluster_id} is {' or '.join(states)}",
    )


def add(emr, cluster_id: str, *new: dict) -> list[str]:
    return emr.add_job_flow_steps(JobFlowId=cluster_id, Steps=list(new))["StepIds"]


def end(emr, *cluster_ids: str) -> None:
    emr.terminate_job_flows(JobFlowIds=list(cluster_ids))
    for cluster_id in cluster_ids:
        wait_end(emr, cluster_id)
