"""Lambda's side of the Runtime API, 2018-06-01: hands out events, takes answers, on loopback."""

import collections
import dataclasses
import http.server
import itertools
import queue
import socket
import threading
import time

PREFIX = "/2018-06-01/runtime/"
FUNCTION_ARN = "arn:aws:lambda:eu-west-1:123456789012:function:ecm"
PATIENCE = 60  # seconds, on a machine that does a dozen other things


@dataclasses.dataclass(frozen=True)
class Event:
    body: bytes
    headers: dict[str, str]


@dataclasses.dataclass(frozen=True)
class Post:
    """What the function said: where, with which headers (lower case), and when it came."""

    path: str
    headers: dict[str, str]
    body: bytes
    came: float

    @property
    def kind(self) -> str:
        return self.path.rsplit("/", 1)[1]

    @property
    def request_id(self) -> str:
        return self.path.split("/")[-2]


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def setup(self):
        super().setup()
        self.server.api.connections.add(self.connection)

    def finish(self):
        self.server.api.connections.discard(self.connection)
        super().finish()

    def do_GET(self):
        api = self.server.api
        if self.path != PREFIX + "invocation/next":
            return self._say(404, b"no such path")
        event = api._next_event(self.connection)
        if event is None:  # the connection is gone, or somebody else asks by now
            self.close_connection = True
            return None
        return self._say(200, event.body, event.headers)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        status = self.server.api._take(Post(self.path, headers, body, time.monotonic()))
        return self._say(status, b'{"status":"OK"}')

    def _say(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass  # functions are killed here: broken connections are part of the story


class RuntimeApi:
    def __init__(self):
        self.connections: set[socket.socket] = set()
        self.statuses: collections.deque[int] = collections.deque()  # of the next posts; then 202
        self.posts: queue.Queue[Post] = queue.Queue()
        self._events: queue.Queue[Event] = queue.Queue()
        self._ids = itertools.count(1)
        self._asked = threading.Condition()
        self._drops = 0
        self._asking = 0  # how often somebody has asked for the next event
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.api = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self.drop_connections()
        self._server.server_close()

    def drop_connections(self) -> None:
        """Ends every connection without a word, as a host does that thaws a sandbox."""
        self._drops += 1  # whoever waits for an event on one of them must not take it any more
        for connection in list(self.connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # it was gone already

    def queue(
        self,
        body: bytes,
        *,
        request_id: str | None = None,
        seconds: float = PATIENCE,
        **headers: str,
    ) -> str:
        """Hands `body` to whoever asks next. `headers` with _ for -; "" leaves one out."""
        request_id = request_id or f"request-{next(self._ids)}"
        said = {
            "Lambda-Runtime-Aws-Request-Id": request_id,
            "Lambda-Runtime-Deadline-Ms": str(int(1000 * (time.time() + seconds))),
            "Lambda-Runtime-Invoked-Function-Arn": FUNCTION_ARN,
            "Lambda-Runtime-Trace-Id": f"Root=1-{request_id};Sampled=1",
            "Lambda-Runtime-Invocation-Id": f"attempt-of-{request_id}",
        }
        said.update({name.replace("_", "-"): value for name, value in headers.items()})
        self._events.put(Event(body, {name: value for name, value in said.items() if value}))
        return request_id

    def wait_until_asked(self, times: int, seconds: float = PATIENCE) -> None:
        """Until the next event has been asked for `times` times in all."""
        with self._asked:
            if not self._asked.wait_for(lambda: self._asking >= times, seconds):
                raise TimeoutError(f"asked {self._asking} times in {seconds} s, not {times}")

    @property
    def asked(self) -> int:
        return self._asking

    def _next_event(self, connection: socket.socket) -> Event | None:
        with self._asked:
            self._asking += 1
            mine = self._asking, self._drops
            self._asked.notify_all()
        connection.setblocking(False)
        try:
            while mine == (self._asking, self._drops):
                try:
                    if connection.recv(1, socket.MSG_PEEK) == b"":
                        return None
                except BlockingIOError:
                    pass
                except OSError:
                    return None
                try:
                    event = self._events.get(timeout=0.05)
                except queue.Empty:
                    continue
                if mine == (self._asking, self._drops):
                    return event
                self._events.put(event)
            return None
        finally:
            connection.setblocking(True)

    def _take(self, post: Post) -> int:
        self.posts.put(post)
        return self.statuses.popleft() if self.statuses else 202
