"""Annexes are fetched for pages about the subject only, and a missing one harms nothing."""

from __future__ import annotations

import pytest

from dualcross.errors import FetchTimeout
from dualcross.model import Article, Fetched
from dualcross.stages.annexes import MOST, with_annexes

PAGE = """<html><body><p>跨行业跨领域工业互联网平台清单见附件。</p>
<a href="list.csv">附件：清单.csv</a> <a href="/files/b.txt">附件2</a> <a href="/other.html">别的</a></body></html>"""
FILES = {
    "https://gov.test/a/list.csv": Fetched(
        url="", final_url="", status=200, headers={"Content-Type": "text/csv"}, body="1,蓝湾云,浙江\n".encode()
    )
}


def page(html: str = PAGE) -> Fetched:
    return Fetched(
        url="https://gov.test/a/1.html",
        final_url="https://gov.test/a/1.html",
        status=200,
        headers={},
        body=html.encode(),
    )


def article(text: str = "跨行业跨领域工业互联网平台清单见附件。") -> Article:
    return Article(url="https://gov.test/a/1.html", title="公告", text=text)


def get(url: str) -> Fetched:
    if url not in FILES:
        raise FetchTimeout("slow", url=url)
    return FILES[url]


def test_texts_are_joined_and_a_missing_file_says_why():
    found = with_annexes(article(), page(), get)
    assert found.text.startswith("跨行业跨领域")
    assert "蓝湾云\t浙江" in found.text[found.annex_start :]
    assert [(a.url.rpartition("/")[2], bool(a.problem)) for a in found.attachments] == [
        ("list.csv", False),
        ("b.txt", True),
    ]


@pytest.mark.parametrize("text", ["今天天气晴好。", ""])
def test_pages_on_other_subjects_cost_no_request(text):
    asked = []
    assert with_annexes(article(text), page(), asked.append) == article(text)
    assert asked == []


def test_a_page_of_many_files_costs_a_few_requests():
    links = "".join(f'<a href="/{n}.csv">附件{n}</a>' for n in range(30))
    asked = []

    def count(url: str) -> Fetched:
        asked.append(url)
        raise FetchTimeout("slow", url=url)

    with_annexes(article(), page(f"<html><body>{links}</body></html>"), count)
    assert len(asked) == MOST
