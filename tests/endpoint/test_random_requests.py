"""Random requests to every operation of both services over HTTP: whatever comes in, the answer is
prompt, is of the shape that botocore knows or a refusal that botocore understands, and tells right
requests from wrong ones as the shapes do.

    ECM_RANDOM_REQUESTS=100000 ECM_RANDOM_SEED=7 pytest tests/endpoint/test_random_requests.py
"""

import collections
import dataclasses
import json
import math
import os
import pathlib
import random
import sys
import time

import botocore.parsers
import botocore.validate
import pytest
from request_maker import Ids, RequestMaker, encode
from servers import ROOT, Client, emrctl_server

sys.path.insert(0, str(ROOT / "tests" / "python"))

from botocore_shapes import answer_violations, service, violations  # noqa: E402

REQUESTS = int(os.environ.get("ECM_RANDOM_REQUESTS", "2500"))
SEED = int(os.environ.get("ECM_RANDOM_SEED", "1"))
MAX_SECONDS = 10  # for one answer, on a machine that does much else
SHOWN_FAILURES = 30
MAX_CLUSTERS = 10  # in one request; the documentation knows it, botocore's shape does not
# Seconds since 1970 of the years 1 and 9999, a day inside: some time zone is ahead.
FIRST_DATE, LAST_DATE = -62_135_510_400, 253_402_214_400

MODELS = {"ElasticMapReduce": service("emr"), "AWSStepFunctions": service("stepfunctions")}
OURS = {
    target: set(json.loads((ROOT / "data" / name / "service_model.json").read_text())["operations"])
    for target, name in [("ElasticMapReduce", "emr"), ("AWSStepFunctions", "stepfunctions")]
}
# What any operation may answer; beyond them only what its model lists.
COMMON_CODES = {
    "ValidationException",
    "InvalidRequestException",
    "SerializationException",
    "UnknownOperationException",
}


class NoJson(ValueError):
    pass


def no_constant(text: str):
    raise NoJson(f"{text} is no JSON")


def no_twins(pairs):
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NoJson("a member twice")
    return found


def read_strictly(body: bytes):
    """The value of a JSON text (RFC 8259, UTF-8, no member twice, no lone surrogate), or NoJson."""
    try:
        text = body.decode("utf-8")
        value = json.loads(text, parse_constant=no_constant, object_pairs_hook=no_twins)
        # What was escaped may be no character.
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise NoJson(str(error)) from error
    return value


def plain(shape, value):
    """As services read it: a null member is one that is not there, 1.0 is the integer 1."""
    if isinstance(value, float) and shape.type_name in ("integer", "long"):
        return int(value) if math.isfinite(value) and value == int(value) else value
    if shape.type_name == "structure" and isinstance(value, dict):
        return {
            name: plain(shape.members[name], member) if name in shape.members else member
            for name, member in value.items()
            if member is not None
        }
    if shape.type_name == "list" and isinstance(value, list):
        return [plain(shape.member, element) for element in value]
    if shape.type_name == "map" and isinstance(value, dict):
        return {key: plain(shape.value, element) for key, element in value.items()}
    return value


def endless(value) -> bool:
    """Whether a number is beyond a double (1e400): readers differ in what they make of it."""
    if isinstance(value, dict):
        return any(endless(member) for member in value.values())
    if isinstance(value, list):
        return any(endless(element) for element in value)
    return isinstance(value, (int, float)) and abs(value) > sys.float_info.max


def beyond_dates(shape, value) -> bool:
    """Whether a timestamp is a number that Python, and so botocore, has no date for (2**63)."""
    if shape.type_name == "structure" and isinstance(value, dict):
        return any(
            beyond_dates(shape.members[name], member)
            for name, member in value.items()
            if name in shape.members
        )
    if shape.type_name == "list" and isinstance(value, list):
        return any(beyond_dates(shape.member, element) for element in value)
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return shape.type_name == "timestamp" and number and not FIRST_DATE <= value <= LAST_DATE


@dataclasses.dataclass(frozen=True)
class Verdict:
    refuse: bool = False  # it must be refused
    pass_shapes: bool = False  # it must not be refused for its shape
    why: str = ""


def verdict(model, operation: str, known: bool, body: bytes) -> Verdict:
    try:
        request = read_strictly(body)
    except NoJson as error:
        return Verdict(refuse=True, why=str(error)[:200])
    if not known:
        return Verdict(refuse=True, why="not an operation that is there")
    try:
        return verdict_of_value(model, operation, request)
    except RecursionError:
        return Verdict(refuse=True, why="nested more deeply than any shape")


