"""Random requests out of botocore's shapes: right ones, slightly wrong ones, and texts that are no
JSON at all. The same random.Random and the same answers give the same requests."""

import copy
import dataclasses
import json
import random
import string

HOSTILE_STRINGS = [
    "",
    " ",
    "\x00",
    "a\x01b\x1f",
    "\x7f\x80\x9f",
    "\ufffe\uffff",
    "\u202eleft to right\u202c\u2028\u2029",
    "\U0001f986\U00020bb7 e\u0301",
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>&amp;",
    "../../../../etc/passwd",
    "s3://../../etc/passwd",
    "s3://bucket/../../../x",
    "file:///etc/passwd",
    "%2e%2e%2f%00",
    "$(touch injected) `touch injected`; touch injected",
    "' OR 1=1; DROP TABLE documents; --",
    "{{7*7}} ${7*7} %s %n {0}",
    "null",
    "-1",
    "NaN",
    "x" * 257,
    "y" * 10_281,
    "arn:aws:states:::",
    "arn:aws:states:eu-central-1:000000000000:stateMachine:../x",
    "j-",
    "s-\r\n\r\nHTTP/1.1 200 OK",
]
NUMBERS = [
    0, -1, 1, 2, 255, 256, 257, 1000, 65535, 65536, 604_801, 2**31 - 1, 2**31, -(2**31) - 1,
    2**53 + 1, 2**63 - 1, 2**63, 2**64, -(2**63) - 1, 10**40, 0.0, 1.5, 1e-300, 1e300, -1e18,
]  # fmt: skip
YEARS = (1_600_000_000, 2_000_000_000)  # 2020 to 2033, in seconds since 1970


@dataclasses.dataclass(frozen=True)
class Raw:
    """A piece of text that stands in the body as it is."""

    text: bytes


# Each makes the whole body no JSON (RFC 8259) that a service would take.
NO_JSON = [
    Raw(b"NaN"),
    Raw(b"Infinity"),
    Raw(b"-Infinity"),
    Raw(b"01"),
    Raw(b"+1"),
    Raw(b"1."),
    Raw(b".5"),
    Raw(b"0x10"),
    Raw(b"1e"),
    Raw(b"'x'"),
    Raw(b"undefined"),
    Raw(b"True"),
    Raw(b'"a\x01b"'),
    Raw(b'"\\x41"'),
    Raw(b'"\\ud800"'),
    Raw(b'"\\udc00\\ud800"'),
    Raw(b'"\xff\xfe"'),
    Raw(b'"\xed\xa0\x80"'),
    Raw(b'"\xc0\xaf"'),
    Raw(b'"\xf4\x90\x80\x80"'),
    Raw(b'"\xe2\x82"'),
    Raw(b'"unfinished'),
    Raw(b"[1,]"),
    Raw(b'{"a":1,}'),
    Raw(b"{a:1}"),
    Raw(b"[1 2]"),
    Raw(b"[" * 100_000),
    Raw(b"/* comment */ 1"),
    Raw(b'{"a":1,"a":2}'),
]


def encode(value) -> bytes:
    if isinstance(value, Raw):
        return value.text
    if isinstance(value, dict):
        parts = [encode(key) + b":" + encode(member) for key, member in value.items()]
        return b"{" + b",".join(parts) + b"}"
    if isinstance(value, list):
        return b"[" + b",".join(map(encode, value)) + b"]"
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


class Ids:
    """Values out of answers, by the member that takes them: what a client would ask about next."""

    SOURCES = {
        "JobFlowId": ["JobFlowId", "ClusterId", "ResourceId", "JobFlowIds"],
        "StepIds": ["StepId", "StepIds"],
        "InstanceGroupIds": ["InstanceGroupId"],
        "InstanceFleetId": ["InstanceFleetId"],
        "InstanceFleets": ["InstanceFleetId"],
        "Marker": ["Marker"],
        "NextToken": ["NextToken"],
        "nextToken": ["nextToken"],
        "stateMachineArn": ["stateMachineArn", "resourceArn"],
        "executionArn": ["executionArn"],
    }

    def __init__(self) -> None:
        self.known: dict[str, list[str]] = {}

    def add(self, member: str, value: str) -> None:
        values = self.known.setdefault(member, [])
        if value not in values:
            values.append(value)

    def learn(self, answer) -> None:
        if isinstance(answer, list):
            for element in answer:
                self.learn(element)
        if not isinstance(answer, dict):
            return
        for name, value in answer.items():
            for member in self.SOURCES.get(name, []):
                for one in value if isinstance(value, list) else [value]:
                    if isinstance(one, dict):
                        one = one.get("Id")
                    if isinstance(one, str):
                        self.add(member, one)
            self.learn(value)

    def pick(self, member: str, dice: random.Random) -> str | None:
        values = self.known.get(member)
        # The youngest more often: the others have mostly ended.
        return dice.choice(values[-5:] if dice.random() < 0.7 else values) if values else None


