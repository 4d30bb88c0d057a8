"""Plain pages that read well without scripts; everything that comes from elsewhere is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from dualcross.alerts.links import safe

_STYLE = """
:root{color-scheme:light dark;--line:#8884;--soft:#8882;--accent:#0b62a8}
@media (prefers-color-scheme:dark){:root{--accent:#6cb6ff}}
body{font:16px/1.6 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;max-width:60rem;
margin:0 auto;padding:1rem;overflow-wrap:anywhere}
a{color:var(--accent)} h1{font-size:1.4rem} h2{font-size:1.1rem;margin-top:2rem}
table{border-collapse:collapse;width:100%} th,td{text-align:left;padding:.3rem .5rem;
border-bottom:1px solid var(--line);vertical-align:top}
blockquote{margin:.3rem 0;padding:.2rem .8rem;border-left:3px solid var(--line);background:var(--soft)}
.meta{opacity:.75;font-size:.9rem} nav a{margin-right:1rem} .text{white-space:pre-wrap}
input,select,button,textarea{font:inherit;padding:.3rem .6rem;max-width:100%} form p{margin:.5rem 0}
label{display:inline-block;min-width:9rem} .bad{color:#b3261e}
@media (prefers-color-scheme:dark){.bad{color:#ff8a80}}
"""


def page(title: str, body: str) -> str:
    """Return a whole page; the body is markup of ours."""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style></head><body>"
        '<nav><a href="/">dualcross</a><a href="/records">records</a><a href="/register">register</a>'
        '<a href="/v1/feed.atom">Atom</a><a href="/v1/openapi.json">API</a></nav>'
        f"<main>{body}</main></body></html>"
    )


def notice(title: str, text: str) -> str:
    """Return a page that says one thing."""
    return page(title, f"<h1>{escape(title)}</h1><p>{lines(text)}</p>")


def button(title: str, action: str, token: str, label: str, text: str, *, note: bool = False) -> str:
    """Return a page whose button posts the token; opening it changes nothing."""
    field = '<p><textarea name="note" rows="3" cols="40" placeholder="note 备注"></textarea></p>' if note else ""
    return page(
        title,
        f'<h1>{escape(title)}</h1><p class="text">{escape(text)}</p><form method="post" action="{escape(action)}">'
        f'<input type="hidden" name="token" value="{escape(token)}">{field}'
        f"<p><button>{escape(label)}</button></p></form>",
    )


def settings(token: str, shown: Mapping[str, Any]) -> str:
    """Return the page on which a subscriber changes, pauses or deletes a subscription."""
    hidden = f'<input type="hidden" name="token" value="{escape(token)}">'
    inputs = "".join(
        f'<p><label for="{name}">{escape(label)}</label> '
        f'<input id="{name}" name="{name}" value="{escape(str(shown[name]))}"></p>'
        for name, label in (
            ("query", "Query 查询"),
            ("cadence", "Cadence 频率"),
            ("quiet", "Quiet hours 免打扰"),
            ("timezone", "Time zone 时区"),
            ("language", "Language zh/en"),
            ("min_confidence", "Confidence 0–1"),
            ("cap", "Messages an hour 0=∞"),
        )
    )
    paused = shown["state"] == "paused"
    other = ("resume", "Resume 恢复") if paused else ("pause", "Pause 暂停")
    actions = "".join(
        f'<form method="post" action="/v1/subscription">{hidden}<input type="hidden" name="action" value="{name}">'
        f"<p><button>{escape(label)}</button></p></form>"
        for name, label in (other, ("delete", "Delete my data 删除数据"))
    )
    return page(
        "Subscription 订阅",
        f"<h1>Subscription 订阅</h1><p>{escape(str(shown['channel']))} · {escape(str(shown['address']))} · "
        f'{escape(str(shown["state"]))}</p><form method="post" action="/v1/subscription">{hidden}{inputs}'
        f"<p><button>Save 保存</button></p></form>{actions}"
        f'<p><a href="/v1/subscription/data?token={escape(token)}">Everything kept about this subscription</a></p>',
    )


def table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table; the cells are markup of ours."""
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def link(url: str | None, text: str) -> str:
    """Return a link to an address of a source where it is one of the web's own, else the text alone."""
    if url and safe(url):
        return f'<a href="{escape(url)}" rel="noopener noreferrer nofollow">{escape(text)}</a>'
    return escape(text)


def lines(text: str) -> str:
    """Return text with its line breaks."""
    return escape(text).replace("\n", "<br>")
