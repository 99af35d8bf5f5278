"""The life of clusters, as boto3 sees it."""

import concurrent.futures
import datetime

import pytest
from botocore.exceptions import ClientError, WaiterError
from emr_requests import (
    SOON,
    add,
    bash,
    cluster,
    cluster_state,
    describe,
    end,
    reason,
    start,
    step_states,
    steps,
    until_file,
    wait_cluster,
    wait_end,
    wait_steps,
)
from served import wait_for

FLEETS = [
    {
        "InstanceFleetType": "MASTER",
        "TargetOnDemandCapacity": 1,
        "InstanceTypeConfigs": [{"InstanceType": "m5.xlarge"}],
    },
    {
        "InstanceFleetType": "CORE",
        "TargetSpotCapacity": 4,
        "InstanceTypeConfigs": [
            {"InstanceType": "m5.xlarge", "WeightedCapacity": 2},
            {"InstanceType": "r5.xlarge", "WeightedCapacity": 2},
        ],
    },
]


def with_instances(name: str, alive: bool, **instances) -> dict:
    request = cluster(name, alive)
    request["Instances"] = {"KeepJobFlowAliveWhenNoSteps": alive, **instances}
    return request


def test_a_transient_cluster_ends_with_its_last_step(emr):
    started = datetime.datetime.now(datetime.UTC)
    cluster_id = start(emr, Steps=[bash("true"), bash("true")])
    emr.get_waiter("cluster_terminated").wait(ClusterId=cluster_id, WaiterConfig=SOON)
    ended = describe(emr, cluster_id)
    assert ended["AutoTerminate"] is True
    assert ended["Status"]["State"] == "TERMINATED"
    assert ended["Status"]["StateChangeReason"] == {
        "Code": "ALL_STEPS_COMPLETED",
        "Message": "Steps completed",
    }
    assert step_states(emr, cluster_id) == ["COMPLETED", "COMPLETED"]
    times = ended["Status"]["Timeline"]
    assert times["CreationDateTime"] <= times["ReadyDateTime"] <= times["EndDateTime"]
    assert abs(times["CreationDateTime"] - started) < datetime.timedelta(minutes=2)


def test_a_kept_cluster_waits_and_takes_more_steps(emr):
    cluster_id = start(emr, alive=True)
    emr.get_waiter("cluster_running").wait(ClusterId=cluster_id, WaiterConfig=SOON)
    for _ in range(2):
        (step,) = add(emr, cluster_id, bash("true"))
        emr.get_waiter("step_complete").wait(ClusterId=cluster_id, StepId=step, WaiterConfig=SOON)
        wait_cluster(emr, cluster_id, "WAITING")
    end(emr, cluster_id)
    assert cluster_state(emr, cluster_id) == "TERMINATED"
    assert reason(emr, cluster_id)["Code"] == "USER_REQUEST"


def test_waiters_tell_failure_from_success(emr):
    cluster_id = start(emr, Steps=[bash("exit 1", on_failure="TERMINATE_CLUSTER")])
    with pytest.raises(WaiterError, match="TERMINATED_WITH_ERRORS"):
        emr.get_waiter("cluster_terminated").wait(ClusterId=cluster_id, WaiterConfig=SOON)
    (step,) = steps(emr, cluster_id)
    with pytest.raises(WaiterError, match="FAILED"):
        emr.get_waiter("step_complete").wait(
            ClusterId=cluster_id, StepId=step["Id"], WaiterConfig=SOON
        )


def test_no_more_steps_once_a_cluster_has_ended(emr):
    cluster_id = start(emr)
    wait_end(emr, cluster_id)
    with pytest.raises(ClientError, match="may not be modified") as refused:
        add(emr, cluster_id, bash("true"))
    assert refused.value.response["Error"]["Code"] == "ValidationException"


def test_keep_alive_can_be_taken_from_a_waiting_cluster(emr):
    cluster_id = start(emr, alive=True)
    wait_cluster(emr, cluster_id, "WAITING")
    emr.set_keep_job_flow_alive_when_no_steps(
        JobFlowIds=[cluster_id], KeepJobFlowAliveWhenNoSteps=False
    )
    assert wait_end(emr, cluster_id) == "TERMINATED"
    assert reason(emr, cluster_id)["Code"] == "ALL_STEPS_COMPLETED"


