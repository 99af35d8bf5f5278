"""Holds a request as it went over the wire against botocore: shapes, headers, signature; and its
answer against the shape that botocore promises."""

import hashlib
import json
import re
import urllib.parse

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import botocore.session
import botocore.validate
from recorder import Recorded

SESSION = botocore.session.get_session()
JSON_SERVICES = {
    "ElasticMapReduce": "emr",
    "AWSStepFunctions": "stepfunctions",
    "DynamoDB_20120810": "dynamodb",
    "Logs_20140328": "logs",
}
QUERY_SERVICES = {"2010-03-31": "sns", "2011-06-15": "sts"}  # by the version of their API
UNSIGNED = {"AssumeRoleWithWebIdentity"}  # whoever has the token has no keys yet
# What each operation of S3 that we use is called by: its method and what its query must have.
S3_OPERATIONS = {
    ("GET", True): "ListObjectsV2",
    ("GET", False): "GetObject",
}
NOT_SIGNED = {
    "user-agent",
    "accept-encoding",
    "amz-sdk-invocation-id",
    "amz-sdk-request",
    "authorization",
    "connection",
    "content-length",
}


Keys = botocore.credentials.Credentials


def problems(request: Recorded, *credentials: Keys) -> list[str]:
    """Everything that botocore would not have sent like this, with one of these credentials."""
    found = _form(request)
    if _action(request) not in UNSIGNED:
        found += _signature(request, {keys.access_key: keys for keys in credentials})
    target = request.header("x-amz-target")
    if target:
        found += _json(request, *target.split("."))
    elif request.header("content-type").startswith("application/x-www-form-urlencoded"):
        found += _query(request)
    else:
        found += _s3(request)
    return [f"{request.method} {request.target} {target}: {problem}" for problem in found]


def answer_problems(request: Recorded) -> list[str]:
    """What in the answer of a JSON service is in no shape of botocore: nobody should read it."""
    prefix, _, operation = request.header("x-amz-target").partition(".")
    if not prefix or request.status != 200 or not request.answer:
        return []
    model = SESSION.get_service_model(JSON_SERVICES[prefix]).operation_model(operation)
    answer = json.loads(request.answer)
    if model.output_shape is None:
        return [f"{operation} answers {answer}"] if answer else []
    return [f"{operation}: {problem}" for problem in _unknown(answer, model.output_shape)]


def _action(request: Recorded) -> str:
    return dict(urllib.parse.parse_qsl(request.body.decode("utf-8", "replace"))).get("Action", "")


def _form(request: Recorded) -> list[str]:
    if int(request.header("content-length") or 0) != len(request.body):
        return ["a wrong length"]
    if b"Version=2011-06-15" in request.body:
        return []  # calls that fetch credentials say no more than they must
    found = []
    uuid = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    if not re.fullmatch(uuid, request.header("amz-sdk-invocation-id")):
        found.append("no amz-sdk-invocation-id")
    if not re.fullmatch(r"attempt=\d+; max=\d+", request.header("amz-sdk-request")):
        found.append("no amz-sdk-request")
    if not re.match(r"emr-cluster-manager/\d+\.\d+\.\d+", request.header("user-agent")):
        found.append("no user agent")
    return found


def _shape_problems(service: str, operation: str, parameters: dict) -> list[str]:
    model = SESSION.get_service_model(service)
    if operation not in model.operation_names:
        return [f"{service} has no operation {operation}"]
    shape = model.operation_model(operation).input_shape
    if shape is None:
        return [] if not parameters else [f"{operation} takes nothing"]
    report = botocore.validate.ParamValidator().validate(parameters, shape)
    # The validator lets members pass that no shape has.
    return ([report.generate_report()] if report.has_errors() else []) + _unknown(parameters, shape)


def _unknown(value: object, shape: object, path: str = "") -> list[str]:
    found = []
    if shape.type_name == "structure" and isinstance(value, dict):
        for name, member in value.items():
            if name not in shape.members:
                found.append(f"{path}.{name} is in no shape")
            else:
                found += _unknown(member, shape.members[name], f"{path}.{name}")
    elif shape.type_name == "list" and isinstance(value, list):
        for index, member in enumerate(value):
            found += _unknown(member, shape.member, f"{path}[{index}]")
    elif shape.type_name == "map" and isinstance(value, dict):
        for name, member in value.items():
            found += _unknown(member, shape.value, f"{path}.{name}")
    return found


