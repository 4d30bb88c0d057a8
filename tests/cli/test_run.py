"""`run` and `serve` against a real site on loopback, as processes of their own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]
ARTICLE = """<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>{title}</title></head><body>
<article><h1>{title}</h1><p>{day} 09:30 来源：测试晚报</p><p>{text}</p>
<p>据介绍，有关部门将持续跟踪平台建设情况，推动制造业数字化转型，促进产业链上下游协同发展。</p></article></body></html>"""
SELECTED = "9月6日，工业和信息化部公布新增跨行业跨领域工业互联网平台清单，蓝湾云工业互联网平台首次入选国家级双跨平台。"


class Site(BaseHTTPRequestHandler):
    """A feed with two pages; answers 304 to its etag."""

    def do_GET(self):
        today = time.strftime("%Y-%m-%d")
        base = f"http://127.0.0.1:{self.server.server_port}"
        pages = {
            "/feed.xml": (
                '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>测试</title>'
                f"<item><title>新增名单公布</title><link>{base}/1.html</link></item>"
                f"<item><title>天气</title><link>{base}/2.html</link></item></channel></rss>"
            ),
            "/1.html": ARTICLE.format(title="新增名单公布", day=today, text=SELECTED),
            "/2.html": ARTICLE.format(
                title="天气晴好", day=today, text="今天全市天气晴好，适合外出，市民纷纷走上街头。"
            ),
        }
        text = pages.get(self.path)
        if text is None:
            self.send_error(404)
            return
        self.server.asked.append(self.path)
        tag = f'"{len(text)}"'
        if self.headers.get("If-None-Match") == tag:
            self.send_response(304)
            self.end_headers()
            return
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/xml" if self.path.endswith("xml") else "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", tag)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


ENV = {
    "PYTHONPATH": f"{ROOT / 'shared'}:{ROOT / 'classifiers'}",
    "PATH": os.environ.get("PATH", ""),
    "DUALCROSS_ALLOW_PRIVATE": "127.0.0.1",
    "DUALCROSS_INTERVAL_MIN": "1",
}


def run(folder: Path, *argv: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dualcross", *argv],
        cwd=folder, env=ENV, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def started(folder: Path, *argv: str) -> tuple[subprocess.Popen[str], str]:
    """Start a process that serves, and return it with the address it says."""
    process = subprocess.Popen(
        [sys.executable, "-m", "dualcross", *argv, "--port", "0", "--log-level", "OFF"],
        cwd=folder, env=ENV, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    line = process.stderr.readline()
    found = re.search(r"http://127\.0\.0\.1:\d+/", line)
    assert found, line + process.stderr.read()
    return process, found[0]


def ended(process: subprocess.Popen[str], number: int = signal.SIGTERM) -> tuple[int, str]:
    process.send_signal(number)
    out, _ = process.communicate(timeout=20)
    process.stderr.close()
    return process.returncode, out


def test_once_polls_reads_tells_and_remembers(tmp_path, site):
    feed = f"http://127.0.0.1:{site.server_port}/feed.xml"
    added = run(tmp_path, "source", "add", feed, "--name", "测试晚报")
    assert (added.returncode, "2 items" in added.stdout) == (0, True), added.stderr
    assert run(tmp_path, "subscribe", "--language", "zh").returncode == 0
    first = run(tmp_path, "run", "--once")
    assert first.returncode == 0, first.stderr
    assert first.stdout.count("蓝湾云") >= 1
    lines = [json.loads(line) for line in first.stderr.splitlines() if line.startswith("{")]
    assert len({line["run"] for line in lines}) == 1
    assert {"poll.done", "read.done", "deliver.sent"} <= {line["event"] for line in lines}
    records = [json.loads(line) for line in run(tmp_path, "records", "--json").stdout.splitlines()]
    assert sorted(r["title"] for r in records) == ["天气晴好", "新增名单公布"]
    time.sleep(1.1)
    second = run(tmp_path, "run", "--once", "--log-level", "OFF")
    assert (second.returncode, second.stdout) == (0, "")
    assert site.asked.count("/1.html") == 1
    again = run(tmp_path, "replay", "--since", "1d", "--json", "--db", "dualcross.db")
    assert [json.loads(line)["verdict"] for line in again.stdout.splitlines()] == ["alerts still"]


def test_run_serves_while_it_polls_and_ends_when_asked(tmp_path, site):
    run(tmp_path, "source", "add", f"http://127.0.0.1:{site.server_port}/feed.xml")
    process, address = started(tmp_path, "run")
    try:
        for _ in range(150):
            found = httpx.get(f"{address}v1/alerts", timeout=10).json()["items"]
            if found:
                break
            time.sleep(0.1)
        assert [alert["trigger"] for alert in found] == ["platform.new"]
        assert httpx.get(f"{address}v1/status").json()["sources"]["healthy"] == 1
        assert "蓝湾云" in httpx.get(address).text
        second = run(tmp_path, "run", "--once")
        assert (second.returncode, second.stderr.count("another dualcross")) == (1, 1)
        assert len(second.stderr.splitlines()) == 1
    finally:
        code, out = ended(process)
    assert (code, out) == (0, "")


def test_serve_answers_alone(tmp_path):
    process, address = started(tmp_path, "serve")
    try:
        assert httpx.get(f"{address}v1/platforms?limit=1").json()["items"]
        taken = run(tmp_path, "serve", "--port", address.rstrip("/").rpartition(":")[2])
        assert taken.returncode == 1
        assert "another --port" in taken.stderr
    finally:
        code, _ = ended(process, signal.SIGINT)
    assert code == 0
