"""The packaged program against a Runtime API: what arrives, what is answered, what ends it."""

import json
import signal

import pytest

from functions import HANDLERS

NOBODY = {"detail": {}}  # an event that wakes nobody: `wake` answers {} and asks no service
MEGABYTE = 1024 * 1024


def cluster_event(cluster: str = "j-NOBODY") -> dict:
    return {"detail": {"clusterId": cluster}}


def nothing_found(operation: str, request: dict) -> tuple[int, dict]:
    """DynamoDB without any job."""
    assert operation == "Query", operation
    return 200, {"Count": 0, "Items": [], "ScannedCount": 0}


def test_it_answers_one_event_after_the_other(start):
    wake = start("wake")
    for _ in range(3):
        post = wake.invoke(NOBODY)
        assert (post.kind, post.body) == ("response", b"{}")
        assert post.headers["content-type"] == "application/json"
    assert wake.process.poll() is None


@pytest.mark.parametrize("handler", HANDLERS)
def test_every_handler_says_what_is_wrong_with_nonsense(start, handler):
    function = start(handler)
    if handler == "wake":
        assert function.answer({}) == {}
    elif handler != "sweep":  # sweep needs no event to work
        error = function.error({})
        assert error["errorType"] in ("InvalidJob", "InternalError")
        assert len(error["errorMessage"]) > 10
    error = function.error(b"nonsense")
    assert error["errorType"] == "InvalidJob"
    assert "the event cannot be read: not valid JSON at line 1" in error["errorMessage"]


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (b"", "ends too early"),
        (b'{"a":', "ends too early"),
        (b"{} {}", "not valid JSON"),
        (b'"\xff\xfe"', "not valid JSON"),
        (b'"\xed\xa0\x80"', "not valid JSON"),
        ('{"a": 1}'.encode("utf-16"), "UTF-16"),
        (b'{"a": 1, "a": 2}', "stands twice"),
        (b"[" * 33 + b"]" * 33, "more than 32 levels"),
        (b"[" * 1_000_000, "more than 32 levels"),
        (b'{"a":' * 100_000, "more than 32 levels"),
    ],
)
def test_a_malformed_event_is_an_error_and_not_the_end(start, event, reason):
    wake = start("wake")
    error = wake.error(event)
    assert error["errorType"] == "InvalidJob"
    assert reason in error["errorMessage"]
    assert wake.answer(NOBODY) == {}


def test_it_reads_events_of_6_megabytes(start):
    wake = start("wake")
    event = {"detail": {}, "padding": "x" * (6 * MEGABYTE - 100)}
    assert wake.answer(event) == {}
    # In small pieces, which cost more than their bytes.
    many = json.dumps({"detail": {}, "padding": list(range(700_000))}).encode()
    assert 5 * MEGABYTE < len(many) < 6 * MEGABYTE
    assert wake.answer(many) == {}
    assert wake.error(b'"' + b"x" * (6 * MEGABYTE))["errorType"] == "InvalidJob"


def test_a_message_that_quotes_much_is_bounded(start):
    name = "k" * MEGABYTE
    error = start("wake").error(f'{{"{name}":1,"{name}":2}}'.encode())
    assert len(error["errorMessage"]) < 10_000


def test_the_invocation_id_is_echoed(start):
    wake = start("wake")
    header = "lambda-runtime-invocation-id"
    assert wake.invoke(NOBODY, Lambda_Runtime_Invocation_Id="a-1").headers[header] == "a-1"
    assert wake.invoke(b"x", Lambda_Runtime_Invocation_Id="a-2").headers[header] == "a-2"
    # The same request again, and a Lambda that does not know the header.
    again = wake.invoke(NOBODY, request_id="request-1", Lambda_Runtime_Invocation_Id="a-3")
    assert again.headers[header] == "a-3"
    assert header not in wake.invoke(NOBODY, Lambda_Runtime_Invocation_Id="").headers
    assert header not in wake.invoke(b"x", Lambda_Runtime_Invocation_Id="").headers


def test_it_works_without_the_headers_that_may_be_missing(start):
    wake = start("wake")
    missing = dict.fromkeys(
        (
            "Lambda_Runtime_Deadline_Ms",
            "Lambda_Runtime_Invoked_Function_Arn",
            "Lambda_Runtime_Trace_Id",
            "Lambda_Runtime_Invocation_Id",
        ),
        "",
    )
    assert wake.invoke(NOBODY, **missing).body == b"{}"


def test_each_line_of_an_invocation_names_it(start):
    wake = start("wake")
    for event in (NOBODY, b"x"):
        wake.invoke(event)
    wake.api.wait_until_asked(3)
    lines = wake.lines()
    assert [line["message"] for line in lines] == ["answered", "failed"]
    for number, line in enumerate(lines, start=1):
        assert line["request_id"] == f"request-{number}"
        assert line["trace_id"] == f"Root=1-request-{number};Sampled=1"
        assert line["function"] == "wake"
        assert line["function_arn"].startswith("arn:aws:lambda:")
    assert (lines[1]["level"], lines[1]["error"]) == ("ERROR", "InvalidJob")


def test_each_line_of_a_job_names_its_execution(start):
    arn = "arn:aws:states:eu-west-1:123456789012:execution:ecm-test:run-1"
    inspect = start("inspect")
    inspect.error({"v": 1, "execution": {"arn": arn}})
    inspect.error(b"x")
    inspect.api.wait_until_asked(3)
    assert [line.get("execution") for line in inspect.lines()] == [arn, None]


def test_an_answer_that_lambda_finds_too_large_becomes_an_error(start):
    wake = start("wake")
    wake.api.statuses.append(413)
    assert wake.invoke(NOBODY, request_id="r-1").kind == "response"
    post = wake.post()
    assert (post.kind, post.request_id) == ("error", "r-1")
    assert b"too large" in post.body
    assert wake.answer(NOBODY) == {}


