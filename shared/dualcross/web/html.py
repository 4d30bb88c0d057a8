"""Plain pages that read well without scripts; everything that comes from elsewhere is escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from dualcross.alerts.links import safe

_STYLE = """
:root{color-scheme:light dark;--line:#8884;--soft:#8882;--accent:#0b62a8}
@media (prefers-color-scheme:dark){:root{--accent:#6cb6ff}}
body{font:16px/1.6 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;max-width:60rem;
margin:0 auto;padding:1rem;overflow-wrap:break-word}
.wide{overflow-x:auto} .fixed{white-space:nowrap}
a{color:var(--accent)} h1{font-size:1.4rem} h2{font-size:1.1rem;margin-top:2rem}
table{border-collapse:collapse;width:100%} th,td{text-align:left;padding:.3rem .5rem;
border-bottom:1px solid var(--line);vertical-align:top}
blockquote{margin:.3rem 0;padding:.2rem .8rem;border-left:3px solid var(--line);background:var(--soft)}
.meta{opacity:.75;font-size:.9rem} nav a,nav span{margin-right:1rem;display:inline-block} .text{white-space:pre-wrap}
input,select,button,textarea{font:inherit;padding:.4rem .6rem;max-width:100%;box-sizing:border-box;
border:1px solid var(--line);border-radius:6px;background:Canvas;color:CanvasText} form p{margin:.8rem 0}
.bad{color:#b3261e} nav{border-bottom:1px solid var(--line);padding-bottom:.5rem}
.card{max-width:34rem;margin:1.5rem auto;padding:.5rem 1.5rem 1.5rem;border:1px solid var(--line);border-radius:12px}
.card label{display:block;font-weight:600;margin-bottom:.2rem} .card .box{display:inline-block;font-weight:400;
margin:.1rem 1rem .1rem 0} .box input{width:auto}
.card p>input:not([type=checkbox]),.card select,.card textarea{width:100%}
.hint{display:block;font-size:.85rem;opacity:.8} .bad.hint{opacity:1}
fieldset{border:1px solid var(--line);border-radius:6px;margin:.8rem 0} legend{font-weight:600}
button{cursor:pointer;padding:.4rem 1rem} .main{background:#0b62a8;border-color:#0b62a8;color:#fff}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem;margin:1rem 0} dt{opacity:.75} dd{margin:0}
.note{padding:.5rem .8rem;border-radius:6px;background:var(--soft)} .note ul{margin:.2rem 0;padding-left:1.2rem}
[aria-invalid]{border-color:#b3261e}
@media (prefers-color-scheme:dark){.bad{color:#ff8a80}}
"""


def page(title: str, body: str, *, language: str = "en", bare: bool = False) -> str:
    """Return a whole page; the body is markup of ours. A bare one has no links to pages that ask for a token."""
    nav = (
        "<span>dualcross</span>"
        if bare
        else '<a href="/">dualcross</a><a href="/records">records</a><a href="/register">register</a>'
        '<a href="/subscribe">subscribe</a><a href="/v1/feed.atom">Atom</a><a href="/v1/openapi.json">API</a>'
    )
    return (
        f'<!doctype html><html lang="{"zh-CN" if language == "zh" else "en"}"><head><meta charset="utf-8">'
        f'<title>{escape(title)}</title><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style></head><body><nav>{nav}</nav><main>{body}</main></body></html>"
    )


def notice(title: str, text: str, *, bare: bool = False) -> str:
    """Return a page that says one thing."""
    return page(title, f"<h1>{escape(title)}</h1><p>{lines(text)}</p>", bare=bare)


def table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table; the cells are markup of ours."""
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def link(url: str | None, text: str) -> str:
    """Return a link to an address of a source where it is one of the web's own, else the text alone."""
    if url and safe(url):
        return f'<a href="{escape(url)}" rel="noopener noreferrer nofollow">{escape(text)}</a>'
    return escape(text)


def lines(text: str) -> str:
    """Return text with its line breaks."""
    return escape(text).replace("\n", "<br>")
