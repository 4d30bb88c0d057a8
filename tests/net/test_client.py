"""The guarded httpx client, against real sockets."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from dualcross.errors import FetchBlocked, FetchTooLarge
from dualcross.net import client
from dualcross.settings import Settings

OPEN = Settings(allow_private="127.0.0.1", fetch_timeout=2.0)


@contextmanager
def answering(*answers: bytes, keep: bool = True) -> Iterator[tuple[int, list[bytes]]]:
    """Serve the answers one after the other on one port; yields the port and what was asked."""
    listener = socket.create_server(("127.0.0.1", 0))
    asked: list[bytes] = []

    def serve() -> None:
        left = list(answers)
        while left:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            with peer:
                while left:
                    request = b""
                    while b"\r\n\r\n" not in request or (b"chunked" in request and not request.endswith(b"0\r\n\r\n")):
                        data = peer.recv(65536)
                        if not data:
                            break
                        request += data
                    if not request:
                        break
                    asked.append(request)
                    peer.sendall(left.pop(0))
                    if not keep:
                        break

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1], asked
    finally:
        listener.close()


def test_a_post_arrives_with_host_and_body_and_names_us() -> None:
    with answering(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") as (port, asked), client(OPEN) as http:
        answer = http.post(f"http://127.0.0.1:{port}/hook?a=1", json={"a": "中"})
        assert (answer.status_code, answer.text) == (200, "ok")
    head, _, body = asked[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /hook?a=1 HTTP/1.1\r\n")
    assert f"host: 127.0.0.1:{port}".encode() in head.lower()
    assert b"dualcross/" in head
    assert body == '{"a":"中"}'.encode()


def test_a_stream_is_sent_in_chunks() -> None:
    with answering(b"HTTP/1.1 204 No Content\r\n\r\n") as (port, asked), client(OPEN) as http:
        assert http.post(f"http://127.0.0.1:{port}/", content=iter([b"ab", b"cde"])).status_code == 204
    assert asked[0].endswith(b"2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n")


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "http://[::1]:8080/", "http://169.254.169.254/", "ftp://a.cn/"])
def test_closed_addresses_are_refused(url: str) -> None:
    with client(Settings()) as http, pytest.raises(FetchBlocked):
        http.post(url, content=b"x")


def test_a_followed_redirect_is_guarded_too() -> None:
    away = b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest/\r\nContent-Length: 0\r\n\r\n"
    with answering(away) as (port, _), client(OPEN) as http, pytest.raises(FetchBlocked):
        http.get(f"http://127.0.0.1:{port}/", follow_redirects=True)


def test_an_answer_above_the_cap_is_not_read() -> None:
    big = b"HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n"
    with answering(big) as (port, _), client(OPEN, max_bytes=1000) as http, pytest.raises(FetchTooLarge):
        http.get(f"http://127.0.0.1:{port}/")


def test_connections_are_reused_for_reading_and_never_for_posting() -> None:
    ok = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    with answering(ok, ok) as (port, asked), client(OPEN) as http:
        assert http.get(f"http://127.0.0.1:{port}/1").text == "ok"
        assert http.get(f"http://127.0.0.1:{port}/2").text == "ok"
        assert len(asked) == 2


def test_a_kept_connection_that_died_is_replaced_unseen() -> None:
    ok = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    with answering(ok, ok, keep=False) as (port, _), client(OPEN) as http:
        assert http.get(f"http://127.0.0.1:{port}/1").text == "ok"
        assert http.get(f"http://127.0.0.1:{port}/2").text == "ok"


def test_a_header_cannot_smuggle_a_line() -> None:
    with client(OPEN) as http, pytest.raises(httpx.LocalProtocolError):
        http.get("http://127.0.0.1:9/", headers=[(b"x-note", b"a\r\nHost: evil")])
