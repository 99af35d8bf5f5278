"""Many clusters at one `emrctl local serve`, all at once: what becomes of each, and how many
processes there were at a time. For tests/e2e/test_crowd.py and bench/run_crowd."""

import concurrent.futures
import gzip
import os
import pathlib
import shutil
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "endpoint"))

from servers import Client, Server  # noqa: E402

JOB = pathlib.Path(__file__).resolve().parent / "jobs" / "small.py"
BASH_SECONDS = 0.2  # each bash step is that long alive, so that they meet
SAMPLE_SECONDS = 0.05
FINAL = {"COMPLETED", "FAILED", "CANCELLED", "INTERRUPTED"}


def bash_arguments(number: int) -> list[str]:
    # `read` from a pipe that nobody writes to: it waits without a process of its own.
    wait = f"read -t {BASH_SECONDS} <> <(:) || true"
    return ["bash", "-c", f"{wait}; echo bash {number} done"]


def spark_arguments(number: int) -> list[str]:
    return [
        *("spark-submit", "--deploy-mode", "client", "--driver-memory", "512m"),
        *("--conf", "spark.ui.enabled=false"),
        *("--conf", f"spark.hadoop.e2e.number={number}", "s3://crowd-code/small.py"),
    ]


def expected_words(kind: str, number: int) -> str:
    return f"bash {number} done" if kind == "bash" else f"spark {number} counted 500500"


class Processes(threading.Thread):
    """How many Java processes and bash steps of the server lived at a time, from /proc."""

    def __init__(self, state: pathlib.Path) -> None:
        super().__init__(daemon=True)
        self.mark = str(state).encode()
        self.ended = threading.Event()
        self.samples: list[tuple[float, int, int]] = []

    def run(self) -> None:
        begin = time.monotonic()
        while not self.ended.wait(SAMPLE_SECONDS):
            names = self.names_at_one_time()
            sample = names.count("java"), names.count("bash")
            self.samples.append((time.monotonic() - begin, *sample))

    def names_at_one_time(self) -> list[str]:
        """Of those alive when the walk through /proc ended: one that ends during the walk and one
        that begins after it never lived side by side."""
        seen = [entry for entry in os.scandir("/proc") if entry.name.isdigit()]
        candidates = [entry for entry in seen if self.name_of(entry)]
        return [self.name_of(entry) for entry in candidates]

    def name_of(self, entry: os.DirEntry) -> str:
        try:
            name = pathlib.Path(entry.path, "comm").read_text().strip()
            if name not in ("java", "bash"):
                return ""
            # A JVM that starts a program is two processes of its name until the new one becomes
            # that program.
            if name == "java" and self.parent_name(entry) == "java":
                return ""
            environment = pathlib.Path(entry.path, "environ").read_bytes()
            command = pathlib.Path(entry.path, "cmdline").read_bytes()
        except OSError:
            return ""  # it has ended
        # spark-submit is a bash script for a moment: only `bash -c` is a step.
        if self.mark not in environment or (name == "bash" and b"\0-c\0" not in command):
            return ""
        return name

    @staticmethod
    def parent_name(entry: os.DirEntry) -> str:
        # /proc/PID/stat: "pid (name) state ppid …", where the name may hold anything.
        parent = pathlib.Path(entry.path, "stat").read_text().rpartition(")")[2].split()[1]
        return pathlib.Path("/proc", parent, "comm").read_text().strip()

    def stop(self) -> None:
        self.ended.set()
        self.join()

    def most(self, index: int) -> int:
        return max((sample[index] for sample in self.samples), default=0)


