"""What the differential test does with both servers: stories of calls that both have."""

import json

from differential import Recorder

ROLES = {"JobFlowRole": "EMR_EC2_DefaultRole", "ServiceRole": "EMR_DefaultRole"}
INSTANCES = {
    "MasterInstanceType": "m5.xlarge",
    "SlaveInstanceType": "m5.xlarge",
    "InstanceCount": 3,
    "KeepJobFlowAliveWhenNoSteps": True,
}
MISSING_CLUSTER = "j-0000000000000"
STATES_ROLE = "arn:aws:iam::123456789012:role/states"


def step(name: str, *words: str, on_failure: str = "CONTINUE") -> dict:
    return {
        "Name": name,
        "ActionOnFailure": on_failure,
        "HadoopJarStep": {"Jar": "command-runner.jar", "Args": list(words)},
    }


def cluster(name: str, **members) -> dict:
    return {"Name": name, "ReleaseLabel": "emr-7.10.0", "Instances": INSTANCES, **ROLES, **members}


def a_clusters_life(to: Recorder) -> None:
    tags = [{"Key": "team", "Value": "data"}, {"Key": "stage", "Value": "test"}]
    one = to.emr(
        "run_job_flow",
        **cluster(
            "life",
            LogUri="s3://logs/emr/",
            Applications=[{"Name": "Spark"}],
            Tags=tags,
            StepConcurrencyLevel=2,
            VisibleToAllUsers=True,
            Configurations=[
                {"Classification": "spark-defaults", "Properties": {"spark.ui.enabled": "false"}}
            ],
        ),
    )["JobFlowId"]
    to.settle(one)
    to.emr("describe_cluster", "waiting", ClusterId=one)
    to.emr("list_clusters", "waiting", ClusterStates=["WAITING"])
    to.emr("list_clusters", "none ended", ClusterStates=["TERMINATED"])
    to.emr("list_steps", "none", ClusterId=one)
    to.emr("list_bootstrap_actions", "none", ClusterId=one)
    to.emr("list_instance_groups", ClusterId=one)
    to.emr("list_instances", ClusterId=one)
    to.emr("add_tags", ResourceId=one, Tags=[{"Key": "owner", "Value": "me"}, tags[1]])
    to.emr("remove_tags", ResourceId=one, TagKeys=["team", "none such"])
    to.emr("modify_cluster", ClusterId=one, StepConcurrencyLevel=5)
    to.emr("set_visible_to_all_users", JobFlowIds=[one], VisibleToAllUsers=False)
    to.emr("set_termination_protection", "on", JobFlowIds=[one], TerminationProtected=True)
    to.emr("describe_cluster", "changed", ClusterId=one)
    to.emr("terminate_job_flows", "protected", JobFlowIds=[one])
    to.emr("set_termination_protection", "off", JobFlowIds=[one], TerminationProtected=False)
    to.emr("terminate_job_flows", "unprotected", JobFlowIds=[one])
    to.until_state(one, "TERMINATED")
    to.emr("describe_cluster", "ended", ClusterId=one)
    to.emr("list_clusters", "ended", ClusterStates=["TERMINATED"])
    to.emr("list_instances", "ended", ClusterId=one)
    to.emr("list_instance_groups", "ended", ClusterId=one)
    to.emr("terminate_job_flows", "ended", JobFlowIds=[one])
    to.emr("add_tags", "ended", ResourceId=one, Tags=tags)
    to.emr("add_job_flow_steps", "ended", JobFlowId=one, Steps=[step("late", "true")])


def a_cluster_without_work(to: Recorder) -> None:
    instances = {**INSTANCES, "KeepJobFlowAliveWhenNoSteps": False}
    one = to.emr("run_job_flow", **cluster("no work", Instances=instances))["JobFlowId"]
    to.settle(one)
    to.emr("describe_cluster", ClusterId=one)


def group(role: str, count: int, **members) -> dict:
    return {
        "Name": role.lower(),
        "InstanceRole": role,
        "InstanceType": "m5.xlarge",
        "InstanceCount": count,
        "Market": "ON_DEMAND",
        **members,
    }


