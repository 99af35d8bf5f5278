"""A server with something of everything to look at."""

import dataclasses
import json

from emr_requests import bash, start, wait_cluster, wait_end
from served import Server, wait_for

# What turns into an element, or runs, wherever a page forgets to escape it.
HOSTILE = """"'><script>document.title = 'taken over'</script><img src=x onerror=alert(1)><b>&amp;"""

MACHINE = {
    "StartAt": "Look",
    "States": {
        "Look": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.good", "BooleanEquals": True, "Next": "Good"}],
            "Default": "Bad",
        },
        "Good": {"Type": "Succeed"},
        "Bad": {"Type": "Fail", "Error": "NotGood", "Cause": f"because of {HOSTILE}"},
    },
}


@dataclasses.dataclass(frozen=True)
class Shown:
    server: Server
    finished: str
    failed: str
    waiting: str  # a cluster that lives on
    hostile: str
    succeeded: str  # executions
    broken: str


def fill(server: Server) -> Shown:
    emr = server.emr()
    finished = start(emr, name="finishes", Steps=[bash("echo 'forty-two words'", name="counts")])
    failed = start(
        emr,
        name="fails",
        Steps=[bash("echo 'no such table' >&2; exit 3", "reads", "TERMINATE_CLUSTER")],
    )
    waiting = start(emr, name="waits", alive=True)
    hostile = start(
        emr,
        name="hostile",
        Steps=[bash(f"cat <<'END'\n{HOSTILE}\nEND\nexit 1", name=HOSTILE)],
        Tags=[{"Key": "note", "Value": HOSTILE}],
    )
    for cluster in (finished, failed, hostile):
        wait_end(emr, cluster)
    wait_cluster(emr, waiting, "WAITING")
    return Shown(server, finished, failed, waiting, hostile, *_executions(server))


def _executions(server: Server) -> list[str]:
    sfn = server.step_functions()
    machine = sfn.create_state_machine(
        name="looks", definition=json.dumps(MACHINE), roleArn="arn:aws:iam::000000000000:role/any"
    )["stateMachineArn"]
    arns = []
    for name, good in (("goes-well", True), ("goes-wrong", False)):
        given = json.dumps({"good": good, "note": HOSTILE})
        arn = sfn.start_execution(stateMachineArn=machine, name=name, input=given)["executionArn"]
        wait_for(
            lambda arn=arn: sfn.describe_execution(executionArn=arn)["status"],
            lambda status: status != "RUNNING",
            f"{name} is over",
        )
        arns.append(arn)
    return arns
