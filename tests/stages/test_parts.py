"""An article over several pages is one article, with the annex that its last page links to."""

from __future__ import annotations

from dualcross.errors import FetchStatus
from dualcross.model import Fetched
from dualcross.reading import read_page
from dualcross.stages.parts import complete

BASE = "https://gov.test/a/t1"
HEAD = "<html><head><meta charset='utf-8'><title>工业互联网平台名单公布</title></head><body><h1>工业互联网平台名单公布</h1>"


def part(n: int, last: int, extra: str = "") -> str:
    after = f'<a href="t1_{n + 1}.html">下一页</a>' if n < last else ""
    text = f"<p>这是第{n}页的内容，介绍第{n}批入选的工业互联网平台及其服务的企业情况。</p>"
    return f"{HEAD}<p>2024年1月2日 来源：测试网</p>{text}{extra}<div class='pager'>{after}</div></body></html>"


class Web:
    def __init__(self, **pages: str) -> None:
        self.pages = pages
        self.asked: list[str] = []

    def __call__(self, url: str) -> Fetched:
        name = url.rpartition("/")[2]
        self.asked.append(name)
        if name not in self.pages:
            raise FetchStatus("404", status=404, url=url)
        return Fetched(url=url, final_url=url, status=200, headers={}, body=self.pages[name].encode())


def whole(web: Web):
    first = web("https://gov.test/a/t1.html")
    web.asked.clear()
    return complete(read_page(first), first, read_page, web)


def test_parts_are_joined_in_order_and_the_annex_of_the_last_is_read():
    web = Web(**{
        "t1.html": part(1, 3), "t1_2.html": part(2, 3),
        "t1_3.html": part(3, 3, '<p>附件：<a href="list.csv">名单.csv</a></p>'), "list.csv": "1,蓝湾云,浙江",
    })  # fmt: skip
    article = whole(web)
    assert web.asked == ["t1_2.html", "t1_3.html", "list.csv"]
    assert [line[3] for line in article.text.split("\n") if line.startswith("这是第")] == ["1", "2", "3"]
    assert "蓝湾云\t浙江" in article.text[article.annex_start :]
    assert (article.title, article.published) == ("工业互联网平台名单公布", "2024-01-02")


def test_a_part_that_cannot_be_had_ends_the_text_and_harms_nothing():
    web = Web(**{"t1.html": part(1, 4), "t1_2.html": part(2, 4), "t1_4.html": part(4, 4)})
    assert [line[3] for line in whole(web).text.split("\n") if line.startswith("这是第")] == ["1", "2"]


def test_parts_that_lead_in_a_circle_end():
    web = Web(**{"t1.html": part(1, 9), "t1_2.html": part(2, 9).replace("t1_3", "t1_2")})
    whole(web)
    assert web.asked == ["t1_2.html"]


def test_pages_on_other_subjects_cost_no_request():
    web = Web(**{"t1.html": part(1, 3).replace("工业互联网", "天气"), "t1_2.html": part(2, 3)})
    whole(web)
    assert web.asked == []
