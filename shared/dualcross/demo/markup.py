"""The bundled site's pages: HTML articles with the clutter of real ones, list pages, RSS and Atom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from html import escape

from dualcross.demo.week import Outlet, Page

_STYLE = (
    "body{font-family:sans-serif;max-width:46em;margin:auto}"
    "table{border-collapse:collapse}td,th{border:1px solid;padding:.3em}"
)
#: home, sections, before the outlet's name, before related links, footer, form of the date
_WORDS = {
    "zh-CN": (
        "首页", ("要闻", "产业", "数据", "图片", "关于我们"), "来源：", "相关阅读",
        "本页为演示内容，所载机构与事件均为虚构。", "%Y年%m月%d日 %H:%M",
    ),
    "zh-TW": (
        "首頁", ("要聞", "產業", "生活", "圖集", "關於我們"), "來源：", "延伸閱讀",
        "本頁為演示內容，所載機構與事件均為虛構。", "%Y-%m-%d %H:%M",
    ),
    "en": (
        "Home", ("News", "Industry", "Opinion", "Pictures", "About"), "By ", "Read also",
        "A demonstration page: outlets and events are invented.", "%B %d, %Y %H:%M",
    ),
}  # fmt: skip


def article(page: Page, others: Sequence[Page]) -> bytes:
    """Return an article page with navigation, byline, related links and footer."""
    outlet = page.outlet
    _, _, by, related, _, when = _WORDS[outlet.language]
    links = "".join(f'<li><a href="{escape(p.path)}">{escape(p.title)}</a></li>' for p in others[:4])
    body = (
        f'<h1>{escape(page.title)}</h1><div class="info"><span class="date">{page.moment.strftime(when)}</span> '
        f'<span class="source">{by}{escape(outlet.name)}</span></div>'
        f'<div class="content" id="content">{_paragraphs(page.text)}</div>'
        f'<div class="related"><h3>{related}</h3><ul>{links}</ul></div>'
    )
    stamp = page.moment.isoformat()
    meta = f'<meta property="article:published_time" content="{stamp}">' if outlet.language == "en" else ""
    return _document(outlet, f"{page.title}_{outlet.name}", body, meta)


def index(outlet: Outlet, pages: Sequence[Page], now: datetime) -> bytes:
    """Return the outlet's feed or list page with these pages, the newest first."""
    newest = sorted(pages, key=lambda p: p.moment, reverse=True)
    if outlet.form == "rss":
        return _rss(outlet, newest)
    if outlet.form == "atom":
        return _atom(outlet, newest, now)
    rows = "".join(
        f'<li><a href="{escape(p.path)}">{escape(p.title)}</a><span>{p.moment:%Y-%m-%d}</span></li>' for p in newest
    )
    return _document(outlet, outlet.name, f'<div class="main"><ul class="news">{rows}</ul></div>', "")


def media(outlet: Outlet, *, feed: bool) -> str:
    """Return the content type; a GBK page declares itself only in its markup, as many do."""
    if feed:
        return f"application/{outlet.form}+xml; charset=utf-8"
    return "text/html" if outlet.charset != "utf-8" else "text/html; charset=utf-8"


def _paragraphs(text: str) -> str:
    out: list[str] = []
    table: list[str] = []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            cell = "td" if table else "th"
            cells = "".join(f"<{cell}>{escape(c)}</{cell}>" for c in line.strip("|").split("|"))
            table.append(f"<tr>{cells}</tr>")
            continue
        if table:
            out.append(f"<table>{''.join(table)}</table>")
            table = []
        if line:
            out.append(f"<p>{escape(line)}</p>")
    return "".join(out)


def _document(outlet: Outlet, title: str, body: str, meta: str) -> bytes:
    home, sections, _, _, footer, _ = _WORDS[outlet.language]
    nav = "".join(f'<a href="/{n}/">{escape(s)}</a> ' for n, s in enumerate(sections))
    text = (
        f'<!DOCTYPE html><html lang="{outlet.language}"><head><meta charset="{outlet.charset}">'
        f"<title>{escape(title)}</title>{meta}<style>{_STYLE}</style></head><body>"
        f'<div class="nav"><a href="{outlet.index}">{home}</a> {nav}</div>{body}'
        f'<div class="footer">{escape(outlet.name)} · {footer}</div></body></html>'
    )
    return text.encode(outlet.charset, "xmlcharrefreplace")


def _summary(page: Page) -> str:
    return escape(page.text.splitlines()[0][:80])


def _rss(outlet: Outlet, pages: Sequence[Page]) -> bytes:
    items = "".join(
        f"<item><title>{escape(p.title)}</title><link>{escape(p.url)}</link><guid>{escape(p.url)}</guid>"
        f"<pubDate>{format_datetime(p.moment)}</pubDate><description>{_summary(p)}</description></item>"
        for p in pages
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        f"<title>{escape(outlet.name)}</title><link>http://{outlet.host}/</link><description>{escape(outlet.name)}</description>"
        f"<language>{outlet.language.lower()}</language>{items}</channel></rss>"
    ).encode()


def _atom(outlet: Outlet, pages: Sequence[Page], now: datetime) -> bytes:
    updated = (pages[0].moment if pages else now.replace(hour=0, minute=0, second=0, microsecond=0)).isoformat()
    items = "".join(
        f'<entry><title>{escape(p.title)}</title><link href="{escape(p.url)}"/><id>{escape(p.url)}</id>'
        f"<published>{p.moment.isoformat()}</published><updated>{p.moment.isoformat()}</updated>"
        f"<summary>{_summary(p)}</summary></entry>"
        for p in pages
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.language}">'
        f"<title>{escape(outlet.name)}</title><id>http://{outlet.host}/</id><updated>{updated}</updated>"
        f'<link href="http://{outlet.host}{outlet.index}" rel="self"/>{items}</feed>'
    ).encode()
