"""Listens in on what a function says to AWS, without a change of a byte: the calls that it makes
are what its policy is compared with (tests/deploy/test_least_privilege.py).

Bytes are passed on as they come, silence and broken connections included.
"""

import json
import pathlib
import re
import socket
import threading
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
CALLS = ROOT / "build" / "aws-calls"  # a file for each handler, a call in each line

_SCOPE = re.compile(r"Credential=[^/]+/\d+/[^/]+/([a-z0-9-]+)/aws4_request")


def _action_of_s3(method: str, target: str) -> str:
    path, _, query = target.partition("?")
    has_key = path.strip("/").count("/") > 0
    verbs = {"GET": "GetObject", "HEAD": "GetObject", "PUT": "PutObject", "DELETE": "DeleteObject"}
    if has_key and not query:
        return verbs[method]
    return "ListBucket" if method == "GET" else f"{method} {target}"


def action_of(head: str, body: bytes) -> str | None:
    """As IAM names it, "dynamodb:GetItem"; None for what is no signed request."""
    line, *rest = head.split("\r\n")
    method, target, _ = line.split(" ", 2)
    headers = dict(header.split(": ", 1) for header in rest if ": " in header)
    headers = {name.lower(): value for name, value in headers.items()}
    scope = _SCOPE.search(headers.get("authorization", ""))
    if not scope:
        return None
    service = scope[1]
    if "x-amz-target" in headers:
        return f"{service}:{headers['x-amz-target'].rsplit('.', 1)[1]}"
    if service == "s3":
        return f"s3:{_action_of_s3(method, target)}"
    form = urllib.parse.parse_qs(body.decode("utf-8", "replace"))
    return f"{service}:{form['Action'][0]}"


def _tables_of(request: dict) -> list[str]:
    names = [request["TableName"]] if "TableName" in request else list(request["RequestItems"])
    index = f"/index/{request['IndexName']}" if "IndexName" in request else ""
    return [f"table/{name}{index}" for name in names]


def resources_of(action: str, head: str, body: bytes) -> list[str]:
    """What it is done to, as the end of an ARN has it; without what is new with every job."""
    service, _, operation = action.partition(":")
    if service == "s3":
        path = head.split(" ", 2)[1].partition("?")[0].strip("/").split("/")
        return ["/".join([*path[:3], "*"][: len(path)])]
    if service == "sns":
        topic = urllib.parse.parse_qs(body.decode())["TopicArn"][0]
        return [topic.rsplit(":", 1)[1]]
    if service == "dynamodb":
        return _tables_of(json.loads(body))
    if operation == "DescribeExecution":
        return ["execution:" + json.loads(body)["executionArn"].split(":")[6] + ":*"]
    if operation == "ListExecutions":
        return [json.loads(body)["stateMachineArn"].split(":", 5)[5]]
    return ["-"]  # the request names none, or only a cluster


def calls_of(head: str, body: bytes) -> list[str]:
    """"dynamodb:GetItem table/ecm-test-jobs"; nothing for what is no signed request."""
    action = action_of(head, body)
    if action is None:
        return []
    return [f"{action} {resource}" for resource in resources_of(action, head, body)]


class Requests:
    """Cuts a connection's bytes into requests; a function announces the length of each body."""

    def __init__(self, tell, name=action_of):
        self._tell, self._name, self._bytes = tell, name, b""

    def take(self, data: bytes) -> None:
        self._bytes += data
        while b"\r\n\r\n" in self._bytes:
            head, _, rest = self._bytes.partition(b"\r\n\r\n")
            text = head.decode("latin-1")
            length = re.search(r"(?im)^content-length: *(\d+)", text)
            size = int(length[1]) if length else 0
            if len(rest) < size:
                return
            self._bytes = rest[size:]
            self._tell(self._name(text, rest[:size]))


class Tap:
    """One port in front of another."""

    def __init__(self, target: tuple[str, int], tell, name=action_of):
        self._target, self._tell, self._name = target, tell, name
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = [self._listener]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def port(self) -> int:
        return self._listener.getsockname()[1]

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return  # closed
            try:
                server = socket.create_connection(self._target)
            except OSError:
                client.close()
                continue
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._open += [client, server]
            requests = Requests(self._tell, self._name)
            for source, sink, look in ((client, server, requests.take), (server, client, None)):
                threading.Thread(
                    target=self._pump, args=(source, sink, look), daemon=True
                ).start()

    @staticmethod
    def _pump(source: socket.socket, sink: socket.socket, look) -> None:
        try:
            while data := source.recv(65536):
                if look:
                    look(data)
                sink.sendall(data)
        except OSError:
            pass  # one of them is gone: so is the other
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def close(self) -> None:
        for end in self._open:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()


class Taps:
    """All endpoints of one function, each behind a tap."""

    def __init__(self, handler: str):
        self.handler = handler
        self._taps: list[Tap] = []
        self._told: set[str] = set()

    def put_before(self, variables: dict[str, str]) -> dict[str, str]:
        """The variables with our ports in place of those of the endpoints."""
        behind = dict(variables)
        for name, value in variables.items():
            url = urllib.parse.urlsplit(value) if name.startswith("AWS_ENDPOINT_URL") else None
            if url is None or url.scheme != "http" or url.port == 1:
                continue
            self._taps.append(Tap((url.hostname, url.port), self._tell, calls_of))
            behind[name] = f"http://{url.hostname}:{self._taps[-1].port}{url.path}"
        return behind

    def _tell(self, calls: list[str]) -> None:
        for call in calls:
            if call in self._told:
                continue
            self._told.add(call)
            CALLS.mkdir(parents=True, exist_ok=True)
            with (CALLS / self.handler).open("a") as file:
                file.write(call + "\n")

    def close(self) -> None:
        for tap in self._taps:
            tap.close()
