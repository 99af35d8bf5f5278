"""The buckets of `emrctl local serve`, read by boto3's client of S3."""

import boto3
import botocore.config
import pytest
from botocore.exceptions import ClientError
from served import REGION


@pytest.fixture
def s3(served):
    return boto3.client(
        "s3",
        region_name=REGION,
        endpoint_url=served.url,
        aws_access_key_id="any",
        aws_secret_access_key="thing",
        config=botocore.config.Config(
            retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}
        ),
    )


@pytest.fixture
def bucket(served):
    folder = served.bucket("objects-test")
    (folder / "a").mkdir(exist_ok=True)
    (folder / "a" / "one & two").write_bytes(b"0123456789")
    (folder / "a" / "three").write_bytes(b"")
    (folder / "other").write_bytes(b"x")
    return "objects-test"


def code(refused) -> str:
    return refused.value.response["Error"]["Code"]


def test_objects_are_read_whole_and_in_ranges(s3, bucket):
    whole = s3.get_object(Bucket=bucket, Key="a/one & two")
    assert whole["Body"].read() == b"0123456789"
    part = s3.get_object(Bucket=bucket, Key="a/one & two", Range="bytes=2-4")
    assert part["Body"].read() == b"234"
    assert part["ContentRange"] == "bytes 2-4/10"
    assert s3.get_object(Bucket=bucket, Key="a/three")["Body"].read() == b""


def test_keys_are_listed_page_by_page(s3, bucket):
    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket=bucket, Prefix="a/", PaginationConfig={"PageSize": 1}
    )
    seen = [(found["Key"], found["Size"]) for page in pages for found in page["Contents"]]
    assert seen == [("a/one & two", 10), ("a/three", 0)]


def test_what_is_not_there_or_not_allowed_is_refused(s3, bucket, served):
    with pytest.raises(ClientError) as refused:
        s3.get_object(Bucket=bucket, Key="nope")
    assert code(refused) == "NoSuchKey"
    with pytest.raises(ClientError) as refused:
        s3.list_objects_v2(Bucket="no-such-bucket")
    assert code(refused) == "NoSuchBucket"
    with pytest.raises(ClientError) as refused:
        s3.put_object(Bucket=bucket, Key="new", Body=b"x")
    assert code(refused) == "InvalidSignatureException"
    assert not (served.state / "s3" / bucket / "new").exists()
    for key in ("../logs", "a/../../x", "a/./three", "/etc/passwd"):
        with pytest.raises(ClientError):
            s3.get_object(Bucket=bucket, Key=key)


def test_links_do_not_lead_out_of_a_bucket(s3, bucket, served, tmp_path):
    (tmp_path / "secret").write_text("secret")
    link = served.state / "s3" / bucket / "link"
    link.symlink_to(tmp_path / "secret")
    with pytest.raises(ClientError) as refused:
        s3.get_object(Bucket=bucket, Key="link")
    assert code(refused) in ("NoSuchKey", "AccessDenied")
