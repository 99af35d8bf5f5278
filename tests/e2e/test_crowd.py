"""Many clusters at once: none is lost, none is stuck, and the machine is not overrun."""

import os

import pytest
from crowd import Crowd
from harness import MARK, PATIENCE, wait_until
from servers import emrctl_server


CORES = len(os.sched_getaffinity(0))
SPARK = min(CORES + 1, 5)  # one more than the machine runs at a time, unless it is a big one


@pytest.fixture
def crowd(place):
    with emrctl_server(place.state, environment={MARK: place.mark}) as server:
        yield Crowd(server, place.state, bash=100, spark=SPARK)


def test_a_hundred_clusters_with_bash_and_some_with_spark(crowd):
    crowd.run(patience=PATIENCE)
    assert crowd.mistakes() == []
    wait_until(lambda: crowd.unended() == [], 60, "every cluster has ended")

    assert 1 <= crowd.processes.most(1) <= CORES, "Java processes at a time"
    if CORES < SPARK:
        told = {text for texts in crowd.queued.values() for text in texts}
        kinds = {crowd.clusters[cluster][0] for cluster in crowd.queued}
        assert "spark" in kinds, "a Spark step that has no place says so"
        assert all(text.strip() for text in told)
