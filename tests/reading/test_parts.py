"""Dates, headlines, bylines, tables, stories, parts of an article, annexes: one table each."""

from __future__ import annotations

import io
import zipfile

import pytest
from tests.reading.pages import fetched, read

from dualcross.reading import dates
from dualcross.reading.attachments import read_attachment
from dualcross.reading.duplicates import fingerprint, same_text
from dualcross.reading.language import language
from dualcross.reading.pages import joined, next_pages

CHINESE_TIME = "+08:00"


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2021-02-26 10:33:11", "2021-02-26T10:33:11+08:00"),
        ("2021-02-26T10:33:11Z", "2021-02-26T10:33:11+00:00"),
        ("2021-02-26T10:33:11.123+0530", "2021-02-26T10:33:11+05:30"),
        ("发布时间：2021年2月6日 9时5分", "2021-02-06T09:05:00+08:00"),
        ("2021年02月06日（星期六）下午3:05", "2021-02-06T15:05:00+08:00"),
        ("2021/2/6", "2021-02-06"),
        ("2021.02.06", "2021-02-06"),
        ("二〇二一年十二月三十一日", "2021-12-31"),
        ("二○二三年六月廿一日", "2023-06-21"),
        ("民國112年3月20日", "2023-03-20"),
        ("May 24, 2022", "2022-05-24"),
        ("Tue, 24 May 2022 18:05:00 GMT", "2022-05-24T18:05:00+00:00"),
        ("24th of May 2022, 6.05 pm", "2022-05-24"),
        ("March 3, 2022 9:15 AM ET", "2022-03-03T09:15:00-05:00"),
        ("July 3, 2022 9:15 PM ET", "2022-07-03T21:15:00-04:00"),
        ("10:33 a.m. EST, Feb 26, 2021", "2021-02-26T10:33:00-05:00"),
        ("26.02.2021", "2021-02-26"),
        ("02/26/2021", "2021-02-26"),
        ("13/02/2021", "2021-02-13"),
        ("2021年2月30日", None),
        ("2021-13-01", None),
        ("版本 2021.1.2.3", None),
        ("电话 010-2021-0203-11", None),
        ("第2021号", None),
        ("now", None),
    ],
)
def test_a_date_is_what_is_printed_and_nothing_more(text, iso):
    found = dates.find(text)
    assert (found[0].iso(CHINESE_TIME) if found else None) == iso


def page(body: str, head: str = "") -> str:
    return f'<html><head><meta charset="utf-8">{head}</head><body>{body}</body></html>'


TEXT = "<p>平台今天上线，接入设备三千台，覆盖两个行业，服务企业一百家。</p><p>负责人说，明年再增加一倍。</p>"


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>平台上线_某某网</title>", "<h1>平台上线</h1>", "平台上线"),
        ("<title>平台上线-新闻中心-某某网</title>", "", "平台上线"),
        ("<title>某某网</title>", "<h1>平台上线了</h1>", "平台上线了"),
        ("<title>某某部办公厅关于公布名单的通知</title>", "<h1>某某部办公厅<br>关于公布名单的通知</h1>", "某某部办公厅关于公布名单的通知"),
        ("<title>A platform goes live | The Site</title>", "<h1>A platform<br>goes live</h1>", "A platform goes live"),
        ('<meta property="og:title" content="平台上线"><title>x</title>', "<h2>相关</h2>", "平台上线"),
        ("<title>[视频]平台上线</title>", "<h1>[视频]平台上线</h1>", "平台上线"),
        ("<title>新闻内容</title>", "<p align=center><b>平台今日正式上线运行</b></p><p>2024-01-02</p>", "平台今日正式上线运行"),
        ("", "<h1>平台上线，一年三变</h1>", "平台上线，一年三变"),
    ],
)  # fmt: skip
def test_the_headline_is_the_articles_own(head, body, title):
    assert read(page(body + TEXT, head)).title == title