def verdict_of_value(model, operation: str, request) -> Verdict:
    if endless(request):
        return Verdict()
    shape = model.operation_model(operation).input_shape
    request = plain(shape, request)
    found = violations(shape, request, operation)
    if found:
        return Verdict(refuse=True, why="; ".join(found)[:500])
    too_many = len(request.get("JobFlowIds") or []) > MAX_CLUSTERS
    if too_many or beyond_dates(shape, request):
        return Verdict()
    report = botocore.validate.ParamValidator().validate(request, shape)
    if report.has_errors():
        return Verdict(refuse=True, why=report.generate_report())
    return Verdict(pass_shapes=True)


def wrong_success(model, operation: str, status: int, body: bytes) -> list[str]:
    try:
        answer = read_strictly(body)
    except NoJson as error:
        return [f"the answer is no JSON: {error}"]
    operation_model = model.operation_model(operation)
    found = answer_violations(operation_model, answer)
    if not found:
        raw = {"body": body, "headers": {"x-amzn-RequestId": "1"}, "status_code": status}
        botocore.parsers.JSONParser().parse(raw, operation_model.output_shape)
    return found


def wrong_refusal(model, operation: str, status: int, body: bytes, fate: Verdict) -> list[str]:
    if not 400 <= status < 500:
        return [f"status {status}"]
    try:
        answer = read_strictly(body)
        code, message = answer["__type"], answer.get("message") or answer["Message"]
    except (NoJson, KeyError, AttributeError, TypeError) as error:
        return [f"a refusal without __type and message: {error!r}"]
    codes = set(COMMON_CODES)
    if operation in model.operation_names:
        modelled = model.operation_model(operation).error_shapes
        codes |= {shape.error_code for shape in modelled} | {shape.name for shape in modelled}
    found = [] if code in codes else [f"the code {code} is not one of {operation}"]
    of_shape = code == "SerializationException" or "failed to satisfy constraint" in message
    if fate.pass_shapes and of_shape:
        found.append("refused for its shape, which is right")
    return found


