"""moto's Step Functions engine as an independent peer.

moto sends the Lambda calls of its executions to localhost:$MOTO_PORT. There a router stands that
answers them from a script, in the form in which Lambda does, and passes the rest on to moto.
"""

import http.client
import http.server
import json
import os
import pathlib
import re
import subprocess
import sys
import threading
import time
import urllib.request

import boto3

ACCOUNT = "123456789012"
REGION = "eu-west-1"
TOPIC = "notices"
_INVOCATION = re.compile(r"^/2015-03-31/functions/([^/]+)/invocations$")


def find_token(document):
    """The string member "token" at any depth."""
    if isinstance(document, dict):
        if isinstance(document.get("token"), str):
            return document["token"]
        for value in document.values():
            token = find_token(value)
            if token is not None:
                return token
    return None


def read_output(text):
    """moto hands out an output that is a string without its quotes."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


class Script:
    """The answers of one case, in the order of the calls."""

    def __init__(self, answers):
        self._answers = {name: list(one_by_one) for name, one_by_one in answers.items()}
        self._lock = threading.Lock()

    def next_answer(self, function):
        with self._lock:
            left = self._answers.get(function)
            return left.pop(0) if left else None


class Router(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        invocation = _INVOCATION.match(self.path)
        if invocation:
            self.invoke(invocation.group(1), json.loads(body or b"null"))
        else:
            self._pass_on(body)

    do_GET = do_POST

    def invoke(self, name, payload):
        # Executions share the router: the function's name begins with its case, "case--function".
        case, function = name.split("--", 1)
        answer = self.server.scripts[case].next_answer(function)
        if answer is None:
            self.reply(500, {"message": f"the script has no more answers of {name}"})
        elif "hang" in answer:
            self.server.closing.wait(60)
            self.close_connection = True
        elif "error" in answer:
            document = {"errorMessage": answer.get("cause", ""), "errorType": answer["error"]}
            self.reply(200, document, {"X-Amz-Function-Error": "Unhandled"})
        else:
            token, fate = find_token(payload), answer.get("token")
            if fate is not None and answer.get("early"):
                self._answer_token(token, fate)
            self.reply(200, answer["output"])
            if fate is not None and not answer.get("early"):
                threading.Timer(0.3, self._answer_token, (token, fate)).start()

    def _answer_token(self, token, fate):
        states = self.server.moto.client("stepfunctions")
        if "success" in fate:
            states.send_task_success(taskToken=token, output=json.dumps(fate["success"]))
        else:
            states.send_task_failure(taskToken=token, error=fate["error"], cause=fate["cause"])

    def _pass_on(self, body):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.moto.port, timeout=60)
        headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
        connection.request(self.command, self.path, body, headers)
        answer = connection.getresponse()
        data = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def reply(self, status, document, headers=None):
        data = json.dumps(document, separators=(",", ":")).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("X-Amz-Executed-Version", "$LATEST")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


def name_functions(definition, case):
    """The definition with each FunctionName made one of this case's own."""
    text = json.loads(json.dumps(definition))
    for state in text["States"].values():
        parameters = state.get("Parameters", {})
        if state.get("Resource", "").startswith("arn:aws:states:::lambda:"):
            parameters["FunctionName"] = f"{case}--{parameters['FunctionName']}"
    return text


class MotoEngine:
    """A moto server with its router; both listen on ports that were free."""

    def __init__(self, log_path, server=("-m", "moto.server"), router=None):
        self._router = http.server.ThreadingHTTPServer(("127.0.0.1", 0), router or Router)
        self._router.daemon_threads = True
        self._router.moto = self
        self._router.scripts = {}
        self._router.closing = threading.Event()
        threading.Thread(target=self._router.serve_forever, daemon=True).start()
        self._log_path = pathlib.Path(log_path)
        self._log = self._log_path.open("w")
        environment = dict(os.environ, MOTO_PORT=str(self._router.server_address[1]))
        self._process = subprocess.Popen(
            [sys.executable, *server, "-H", "127.0.0.1", "-p", "0"],
            env=environment, stdout=self._log, stderr=subprocess.STDOUT)
        self.port = self._wait_for_port()
        self._configure()

    def _wait_for_port(self):
        for _ in range(600):
            found = re.search(r"Running on http://127\.0\.0\.1:(\d+)", self._log_path.read_text())
            if found:
                return int(found.group(1))
            assert self._process.poll() is None, self._log_path.read_text()
            time.sleep(0.1)
        raise AssertionError("moto did not start: " + self._log_path.read_text())

    def _configure(self):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/moto-api/config",
            json.dumps({"stepfunctions": {"execute_state_machine": True}}).encode(),
            {"Content-Type": "application/json"})
        urllib.request.urlopen(request).close()
        self.client("sns").create_topic(Name=TOPIC)

    def client(self, service):
        return boto3.client(
            service, endpoint_url=f"http://127.0.0.1:{self.port}", region_name=REGION,
            aws_access_key_id="test", aws_secret_access_key="test")

    def create(self, name, definition, script=None):
        """Creates a state machine whose functions answer by the script and returns its ARN."""
        self._router.scripts[name] = Script(script or {})
        return self.client("stepfunctions").create_state_machine(
            name=name, definition=json.dumps(name_functions(definition, name)),
            roleArn=f"arn:aws:iam::{ACCOUNT}:role/states")["stateMachineArn"]

    def start(self, name, case):
        """Starts the execution and returns its ARN."""
        machine = self.create(name, case["definition"], case.get("script"))
        return self.client("stepfunctions").start_execution(
            stateMachineArn=machine, name=name, input=json.dumps(case["input"]))["executionArn"]

    def finish(self, execution_arn, timeout=60):
        """Waits for the end and returns it in the form of asl_replay."""
        states = self.client("stepfunctions")
        stop_at = time.monotonic() + timeout
        while True:
            execution = states.describe_execution(executionArn=execution_arn)
            if execution["status"] != "RUNNING":
                break
            assert time.monotonic() < stop_at, f"{execution_arn} does not end"
            time.sleep(0.1)
        events = []
        for page in states.get_paginator("get_execution_history").paginate(
                executionArn=execution_arn):
            events += page["events"]
        result = {
            "path": [event["stateEnteredEventDetails"]["name"] for event in events
                     if event["type"].endswith("StateEntered")],
            "status": execution["status"],
            "history_types": [event["type"] for event in events],
        }
        if execution["status"] == "SUCCEEDED":
            result["output"] = read_output(execution["output"])
        else:
            result["error"] = execution.get("error", "")
            result["cause"] = execution.get("cause", "")
        return result

    def close(self):
        self._router.closing.set()
        self._process.terminate()
        self._process.wait(20)
        self._router.shutdown()
        self._router.server_close()
        self._log.close()