class Crowd:
    def __init__(self, server: Server, state: pathlib.Path, bash: int, spark: int) -> None:
        self.server = server
        self.state = state
        self.wanted = [("spark", number) for number in range(spark)]
        self.wanted += [("bash", number) for number in range(bash)]
        self.clusters: dict[str, tuple[str, int]] = {}
        self.states: dict[str, str] = {}  # of the steps, by cluster
        self.queued: dict[str, set[str]] = {}  # cluster: what it was told while it waited
        self.most_queued = 0
        self.seconds = 0.0
        self.processes = Processes(state)
        (state / "s3" / "crowd-code").mkdir(parents=True, exist_ok=True)
        (state / "s3" / "crowd-logs").mkdir(parents=True, exist_ok=True)
        shutil.copyfile(JOB, state / "s3" / "crowd-code" / JOB.name)

    def request(self, kind: str, number: int) -> dict:
        arguments = bash_arguments(number) if kind == "bash" else spark_arguments(number)
        return {
            "Name": f"crowd-{kind}-{number}",
            "ReleaseLabel": "emr-7.10.0",
            "LogUri": "s3://crowd-logs/",
            "JobFlowRole": "EMR_EC2_DefaultRole",
            "ServiceRole": "EMR_DefaultRole",
            "Instances": {
                "MasterInstanceType": "m5.xlarge",
                "InstanceCount": 1,
                "KeepJobFlowAliveWhenNoSteps": False,
            },
            "Steps": [
                {
                    "Name": kind,
                    "ActionOnFailure": "TERMINATE_CLUSTER",
                    "HadoopJarStep": {"Jar": "command-runner.jar", "Args": arguments},
                }
            ],
        }

    def submit(self) -> None:
        def one(wanted: tuple[str, int]) -> str:
            client = Client(self.server.port)
            try:
                return client.call("RunJobFlow", self.request(*wanted))["JobFlowId"]
            finally:
                client.close()

        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            for wanted, cluster in zip(self.wanted, pool.map(one, self.wanted)):
                self.clusters[cluster] = wanted

    def run(self, patience: float) -> None:
        """Until every step is over, or `patience` seconds are."""
        self.processes.start()
        begin = time.monotonic()
        try:
            self.submit()
            client = Client(self.server.port)
            while len(self.states) < len(self.clusters):
                self.look(client)
                self.seconds = time.monotonic() - begin
                if self.seconds > patience:
                    break
        finally:
            self.processes.stop()

    def look(self, client: Client) -> None:
        waiting = 0
        for cluster in self.clusters:
            if cluster in self.states:
                continue
            step = client.call("ListSteps", {"ClusterId": cluster})["Steps"][0]
            state = step["Status"]["State"]
            if state in FINAL:
                self.states[cluster] = state
                continue
            if message := step["Status"].get("StateChangeReason", {}).get("Message"):
                waiting += 1
                self.queued.setdefault(cluster, set()).add(message)
        self.most_queued = max(self.most_queued, waiting)

    def mistakes(self) -> list[str]:
        """What became of a cluster otherwise than it should."""
        found = []
        if len(self.clusters) != len(self.wanted):
            found.append(f"{len(self.clusters)} different clusters of {len(self.wanted)}")
        for cluster, (kind, number) in self.clusters.items():
            state = self.states.get(cluster, "not over")
            if state != "COMPLETED":
                found.append(f"{kind} {number}: its step is {state}")
                continue
            logs = list((self.state / "s3" / "crowd-logs" / cluster).glob("steps/*/stdout.gz"))
            words = [gzip.decompress(log.read_bytes()).decode() for log in logs]
            if len(words) != 1 or expected_words(kind, number) not in words[0].splitlines():
                found.append(f"{kind} {number}: its stdout is {words}")
        return found

    def unended(self) -> list[str]:
        """Clusters that are not TERMINATED although their steps are over."""
        client = Client(self.server.port)
        states = {
            cluster: client.call("DescribeCluster", {"ClusterId": cluster})["Cluster"]["Status"]
            for cluster in self.clusters
        }
        return [
            f"{cluster}: {status}"
            for cluster, status in states.items()
            if status["State"] != "TERMINATED"
        ]
