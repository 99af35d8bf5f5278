"""A web site of another port: it serves the attack page, and hears what arrives at it."""

import pathlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from chromium import PATIENCE

ATTACK = pathlib.Path(__file__).resolve().parent / "attack.html"


class Site:
    """`open` sites let every page in: what the attack does to one proves that the attack works."""

    def __init__(self, replaced: dict[str, str] | None = None) -> None:
        self.heard: list[tuple[str, str]] = []  # method, path
        self.done = threading.Event()
        self._replaced = replaced
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> "Site":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_) -> None:
        self._server.shutdown()
        self._server.server_close()

    def page(self) -> bytes:
        text = ATTACK.read_text() if self._replaced else "open to everybody"
        for name, value in (self._replaced or {}).items():
            text = text.replace(name, value)
        return text.encode()

    def _handler(site):  # noqa: N805: `self` is the handler's
        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                site.heard.append((self.command, self.path))
                if self.path == "/done":
                    site.done.set()
                if self.path == "/wait":
                    site.done.wait(PATIENCE)
                body = site.page() if self.command != "OPTIONS" else b""
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                for name in ("Origin", "Headers", "Methods"):
                    self.send_header(f"Access-Control-Allow-{name}", "*")
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_OPTIONS = answer  # noqa: N815

            def log_message(self, *_) -> None:
                pass

        return Handler
