"""Who may come in, and how much of it: a server on a machine that has a browser too."""

import datetime
import json
import socket
import subprocess

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import pytest
from botocore.exceptions import ClientError
from emr_requests import cluster, start
from raw_http import ask, code_of, get, open_socket, read_until_closed
from served import EMRCTL, PATIENCE, REGION, wait_for

KEYS = {"AKIDEXAMPLE": "a-secret", "AKIDOTHER": "another-secret"}


# --- Browsers -------------------------------------------------------------------------------------
def test_the_page_is_there_and_runs_no_script(served):
    status, page = get(served, "/")
    assert status == 200 and "<html" in page.lower()
    assert "<script" not in page.lower()


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:80", "10.0.0.1", ""])
def test_a_foreign_host_is_refused(host, served):
    assert ask(served, headers={"Host": host})[0] in (400, 403)
    assert get(served, "/", Host=host)[0] in (400, 403)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "LOCALHOST:1", "[::1]:80"])
def test_our_own_names_are_taken(host, served):
    assert ask(served, headers={"Host": host})[0] == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "file://"])
def test_a_page_of_another_origin_is_refused(origin, served):
    status, answer = ask(served, headers={"Origin": origin})
    assert status == 403 or (status == 400 and code_of(answer) == "AccessDeniedException"), answer
    assert get(served, "/", Origin=origin)[0] == 403


def test_what_a_form_can_send_is_refused(served):
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""):
        assert ask(served, headers={"Content-Type": kind})[0] in range(400, 500), kind
    assert ask(served, method="OPTIONS")[0] in range(400, 500)


# --- Sizes and patience ---------------------------------------------------------------------------
def test_a_body_beyond_the_limit_is_refused_before_it_arrives(served):
    head = b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999999\r\n\r\n"
    with open_socket(served, head) as connection:
        seen = read_until_closed(connection, PATIENCE)
    assert seen.startswith(b"HTTP/1.1 413"), seen[:200]


