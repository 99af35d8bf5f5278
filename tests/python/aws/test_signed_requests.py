"""The random requests that the C++ test of src/aws checks are what botocore signs."""

import json

import pytest
import signed_requests

SDK = json.loads((signed_requests.GOLDEN / "sdk.json").read_text())
LEFT_OUT = {"content-length", "x-amz-date", "amz-sdk-invocation-id", "amz-sdk-request"}


def test_botocore_signs_the_same_random_requests_again():
    assert (signed_requests.GOLDEN / "random.json").read_text() == signed_requests.random_requests()


@pytest.mark.parametrize("request_", SDK, ids=lambda request: request["name"])
def test_the_recorded_requests_are_signed_by_the_rules_of_the_random_ones(request_):
    headers = [pair for pair in request_["headers"] if pair[0].lower() not in LEFT_OUT]
    assert signed_requests.sign({**request_, "headers": headers}) == request_["authorization"]


def test_the_random_requests_are_worth_their_number():
    requests = json.loads((signed_requests.GOLDEN / "random.json").read_text())
    assert len(requests) == signed_requests.COUNT
    assert {request["service"] == "s3" for request in requests} == {True, False}
    assert any(request["key"]["token"] for request in requests)
    assert any(".." in request["path"] for request in requests)
    assert any(request["query"].count("&") > 2 for request in requests)