@pytest.mark.parametrize("status", [500, 400, 403])
@pytest.mark.parametrize("event", [NOBODY, b"x"])
def test_a_broken_runtime_api_ends_it(start, status, event):
    wake = start("wake")
    wake.api.statuses.append(status)
    wake.invoke(event)
    assert wake.exit_code() == 1
    assert f"the Runtime API answered {status}" in wake.lines()[-1]["reason"]
    assert wake.api.posts.empty()


def test_it_goes_on_when_lambda_has_given_the_invocation_up(start):
    wake = start("wake")
    wake.api.statuses.append(410)
    wake.invoke(NOBODY)
    assert wake.answer(NOBODY) == {}
    assert "gave the invocation up" in wake.text()


def test_an_id_that_cannot_be_answered_ends_it(start):
    wake = start("wake")
    wake.api.queue(b"{}", Lambda_Runtime_Aws_Request_Id="../init/error?")
    assert wake.exit_code() == 1
    assert wake.api.posts.empty()


def test_a_runtime_api_that_is_gone_ends_it(start):
    wake = start("wake")
    wake.api.wait_until_asked(1)
    wake.api.close()
    assert wake.exit_code() == 1
    assert wake.lines()[-1]["message"] == "ends"


@pytest.mark.parametrize(
    ("variables", "kind", "reason"),
    [
        ({"_HANDLER": "submitt"}, "Runtime.NoSuchHandler", ", ".join(HANDLERS)),
        ({"_HANDLER": None}, "Runtime.NoSuchHandler", "there is no handler ''"),
        ({"ECM_STAGE": None}, "Runtime.ConfigInvalid", "ECM_STAGE is not set"),
        ({"ECM_JOB_TABLE": "a/b"}, "Runtime.ConfigInvalid", "ECM_JOB_TABLE is 'a/b'"),
        ({"ECM_TOPIC_ARN": "topic"}, "Runtime.ConfigInvalid", "ECM_TOPIC_ARN is 'topic'"),
        ({"AWS_REGION": "../x"}, "Runtime.ConfigInvalid", "AWS_REGION is '../x'"),
        ({"AWS_ENDPOINT_URL": "ftp://x"}, "Runtime.ConfigInvalid", "ftp://x"),
        ({"HTTPS_PROXY": "socks5://x:y"}, "Runtime.ConfigInvalid", "HTTPS_PROXY"),
    ],
)
def test_a_start_that_cannot_work_is_reported(start, variables, kind, reason):
    function = start("submit", **variables)
    post = function.post()
    assert post.path == "/2018-06-01/runtime/init/error"
    assert post.headers["lambda-runtime-function-error-type"] == kind
    error = json.loads(post.body)
    assert error["errorType"] == kind
    assert reason in error["errorMessage"]
    assert function.exit_code() == 1
    assert function.api.asked == 0
    assert reason in function.lines()[-1]["reason"]


def test_without_a_runtime_api_it_says_what_it_is(start):
    function = start("submit", AWS_LAMBDA_RUNTIME_API=None)
    assert function.exit_code() == 1
    assert "AWS_LAMBDA_RUNTIME_API is not set" in function.lines()[-1]["reason"]


def test_a_crash_never_answers_for_another(start, stub):
    """The process dies while it waits for AWS; the one after it answers only what it was asked."""
    died = []

    def die_once(operation: str, request: dict) -> tuple[int, dict]:
        if not died:
            died.append(operation)
            wake.process.send_signal(signal.SIGSEGV)
            wake.process.wait()
        return nothing_found(operation, request)

    wake = start("wake", AWS_ENDPOINT_URL_DYNAMODB=stub(die_once).url)
    wake.api.queue(json.dumps(cluster_event()).encode(), request_id="the-victim")
    assert wake.exit_code() == -signal.SIGSEGV
    assert wake.api.posts.empty()

    wake.start()
    assert wake.invoke(cluster_event(), request_id="the-next").request_id == "the-next"
    # The same request once more, as its caller's retry: an attempt of its own.
    post = wake.invoke(
        cluster_event(), request_id="the-victim", Lambda_Runtime_Invocation_Id="attempt-2"
    )
    assert post.headers["lambda-runtime-invocation-id"] == "attempt-2"
    assert wake.api.posts.empty()


def test_a_frozen_process_finds_its_connections_dead(start, stub):
    aws = stub(nothing_found)
    wake = start("wake", AWS_ENDPOINT_URL_DYNAMODB=aws.url)
    for round_ in range(3):
        assert wake.answer(cluster_event()) == {}
        wake.api.wait_until_asked(3 * round_ + 2)  # it asks again after each thaw
        wake.freeze()
        wake.api.drop_connections()
        aws.drop_connections()
        request_id = wake.api.queue(json.dumps(cluster_event()).encode())
        wake.thaw()
        assert wake.post().request_id == request_id
    assert wake.process.poll() is None
    assert len(aws.operations) == 6


def test_a_thousand_invocations_leave_nothing_behind(start, stub):
    aws = stub(nothing_found)
    wake = start("wake", AWS_ENDPOINT_URL_DYNAMODB=aws.url)

    def use(times: int) -> None:
        for number in range(times):
            if number % 10 == 9:
                wake.error(b"x")
            else:
                wake.answer(cluster_event(f"j-{number}"))

    use(100)
    memory, descriptors = wake.rss_kib(), wake.descriptors()
    use(1000)
    assert wake.rss_kib() <= memory + 64, f"{memory} KiB before"
    assert wake.descriptors() <= descriptors
    assert wake.rss_kib() <= 16 * 1024
    assert len(set(aws.connections)) < 20, "a connection is kept for the next call"