@pytest.mark.parametrize(
    ("line", "published", "source", "author"),
    [
        ("2024-01-02 08:30 来源：经济日报 作者：李明", "2024-01-02T08:30:00+08:00", "经济日报", "李明"),
        ("来源：新华网 | 发布时间：2024年1月2日", "2024-01-02", "新华网", None),
        ("发布日期：2024-01-02 更新日期：2024-02-03", "2024-01-02", None, None),
        ("更新时间：2024-02-03 发布时间：2024-01-02", "2024-01-02", None, None),
        ("今天是2031年1月2日 星期四", None, None, None),
        ("文丨赵叶 2024-01-02", "2024-01-02", None, "赵叶"),
        ("成文日期：2023-12-28 发布日期：2024-01-02", "2024-01-02", None, None),
    ],
)
def test_the_line_of_facts_is_read_and_is_no_text(line, published, source, author):
    article = read(page(f"<h1>平台上线</h1><p>{line}</p>{TEXT}", "<title>平台上线</title>"))
    assert (article.published, article.source, article.author) == (published, source, author)
    assert article.text.startswith("平台今天上线")


def test_a_date_of_the_head_adds_its_time_where_the_page_prints_only_the_day():
    head = '<meta property="article:published_time" content="2024-01-02T08:30:00+08:00"><title>平台上线</title>'
    assert read(page(f"<h1>平台上线</h1><p>2024年1月2日</p>{TEXT}", head)).published == "2024-01-02T08:30:00+08:00"
    midnight = head.replace("08:30", "00:00")
    assert read(page(f"<h1>平台上线</h1><p>2024年1月2日</p>{TEXT}", midnight)).published == "2024-01-02"
    other = head.replace("2024-01-02", "2024-01-09")
    assert read(page(f"<h1>平台上线</h1><p>2024年1月2日</p>{TEXT}", other)).published == "2024-01-02"


def test_spans_of_a_table_are_repeated_in_every_cell():
    table = (
        "<table><tr><td>序号</td><td>名称</td><td>地区</td></tr><tr><td>1</td><td>甲</td><td rowspan=2>江苏</td></tr>"
        "<tr><td>2</td><td>乙</td></tr><tr><td colspan=2>合计</td><td>2</td></tr></table>"
    )
    text = read(page(f"<h1>名单公布</h1>{TEXT}{table}")).text
    assert text.endswith("序号\t名称\t地区\n1\t甲\t江苏\n2\t乙\t江苏\n合计\t合计\t2")


@pytest.mark.parametrize(
    ("title", "body", "count"),
    [
        ("产业要闻速览", "".join(f"<p><b>第{n}家平台今日上线运行</b></p><p>记者从第{n}家企业获悉，平台今天上线。</p>" for n in "一二三"), 3),
        ("早报", "".join(f"<p>【第{n}家平台今日上线】{n}月1日，第{n}家企业宣布平台上线，服务千家。</p>" for n in "一二三"), 3),
        ("Weekly round-up", "".join(f"<h3>Platform {n} goes live today</h3><p>On Monday, maker {n} said it went live.</p>" for n in "ABC"), 3),
        ("平台怎么建", "".join(f"<p><b>{n}、要有好的基础条件</b></p><p>基础条件是平台建设的前提，要抓紧抓好。</p>" for n in "一二三"), 0),
        ("平台上线", TEXT, 0),
    ],
)  # fmt: skip
def test_a_page_of_several_stories_is_split_and_one_story_is_not(title, body, count):
    article = read(page(f"<h1>{title}</h1>{body}"))
    assert len(article.stories) == count
    for story in article.stories:
        assert story.title in article.text[story.start : story.end]


def test_the_parts_of_an_article_are_found_and_joined():
    pager = (
        '<a href="1_2.html">2</a> <a href="1_3.html">3</a> <a href="1_2.html">下一页</a> <a href="2.html">下一篇</a>'
    )
    first = fetched(page(f"<h1>平台上线</h1>{TEXT}{pager}"))
    assert next_pages(first) == ("https://news.test/a/1_2.html", "https://news.test/a/1_3.html")
    scripted = fetched(page(f"{TEXT}<script>createPageHTML(3, 0, '1', 'html');</script>"))
    assert next_pages(scripted) == ("https://news.test/a/1_1.html", "https://news.test/a/1_2.html")
    parts = [read(page(f"<h1>平台上线</h1><p>第{n}页的话在这里，说的是平台。</p>")) for n in "一二"]
    whole = joined(parts)
    assert whole.text == "第一页的话在这里，说的是平台。\n第二页的话在这里，说的是平台。"
    assert next_pages(fetched(page('<a href="2.html">下一篇</a> <a href="other.html">下一页</a>'))) == ()