def test_protection_is_lifted_before_a_termination(emr):
    protected = start(emr, alive=True, Instances={"TerminationProtected": True})
    plain = start(emr, alive=True)
    with pytest.raises(ClientError, match="termination protected") as refused:
        emr.terminate_job_flows(JobFlowIds=[protected, plain])
    assert refused.value.response["Error"]["Code"] == "ValidationException"
    wait_end(emr, plain)
    wait_cluster(emr, protected, "WAITING")
    emr.set_termination_protection(JobFlowIds=[protected], TerminationProtected=False)
    end(emr, protected)
    assert describe(emr, protected)["TerminationProtected"] is False


def test_ten_clusters_end_at_once_and_eleven_are_refused(emr):
    ids = [start(emr, alive=True) for _ in range(11)]
    with pytest.raises(ClientError) as refused:
        emr.terminate_job_flows(JobFlowIds=ids)
    assert refused.value.response["Error"]["Code"] == "ValidationException"
    emr.terminate_job_flows(JobFlowIds=ids[:10])
    for cluster_id in ids[:10]:
        assert wait_end(emr, cluster_id) == "TERMINATED"
    end(emr, ids[10])


def test_instance_groups_are_listed(emr):
    groups = [
        {"InstanceRole": "MASTER", "InstanceType": "m5.xlarge", "InstanceCount": 1},
        {"InstanceRole": "CORE", "InstanceType": "r5.xlarge", "InstanceCount": 3},
    ]
    cluster_id = emr.run_job_flow(**with_instances("groups", True, InstanceGroups=groups))[
        "JobFlowId"
    ]
    wait_cluster(emr, cluster_id, "WAITING")
    pages = emr.get_paginator("list_instance_groups").paginate(ClusterId=cluster_id)
    listed = pages.build_full_result()["InstanceGroups"]
    counts = {group["InstanceGroupType"]: group["RunningInstanceCount"] for group in listed}
    assert counts == {"MASTER": 1, "CORE": 3}
    instances = emr.get_paginator("list_instances").paginate(ClusterId=cluster_id)
    assert len(instances.build_full_result()["Instances"]) == 4
    with pytest.raises(ClientError, match="mutually exclusive") as refused:
        emr.list_instance_fleets(ClusterId=cluster_id)
    assert refused.value.response["Error"]["Code"] == "InvalidRequestException"
    end(emr, cluster_id)


def test_fleets_run_steps_and_are_listed(emr):
    request = with_instances("fleets", True, InstanceFleets=FLEETS)
    cluster_id = emr.run_job_flow(**request, Steps=[bash("true")])["JobFlowId"]
    wait_cluster(emr, cluster_id, "WAITING")
    assert step_states(emr, cluster_id) == ["COMPLETED"]
    assert describe(emr, cluster_id)["InstanceCollectionType"] == "INSTANCE_FLEET"
    pages = emr.get_paginator("list_instance_fleets").paginate(ClusterId=cluster_id)
    fleets = {f["InstanceFleetType"]: f for f in pages.build_full_result()["InstanceFleets"]}
    assert fleets["CORE"]["ProvisionedSpotCapacity"] == 4
    assert fleets["MASTER"]["ProvisionedOnDemandCapacity"] == 1
    with pytest.raises(ClientError, match="mutually exclusive"):
        emr.list_instance_groups(ClusterId=cluster_id)
    end(emr, cluster_id)


def test_groups_and_fleets_exclude_each_other(emr):
    groups = [{"InstanceRole": "MASTER", "InstanceType": "m5.xlarge", "InstanceCount": 1}]
    request = with_instances("both", True, InstanceFleets=FLEETS, InstanceGroups=groups)
    with pytest.raises(ClientError, match="one and only one") as refused:
        emr.run_job_flow(**request)
    assert refused.value.response["Error"]["Code"] == "ValidationException"


def test_tags_come_and_go_until_the_end(emr):
    cluster_id = start(emr, alive=True, Tags=[{"Key": "team", "Value": "ü"}])
    emr.add_tags(
        ResourceId=cluster_id, Tags=[{"Key": "team", "Value": "x"}, {"Key": "k", "Value": ""}]
    )
    tags = {tag["Key"]: tag["Value"] for tag in describe(emr, cluster_id)["Tags"]}
    assert tags == {"team": "x", "k": ""}
    emr.remove_tags(ResourceId=cluster_id, TagKeys=["team"])
    assert describe(emr, cluster_id)["Tags"] == [{"Key": "k", "Value": ""}]
    end(emr, cluster_id)
    with pytest.raises(ClientError, match="terminated clusters") as refused:
        emr.add_tags(ResourceId=cluster_id, Tags=[{"Key": "late", "Value": ""}])
    assert refused.value.response["Error"]["Code"] == "InvalidRequestException"


