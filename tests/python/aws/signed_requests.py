"""Writes the signed requests of tests/golden/sigv4 that the C++ test of src/aws checks.

signed_requests.py random                  random requests, signed by botocore -> random.json
signed_requests.py suite FOLDER            AWS's test suite, as botocore's source holds it in
                                           tests/unit/auth/aws4_testsuite        -> suite.json
"""

import datetime
import json
import pathlib
import random
import re
import string
import sys
import unittest.mock
from urllib.parse import quote

import botocore.auth
import botocore.awsrequest
import botocore.credentials

GOLDEN = pathlib.Path(__file__).resolve().parents[3] / "tests/golden/sigv4"
COUNT = 200
SEED = 20261123
SUITE_TIME = "20150830T123600Z"
SUITE_KEY = {"id": "AKIDEXAMPLE", "secret": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}
ODD = " !$&'()*+,;=:@%~-._|<>[]{}^`\"\\éሴ😀"


def text_of(values: list[dict]) -> str:
    """One request a line: a difference is one line."""
    lines = (json.dumps(value, ensure_ascii=False, sort_keys=True) for value in values)
    return "[\n" + ",\n".join(lines) + "\n]\n"


def word(dice: random.Random, letters: str, longest: int) -> str:
    return "".join(dice.choice(letters) for _ in range(dice.randint(0, longest)))


def random_path(dice: random.Random) -> str:
    letters = string.ascii_letters + string.digits + ODD
    segments = [
        dice.choice(["", ".", "..", "%20", "a%2Fb", word(dice, letters, 8)])
        for _ in range(dice.randint(0, 6))
    ]
    return "/" + "/".join(segments)


def random_query(dice: random.Random) -> str:
    pairs = []
    for _ in range(dice.choice([0, 0, 1, 2, 5])):
        key = dice.choice(["a", "A", "a-b", "a.b", word(dice, string.ascii_letters + ODD, 5)])
        value = word(dice, string.ascii_letters + string.digits + ODD, 8)
        if key:
            pairs.append(f"{quote(key, safe='-_.~')}={quote(value, safe='-_.~')}")
    return "&".join(pairs)


def random_headers(dice: random.Random, host: str) -> list[list[str]]:
    headers = [["Host", host]]
    names = ["Content-Type", "X-Amz-Target", "My-Header", "MY-HEADER", "x-amz-meta-a", "Zeta"]
    unsigned = ["User-Agent", "Connection", "X-Amzn-Trace-Id", "Expect"]
    for _ in range(dice.randint(0, 5)):
        space = dice.choice(["", " ", "  ", "\t", " \t "])
        value = space.join(word(dice, string.ascii_letters + '",;=/', 6) for _ in range(4))
        headers.append([dice.choice(names), space + value + space])
    for name in unsigned:
        if dice.random() < 0.3:
            headers.append([name, "value"])
    dice.shuffle(headers)
    return headers


def sign(request: dict) -> str:
    """The Authorization header that botocore gives a request."""
    aws_request = botocore.awsrequest.AWSRequest(
        method=request["method"],
        url="https://host" + request["path"] + ("?" + request["query"] if request["query"] else ""),
        data=request["body"].encode(),
    )
    for name, value in request["headers"]:
        aws_request.headers[name] = value  # appends, also to one of the same name
    credentials = botocore.credentials.Credentials(
        request["key"]["id"], request["key"]["secret"], request["key"]["token"] or None
    )
    is_s3 = request["service"] == "s3"
    signer = botocore.auth.S3SigV4Auth if is_s3 else botocore.auth.SigV4Auth
    now = datetime.datetime.strptime(request["time"], "%Y%m%dT%H%M%SZ")
    with unittest.mock.patch("botocore.auth.get_current_datetime", lambda: now):
        signer(credentials, request["service"], request["region"]).add_auth(aws_request)
    return aws_request.headers["Authorization"]


def random_requests() -> str:
    dice = random.Random(SEED)
    key_letters = string.ascii_letters + string.digits + "+/"
    requests = []
    for number in range(COUNT):
        start = datetime.datetime(2000, 1, 1)
        moment = start + datetime.timedelta(seconds=dice.randint(0, 50 * 365 * 86400))
        request = {
            "name": f"random-{number}",
            "time": moment.strftime("%Y%m%dT%H%M%SZ"),
            "region": dice.choice(["us-east-1", "cn-north-1", "eu-west-1", "us-gov-west-1"]),
            "service": dice.choice(["elasticmapreduce", "states", "sns", "dynamodb", "s3"]),
            "key": {
                "id": "AKIA" + word(dice, string.ascii_uppercase, 16),
                "secret": word(dice, key_letters, 40) + "x",
                "token": dice.choice(["", word(dice, key_letters + "=", 300)]),
            },
            "method": dice.choice(["GET", "POST", "PUT", "DELETE", "HEAD"]),
            "path": random_path(dice),
            "query": random_query(dice),
            "headers": random_headers(dice, dice.choice(["127.0.0.1:8998", "a.amazonaws.com"])),
            "body": dice.choice(["", "{}", word(dice, string.printable + ODD, 300)]),
        }
        request["authorization"] = sign(request)
        requests.append(request)
    return text_of(requests)


def read(path: pathlib.Path) -> str:
    return path.read_bytes().decode().replace("\r", "")


def suite_request(path: pathlib.Path) -> dict:
    head, _, body = read(path).partition("\n\n")
    first, *lines = head.rstrip("\n").split("\n")
    method, target = first.removesuffix(" HTTP/1.1").split(" ", 1)
    headers: list[list[str]] = []
    for line in lines:
        if line[0] in " \t":
            headers[-1][1] += "\n" + line
        else:
            headers.append(line.split(":", 1))
    canonical = read(path.with_suffix(".creq"))
    token = re.search("^x-amz-security-token:(.*)$", canonical, re.MULTILINE)
    wire_path, _, query = target.partition("?")
    return {
        "name": path.stem,
        "time": SUITE_TIME,
        "region": "us-east-1",
        "service": "service",
        "key": {**SUITE_KEY, "token": token[1] if token else ""},
        "method": method,
        "path": wire_path,
        "query": query,
        "headers": headers,
        "body": body,
        "canonical_request": canonical,
        "authorization": read(path.with_suffix(".authz")),
    }


def main(arguments: list[str]) -> int:
    if arguments == ["random"]:
        (GOLDEN / "random.json").write_text(random_requests())
        return 0
    if len(arguments) == 2 and arguments[0] == "suite":
        found = sorted(pathlib.Path(arguments[1]).rglob("*.req"))
        (GOLDEN / "suite.json").write_text(text_of([suite_request(path) for path in found]))
        return 0
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
