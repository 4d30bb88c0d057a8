"""A message as plain text and as HTML that mail clients show well: inline styles only, everything escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from dualcross.alerts.words import Lang
from dualcross.model.messages import Block

_FONT = (
    "-apple-system,BlinkMacSystemFont,'Segoe UI','PingFang SC','Hiragino Sans GB','Microsoft YaHei',"
    "Roboto,Arial,sans-serif"
)
_LABEL = "padding:2px 12px 2px 0;color:#667085;vertical-align:top;white-space:nowrap"
_MARKS = {"zh": ("「", "」", "："), "en": ("“", "”", ": ")}


def text(blocks: Sequence[Block], notes: Sequence[str], footer: Sequence[tuple[str, str]], language: Lang) -> str:
    """Return the message as plain text; each block begins with its headline on a line of its own."""
    left, right, colon = _MARKS[language]
    parts = []
    for block in blocks:
        lines = [block.headline]
        if block.quote:
            lines += ["", *(f"  {left}{line}{right}" for line in block.quote.split("\n")), f"  — {block.origin}"]
        lines += ["", *(f"{label}{colon}{value}" for label, value in block.facts)]
        lines += ["", *(f"{label}{colon}{url}" for label, url in block.links)]
        parts.append("\n".join(lines).strip())
    end = [*notes, *(f"{label}{colon}{url}" for label, url in footer)]
    if end:
        parts.append("-- \n" + "\n".join(end))
    return "\n\n".join(parts) + "\n"


def html(
    subject: str, blocks: Sequence[Block], notes: Sequence[str], footer: Sequence[tuple[str, str]], language: Lang
) -> str:
    """Return the message as a complete HTML document."""
    lang = "zh-CN" if language == "zh" else "en"
    body = "".join(_block(block, language) for block in blocks)
    end = "".join(f'<p style="margin:0 0 6px">{_lines(note)}</p>' for note in notes)
    end += _links(footer, "#667085")
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta name="color-scheme" content="light dark"><title>{escape(subject)}</title></head>'
        f'<body style="margin:0;padding:0;background:#f2f4f7"><div style="max-width:640px;margin:0 auto;padding:16px;'
        f'font-family:{_FONT};font-size:15px;line-height:1.6;color:#1d2939">{body}'
        f'<div style="padding:8px 4px;font-size:12px;line-height:1.6;color:#667085">{end}</div></div></body></html>\n'
    )


def _block(block: Block, language: Lang) -> str:
    left, right, _ = _MARKS[language]
    quote = ""
    if block.quote:
        quote = (
            '<blockquote style="margin:0 0 12px;padding:8px 12px;border-left:3px solid #1570ef;background:#f5f8ff">'
            f"{left}{_lines(block.quote)}{right}"
            f'<div style="font-size:13px;color:#667085">— {escape(block.origin)}</div></blockquote>'
        )
    rows = "".join(
        f'<tr><td style="{_LABEL}">{escape(label)}</td>'
        f'<td style="padding:2px 0;vertical-align:top;word-break:break-word">{_lines(value)}</td></tr>'
        for label, value in block.facts
    )
    table = f'<table role="presentation" style="border-collapse:collapse;font-size:14px">{rows}</table>' if rows else ""
    return (
        '<div style="background:#ffffff;border:1px solid #e4e7ec;border-radius:8px;padding:16px;margin:0 0 12px">'
        f'<h1 style="margin:0 0 12px;font-size:18px;line-height:1.4;color:#101828">{escape(block.headline)}</h1>'
        f"{quote}{table}{_links(block.links, '#1570ef')}</div>"
    )


def _links(links: Sequence[tuple[str, str]], colour: str) -> str:
    if not links:
        return ""
    made = " · ".join(f'<a href="{escape(url)}" style="color:{colour}">{escape(label)}</a>' for label, url in links)
    return f'<p style="margin:12px 0 0;font-size:14px">{made}</p>'


def _lines(value: str) -> str:
    return escape(value).replace("\n", "<br>")