def test_headers_beyond_the_limit_are_refused(served):
    with open_socket(served, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n") as connection:
        try:
            connection.sendall(b"X-Long: " + b"a" * 1_000_000)
        except ConnectionError:
            pass  # it had enough before we were done
        seen = read_until_closed(connection, PATIENCE)
    assert seen == b"" or seen.startswith(b"HTTP/1.1 431"), seen[:200]
    assert ask(served)[0] == 200


@pytest.mark.parametrize(
    "text",
    [
        b"nonsense\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: localhost\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    ],
)
def test_a_broken_request_is_refused_and_the_server_goes_on(text, served):
    with open_socket(served, text) as connection:
        connection.shutdown(socket.SHUT_WR)
        seen = read_until_closed(connection, PATIENCE)
    assert seen == b"" or seen.split(b" ")[1][:1] == b"4", seen[:200]
    assert ask(served)[0] == 200


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"a":' * 5000, b'{"Marker": 1}', b"\0" * 100]
)
def test_a_body_that_is_no_request_is_refused_by_a_code(body, served):
    status, answer = ask(
        served, headers={"X-Amz-Target": "ElasticMapReduce.DescribeCluster"}, body=body
    )
    assert status == 400, answer
    assert code_of(answer) in {"SerializationException", "ValidationException"}, answer


def test_slow_clients_hold_up_nobody(served):
    slow = [
        open_socket(served, b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ") for _ in range(60)
    ]
    try:
        for number in range(20):
            slow[number].sendall(b"a")
            assert ask(served)[0] == 200
    finally:
        for connection in slow:
            connection.close()


def test_a_client_that_never_finishes_is_sent_away(slow_client):
    seen = read_until_closed(slow_client, PATIENCE)
    assert seen == b"" or seen.startswith(b"HTTP/1.1 408"), seen[:200]


# --- Folders --------------------------------------------------------------------------------------
ESCAPES = [
    "/logs/logs/../../../secret.txt",
    "/logs/../secret.txt",
    "/logs/%2e%2e/secret.txt",
    "/logs/logs/%2e%2e/%2e%2e/secret.txt",
    "/logs/logs/..%2f..%2fsecret.txt",
    "/logs/..%2fsecret.txt",
    "/logs/logs%2f..%2f../secret.txt",
    "/logs/logs/%2fetc%2fpasswd",
    "/logs//etc/passwd",
    "/logs/logs/a%00b",
    "/../secret.txt",
    "/%2e%2e/%2e%2e/secret.txt",
]


@pytest.mark.parametrize("path", ESCAPES)
def test_no_address_leaves_the_buckets(path, served):
    for folder in (served.state, served.folder):
        (folder / "secret.txt").write_text("the secret of the folder above")
    status, page = get(served, path)
    assert status in (400, 403, 404), page
    assert "the secret of" not in page and "root:" not in page


def test_a_link_in_a_bucket_does_not_lead_out(served):
    link = served.bucket("logs") / "way-out"
    if not link.is_symlink():
        link.symlink_to("/etc")
    status, page = get(served, "/logs/logs/way-out/passwd")
    assert status in (400, 403, 404) and "root:" not in page


@pytest.mark.parametrize(
    "uri",
    ["s3://../x/", "s3://logs/../../x/", "s3:///x/", "s3://a/../../../../x/", "s3://.hidden/"],
)
def test_no_log_uri_leaves_the_buckets(uri, served, emr):
    before = {path for path in served.folder.iterdir()}
    try:
        cluster_id = start(emr, LogUri=uri, Steps=[])
    except ClientError as refused:
        assert refused.response["Error"]["Code"] == "ValidationException"
    else:
        wait_for(
            lambda: emr.describe_cluster(ClusterId=cluster_id)["Cluster"]["Status"]["State"],
            lambda state: state.startswith("TERMINATED"),
            "the cluster has ended",
        )
    assert {path for path in served.folder.iterdir()} - before == set()
    assert not (served.state / "x").exists()


def test_what_jobs_write_is_text_on_the_page(served, emr):
    name = "&lt;<b onload='x'>"
    with pytest.raises(ClientError):
        emr.run_job_flow(**cluster(name=name))  # EMR takes no such name
    tag = {"Key": "<script>alert(1)</script>", "Value": "\"'><img src=x>"}
    cluster_id = start(emr, Tags=[tag])
    status, page = get(served, f"/clusters/{cluster_id}")
    assert status == 200
    assert "<script>alert" not in page and "<img src=x>" not in page


# --- Keys -----------------------------------------------------------------------------------------
@pytest.fixture
def keys_file(tmp_path):
    path = tmp_path / "keys.json"
    pairs = [{"access_key_id": key, "secret_access_key": secret} for key, secret in KEYS.items()]
    path.touch(mode=0o600)
    path.write_text(json.dumps(pairs))
    return path


def refused(server, *options: str) -> str:
    """What `serve` says as it refuses to start."""
    done = subprocess.run(
        [EMRCTL, "local", "serve", "--port", "0", "--state-dir", server.state, *options],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    return done.stderr


def test_beyond_loopback_keys_are_asked_for(own):
    assert "--keys" in refused(own(), "--host", "0.0.0.0")


def test_keys_that_others_can_read_are_not_taken(own, keys_file):
    keys_file.chmod(0o644)
    said = refused(own(), "--keys", str(keys_file))
    assert "chmod 600" in said and "a-secret" not in said


@pytest.mark.parametrize("text", ["", "[]", "{}", '[{"access_key_id": "A"}]', '["a-secret"]'])
def test_a_file_without_keys_is_not_taken(text, own, keys_file):
    keys_file.write_text(text)
    said = refused(own(), "--keys", str(keys_file))
    assert str(keys_file) in said and "a-secret" not in said


@pytest.fixture
def locked(own, keys_file):
    return own("--keys", str(keys_file)).start()


def test_the_right_key_opens(locked):
    for key, secret in KEYS.items():
        assert locked.emr(key=key, secret=secret).list_clusters()["Clusters"] == []
        assert locked.step_functions(key=key, secret=secret).list_state_machines()["stateMachines"]


@pytest.mark.parametrize(
    "key, secret, code",
    [
        ("AKIDEXAMPLE", "a-secre", "InvalidSignatureException"),
        ("AKIDEXAMPLE", "another-secret", "InvalidSignatureException"),
        ("AKIDNOBODY", "a-secret", "UnrecognizedClientException"),
    ],
)
def test_a_wrong_key_does_not(key, secret, code, locked):
    with pytest.raises(ClientError) as refused:
        locked.emr(key=key, secret=secret).list_clusters()
    assert refused.value.response["Error"]["Code"] == code
    assert secret not in str(refused.value)


def signed(server, when: datetime.datetime, monkeypatch, body: bytes = b"{}") -> dict:
    """The headers of a ListClusters call that was signed at `when`."""
    request = botocore.awsrequest.AWSRequest(
        "POST",
        server.url + "/",
        data=body,
        headers={
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": "ElasticMapReduce.ListClusters",
        },
    )
    credentials = botocore.credentials.Credentials("AKIDEXAMPLE", KEYS["AKIDEXAMPLE"])
    monkeypatch.setattr(
        botocore.auth, "get_current_datetime", lambda *_, **__: when.replace(tzinfo=None)
    )
    botocore.auth.SigV4Auth(credentials, "elasticmapreduce", REGION).add_auth(request)
    return {**dict(request.headers), "Host": f"127.0.0.1:{server.port}"}


@pytest.mark.parametrize("minutes, opens", [(0, True), (-10, True), (-20, False), (20, False)])
def test_a_signature_is_good_for_a_quarter_of_an_hour(minutes, opens, locked, monkeypatch):
    when = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=minutes)
    status, answer = ask(locked, headers=signed(locked, when, monkeypatch))
    assert (status == 200) is opens, answer
    if not opens:
        assert code_of(answer) == "InvalidSignatureException"


def test_a_signature_is_for_one_body_and_one_operation(locked, monkeypatch):
    now = datetime.datetime.now(datetime.UTC)
    headers = signed(locked, now, monkeypatch)
    assert ask(locked, headers=headers)[0] == 200
    assert code_of(ask(locked, headers=headers, body=b'{"Marker":""}')[1]) == (
        "InvalidSignatureException"
    )
    other = {**headers, "X-Amz-Target": "ElasticMapReduce.ListStudios"}
    assert code_of(ask(locked, headers=other)[1]) == "InvalidSignatureException"


def test_without_a_signature_nothing_is_told(locked):
    status, answer = ask(locked)
    assert status in (400, 403)
    assert code_of(answer) == "MissingAuthenticationTokenException"
    assert get(locked, "/")[0] == 403