DEFINITIONS = [
    {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}},
    {"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": {"x": [1, "ü"]}, "End": True}}},
    {"StartAt": "A", "States": {"A": {"Type": "Fail", "Error": "E", "Cause": "<b>because</b>"}}},
    {"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 100_000, "End": True}}},
    {
        "StartAt": "A",
        "States": {
            "A": {
                "Type": "Choice",
                "Choices": [{"Variable": "$.x", "IsPresent": True, "Next": "B"}],
            },
            "B": {"Type": "Succeed"},
        },
    },
]
# Words that stand for themselves; none starts a program that changes anything.
MEANT = {
    "ReleaseLabel": ["emr-7.10.0", "emr-6.15.0", "emr-5.36.0", "emr-9.9.9", "emr-7"],
    "Jar": ["command-runner.jar", "s3://no-such-bucket/job.jar", "/no/such.jar"],
    "Args": ["true", "false", "no-such-program", "--conf", "x=y"],
    "Path": ["s3://no-such-bucket/script.sh", "/bin/true", "file:///bin/false"],
    "LogUri": ["s3://random-logs/", "s3://random-logs/a/b", "s3://no-such-bucket"],
    "InstanceType": ["m5.xlarge", "r6g.2xlarge", "c7g.large"],
    "MasterInstanceType": ["m5.xlarge", "m5.large"],
    "SlaveInstanceType": ["m5.xlarge", "r5.4xlarge"],
    "JobFlowRole": ["EMR_EC2_DefaultRole"],
    "ServiceRole": ["EMR_DefaultRole"],
    "Ec2SubnetId": ["subnet-0123456789abcdef0"],
    "Ec2SubnetIds": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
    "BidPrice": ["0.5", "1", "-1", "much"],
    "Classification": ["spark-defaults", "spark-env", "export", "core-site"],
    "roleArn": ["arn:aws:iam::000000000000:role/states"],
    "ExecutionRoleArn": ["arn:aws:iam::000000000000:role/step"],
    "input": ["{}", '{"x": 1}', '{"v": 1, "job": {}}', "no json", "[1", '"text"'],
    "output": ["{}", "1", "no json"],
    "definition": [json.dumps(definition) for definition in DEFINITIONS],
    "reportToken": ["x"],
}