def instance_groups(to: Recorder) -> None:
    disk = {"VolumeSpecification": {"VolumeType": "gp3", "SizeInGB": 64}, "VolumesPerInstance": 1}
    groups = [
        group("MASTER", 1),
        group("CORE", 2, EbsConfiguration={"EbsBlockDeviceConfigs": [disk]}),
        group("TASK", 1, Market="SPOT", BidPrice="0.2"),
    ]
    instances = {"InstanceGroups": groups, "KeepJobFlowAliveWhenNoSteps": True}
    one = to.emr("run_job_flow", **cluster("groups", Instances=instances))["JobFlowId"]
    to.settle(one)
    to.emr("describe_cluster", ClusterId=one)
    told = to.emr("list_instance_groups", ClusterId=one)["InstanceGroups"]
    to.emr("list_instances", "all", ClusterId=one)
    to.emr("list_instances", "core", ClusterId=one, InstanceGroupTypes=["CORE"])
    core = next(one["Id"] for one in told if one["InstanceGroupType"] == "CORE")
    to.emr("list_instances", "by id", ClusterId=one, InstanceGroupId=core)
    to.emr(
        "modify_instance_groups",
        ClusterId=one,
        InstanceGroups=[{"InstanceGroupId": core, "InstanceCount": 3}],
    )
    to.emr("list_instance_groups", "after the change", ClusterId=one)
    to.emr(
        "add_instance_groups",
        JobFlowId=one,
        InstanceGroups=[group("TASK", 2, Name="more")],
    )
    to.emr("list_instance_groups", "with one more", ClusterId=one)
    to.emr(
        "run_job_flow",
        "two primaries",
        **cluster("bad", Instances={"InstanceGroups": [group("MASTER", 2)]}),
    )


def steps(to: Recorder) -> None:
    properties = {"Properties": [{"Key": "k", "Value": "v"}], "MainClass": "org.example.Main"}
    first = step("first", "bash", "-c", "echo first")
    one = to.emr("run_job_flow", **cluster("steps", Steps=[first]))["JobFlowId"]
    to.settle(one)
    told = to.emr("list_steps", "the first", ClusterId=one)["Steps"]
    to.emr("describe_step", "the first", ClusterId=one, StepId=told[0]["Id"])
    fails = step("second", "bash", "-c", "exit 3")
    third = step("third", "true")
    third["HadoopJarStep"].update(properties)
    added = to.emr("add_job_flow_steps", JobFlowId=one, Steps=[fails, third])["StepIds"]
    to.settle(one)
    to.emr("describe_step", "the second", ClusterId=one, StepId=added[0])
    to.emr("describe_step", "the third", ClusterId=one, StepId=added[1])
    to.emr("list_steps", "all", ClusterId=one)
    to.emr("list_steps", "by id", ClusterId=one, StepIds=[added[1]])
    to.emr("list_steps", "cancelled", ClusterId=one, StepStates=["CANCELLED"])
    to.emr("describe_cluster", ClusterId=one)
    to.emr("describe_step", "none such", ClusterId=one, StepId="s-0000000000000")
    to.emr("list_steps", "ids and states", ClusterId=one, StepIds=added, StepStates=["RUNNING"])


def bootstrap_actions(to: Recorder) -> None:
    script = {"Path": "s3://scripts/ready.sh", "Args": ["a", "b c"]}
    actions = [{"Name": "ready", "ScriptBootstrapAction": script}]
    one = to.emr("run_job_flow", **cluster("prepared", BootstrapActions=actions))["JobFlowId"]
    to.settle(one)
    to.emr("list_bootstrap_actions", ClusterId=one)
    to.emr("describe_cluster", ClusterId=one)


def pages(to: Recorder) -> None:
    instances = {**INSTANCES, "KeepJobFlowAliveWhenNoSteps": False}
    for number in range(52):
        to.quiet("emr", "run_job_flow", **cluster(f"page-{number}", Instances=instances))
    # Which cluster is on which page is nobody's promise: counted, not compared by name.
    request: dict = {}
    for which in ("first page", "second page"):
        answer = to.quiet("emr", "list_clusters", **request)
        told = {"count": len(answer["Clusters"]), "more": "Marker" in answer}
        to.calls[f"ListClusters ({which})"] = told
        request = {"Marker": answer["Marker"]} if told["more"] else {}
    names = [
        one["Name"]
        for page in to.clients["emr"].get_paginator("list_clusters").paginate()
        for one in page["Clusters"]
    ]
    to.calls["ListClusters (all pages)"] = {
        "names": sorted(name for name in names if name.startswith("page-"))
    }


