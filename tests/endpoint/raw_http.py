"""HTTP by hand: for what no SDK would send."""

import http.client
import json
import socket
import time

from served import Server

JSON_11 = "application/x-amz-json-1.1"


def ask(
    server: Server,
    method: str = "POST",
    path: str = "/",
    headers: dict | None = None,
    body: bytes = b"{}",
) -> tuple[int, str]:
    """One request on a connection of its own. `headers` replace those of a ListClusters call."""
    sent = {"Content-Type": JSON_11, "X-Amz-Target": "ElasticMapReduce.ListClusters"}
    sent = sent if method == "POST" else {}
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        connection.request(
            method, path, body if method == "POST" else None, {**sent, **(headers or {})}
        )
        response = connection.getresponse()
        return response.status, response.read().decode("utf-8", "replace")
    finally:
        connection.close()


def get(server: Server, path: str, **headers: str) -> tuple[int, str]:
    return ask(server, "GET", path, headers)


def code_of(answer: str) -> str:
    return json.loads(answer)["__type"].rsplit("#", 1)[-1]


def open_socket(server: Server, sent: bytes = b"") -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=60)
    connection.sendall(sent)
    return connection


def read_until_closed(connection: socket.socket, seconds: float) -> bytes:
    """What the server sends until it closes. TimeoutError when it keeps the connection open."""
    deadline, seen = time.monotonic() + seconds, b""
    while True:
        connection.settimeout(max(0.01, deadline - time.monotonic()))
        try:
            piece = connection.recv(65536)
        except ConnectionResetError:
            return seen
        if not piece:
            return seen
        seen += piece
