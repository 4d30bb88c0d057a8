"""`source add|test|catalogue` against a site on loopback."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from dualcross.cli import main

ROWS = "".join(
    f'<li><a href="/a/{n}.html">第{n}批联网平台名单向社会公布</a><span>20{14 + n}-01-05</span></li>'
    for n in range(1, 7)
)
PAGES = {
    "/": '<html><head><link rel="alternate" type="application/rss+xml" href="/feed.xml"></head><body>欢迎</body></html>',
    "/feed.xml": '<rss version="2.0"><channel><title>T</title><item><title>甲平台上线</title><link>/a/1.html</link></item>'
    "<item><title>不让读</title><link>/hidden/2.html</link></item></channel></rss>",
    "/list/": f"<html><body><ul>{ROWS}</ul></body></html>",
    "/a/1.html": "<html><body><h1>甲平台上线</h1><p>2024年3月5日 来源：测试网</p><p>甲平台今天上线，接入设备三千台，覆盖两个行业。</p></body></html>",
    "/robots.txt": "User-agent: *\nDisallow: /hidden/\n",
}


class Site(BaseHTTPRequestHandler):
    def do_GET(self):
        text = PAGES.get(self.path)
        body = (text or "gone").encode()
        self.send_response(200 if text else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def site(monkeypatch, tmp_path) -> Iterator[str]:
    monkeypatch.setenv("DUALCROSS_ALLOW_PRIVATE", "127.0.0.1")
    monkeypatch.setenv("DUALCROSS_DB", str(tmp_path / "x.db"))
    monkeypatch.chdir(tmp_path)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def run(capsys, *argv: str) -> tuple[int, str, str]:
    code = main(list(argv))
    out, err = capsys.readouterr()
    return code, out, err


def listed(capsys) -> list[str]:
    return [json.loads(line)["url"] for line in run(capsys, "sources", "--json")[1].splitlines()]


def test_a_site_is_added_by_the_feed_that_it_declares(capsys, site):
    code, out, err = run(capsys, "source", "add", site + "/")
    assert code == 0, err
    assert out.endswith("  2 items\n")
    assert err == f"declared: {site}/feed.xml\n"
    assert listed(capsys) == [f"{site}/feed.xml"]


def test_a_page_that_lists_is_added_as_it_is(capsys, site):
    code, out, err = run(capsys, "source", "add", site + "/list/", "--id", "mine")
    assert (code, out, err) == (0, "mine  6 items\n", "")
    assert listed(capsys) == [f"{site}/list/"]
    assert run(capsys, "source", "add", site + "/", "--as-is")[0] == 1
    assert run(capsys, "source", "add", site + "/feed.xml", "--as-is")[0] == 0


def test_a_test_says_what_would_be_read_and_why_the_rest_would_not(capsys, site):
    code, out, err = run(capsys, "source", "test", site + "/feed.xml", "--json")
    first, second = (json.loads(line) for line in out.splitlines())
    assert code == 0
    assert first["would"].startswith("read: 23 signs, 2024-03-05, zh-Hans")
    assert second["would"].startswith("not read: robots.txt")
    assert "2 items" in err
    code, out, err = run(capsys, "source", "test", site + "/list/", "--json", "--read", "0")
    assert {json.loads(line)["would"] for line in out.splitlines()} == {"fills the register: older than 30 days"}
    assert "6 too old to alert" in err
    assert listed(capsys) == []


def test_the_catalogue_says_what_was_tested_and_is_added_from(capsys, site):
    del site
    code, out, _ = run(capsys, "source", "catalogue", "--json")
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert len(rows) > 10
    assert all(row["tested"] and row["url"].startswith("http") for row in rows)
    assert run(capsys, "source", "catalogue", "--add", rows[0]["id"])[1] == "1 added, 0 there already\n"
    assert run(capsys, "source", "catalogue", "--add", "all")[1] == f"{len(rows) - 1} added, 1 there already\n"
    code, out, err = run(capsys, "source", "catalogue", "--add", "nobody")
    assert (code, out, err.count("\n")) == (2, "", 1)
