"""A proxy before one server: it passes every request on, keeps it, and loses what it is told to.

GET /__proof/lose/OPERATION     the next request whose target ends in OPERATION is passed on, and
                                the connection closed instead of an answer
GET /__proof/drop/OPERATION     the same, but it is not passed on either
GET /__proof/count/OPERATION    {"count": how many such requests came}
"""

import dataclasses
import http.client
import http.server
import json
import threading


@dataclasses.dataclass(frozen=True)
class Recorded:
    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes
    status: int | None  # None: its answer was lost
    answer: bytes = b""

    def header(self, name: str) -> str:
        values = [value for other, value in self.headers if other.lower() == name]
        assert len(values) <= 1, f"{name} stands there {len(values)} times: {values}"
        return values[0] if values else ""

    @property
    def operation(self) -> str:
        return self.header("x-amz-target").rpartition(".")[2]


class Recorder:
    def __init__(self, upstream_port: int) -> None:
        self.upstream_port = upstream_port
        self.requests: list[Recorded] = []
        self._plans: list[tuple[str, str]] = []
        self._lock = threading.Lock()
        recorder = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                recorder.handle(self)

            do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = handle_any

            def log_message(self, *_: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def handle(self, handler: http.server.BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        if handler.path.startswith("/__proof/"):
            self._reply(handler, 200, [], json.dumps(self._control(handler.path)).encode())
            return
        operation = handler.headers.get("X-Amz-Target", "").rpartition(".")[2]
        plan = self._take_plan(operation)
        answer = None if plan == "drop" else self._pass_on(handler, body)
        status, told = (answer[0], answer[2]) if answer and not plan else (None, b"")
        recorded = Recorded(
            handler.command, handler.path, handler.headers.items(), body, status, told
        )
        with self._lock:
            self.requests.append(recorded)
        if plan:
            handler.close_connection = True
            return
        self._reply(handler, *answer)

    def _control(self, path: str) -> dict:
        _, _, what, operation = path.split("/")
        with self._lock:
            if what == "count":
                return {"count": sum(r.operation == operation for r in self.requests)}
            self._plans.append((operation, what))
        return {}

    def _take_plan(self, operation: str) -> str:
        with self._lock:
            for plan in self._plans:
                if plan[0] == operation:
                    self._plans.remove(plan)
                    return plan[1]
        return ""

    def _pass_on(self, handler: http.server.BaseHTTPRequestHandler, body: bytes) -> tuple:
        connection = http.client.HTTPConnection("127.0.0.1", self.upstream_port, timeout=120)
        try:
            connection.putrequest(
                handler.command, handler.path, skip_host=True, skip_accept_encoding=True
            )
            for name, value in handler.headers.items():
                if name.lower() not in ("connection", "content-length"):
                    connection.putheader(name, value)
            connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            response = connection.getresponse()
            return response.status, response.getheaders(), response.read()
        finally:
            connection.close()

    @staticmethod
    def _reply(
        handler: http.server.BaseHTTPRequestHandler,
        status: int,
        headers: list[tuple[str, str]],
        body: bytes,
    ) -> None:
        handler.send_response_only(status)
        for name, value in headers:
            if name.lower() not in ("connection", "content-length", "transfer-encoding"):
                handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(body)