def packed(**files: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/"), text)
    return out.getvalue()


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def test_office_files_are_paragraphs_and_rows():
    cell = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    rows = "".join(f"<w:tr>{''.join(cell.format(c) for c in row)}</w:tr>" for row in (("序号", "名称"), ("1", "甲")))
    docx = packed(**{"word/document.xml": f"<w:document {W}><w:body><w:p><w:r><w:t>名单</w:t></w:r></w:p><w:tbl>{rows}</w:tbl></w:body></w:document>"})  # fmt: skip
    assert read_attachment("a.docx", "", docx).text == "名单\n序号\t名称\n1\t甲"
    sheet = (
        f'<worksheet {S}><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>名称</t></is></c>'
        '<c r="C1" t="inlineStr"><is><t>地区</t></is></c></row><row r="2"><c r="A2"><v>1.0</v></c></row></sheetData></worksheet>'
    )
    xlsx = packed(**{"xl/workbook.xml": "<x/>", "xl/worksheets/sheet1.xml": sheet})
    assert read_attachment("a.xlsx", "", xlsx).text == "名称\t\t地区\n1"


@pytest.mark.parametrize(
    ("name", "body", "problem"),
    [
        ("a.doc", b"\xd0\xcf\x11\xe0" + bytes(600), "old format"),
        ("a.docx", b"PK\x03\x04 broken", "unreadable"),
        ("a.zip", packed(x="y"), "unreadable"),
        ("a.docx", packed(**{"word/document.xml": "<!DOCTYPE x [<!ENTITY a 'b'>]><x/>"}), "unreadable"),
        ("a.txt", b"  ", "empty"),
        ("a.pdf", b"%PDF-1.4 nothing", "unreadable"),
    ],
)
def test_a_file_without_text_says_why(name, body, problem):
    assert read_attachment(name, "", body).problem == problem


def test_a_bomb_in_an_office_file_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 300_000_000)
    assert read_attachment("a.docx", "", out.getvalue()).problem == "too large"


def test_a_copy_is_the_same_text_and_another_day_is_not():
    text = (
        "工业和信息化部今天公布名单，星河、云帆、北斗三家平台入选，覆盖装备、化工、船舶三个行业，接入设备一百二十万台。"
    )
    copy = f"（记者 高山）{text.replace('，', ', ')}（责任编辑：小江）"
    other = text.replace("星河、云帆、北斗", "长风、海岸、天工").replace("装备、化工、船舶", "电子、轻工、建材")
    assert same_text(fingerprint(text), fingerprint(copy))
    assert not same_text(fingerprint(text), fingerprint(other))


@pytest.mark.parametrize(
    ("text", "hint", "expected"),
    [
        ("关于发展工业互联网的通知", "", "zh-Hans"),
        ("關於發展工業互聯網的通知", "", "zh-Hant"),
        ("工信部", "zh-TW", "zh-Hant"),
        ("The ministry said it has been done", "", "en"),
        ("Die Fabrik wurde gestern eröffnet und läuft", "de", "und"),
        ("工場のデジタル化についてのお知らせ", "ja", "und"),
        ("", "", "und"),
    ],
)
def test_the_language_is_that_of_the_text(text, hint, expected):
    assert language(text, hint) == expected


def test_marks_that_nobody_sees_are_gone():
    marked = TEXT.replace("平台", "平\u200b\u00ad台")
    article = read(page(f"<h1>平\u200b台\ufeff上线</h1>{marked}"))
    assert article.title == "平台上线"
    assert article.text.startswith("平台今天上线")