class Storm:
    def __init__(self, client_of, seed: int) -> None:
        self.client_of = client_of
        self.client = client_of()
        self.dice = random.Random(seed)
        self.ids = Ids()
        self.maker = RequestMaker(self.dice, self.ids)
        self.fleets: list[tuple[str, str]] = []  # clusters and their core fleets
        self.failures: list[str] = []
        self.counts: collections.Counter = collections.Counter()
        self.slowest = 0.0
        self.operations = [
            (target, name) for target, model in MODELS.items() for name in model.operation_names
        ]

    def learn(self, target: str, operation: str, request: dict) -> None:
        answer = self.client.call(operation, request, target)
        self.learn_answer(operation, encode(request), answer)

    def learn_answer(self, operation: str, body: bytes, answer: dict) -> None:
        self.ids.learn(answer)
        if operation == "ListInstanceFleets":
            cluster = json.loads(body)["ClusterId"]
            fleets = {fleet["InstanceFleetType"]: fleet["Id"] for fleet in answer["InstanceFleets"]}
            if "CORE" in fleets and (cluster, fleets["CORE"]) not in self.fleets:
                self.fleets.append((cluster, fleets["CORE"]))

    def step(self, number: int) -> None:
        target, operation = self.dice.choice(self.operations)
        if operation not in OURS[target] and self.dice.random() < 0.9:
            target = self.dice.choice(list(OURS))
            operation = self.dice.choice(sorted(OURS[target]))
        model = MODELS[target]
        request = self.maker.right(model.operation_model(operation).input_shape)
        kinds = {"right": 40, "wrong": 30, "usual": 15, "no json": 10, "odd target": 5}
        kind = self.dice.choices(list(kinds), list(kinds.values()))[0]
        if kind == "usual":
            target, operation, request = "ElasticMapReduce", *self.usual()
            if self.dice.random() < 0.5:
                kind, request = "nearly usual", self.maker.wrong(request)
        body = encode(request)
        if kind == "wrong":
            body = encode(self.maker.wrong(request))
        elif kind == "no json":
            body = self.maker.no_json(request)
        elif kind == "odd target":
            operation = self.dice.choice(
                ["", "x", operation.lower(), f"{operation}V2", "y" * 9000, "a.b", "%00", "x y "]
            )
        self.ask(number, kind, target, operation, body)

    def usual(self) -> tuple[str, dict]:
        """What people send: dice alone seldom make a request that agrees with itself."""
        cluster = self.ids.pick("JobFlowId", self.dice)
        fleet_cluster, fleet = self.dice.choice(self.fleets[-5:])
        one = {"JobFlowIds": [cluster]}
        capacity = {"TargetOnDemandCapacity": self.dice.randint(1, 4), "TargetSpotCapacity": 1}
        fleet_change = {"InstanceFleetId": fleet, **capacity}
        requests = [
            ("RunJobFlow", run_job_flow(self.dice.choice([GROUPS, FLEETS]), steps=0)),
            ("AddInstanceGroups", {"JobFlowId": cluster, "InstanceGroups": [TASK_GROUP]}),
            ("AddInstanceFleet", {"ClusterId": cluster, "InstanceFleet": TASK_FLEET}),
            ("ListInstanceFleets", {"ClusterId": cluster}),
            ("ModifyInstanceFleet", {"ClusterId": fleet_cluster, "InstanceFleet": fleet_change}),
            ("SetTerminationProtection", {**one, "TerminationProtected": False}),
            ("SetKeepJobFlowAliveWhenNoSteps", {**one, "KeepJobFlowAliveWhenNoSteps": True}),
            ("SetUnhealthyNodeReplacement", {**one, "UnhealthyNodeReplacement": True}),
            ("SetVisibleToAllUsers", {**one, "VisibleToAllUsers": True}),
        ]
        return self.dice.choice(requests)

    def ask(self, number: int, kind: str, target: str, operation: str, body: bytes) -> None:
        start = time.monotonic()
        try:
            status, answer = self.client.send(operation, body, target)
        except Exception as error:  # nothing that a client library may raise is an answer
            self.client = self.client_of()
            self.blame(number, target, operation, body, f"no answer: {error!r}")
            return
        seconds = time.monotonic() - start
        self.slowest = max(self.slowest, seconds)
        model = MODELS[target]
        known = operation.strip() in OURS[target]
        fate = verdict(model, operation.strip(), known, body)
        if status == 200 and fate.refuse:
            found = [f"taken, although {fate.why}"]
        elif status == 200:
            found = wrong_success(model, operation.strip(), status, answer)
        else:
            found = wrong_refusal(model, operation.strip(), status, answer, fate)
        if seconds > MAX_SECONDS:
            found.append(f"took {seconds:.1f} s")
        self.counts[kind, "taken" if status == 200 else "refused"] += 1
        if found:
            told = "; ".join(found)[:800] + f"\n    answer {status}: {answer[:800]!r}"
            self.blame(number, target, operation, body, told)
        elif status == 200:
            self.counts[operation.strip()] += 1
            self.learn_answer(operation.strip(), body, json.loads(answer))

    def blame(self, number: int, target: str, operation: str, body: bytes, what: str) -> None:
        self.failures.append(f"request {number}, {target}.{operation} {body[:1500]!r}\n    {what}")


GROUPS = {
    "MasterInstanceType": "m5.xlarge",
    "SlaveInstanceType": "m5.xlarge",
    "InstanceCount": 3,
    "KeepJobFlowAliveWhenNoSteps": True,
}
MASTER_FLEET = {
    "InstanceFleetType": "MASTER",
    "TargetOnDemandCapacity": 1,
    "InstanceTypeConfigs": [{"InstanceType": "m5.xlarge"}],
}
FLEETS = {
    "InstanceFleets": [MASTER_FLEET, {**MASTER_FLEET, "InstanceFleetType": "CORE"}],
    "KeepJobFlowAliveWhenNoSteps": True,
}


TASK_GROUP = {"InstanceRole": "TASK", "InstanceType": "m5.xlarge", "InstanceCount": 1}
TASK_FLEET = {**MASTER_FLEET, "InstanceFleetType": "TASK"}


def run_job_flow(instances: dict, steps: int) -> dict:
    step = {"Jar": "command-runner.jar", "Args": ["true"]}
    return {
        "Name": "random",
        "ReleaseLabel": "emr-7.10.0",
        "JobFlowRole": "EMR_EC2_DefaultRole",
        "ServiceRole": "EMR_DefaultRole",
        "Instances": instances,
        "Steps": [{"Name": "one", "ActionOnFailure": "CONTINUE", "HadoopJarStep": step}] * steps,
    }


