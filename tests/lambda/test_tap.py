"""What is heard is what was said."""

import pytest
from tap import Requests, calls_of


def request(line: str, service: str, body: bytes = b"", target: str = "") -> bytes:
    scope = f"Credential=AKID/20260101/eu-west-1/{service}/aws4_request, Signature=0"
    head = f"{line}\r\nauthorization: AWS4-HMAC-SHA256 {scope}\r\ncontent-length: {len(body)}\r\n"
    if target:
        head += f"x-amz-target: {target}\r\n"
    return head.encode() + b"\r\n" + body


@pytest.mark.parametrize(
    ("data", "action"),
    [
        (request("POST / HTTP/1.1", "dynamodb", b"{}", "DynamoDB.GetItem"), "dynamodb:GetItem"),
        (request("POST / HTTP/1.1", "sns", b"Action=Publish&Message=x"), "sns:Publish"),
        (request("GET /bucket/a/key HTTP/1.1", "s3"), "s3:GetObject"),
        (request("GET /bucket?list-type=2&prefix=a HTTP/1.1", "s3"), "s3:ListBucket"),
        (b"GET / HTTP/1.1\r\nhost: x\r\n\r\n", None),
    ],
)
def test_an_action_is_named_as_iam_names_it(data, action):
    heard = []
    Requests(heard.append).take(data)
    assert heard == [action]


@pytest.mark.parametrize(
    ("data", "call"),
    [
        (
            request("POST / HTTP/1.1", "dynamodb", b'{"TableName":"t","IndexName":"i"}', "D.Query"),
            "dynamodb:Query table/t/index/i",
        ),
        (
            request("POST / HTTP/1.1", "dynamodb", b'{"RequestItems":{"t":{}}}', "D.BatchGetItem"),
            "dynamodb:BatchGetItem table/t",
        ),
        (
            request("POST / HTTP/1.1", "sns", b"Action=Publish&TopicArn=arn:aws:sns:x:1:t"),
            "sns:Publish t",
        ),
        (request("GET /logs/emr/test/j-1/a.gz HTTP/1.1", "s3"), "s3:GetObject logs/emr/test/*"),
        (
            request(
                "POST / HTTP/1.1",
                "states",
                b'{"executionArn":"arn:aws:states:x:1:execution:ecm-test:run"}',
                "S.DescribeExecution",
            ),
            "states:DescribeExecution execution:ecm-test:*",
        ),
        (
            request("POST / HTTP/1.1", "elasticmapreduce", b"{}", "E.DescribeCluster"),
            "elasticmapreduce:DescribeCluster -",
        ),
    ],
)
def test_what_a_call_is_about_is_heard(data, call):
    heard = []
    Requests(heard.append, calls_of).take(data)
    assert heard == [[call]]


def test_requests_are_heard_however_their_bytes_arrive():
    one = request("POST / HTTP/1.1", "states", b'{"a":1}', "AWSStepFunctions.SendTaskSuccess")
    heard = []
    requests = Requests(heard.append)
    for byte in one + one:
        requests.take(bytes([byte]))
    assert heard == ["states:SendTaskSuccess"] * 2