def refusals(to: Recorder) -> None:
    nobody = MISSING_CLUSTER
    to.emr("describe_cluster", ClusterId=nobody)
    to.emr("describe_step", ClusterId=nobody, StepId="s-0000000000000")
    to.emr("list_steps", ClusterId=nobody)
    to.emr("list_instances", ClusterId=nobody)
    to.emr("list_instance_groups", ClusterId=nobody)
    to.emr("list_bootstrap_actions", ClusterId=nobody)
    to.emr("modify_cluster", ClusterId=nobody, StepConcurrencyLevel=2)
    to.emr("add_tags", ResourceId=nobody, Tags=[{"Key": "k", "Value": "v"}])
    to.emr("remove_tags", ResourceId=nobody, TagKeys=["k"])
    to.emr("add_job_flow_steps", JobFlowId=nobody, Steps=[step("one", "true")])
    to.emr("add_instance_groups", JobFlowId=nobody, InstanceGroups=[group("TASK", 1)])
    to.emr("terminate_job_flows", JobFlowIds=[nobody])
    to.emr("terminate_job_flows", "none named", JobFlowIds=[])
    to.emr("set_termination_protection", JobFlowIds=[nobody], TerminationProtected=True)
    to.emr("set_visible_to_all_users", JobFlowIds=[nobody], VisibleToAllUsers=True)
    without_roles = {"Name": "n", "ReleaseLabel": "emr-7.10.0", "Instances": INSTANCES}
    to.emr("run_job_flow", "no roles", **without_roles)
    to.emr("run_job_flow", "no release", Name="n", Instances=INSTANCES, **ROLES)
    to.emr("run_job_flow", "release and AMI", **cluster("n", AmiVersion="3.11.0"))
    old = cluster("n", ReleaseLabel="emr-5.6.0", CustomAmiId="ami-0123456789abcdef0")
    to.emr("run_job_flow", "old release with an AMI", **old)
    to.emr("run_job_flow", "concurrency", **cluster("n", StepConcurrencyLevel=257))


def releases(to: Recorder) -> None:
    to.emr("list_release_labels")
    to.emr("list_release_labels", "by prefix", Filters={"Prefix": "emr-7.1"})
    types: list[dict] = []
    request = {"ReleaseLabel": "emr-7.10.0"}
    while True:
        # One server has pages, the other has not: looked at by type, not by page.
        answer = to.quiet("emr", "list_supported_instance_types", **request)
        types += answer["SupportedInstanceTypes"]
        if "Marker" not in answer:
            break
        request["Marker"] = answer["Marker"]
    to.operations.add("ListSupportedInstanceTypes")
    told = [one for one in types if one["Type"] in ("m5.xlarge", "r5d.4xlarge", "c7g.large")]
    to.calls["ListSupportedInstanceTypes"] = {"SupportedInstanceTypes": told}


def block_public_access(to: Recorder) -> None:
    to.emr("get_block_public_access_configuration", "before")
    configuration = {
        "BlockPublicSecurityGroupRules": True,
        "PermittedPublicSecurityGroupRuleRanges": [{"MinRange": 22, "MaxRange": 22}],
    }
    to.emr(
        "put_block_public_access_configuration", BlockPublicAccessConfiguration=configuration
    )
    to.emr("get_block_public_access_configuration", "after")


def machine(**states) -> str:
    return json.dumps({"StartAt": next(iter(states)), "States": states})