def furnish(storm: Storm) -> None:
    """Something of everything that can be asked about."""
    for instances in [GROUPS, FLEETS, GROUPS]:
        request = run_job_flow(instances, steps=2)
        cluster = storm.client.call("RunJobFlow", request)["JobFlowId"]
        storm.learn("ElasticMapReduce", "ListSteps", {"ClusterId": cluster})
        if instances is FLEETS:
            storm.learn("ElasticMapReduce", "ListInstanceFleets", {"ClusterId": cluster})
        for step in storm.client.call("ListSteps", {"ClusterId": cluster})["Steps"]:
            storm.ids.add("StepId", step["Id"])
            storm.ids.add("StepIds", step["Id"])
        for member in ["JobFlowId", "ClusterId", "ResourceId", "JobFlowIds"]:
            storm.ids.add(member, cluster)
    states = "AWSStepFunctions"
    definition = {
        "StartAt": "A",
        "States": {"A": {"Type": "Wait", "Seconds": 100_000, "End": True}},
    }
    machine = storm.client.call(
        "CreateStateMachine",
        {
            "name": "random",
            "definition": json.dumps(definition),
            "roleArn": "arn:aws:iam::000000000000:role/states",
        },
        states,
    )
    storm.ids.learn(machine)
    storm.learn(
        states, "StartExecution", {"stateMachineArn": machine["stateMachineArn"], "input": "{}"}
    )


@pytest.fixture
def server_and_folder(tmp_path):
    state = tmp_path / "state"
    (state / "s3" / "random-logs").mkdir(parents=True)
    with emrctl_server(state) as server:
        yield server, tmp_path


def test_random_requests(server_and_folder):
    server, folder = server_and_folder
    print(
        f"replay: ECM_RANDOM_SEED={SEED} ECM_RANDOM_REQUESTS={REQUESTS} pytest "
        "tests/endpoint/test_random_requests.py"
    )
    storm = Storm(lambda: Client(server.port, timeout=MAX_SECONDS + 5), SEED)
    furnish(storm)
    for number in range(REQUESTS):
        storm.step(number)
        if len(storm.failures) >= SHOWN_FAILURES or server.process.poll() is not None:
            break
    print(f"slowest answer: {storm.slowest:.3f} s; {dict(storm.counts)}")
    assert server.process.poll() is None, f"the server has ended: {server.output()[-4000:]}"
    assert storm.failures == [], "\n".join(storm.failures)

    check_pages(storm)
    storm.client.call("ListClusters", {})
    assert sorted(path.name for path in folder.iterdir()) == ["state"]
    assert list(folder.rglob("injected")) == []
    if REQUESTS >= 10_000:
        reached = {name for name in storm.counts if isinstance(name, str)}
        assert reached >= OURS["ElasticMapReduce"], "no request of these was taken"


def check_pages(storm: Storm) -> None:
    """The page shows what the storm has left, and none of it as HTML."""
    connection = storm.client.connection
    connection.request("GET", "/", headers={"Host": f"127.0.0.1:{storm.client.port}"})
    response = connection.getresponse()
    page = response.read().decode()
    assert response.status == 200
    assert "<script>alert" not in page and "<img src=x" not in page


def test_the_requests_of_a_seed_are_always_the_same():
    def bodies():
        maker = RequestMaker(random.Random(5), Ids())
        shape = MODELS["ElasticMapReduce"].operation_model("RunJobFlow").input_shape
        return [encode(maker.wrong(maker.right(shape))) for _ in range(20)]

    assert bodies() == bodies()


@pytest.mark.parametrize("target", MODELS)
def test_right_requests_are_right(target):
    """The maker against the checker, and the checker against botocore."""
    maker = RequestMaker(random.Random(11), Ids())
    for operation in MODELS[target].operation_names:
        for _ in range(20):
            body = encode(maker.right(MODELS[target].operation_model(operation).input_shape))
            fate = verdict(MODELS[target], operation, True, body)
            assert fate.pass_shapes, (operation, body, fate.why)


def test_what_is_no_json_is_none_for_the_checker():
    maker = RequestMaker(random.Random(13), Ids())
    shape = MODELS["ElasticMapReduce"].operation_model("RunJobFlow").input_shape
    made = [maker.no_json(maker.right(shape)) for _ in range(500)]
    refused = [verdict(MODELS["ElasticMapReduce"], "RunJobFlow", True, body) for body in made]
    assert all(fate.refuse for fate in refused)


@pytest.mark.parametrize(
    "body",
    [b'{"a":NaN}', b'{"a":1,"a":1}', b'{"a":"\\ud800"}', b"\xff", b"\xef\xbb\xbf{}", b"[" * 99_999],
)
def test_the_checker_reads_strictly(body):
    with pytest.raises(NoJson):
        read_strictly(body)