def test_all_pages_together_are_all_clusters_newest_first(served):
    emr = served.emr(region="ap-south-1")  # nobody else's
    ids = [start(emr, name=f"page-{number}", alive=True) for number in range(55)]
    pages = list(emr.get_paginator("list_clusters").paginate())
    assert [len(page["Clusters"]) for page in pages] == [50, 5]
    assert [c["Id"] for page in pages for c in page["Clusters"]] == ids[::-1]
    for first in range(0, 55, 10):
        emr.terminate_job_flows(JobFlowIds=ids[first : first + 10])
    alive = emr.get_paginator("list_clusters").paginate(
        ClusterStates=["STARTING", "BOOTSTRAPPING", "RUNNING", "WAITING", "TERMINATING"]
    )
    wait_for(lambda: alive.build_full_result()["Clusters"], lambda c: c == [], "all have ended")
    gone = emr.get_paginator("list_clusters").paginate(ClusterStates=["TERMINATED"])
    assert len(gone.build_full_result()["Clusters"]) == 55


def test_a_hundred_clusters_at_once_all_do_their_work(emr, tmp_path):
    def begin(number: int) -> str:
        text = f"echo {number} > {tmp_path}/{number}"
        return start(emr, name=f"many-{number}", Steps=[bash(text)])

    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        ids = list(threads.map(begin, range(100)))
    assert len(set(ids)) == 100
    for cluster_id in ids:
        assert wait_end(emr, cluster_id) == "TERMINATED"
        assert step_states(emr, cluster_id) == ["COMPLETED"]
    assert {path.name for path in tmp_path.iterdir()} == {str(number) for number in range(100)}


def test_all_pages_together_are_all_steps_newest_first(emr, tmp_path):
    gate = bash(until_file(tmp_path / "open"), name="0")
    rest = [bash("true", name=str(number)) for number in range(1, 60)]
    cluster_id = start(emr, Steps=[gate, *rest])
    pages = list(emr.get_paginator("list_steps").paginate(ClusterId=cluster_id))
    assert [len(page["Steps"]) for page in pages] == [50, 10]
    names = [step["Name"] for page in pages for step in page["Steps"]]
    assert names == [str(number) for number in range(59, -1, -1)]
    end(emr, cluster_id)


def test_regions_are_apart(served, emr):
    cluster_id = start(emr, alive=True)
    elsewhere = served.emr(region="us-west-2")
    with pytest.raises(ClientError, match="is not valid") as refused:
        describe(elsewhere, cluster_id)
    assert refused.value.response["Error"]["Code"] == "InvalidRequestException"
    assert ":eu-central-1:" in describe(emr, cluster_id)["ClusterArn"]
    end(emr, cluster_id)


def test_an_idle_policy_is_kept_and_told(emr):
    cluster_id = start(emr, alive=True, AutoTerminationPolicy={"IdleTimeout": 60})
    policy = emr.get_auto_termination_policy(ClusterId=cluster_id)
    assert policy["AutoTerminationPolicy"] == {"IdleTimeout": 60}
    emr.remove_auto_termination_policy(ClusterId=cluster_id)
    assert not emr.get_auto_termination_policy(ClusterId=cluster_id).get("AutoTerminationPolicy")
    end(emr, cluster_id)


def test_release_labels_come_in_pages(emr):
    seen, token = [], {}  # boto3 has no paginator for it
    while True:
        answer = emr.list_release_labels(MaxResults=5, **token)
        assert len(answer["ReleaseLabels"]) <= 5
        seen += answer["ReleaseLabels"]
        if "NextToken" not in answer:
            break
        token = {"NextToken": answer["NextToken"]}
    assert "emr-7.10.0" in seen and len(seen) == len(set(seen)) > 5


def test_the_concurrency_of_a_running_cluster_can_be_raised(emr, tmp_path):
    waits = [bash(until_file(tmp_path / "open")) for _ in range(2)]
    cluster_id = start(emr, Steps=waits)
    wait_steps(emr, cluster_id, "RUNNING", "PENDING")
    assert (
        emr.modify_cluster(ClusterId=cluster_id, StepConcurrencyLevel=2)["StepConcurrencyLevel"]
        == 2
    )
    wait_steps(emr, cluster_id, "RUNNING", "RUNNING")
    (tmp_path / "open").touch()
    assert wait_end(emr, cluster_id) == "TERMINATED"
