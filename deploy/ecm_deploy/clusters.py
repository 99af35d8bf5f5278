"""The clusters of an environment, as EMR shows them."""

import dataclasses

from .account import Account
from .environment import Environment

ALIVE = ["STARTING", "BOOTSTRAPPING", "RUNNING", "WAITING", "TERMINATING"]


@dataclasses.dataclass(frozen=True)
class Cluster:
    id: str
    name: str
    state: str

    def __str__(self) -> str:
        return f"{self.id} {self.state} {self.name}"


def _stage_of(cluster: str, account: Account) -> str | None:
    """What its tag says. By its name alone a cluster of dev-2 could be one of dev."""
    described = account.client("emr").describe_cluster(ClusterId=cluster)["Cluster"]
    tags = {tag["Key"]: tag["Value"] for tag in described.get("Tags", [])}
    return tags.get("ecm:stage")


def living_clusters(environment: Environment, account: Account) -> list[Cluster]:
    found = []
    pages = account.client("emr").get_paginator("list_clusters")
    for page in pages.paginate(ClusterStates=ALIVE):
        for cluster in page["Clusters"]:
            if not cluster["Name"].startswith(environment.prefix):
                continue
            if _stage_of(cluster["Id"], account) in (environment.stage, None):
                state = cluster["Status"]["State"]
                found.append(Cluster(cluster["Id"], cluster["Name"], state))
    return found


def status_of(cluster: str, account: Account) -> tuple[str, str]:
    """Its state, and the code of the reason for it."""
    status = account.client("emr").describe_cluster(ClusterId=cluster)["Cluster"]["Status"]
    return status["State"], status.get("StateChangeReason", {}).get("Code", "")


def state_of(cluster: str, account: Account) -> str:
    return status_of(cluster, account)[0]
