"""Receivers on loopback that behave as the services do: they check format, size, rate and signature."""

from __future__ import annotations

import base64
import hashlib
import hmac
import html.parser
import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Reply = tuple[int, dict[str, str], bytes]


@dataclass
class Seen:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def data(self) -> Any:
        return json.loads(self.body)


@dataclass
class Receiver:
    """Answers with `service`; `faults` come first: a status, `drop` (read, then hang up) or `hang`."""

    service: Callable[[Seen], Reply]
    url: str = ""
    seen: list[Seen] = field(default_factory=list)
    accepted: list[Seen] = field(default_factory=list)
    faults: deque[Any] = field(default_factory=deque)

    def answer(self, request: Seen) -> Reply | None:
        self.seen.append(request)
        fault = self.faults.popleft() if self.faults else None
        if fault == "hang":
            time.sleep(1.0)
            return None
        if fault == "drop":
            self.accepted.append(request)
            return None
        if isinstance(fault, tuple):
            return fault
        if fault is not None:
            return int(fault), {}, b"no"
        reply = self.service(request)
        if reply[0] < 300:
            self.accepted.append(request)
        return reply


@contextmanager
def receiver(service: Callable[[Seen], Reply]) -> Iterator[Receiver]:
    box = Receiver(service)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            reply = box.answer(Seen(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            if reply is None:
                self.close_connection = True
                return
            status, headers, content = reply
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    box.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield box
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def answer(status: int, value: Any, **headers: str) -> Reply:
    return status, {k.replace("_", "-"): v for k, v in headers.items()}, json.dumps(value).encode()


class Rate:
    """Counts requests as a service does; the clock is the test's."""

    def __init__(self, count: int, seconds: float, now: Callable[[], float]) -> None:
        self._count, self._seconds, self._now = count, seconds, now
        self._taken: deque[float] = deque()

    def over(self) -> bool:
        now = self._now()
        while self._taken and self._taken[0] <= now - self._seconds:
            self._taken.popleft()
        if len(self._taken) >= self._count:
            return True
        self._taken.append(now)
        return False


def slack(now: Callable[[], float]) -> Callable[[Seen], Reply]:
    rate = Rate(1, 1.0, now)

    def service(request: Seen) -> Reply:
        if rate.over():
            return 429, {"Retry-After": "1"}, b"rate_limited"
        data = request.data
        blocks = data["blocks"]
        ok = (
            set(data) <= {"text", "blocks", "unfurl_links", "unfurl_media"}
            and 0 < len(blocks) <= 50
            and all(_slack_block(block) for block in blocks)
        )
        return (200, {}, b"ok") if ok else (400, {}, b"invalid_blocks")

    return service


def _slack_block(block: dict[str, Any]) -> bool:
    kind = block["type"]
    if kind == "header":
        return block["text"]["type"] == "plain_text" and 0 < len(block["text"]["text"]) <= 150
    if kind == "section":
        return block["text"]["type"] in ("plain_text", "mrkdwn") and 0 < len(block["text"]["text"]) <= 3000
    if kind == "context":
        return 0 < len(block["elements"]) <= 10 and all(0 < len(e["text"]) <= 3000 for e in block["elements"])
    if kind == "rich_text":
        return all(
            part["type"] == "rich_text_quote" and all(e["type"] == "text" and e["text"] for e in part["elements"])
            for part in block["elements"]
        )
    return False


def teams(now: Callable[[], float]) -> Callable[[Seen], Reply]:
    rate = Rate(4, 1.0, now)

    def service(request: Seen) -> Reply:
        if rate.over():
            return 429, {"Retry-After": "2"}, b""
        if len(request.body) > 28 * 1024 or "charset=utf-8" not in request.headers["content-type"]:
            return 413, {}, b""
        data = request.data
        (attachment,) = data["attachments"]
        card = attachment["content"]
        kinds = {"RichTextBlock", "Container", "ActionSet", "TextBlock"}
        ok = (
            data["type"] == "message"
            and attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
            and card["type"] == "AdaptiveCard"
            and float(card["version"]) <= 1.5
            and all(item["type"] in kinds for item in _walk(card["body"]))
            and all(a["type"] == "Action.OpenUrl" and a["url"] for a in card.get("actions", []))
            and len(card.get("actions", [])) <= 6
        )
        return (202, {}, b"") if ok else (400, {}, b"")

    return service


def _walk(items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for item in items:
        yield item
        yield from _walk(item.get("items", []))


class _Tags(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text = ""
        self.fine = True

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.fine &= tag in ("b", "blockquote", "a")
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.fine &= bool(self.open) and self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def telegram(now: Callable[[], float]) -> Callable[[Seen], Reply]:
    rate, burst = Rate(20, 60.0, now), Rate(1, 1.0, now)

    def service(request: Seen) -> Reply:
        if request.path != "/botT0KEN/sendMessage":
            return answer(401, {"ok": False, "description": "Unauthorized"})
        if rate.over() or burst.over():
            return answer(429, {"ok": False, "description": "Too Many Requests", "parameters": {"retry_after": 7}})
        data = request.data
        tags = _Tags()
        tags.feed(data["text"])
        tags.close()
        if not tags.fine or tags.open or data["parse_mode"] != "HTML":
            return answer(400, {"ok": False, "description": "Bad Request: can't parse entities"})
        if len(tags.text.encode("utf-16-le")) // 2 > 4096:
            return answer(400, {"ok": False, "description": "Bad Request: message is too long"})
        if data["chat_id"] == "-404":
            return answer(400, {"ok": False, "description": "Bad Request: chat not found"})
        if data["chat_id"] == "-403":
            return answer(403, {"ok": False, "description": "Forbidden: bot was blocked by the user"})
        return answer(200, {"ok": True, "result": {"message_id": 77}})

    return service


def feishu(now: Callable[[], float], secret: str = "") -> Callable[[Seen], Reply]:
    rate, burst = Rate(100, 60.0, now), Rate(5, 1.0, now)

    def service(request: Seen) -> Reply:
        if len(request.body) > 20 * 1024:
            return answer(200, {"code": 9499, "msg": "Bad Request"})
        data = request.data
        if secret:
            key = f"{data['timestamp']}\n{secret}".encode()
            sign = base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()
            if data["sign"] != sign or abs(now() - int(data["timestamp"])) > 3600:
                return answer(200, {"code": 19021, "msg": "sign match fail or timestamp is not within one hour"})
        if rate.over() or burst.over():
            return answer(200, {"code": 11232, "msg": "frequency limited"})
        elements = data["card"]["elements"]
        ok = data["msg_type"] == "interactive" and all(e["tag"] in ("div", "hr", "action", "note") for e in elements)
        ok = ok and all(e["text"]["tag"] == "plain_text" for e in elements if e["tag"] == "div")
        return answer(200, {"code": 0, "msg": "success"} if ok else {"code": 9499, "msg": "Bad Request"})

    return service


def dingtalk(now: Callable[[], float], secret: str = "") -> Callable[[Seen], Reply]:
    rate = Rate(20, 60.0, now)

    def service(request: Seen) -> Reply:
        query = parse_qs(urlsplit(request.path).query)
        if query.get("access_token") != ["tok"]:
            return answer(200, {"errcode": 300001, "errmsg": "token is not exist"})
        if secret:
            stamp = query["timestamp"][0]
            wanted = base64.b64encode(hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest())
            if query["sign"] != [wanted.decode()] or abs(now() * 1000 - int(stamp)) > 3_600_000:
                return answer(200, {"errcode": 310000, "errmsg": "sign not match"})
        if rate.over():
            return answer(200, {"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"})
        data = request.data
        ok = data["msgtype"] == "markdown" and data["markdown"]["title"] and data["markdown"]["text"]
        if len(request.body) > 20_000 or not ok:
            return answer(200, {"errcode": 460101, "errmsg": "message too long"})
        return answer(200, {"errcode": 0, "errmsg": "ok"})

    return service


def wecom(now: Callable[[], float]) -> Callable[[Seen], Reply]:
    rate = Rate(20, 60.0, now)

    def service(request: Seen) -> Reply:
        if parse_qs(urlsplit(request.path).query).get("key") != ["k"]:
            return answer(200, {"errcode": 93000, "errmsg": "invalid webhook url"})
        if rate.over():
            return answer(200, {"errcode": 45009, "errmsg": "api freq out of limit"})
        content = request.data["markdown"]["content"]
        if len(content.encode()) > 4096:
            return answer(200, {"errcode": 40058, "errmsg": "markdown.content exceed max length 4096"})
        return answer(200, {"errcode": 0, "errmsg": "ok"})

    return service


def ntfy(now: Callable[[], float]) -> Callable[[Seen], Reply]:
    rate = Rate(60, 300.0, now)

    def service(request: Seen) -> Reply:
        if rate.over():
            return answer(429, {"code": 42901, "error": "limit reached"})
        data = request.data
        if request.path != "/" or not data["topic"] or len(data.get("actions", [])) > 3:
            return answer(400, {"code": 40000, "error": "bad"})
        if len(data["message"].encode()) > 4096:
            return answer(400, {"code": 40001, "error": "message would become an attachment"})
        return answer(200, {"id": "nt1"})

    return service
