"""The same calls of boto3 to two servers, and what differs in their answers, as lines of text."""

import datetime
import json
import re
import time

import boto3
import botocore.config
import botocore.exceptions

REGION = "us-east-1"  # moto knows no other for EMR behind its own address
PATIENCE = 120  # seconds
IDS = re.compile(
    r"\b(?:j|s|ig|if|ci|i|vol)-[0-9A-Za-z]{8,}\b"
    r"|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"
)
ACCOUNT = re.compile(r"(?<=:)(?:000000000000|123456789012)(?=:)")
# Names of what lists hold: an element is compared with the one of the same name.
NAMES = ["name", "Name", "Key", "Type"]


class Recorder:
    """Calls one server; keeps every answer or error, by the operation and what it was about."""

    def __init__(self, url: str, really_runs: bool) -> None:
        config = botocore.config.Config(retries={"max_attempts": 0}, read_timeout=60)
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        self.clients = {
            name: boto3.client(name, REGION, endpoint_url=url, config=config, **keys)
            for name in ("emr", "stepfunctions")
        }
        self.really_runs = really_runs
        self.calls: dict[str, object] = {}
        self.operations: set[str] = set()

    def quiet(self, service: str, method: str, **request):
        """A call that is not compared."""
        return getattr(self.clients[service], method)(**request)

    def record(self, service: str, method: str, about: str, request: dict):
        operation = self.clients[service].meta.method_to_api_mapping[method]
        key = f"{operation} ({about})" if about else operation
        assert key not in self.calls, f"say what else this {key} is about"
        self.operations.add(operation)
        try:
            answer = getattr(self.clients[service], method)(**request)
            answer.pop("ResponseMetadata")
            self.calls[key] = answer
        except botocore.exceptions.ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            told = {name: error.response["Error"][name] for name in ("Code", "Message")}
            answer = None
            self.calls[key] = {"Refused": {**told, "Status": status}}
        return answer

    def emr(self, method: str, about: str = "", **request):
        return self.record("emr", method, about, request)

    def states(self, method: str, about: str = "", **request):
        return self.record("stepfunctions", method, about, request)

    # --- until what was asked for has happened ----------------------------------------------------
    def settle(self, cluster: str) -> None:
        """Until the cluster changes no more by itself. A server that runs no steps is as it is."""
        if self.really_runs:
            self.until(lambda: self.is_quiet(cluster), f"{cluster} is quiet")

    def is_quiet(self, cluster: str) -> bool:
        ask = {"ClusterId": cluster}
        unfinished = ["PENDING", "CANCEL_PENDING", "RUNNING"]
        if self.quiet("emr", "list_steps", StepStates=unfinished, **ask)["Steps"]:
            return False
        state = self.quiet("emr", "describe_cluster", **ask)["Cluster"]["Status"]["State"]
        return state in ("WAITING", "TERMINATED", "TERMINATED_WITH_ERRORS")

    def until_state(self, cluster: str, state: str) -> None:
        def reached() -> bool:
            told = self.quiet("emr", "describe_cluster", ClusterId=cluster)
            return told["Cluster"]["Status"]["State"] == state

        self.until(reached, f"{cluster} is {state}")

    def until_ended(self, execution: str) -> None:
        def ended() -> bool:
            told = self.quiet("stepfunctions", "describe_execution", executionArn=execution)
            return told["status"] != "RUNNING"

        self.until(ended, f"{execution} has ended")

    @staticmethod
    def until(condition, what: str) -> None:
        """Asks again and again; each answer takes its time."""
        stop_at = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < stop_at, f"after {PATIENCE} s still not: {what}"


class Plain:
    """Answers without what is another in every run: ids by the order in which they came up."""

    def __init__(self) -> None:
        self.ids: dict[str, str] = {}

    def id(self, match: re.Match) -> str:
        text = match[0]
        kind = "uuid" if len(text) == 36 else text.split("-")[0]
        if kind not in ("j", "s", "uuid"):
            return "<id>"  # groups, instances, volumes: one server has more of them than the other
        number = 1 + sum(known.startswith(f"<{kind} ") for known in self.ids.values())
        return self.ids.setdefault(text, f"<{kind} {number}>")

    def value(self, value, member: str = ""):
        if isinstance(value, datetime.datetime):
            return "<time>"
        if member in ("Marker", "nextToken", "NextToken"):
            return "<more>"
        if isinstance(value, str):
            return ACCOUNT.sub("<account>", IDS.sub(self.id, value))
        if isinstance(value, dict):
            return {name: self.value(inner, name) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.value(element) for element in value]
        return value


def name_of(element, index: int) -> object:
    named = element if isinstance(element, dict) else {}
    # Groups and instances come in any order, and their names are one of the differences.
    kind = [named[member] for member in ("InstanceGroupType", "Market") if member in named]
    return " ".join(kind) or next((named[member] for member in NAMES if member in named), index)


def flat(value, path: str = "") -> dict[str, object]:
    """Every scalar by its path. Empty structures and lists are scalars, too."""
    if isinstance(value, dict) and value:
        parts = [(f"{path}.{name}" if path else name, inner) for name, inner in value.items()]
    elif isinstance(value, list) and value:
        parts, seen = [], {}
        for index, element in enumerate(value):
            name = element if path == "ReleaseLabels" else name_of(element, index)
            seen[name] = seen.get(name, 0) + 1
            again = f" again {seen[name]}" if seen[name] > 1 else ""
            parts.append((f"{path}[{name}{again}]", element))
    else:
        return {path: value}
    found: dict[str, object] = {}
    for inner_path, inner in parts:
        found.update(flat(inner, inner_path))
    return found


def differences(story: str, moto: Recorder, ours: Recorder) -> list[str]:
    left, right = Plain(), Plain()
    assert list(moto.calls) == list(ours.calls)
    lines = []
    for key in moto.calls:
        theirs, own = flat(left.value(moto.calls[key])), flat(right.value(ours.calls[key]))
        for path in sorted(theirs.keys() | own.keys()):
            where = f"{story}: {key} {path or 'the answer'}"
            if path not in own:
                lines.append(f"{where}: only moto, {shown(theirs[path])}")
            elif path not in theirs:
                lines.append(f"{where}: only ours, {shown(own[path])}")
            elif theirs[path] != own[path]:
                lines.append(f"{where}: moto {shown(theirs[path])}, ours {shown(own[path])}")
    return lines


def shown(value) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 160 else text[:160] + "…"


def matches(pattern: str, line: str) -> bool:
    """`*` stands for any text; everything else for itself."""
    return bool(re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), line))