PASS = machine(
    A={"Type": "Pass", "Result": {"x": 1}, "ResultPath": "$.a", "Next": "B"},
    B={"Type": "Succeed"},
)
FAIL = machine(A={"Type": "Fail", "Error": "Broken", "Cause": "because"})
WAIT = machine(A={"Type": "Wait", "Seconds": 600, "End": True})
CHOICE = machine(
    A={
        "Type": "Choice",
        "Choices": [{"Variable": "$.n", "NumericGreaterThan": 3, "Next": "Big"}],
        "Default": "Small",
    },
    Big={"Type": "Pass", "Result": "big", "End": True},
    Small={"Type": "Pass", "Result": "small", "End": True},
)
def executions(to: Recorder) -> None:
    arns = {}
    for name, definition in [("pass", PASS), ("fail", FAIL), ("wait", WAIT), ("choice", CHOICE)]:
        arns[name] = to.states(
            "create_state_machine", name, name=name, definition=definition, roleArn=STATES_ROLE
        )["stateMachineArn"]
    to.states("describe_state_machine", stateMachineArn=arns["pass"])
    to.states("list_state_machines")
    for name, given in [("pass", '{"b": 2}'), ("fail", "{}"), ("choice", '{"n": 4}')]:
        run = to.states(
            "start_execution", name, stateMachineArn=arns[name], name=f"run-{name}", input=given
        )["executionArn"]
        to.until_ended(run)
        to.states("describe_execution", name, executionArn=run)
        to.states("get_execution_history", name, executionArn=run)
        to.states("describe_state_machine_for_execution", name, executionArn=run)
    backwards = {"reverseOrder": True, "maxResults": 2}
    to.states("get_execution_history", "backwards", executionArn=run, **backwards)
    waits = to.states("start_execution", "wait", stateMachineArn=arns["wait"], name="run-wait")
    to.states("describe_execution", "running", executionArn=waits["executionArn"])
    to.states("list_executions", "running", stateMachineArn=arns["wait"])
    to.states("stop_execution", executionArn=waits["executionArn"], error="E", cause="C")
    to.until_ended(waits["executionArn"])
    to.states("describe_execution", "stopped", executionArn=waits["executionArn"])
    to.states("get_execution_history", "stopped", executionArn=waits["executionArn"])
    to.states(
        "list_executions", "aborted", stateMachineArn=arns["wait"], statusFilter="ABORTED"
    )
    to.states("list_executions", "none", stateMachineArn=arns["wait"], statusFilter="FAILED")
    to.states("delete_state_machine", stateMachineArn=arns["fail"])


def refused_executions(to: Recorder) -> None:
    made = to.states(
        "create_state_machine", "right", name="right", definition=PASS, roleArn=STATES_ROLE
    )["stateMachineArn"]
    again = {"name": "right", "roleArn": STATES_ROLE}
    to.states("create_state_machine", "the same again", definition=PASS, **again)
    to.states("create_state_machine", "another of this name", definition=FAIL, **again)
    to.states("create_state_machine", "no JSON", name="x", definition="{", roleArn=STATES_ROLE)
    role = {"roleArn": STATES_ROLE}
    to.states("create_state_machine", "bad name", name="a b", definition=PASS, **role)
    dangling = machine(A={"Type": "Pass", "Next": "Z"})
    to.states("create_state_machine", "dangling", name="y", definition=dangling, **role)
    run = {"stateMachineArn": made, "name": "one", "input": '{"a": 1}'}
    first = to.states("start_execution", "first", **run)["executionArn"]
    to.until_ended(first)
    to.states("start_execution", "the same again", **run)
    to.states("start_execution", "another of this name", **{**run, "input": "{}"})
    to.states("start_execution", "no JSON", stateMachineArn=made, name="two", input="{")
    nothing = made.replace(":right", ":nothing")
    to.states("start_execution", "no machine", stateMachineArn=nothing, name="three")
    to.states("describe_state_machine", "no machine", stateMachineArn=nothing)
    to.states("describe_state_machine", "no ARN", stateMachineArn="nothing")
    to.states("describe_execution", "none such", executionArn=first + "x")
    to.states("describe_execution", "no ARN", executionArn="nothing")
    to.states("get_execution_history", "none such", executionArn=first + "x")
    to.states("stop_execution", "none such", executionArn=first + "x")
    to.states("stop_execution", "ended", executionArn=first)
    to.states("list_executions", "no machine", stateMachineArn=nothing)
    to.states("describe_state_machine_for_execution", "none such", executionArn=first + "x")
    to.states("delete_state_machine", "no machine", stateMachineArn=nothing)
    to.states("send_task_success", taskToken="none such", output="{}")
    to.states("send_task_failure", taskToken="none such", error="E", cause="C")
    to.states("send_task_heartbeat", taskToken="none such")


STORIES = {
    story.__name__: story
    for story in (
        a_clusters_life,
        a_cluster_without_work,
        instance_groups,
        steps,
        bootstrap_actions,
        pages,
        refusals,
        releases,
        block_public_access,
        executions,
        refused_executions,
    )
}
