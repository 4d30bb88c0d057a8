"""`read` and `replay`: one line for each argument or line, whatever happens."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from dualcross.cli import main

ROOT = Path(__file__).resolve().parents[2]
ENV = {"PYTHONPATH": f"{ROOT / 'shared'}:{ROOT / 'classifiers'}", "PATH": os.environ.get("PATH", "")}
PAGE = """<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>新增名单发布 - 某某网</title></head><body>
<div class="nav"><a href="/">首页</a><a href="/a">要闻</a></div>
<article><h1>新增名单发布</h1><p class="info">2023-09-07 09:30 来源：测试晚报</p>
<p>9月6日，工业和信息化部公布2023年新增跨行业跨领域工业互联网平台清单，蓝湾云工业互联网平台（浙江蓝湾云科技有限公司）首次入选国家级双跨平台。</p>
<p>据介绍，入选平台将接受动态评价，评价结果面向社会公布，企业应当持续提升服务能力，带动产业链上下游协同发展。</p></article></body></html>"""
TEXT = (
    "双跨平台名单公布\n2023-09-07 来源：测试晚报\n工业和信息化部公布新增双跨平台名单，蓝湾云工业互联网平台首次入选。\n"
)


def run(capsys, *argv: str) -> tuple[int, list, list[str]]:
    code = main(list(argv))
    captured = capsys.readouterr()
    return code, [json.loads(line) for line in captured.out.splitlines()], captured.err.splitlines()


def test_a_record_has_every_key_of_the_contract(capsys, tmp_path):
    page = tmp_path / "a.html"
    page.write_text(PAGE, encoding="utf-8")
    code, (found,), err = run(capsys, "read", "--json", str(page))
    assert (code, err) == (0, [])
    assert list(found)[:11] == [
        "url", "title", "published", "language", "source", "official", "text", "labels", "topics", "findings", "alerts"
    ]  # fmt: skip
    assert found["url"] is None
    assert found["title"] == "新增名单发布"
    assert found["published"] == "2023-09-07T09:30:00+08:00"
    assert "首页" not in found["text"]
    for finding in found["findings"]:
        assert {"kind", "evidence"} <= set(finding)
        for evidence in finding["evidence"]:
            assert found["text"][evidence["start"] : evidence["end"]] == evidence["quote"]
        if finding["kind"] == "membership":
            assert {"programme", "round", "stage", "first_time", "known", "platform", "operator", "region"} <= set(
                finding
            )


def test_one_line_for_each_argument_in_order(capsys, tmp_path):
    page, text, empty, pdf = (tmp_path / name for name in ("a.html", "b.txt", "c.txt", "d.pdf"))
    page.write_text(PAGE, encoding="utf-8")
    text.write_text(TEXT, encoding="gb18030")
    empty.write_bytes(b" \n")
    pdf.write_bytes(b"%PDF-1.7 ...")
    names = [str(p) for p in (page, tmp_path / "none", text, empty, tmp_path, pdf, page)]
    code, lines, err = run(capsys, "read", "--json", *names)
    assert code == 1
    assert [line.get("title", "-") for line in lines] == [
        "新增名单发布", "-", "双跨平台名单公布", "-", "-", "-", "新增名单发布"
    ]  # fmt: skip
    for position in (1, 3, 4, 5):
        assert set(lines[position]) == {"url", "error"}
        assert lines[position]["url"] == names[position]
    assert len(err) == 4


def test_what_the_user_says_wins_over_the_page(capsys, tmp_path):
    page = tmp_path / "a.html"
    page.write_text(PAGE, encoding="utf-8")
    url = "https://www.miit.gov.cn/art/1.html"
    _, (found,), _ = run(capsys, "read", "--json", "--url", url, "--published", "2022-01-02", str(page))
    assert (found["url"], found["published"], found["official"]) == (url, "2022-01-02", True)
    _, (found,), _ = run(capsys, "read", "--json", "--official", str(page))
    assert found["official"] is True
    _, (found,), _ = run(capsys, "read", "--json", str(page))
    assert found["official"] is False


@pytest.mark.parametrize(
    "argv",
    [
        ["read"],
        ["read", "--json", "--published", "yesterday", "x"],
        ["read", "--json", "--url", "https://x.test/", "a", "b"],
        ["replay"],
        ["replay", "none.jsonl"],
        ["replay", "--since", "ninety"],
        ["nonsense"],
        ["records", "--json", "--csv"],
        ["records", "--limit", "-1"],
        ["records", "--limit", "many"],
    ],
)
def test_bad_input_is_one_line_and_exit_2(argv, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "dualcross", *argv],
        cwd=tmp_path,
        env={"PYTHONPATH": f"{ROOT / 'shared'}:{ROOT / 'classifiers'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1, done.stderr


def lines(folder: Path, *rows: object) -> str:
    path = folder / "stream.jsonl"
    path.write_text(
        "".join((row if isinstance(row, str) else json.dumps(row, ensure_ascii=False)) + "\n" for row in rows), "utf-8"
    )
    return str(path)


ROW = {
    "n": 1,
    "url": "https://news.test/1",
    "published": "2023-09-07",
    "source": "测试晚报",
    "official": False,
    "title": "蓝湾云入选国家级双跨平台",
    "text": "9月6日，工业和信息化部公布2023年新增跨行业跨领域工业互联网平台清单，蓝湾云工业互联网平台首次入选。",
}


def test_every_line_is_answered_once_and_a_repost_is_silent(capsys, tmp_path):
    again = ROW | {"n": 2, "url": "https://other.test/9", "source": "别报"}
    other = {"n": "x", "url": "https://news.test/3", "published": None, "title": "天气", "text": "今天晴。"}
    code, found, err = run(capsys, "replay", "--json", lines(tmp_path, ROW, again, "", other))
    assert (code, err) == (0, [])
    assert [line["n"] for line in found] == [1, 2, "x"]
    assert all(set(line) == {"n", "alerts"} for line in found)
    assert [len(line["alerts"]) for line in found] == [1, 0, 0]
    told = found[0]["alerts"][0]
    assert {"trigger", "confirmed", "subject", "names", "possibly_listed", "event"} == set(told)
    assert told["trigger"] == "platform.new"


def test_a_line_that_cannot_be_read_is_answered_too(capsys, tmp_path):
    rows = ["{", ROW, [1], {"n": 4}, {"n": 5, "file": "none.html"}, ROW | {"n": 6, "published": "soon"}]
    code, found, err = run(capsys, "replay", "--json", lines(tmp_path, *rows))
    assert code == 1
    assert [line["n"] for line in found] == [1, 1, 3, 4, 5, 6]
    assert [bool(line.get("error")) for line in found] == [True, False, True, True, True, False]
    assert all(isinstance(line["alerts"], list) for line in found)
    assert len(err) == 4


def test_pages_lie_beside_the_stream_and_the_fields_of_the_line_win(capsys, tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "page.html").write_text(PAGE, encoding="utf-8")
    row = {"n": 1, "file": "sub/page.html", "url": "https://news.test/1", "published": None, "source": "别报"}
    _, (own,), _ = run(capsys, "replay", lines(tmp_path, row))
    assert [a["trigger"] for a in own["alerts"]] == ["platform.new"]
    from dualcross.cli.pages import _line_article

    article = _line_article(row, tmp_path)
    assert (article.published, article.source, article.url) == (
        "2023-09-07T09:30:00+08:00", "别报", "https://news.test/1"
    )  # fmt: skip
    article = _line_article(row | {"published": "2024-01-01", "title": "别的标题", "official": True}, tmp_path)
    assert (article.published, article.title, article.official) == ("2024-01-01", "别的标题", True)
    assert "蓝湾云" in article.text
    for given, wanted in (("2024年1月2日", "2024-01-02"), ("soon", "2023-09-07T09:30:00+08:00")):
        assert _line_article(row | {"published": given}, tmp_path).published == wanted
    text_only = _line_article({"text": "正文", "url": "https://www.miit.gov.cn/1"}, tmp_path)
    assert (text_only.published, text_only.official) == (None, True)


def document(path: Path, paragraphs: list[str], table: list[list[str]]) -> None:
    """Write a DOCX of paragraphs and a table."""
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'

    def paragraph(text: str) -> str:
        return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"

    cells = [[f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row] for row in table]
    body = "".join(map(paragraph, paragraphs)) + "<w:tbl>"
    body += "".join(f"<w:tr>{''.join(row)}</w:tr>" for row in cells) + "</w:tbl>"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("word/document.xml", f"<w:document {space}><w:body>{body}</w:body></w:document>")


def test_a_document_is_read_like_a_page(capsys, tmp_path):
    path = tmp_path / "list.docx"
    rows = [["序号", "平台名称", "单位名称"], ["1", "蓝湾云工业互联网平台", "浙江蓝湾云科技有限公司"]]
    document(path, ["2027年新增跨行业跨领域工业互联网平台名单", "工业和信息化部 2027年9月1日"], rows)
    code, (found,), _ = run(capsys, "read", "--json", str(path))
    assert code == 0
    assert (found["title"], found["published"]) == ("2027年新增跨行业跨领域工业互联网平台名单", "2027-09-01")
    (member,) = [f for f in found["findings"] if f["kind"] == "membership"]
    assert (member["operator"]["name"], member["round"]) == ("浙江蓝湾云科技有限公司", "2027")


@pytest.mark.parametrize(
    "body", [bytes(range(256)) * 40, b"\xff\xfe\x00", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(90)]
)
def test_bytes_that_are_no_text_are_told(capsys, tmp_path, body):
    (tmp_path / "x.txt").write_bytes(body)
    code, (found,), err = run(capsys, "read", "--json", str(tmp_path / "x.txt"))
    assert (code, set(found), len(err)) == (1, {"url", "error"}, 1)


def test_a_page_comes_through_a_pipe(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "dualcross", "read", "--json", "-"],
        input=PAGE.encode(),
        env=ENV,
        capture_output=True,
        check=True,
    )
    assert json.loads(done.stdout)["title"] == "新增名单发布"


def test_a_stream_may_be_written_by_chinese_programs(capsys, tmp_path):
    text = "浙江蓝湾云科技有限公司的蓝湾云平台入选国家级双跨平台。"
    line = json.dumps({"n": 1, "title": "新闻", "text": text, "published": "2023-09-07"}, ensure_ascii=False)
    (tmp_path / "utf8.jsonl").write_text(line, encoding="utf-8-sig")
    (tmp_path / "gbk.jsonl").write_text(line, encoding="gb18030")
    _, plain, _ = run(capsys, "replay", str(tmp_path / "utf8.jsonl"))
    assert plain[0]["alerts"]
    assert run(capsys, "replay", str(tmp_path / "gbk.jsonl"))[1] == plain


def test_a_headline_alone_is_worth_reading(capsys, tmp_path):
    stream = tmp_path / "s.jsonl"
    stream.write_text(
        '{"n": 1, "title": "浙江蓝湾云科技有限公司的蓝湾云平台入选国家级双跨平台", "text": null}\n{"n": 2}\n{x\n',
        encoding="utf-8",
    )
    code, lines, err = run(capsys, "replay", str(stream))
    assert [alert["trigger"] for alert in lines[0]["alerts"]][:1] == ["platform.new"]
    assert "neither" in lines[1]["error"]
    assert lines[2]["error"].startswith("not JSON")
    assert (code, len(err)) == (1, 2)


def test_strange_lines_are_read_as_far_as_they_go(capsys, tmp_path):
    news = "浙江蓝湾云科技有限公司的蓝湾云平台入选国家级双跨平台。"
    lines = [
        {"n": 1, "published": "0001-01-01", "title": "运动会", "text": "昨天的比赛。"},
        {"n": 2, "published": "9999-12-31T23:59:59-14:00", "title": "运动会", "text": "今天的比赛。"},
        {"n": 3, "url": "http://[bad", "title": "half \ud800", "text": news},
    ]
    stream = tmp_path / "s.jsonl"
    stream.write_text("\n".join([*map(json.dumps, lines), "[" * 100_000, '{"n": NaN, "text": "x"}']), encoding="utf-8")
    code, found, err = run(capsys, "replay", str(stream))
    assert (code, len(err)) == (1, 1)
    assert [line["n"] for line in found] == [1, 2, 3, 4, 5]
    assert [alert["trigger"] for alert in found[2]["alerts"]] == ["platform.new"]
    assert "nested" in found[3]["error"]
