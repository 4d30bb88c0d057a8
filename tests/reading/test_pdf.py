"""PDF annexes: paragraphs, tables, spaced signs, wrapped cells, pages that are pictures."""

from __future__ import annotations

import pytest
from tests.reading.pdfs import pdf

from dualcross.errors import ParseError
from dualcross.model import Fetched
from dualcross.reading import read_page
from dualcross.reading.attachments import read_attachment

XS = (50, 90, 250, 430, 520)
HEAD = ("序号", "平台名称", "单位名称", "行业", "所在地")
NOTICE = "根据工作安排，经专家评审、网上公示，现将跨行业跨领域工业互联网平台名单予以公布，请各地做好跟踪服务工作"
TABLE = [
    HEAD,
    ("1", "星河工业互联网平台", "星河数科股份有限公司", "装备", "江苏"),
    ("2", "云帆平台", "云帆智能", "化工", "山东"),
    ("3", "长风海洋工程联网平台", "长风装备", "船舶", "辽宁"),
]


def words(y, cells, xs=XS):
    return [(x, y, cell, 0) for x, cell in zip(xs, cells, strict=True) if cell]


def one_by_one(x, y, text, gap):
    """Every sign set at its own place, as word processors do."""
    out = []
    for sign in text:
        out.append((x, y, sign, 0))
        x += (6 if sign.isascii() else 12) + gap
    return out


def text(*pages, picture=False):
    return read_attachment("annex.pdf", "application/pdf", pdf(pages, picture=picture))


def expected(rows=TABLE):
    return "\n".join("\t".join(row) for row in rows)


def test_rows_of_a_table_are_rows_of_cells():
    page = [w for n, row in enumerate(TABLE) for w in words(700 - 24 * n, row)]
    assert text(page).text == expected()


def test_a_table_goes_on_overleaf_and_page_numbers_are_no_text():
    first = [*words(700, TABLE[0]), *words(680, TABLE[1]), (300, 40, "- 1 -", 0)]
    second = [*words(700, TABLE[2]), *words(680, TABLE[3]), (300, 40, "- 2 -", 0)]
    assert text(first, second).text == expected()


@pytest.mark.parametrize("gap", [0, 2, 5, 8, 12])
def test_signs_set_apart_are_words_again(gap):
    page = [w for i in range(3) for w in one_by_one(60, 780 - 18 * i, NOTICE[i * 24 : (i + 1) * 24], gap)]
    page += [
        w
        for n, row in enumerate(TABLE)
        for x, cell in zip((40, 80, 330, 560, 640), row, strict=True)
        for w in one_by_one(x, 700 - 24 * n, cell, min(gap, 5))
    ]
    assert text(page).text == f"{NOTICE}\n{expected()}"


def test_blanks_typed_between_signs_go():
    page = [(60, 780, " ".join("关于公布平台名单的通知"), 0), (60, 760, "经评审，现予公布。", 0)]
    assert text(page).text == "关于公布平台名单的通知\n经评审，现予公布。"
    names = [(60, 780, "参加评审的专家有张三 李四两位，另有秘书一人，共同完成了全部评审工作。", 0)]
    assert "张三 李四" in text(names).text


@pytest.mark.parametrize("middle", [False, True])
def test_wrapped_cells_are_whole_again(middle):
    rows = [
        ("1", ("星河工业", "互联网", "平台"), ("星河数科", "股份", "有限公司"), ("装备",), ("江苏",)),
        ("2", ("云帆平台",), ("云帆智能",), ("化工",), ("山东",)),
        ("3", ("长风海洋", "工程联网", "平台"), ("长风装备",), ("船舶",), ("辽宁",)),
    ]
    page = words(760, HEAD)
    for n, (number, *cells) in enumerate(rows):
        y = 730 - 50 * n
        page.append((50, y, number, 0))
        for x, parts in zip(XS[1:], cells, strict=True):
            over = 14 * (len(parts) - 1) / 2 if middle else 0
            page += [(x, y + over - 14 * k, part, 0) for k, part in enumerate(parts)]
    assert text(page).text == expected()


def test_text_around_a_table_stays_outside_it():
    page = [(60, 780, "名单如下，请遵照执行。", 0)]
    page += [w for n, row in enumerate(TABLE) for w in words(740 - 24 * n, row)]
    page.append((82, 600, "特此公告。", 0))
    assert text(page).text == f"名单如下，请遵照执行。\n{expected()}\n特此公告。"


def test_pages_that_are_pictures_are_reported_as_scanned():
    scanned = text([(300, 40, "1", 0)], [(300, 40, "2", 0)], picture=True)
    assert (scanned.text, scanned.problem) == ("", "scanned")
    with_words = text([(60, 700, NOTICE[:30], 0)], picture=True)
    assert (with_words.text, with_words.problem) == (NOTICE[:30], "")


@pytest.mark.parametrize("cut", [9, 60, 400, 900])
def test_a_broken_file_is_a_problem_not_an_error(cut):
    whole = pdf([[(60, 700, NOTICE, 0)]])
    broken = read_attachment("a.pdf", "", whole[:cut])
    assert broken.problem in ("unreadable", "empty")


def test_a_page_that_is_a_scanned_file_says_so():
    body = pdf([[(300, 40, "1", 0)]], picture=True)
    fetched = Fetched(url="https://x.test/a.pdf", final_url="https://x.test/a.pdf", status=200, headers={}, body=body)
    with pytest.raises(ParseError, match="scanned"):
        read_page(fetched)