def _json(request: Recorded, prefix: str, operation: str) -> list[str]:
    service = JSON_SERVICES[prefix]
    metadata = SESSION.get_service_model(service).metadata
    found = []
    if metadata["targetPrefix"] != prefix:
        found.append(f"the target's prefix is {metadata['targetPrefix']}")
    if request.header("content-type") != f"application/x-amz-json-{metadata['jsonVersion']}":
        found.append(f"content type {request.header('content-type')}")
    if (request.method, request.target) != ("POST", "/"):
        found.append("not POST /")
    numbers: list[str] = []
    json.loads(request.body, parse_float=lambda text: numbers.append(text) or float(text))
    found += [f"{number} is no plain number" for number in numbers if "e" in number.lower()]
    return found + _shape_problems(service, operation, json.loads(request.body))


def _query(request: Recorded) -> list[str]:
    parameters = dict(
        urllib.parse.parse_qsl(request.body.decode(), keep_blank_values=True, strict_parsing=True)
    )
    operation = parameters.pop("Action")
    version = parameters.pop("Version")
    if version not in QUERY_SERVICES:
        return [f"version {version}"]
    found = _shape_problems(QUERY_SERVICES[version], operation, parameters)
    if request.header("content-type") != "application/x-www-form-urlencoded; charset=utf-8":
        found.append(f"content type {request.header('content-type')}")
    return found


def _s3(request: Recorded) -> list[str]:
    path, _, query = request.target.partition("?")
    operation = S3_OPERATIONS.get((request.method, "list-type=2" in query))
    if operation is None:
        return ["no operation that we know"]
    members = SESSION.get_service_model("s3").operation_model(operation).input_shape.members
    by_place = {
        (shape.serialization.get("location"), shape.serialization.get("name", "").lower()): name
        for name, shape in members.items()
    }
    bucket, _, key = path.lstrip("/").partition("/")
    parameters = {"Bucket": urllib.parse.unquote(bucket)}
    if operation == "GetObject":
        parameters["Key"] = urllib.parse.unquote(key)
    found = []
    for name, value in urllib.parse.parse_qsl(query, keep_blank_values=True):
        if (name, value) == ("list-type", "2"):
            continue
        member = by_place.get(("querystring", name))
        if member is None:
            found.append(f"no parameter {name}")
        else:
            is_number = members[member].type_name == "integer"
            parameters[member] = int(value) if is_number else value
    own = {"host", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256"} | NOT_SIGNED
    for name, value in request.headers:
        member = by_place.get(("header", name.lower()))
        if member is not None:
            parameters[member] = value
        elif name.lower() not in own:
            found.append(f"no header {name}")
    return found + _shape_problems("s3", operation, parameters)


def _signature(request: Recorded, credentials: dict[str, Keys]) -> list[str]:
    """Signs the same request with botocore and compares."""
    match = re.fullmatch(
        r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request, "
        r"SignedHeaders=([^,]+), Signature=([0-9a-f]{64})",
        request.header("authorization"),
    )
    if not match:
        return [f"authorization {request.header('authorization')}"]
    key, _, region, service, signed, signature = match.groups()
    expected = {name.lower() for name, _ in request.headers} - NOT_SIGNED
    if key not in credentials:
        return [f"the key is {key}"]
    found = []
    if set(signed.split(";")) != expected:
        found.append(f"it signs {signed}, not {';'.join(sorted(expected))}")
    signer_class = botocore.auth.S3SigV4Auth if service == "s3" else botocore.auth.SigV4Auth
    signer = signer_class(credentials[key], service, region)
    again = botocore.awsrequest.AWSRequest(
        request.method, f"http://{request.header('host')}{request.target}", data=request.body
    )
    again.context["timestamp"] = request.header("x-amz-date")
    for name, value in request.headers:
        if name.lower() in signed.split(";"):
            again.headers[name] = value
    if service == "s3" and request.header("x-amz-content-sha256") != _sha256(request.body):
        found.append("a wrong x-amz-content-sha256")
    canonical = signer.canonical_request(again)
    if signer.signature(signer.string_to_sign(again, canonical), again) != signature:
        found.append(f"botocore signs it otherwise; its canonical request: {canonical!r}")
    return found


def _sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