class RequestMaker:
    # The other patterns of the models fit any word that is made here.
    PATTERN_WORDS = {
        r"^arn:(aws[a-zA-Z0-9-]*):iam::(\d{12})?"
        r":(role((\u002F)|(\u002F[\u0021-\u007F]+\u002F))[\w+=,.@-]+)$": (
            "arn:aws:iam::000000000000:role/some"
        ),
        r"^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+$": "some-alias",
    }

    def __init__(self, dice: random.Random, ids: Ids) -> None:
        self.dice = dice
        self.ids = ids

    def right(self, shape, name: str = "", depth: int = 0):
        """A value of the shape. What the service's further rules say of it is another matter."""
        kind = shape.type_name
        if kind == "structure":
            chance = [0.6, 0.5, 0.4, 0.3][depth] if depth < 4 else 0.1
            return {
                member: self.right(inner, member, depth + 1)
                for member, inner in shape.members.items()
                if member in shape.required_members
                or (depth < 10 and self.dice.random() < self.wish(member, chance))
            }
        if kind == "list":
            low = shape.metadata.get("min", 0)
            high = min(shape.metadata.get("max", low + 3), low + 3)
            count = self.dice.randint(low, high)
            return [self.right(shape.member, name, depth + 1) for _ in range(count)]
        if kind == "map":
            return {
                self.right(shape.key, "", depth + 1): self.right(shape.value, "", depth + 1)
                for _ in range(self.dice.randint(0, 2))
            }
        if kind == "string":
            return self.text(shape, name)
        if kind == "boolean":
            return self.dice.random() < 0.5
        if kind == "timestamp":
            return round(self.dice.uniform(*YEARS), 3)
        return self.number(shape, kind)

    @staticmethod
    def wish(member: str, chance: float) -> float:
        """Members that exclude each other or that hardly a request can do without."""
        usual = {"ReleaseLabel", "ServiceRole", "JobFlowRole", "MasterInstanceType"}
        unusual = {
            "AmiVersion", "InstanceFleets", "InstanceFleet", "CustomAmiId", "OSReleaseLabel",
            "InstanceGroups", "SecurityConfiguration", "Marker", "nextToken", "NextToken",
            "AdditionalInfo", "SupportedProducts", "NewSupportedProducts", "KerberosAttributes",
            "StepExecutionRoleArn", "PlacementGroupConfigs",
        }  # fmt: skip
        return 0.9 if member in usual else 0.15 if member in unusual else chance

    def text(self, shape, name: str) -> str:
        if "enum" in shape.metadata:
            return self.dice.choice(shape.metadata["enum"])
        low, high = shape.metadata.get("min", 0), shape.metadata.get("max", 10_000)
        known = self.ids.pick(name, self.dice)
        choice = self.dice.random()
        if known is not None and choice < 0.85:
            word = known
        elif name in MEANT and choice < 0.85:
            word = self.dice.choice(MEANT[name])
        else:
            size = self.dice.choice([low, min(high, low + 8), min(high, low + 8), min(high, 40)])
            word = "".join(self.dice.choices(string.ascii_letters + string.digits, k=size))
        word = word if low <= len(word) <= high else word[:high].ljust(low, "x")
        pattern = shape.metadata.get("pattern", "")
        return self.PATTERN_WORDS[pattern] if pattern in self.PATTERN_WORDS else word

    def number(self, shape, kind: str):
        low, high = shape.metadata.get("min", -1), shape.metadata.get("max", 2**31 - 1)
        edges = [low, high] + [low + 1, min(low + 3, high), min(low + 60, high)] * 2
        value = self.dice.choice(edges)
        return int(value) if kind in ("integer", "long") else float(value)

    # --- what is wrong on purpose ---------------------------------------------------------------
    def wrong(self, request):
        """The request with one or two things done to it. Some of them may still be right."""
        request = copy.deepcopy(request)
        for _ in range(self.dice.choice([1, 1, 2])):
            request = self.harmed(request)
        return request

    def harmed(self, request):
        places = list(self.places(request))
        if not places or self.dice.random() < 0.1:
            if isinstance(request, dict):
                request[self.dice.choice(["NoSuchMember", "name", "", "\x00", "__type"])] = 1
                return request
            return self.anything()
        container, key = self.dice.choice(places)
        value = container[key]
        what = self.dice.randrange(6)
        if what == 0 and isinstance(container, dict):
            del container[key]
        elif what == 1 and isinstance(container, dict):
            container[key.swapcase()] = container.pop(key)
        elif what == 2 and isinstance(value, list):
            container[key] = (value or [self.anything()]) * self.dice.choice([0, 2, 30])
        elif what <= 3 and isinstance(value, str):
            container[key] = self.dice.choice(HOSTILE_STRINGS)
        elif what <= 4 and isinstance(value, (int, float)):
            container[key] = self.dice.choice(NUMBERS)
        else:
            container[key] = self.anything()
        return request

    def anything(self):
        nested = self.dice.choice([1, 30, 40, 500])
        return self.dice.choice(
            [
                None, True, 0, -1, 1.5, [], {}, [None], {"": None}, [[]], [{}], "", "text", ["x"],
                {"Key": "x"}, self.dice.choice(NUMBERS), self.dice.choice(HOSTILE_STRINGS),
                Raw(b"[" * nested + b"]" * nested), Raw(b'{"a":' * nested + b"1" + b"}" * nested),
                Raw(b"1e400"), Raw(b"-0"), Raw(b"9" * 400), Raw(b"0." + b"1" * 400),
            ]
        )  # fmt: skip

    def no_json(self, request) -> bytes:
        """A body that no reader of JSON may take."""
        whole = encode(request)
        how = self.dice.randrange(8)
        if how == 0:
            return whole[: self.dice.randrange(1, len(whole))]
        if how == 1:
            return whole + self.dice.choice([b"}", b"x", b"\x00", b"{}", b",", b"// end"])
        if how == 2:
            return self.dice.choice([b"\xef\xbb\xbf", b"\xff\xfe", b"x", b"\x00", b"//\n"]) + whole
        if how == 3:
            return whole[:-1] + (b"," if len(whole) > 2 else b"") + b'"Twice":1,"Twice":2}'
        request = copy.deepcopy(request)
        places = list(self.places(request))
        piece = self.dice.choice(NO_JSON)
        if not places:
            return b'{"Name":' + piece.text + b"}"
        container, key = self.dice.choice(places)
        container[key] = piece
        return encode(request)

    def places(self, value):
        """Every member and element, as (container, key)."""
        if isinstance(value, dict):
            inner = list(value.items())
        elif isinstance(value, list):
            inner = list(enumerate(value))
        else:
            return
        for key, member in inner:
            yield value, key
            yield from self.places(member)
