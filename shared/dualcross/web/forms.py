"""The pages on which subscribers act, in their language: sign up, confirm, change, leave, say right or wrong.

No scripts: each button posts a form, and what was typed wrong comes back with the words beside its field.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from dualcross import channels
from dualcross.alerts.words import TRIGGERS, Lang
from dualcross.model import SUBSCRIBER_TRIGGERS
from dualcross.web import html
from dualcross.web.phrases import CADENCES, CHANNELS, STATES, phrase

_LADDERS = ("reported", "corroborated", "confirmed")
#: what a form offers for typing, with an example of its form
_PLACEHOLDERS = {"query": "region:440000 OR 华为", "quiet": "22:00-07:30", "timezone": "Asia/Shanghai"}
_ADDRESSES = {"email": "name@example.org", "telegram": "-1001234567890"}


def language_of(accepted: str) -> Lang:
    """Return the language a browser asks for first; English unless it is Chinese."""
    return "zh" if accepted.lstrip().lower().startswith("zh") else "en"


def sign_up(language: Lang, fields: Mapping[str, Any], *, wrong: str = "", message: str = "") -> str:
    """Return the page to sign up on; `wrong` names the field that cannot be used, `message` says why."""
    chosen = str(fields.get("channel", "email"))
    offered = sorted(channels.SELF_SERVICE, key=lambda name: (name != "email", name != "webhook", name))
    named = [(name, _of(CHANNELS, name, language)) for name in offered]
    body = _select("channel", language, named, chosen)
    body += _input("address", language, fields.get("address", ""), wrong, message, example=_ADDRESSES.get(chosen, ""))
    body += _input("secret", language, "", wrong, message, hint="secret.hint", kind="password")
    body += _choices(language, fields, wrong, message) + _act("sign_up", language)
    beside = "" if wrong in _NAMED else _problem(message)
    return _page(
        phrase("sign_up.title", language),
        f"<p>{phrase('sign_up.text', language)}</p>{beside}"
        f'<form method="post" action="/v1/subscriptions">{body}</form>',
        language,
    )


def settings(
    token: str,
    shown: Mapping[str, Any],
    *,
    waiting: Sequence[str] = (),
    feeds: Mapping[str, str] | None = None,
    saved: bool = False,
    wrong: str = "",
    message: str = "",
) -> str:
    """Return the page on which a subscriber changes, pauses or deletes a subscription.

    `shown` is its public form, `waiting` says what is held back for it and why.
    """
    language: Lang = shown["language"]
    top = _facts(
        [
            (phrase("channel", language), _of(CHANNELS, shown["channel"], language)),
            (phrase("address", language), shown["address"]),
            (phrase("state", language), _of(STATES, shown["state"], language)),
        ]
    )
    if shown.get("parked"):
        top += _problem(f"{phrase('parked', language)} {shown['parked']}")
    if waiting:
        rows = "".join(f"<li>{escape(line)}</li>" for line in waiting)
        top += f'<div class="note"><strong>{phrase("waiting", language)}</strong><ul>{rows}</ul></div>'
    hidden = f'<input type="hidden" name="token" value="{escape(token)}">'
    done = f'<p class="note">{phrase("saved", language)}</p>' if saved else ""
    change = (
        f'<form method="post" action="/v1/subscription">{hidden}{"" if wrong in _NAMED else _problem(message)}'
        f"{_choices(language, shown, wrong, message)}"
        f"{_act('save', language)}</form>"
    )
    other = "resume" if shown["state"] == "paused" else "pause"
    acts = "".join(
        f'<form method="post" action="/v1/subscription">{hidden}<input type="hidden" name="action" value="{name}">'
        f"<p><button>{phrase(name, language)}</button> "
        f'<span class="meta">{phrase(name + ".text", language)}</span></p></form>'
        for name in ([other] if shown["state"] in ("active", "paused") else []) + ["delete"]
    )
    pulled = " · ".join(f'<a href="{escape(url)}">{escape(name)}</a>' for name, url in (feeds or {}).items())
    pulled = (
        f"<h2>{phrase('feeds', language)}</h2><p>{phrase('feeds.text', language)}<br>{pulled}</p>" if pulled else ""
    )
    data = (
        f'<p><a href="/v1/subscription/data?token={escape(token)}">{phrase("data", language)}</a></p>'
        f"<h2>{phrase('end', language)}</h2>"
    )
    return _page(phrase("settings.title", language), f"{top}{done}{change}{pulled}{data}{acts}", language)


def ask(
    kind: str, action: str, token: str, language: Lang, *, facts: Sequence[tuple[str, str]], note: bool = False
) -> str:
    """Return a page whose button posts the token; opening it changes nothing. `kind` picks its words."""
    field = (
        f'<p><label for="note">{phrase("note", language)}</label><textarea id="note" name="note" rows="3" '
        'maxlength="1000"></textarea></p>'
        if note
        else ""
    )
    return _page(
        phrase(f"{kind}.title", language),
        f"<p>{phrase(f'{kind}.text', language)}</p>{_facts(facts)}"
        f'<form method="post" action="{escape(action)}"><input type="hidden" name="token" value="{escape(token)}">'
        f"{field}{_act(kind, language)}</form>",
        language,
    )


def done(kind: str, language: Lang, links: Mapping[str, str] | None = None, *, secret: str = "") -> str:
    """Return the page that says it is done, with links onward, and a secret that is shown this once."""
    shown = f"<p>{phrase('secret.once', language)}<br><code>{escape(secret)}</code></p>" if secret else ""
    onward = " · ".join(f'<a href="{escape(url)}">{phrase(name, language)}</a>' for name, url in (links or {}).items())
    return _page(
        phrase(f"{kind}.done", language),
        f"<p>{phrase(f'{kind}.done.text', language)}</p>{shown}" + (f"<p>{onward}</p>" if onward else ""),
        language,
    )


def problem(text: str, language: Lang) -> str:
    """Return the page that says why it cannot be done."""
    return _page(
        phrase("problem", language), f"<p>{escape(text)}</p><p>{phrase('problem.text', language)}</p>", language
    )


def summary(shown: Mapping[str, Any], language: Lang) -> list[tuple[str, str]]:
    """Return what a subscription is about, as a subscriber reads it."""
    triggers = [_of(TRIGGERS, name, language) for name in shown["triggers"]]
    return [
        (phrase("channel", language), _of(CHANNELS, shown["channel"], language)),
        (phrase("address", language), shown["address"]),
        (phrase("query", language), shown["query"] or phrase("everything", language)),
        (phrase("triggers", language), ("、" if language == "zh" else ", ").join(triggers)),
        (phrase("cadence", language), _of(CADENCES, shown["cadence"], language)),
    ]


_NAMED = frozenset({
    "address", "secret", "query", "triggers", "language", "min_confidence", "min_ladder", "cadence", "quiet",
    "timezone", "cap",
})  # fmt: skip


def _choices(language: Lang, fields: Mapping[str, Any], wrong: str, message: str) -> str:
    cadence = str(fields.get("cadence", "now"))
    cadences = [(name, _of(CADENCES, name, language)) for name in CADENCES]
    if cadence not in CADENCES:
        cadences.append((cadence, cadence))
    given = fields.get("triggers", SUBSCRIBER_TRIGGERS)
    # A program may send anything here; what is no list of triggers ticks nothing.
    named = given.replace(",", " ").split() if isinstance(given, str) else given
    ticked = list(named) if isinstance(named, (list, tuple)) else []
    boxes = "".join(
        f'<label class="box"><input type="checkbox" name="triggers" value="{name}"'
        f"{' checked' if name in ticked else ''}> {_of(TRIGGERS, name, language)}</label>"
        for name in SUBSCRIBER_TRIGGERS
    )
    always = fields.get("always", False) in (True, "true", "on", "yes", "1")
    kinds = (
        f'<fieldset><legend>{phrase("triggers", language)}</legend><input type="hidden" name="triggers" value="">'
        f"{boxes}{_said('triggers', wrong, message)}</fieldset>"
    )
    ladders = [(name, phrase(f"ladder.{name}", language)) for name in _LADDERS]
    languages = [("zh", "中文"), ("en", "English")]
    box = f'<input type="checkbox" name="always" value="yes"{" checked" if always else ""}>'

    def typed(name: str, default: Any, hint: str = "") -> str:
        return _input(name, language, fields.get(name, default), wrong, message, hint=hint)

    made = [
        typed("query", "", "query.hint"),
        kinds,
        _select("language", language, languages, str(fields.get("language", language))),
        _select("cadence", language, cadences, cadence),
        typed("quiet", "", "quiet.hint"),
        typed("timezone", "Asia/Shanghai"),
        _select("min_ladder", language, ladders, str(fields.get("min_ladder", "reported"))),
        typed("min_confidence", 0, "min_confidence.hint"),
        typed("cap", 0, "cap.hint"),
        f'<p><label class="box">{box} {phrase("always", language)}</label>',
        '<input type="hidden" name="always" value=""></p>',
    ]
    return "".join(made)


def _input(
    name: str,
    language: Lang,
    value: Any,
    wrong: str,
    message: str,
    *,
    hint: str = "",
    example: str = "",
    kind: str = "text",
) -> str:
    bad = " aria-invalid=true" if name == wrong else ""
    placeholder = escape(example or _PLACEHOLDERS.get(name, ""))
    below = f'<span class="hint">{phrase(hint, language)}</span>' if hint else ""
    shown = escape(f"{value:g}" if isinstance(value, float) else str(value))
    return (
        f'<p><label for="{name}">{phrase(name, language)}</label><input id="{name}" name="{name}" type="{kind}"'
        f' value="{shown}" placeholder="{placeholder}" autocomplete="off"{bad}>'
        f"{below}{_said(name, wrong, message)}</p>"
    )


def _said(name: str, wrong: str, message: str) -> str:
    return f'<span class="bad hint">{escape(message)}</span>' if name == wrong else ""


def _select(name: str, language: Lang, options: Sequence[tuple[str, str]], chosen: str) -> str:
    made = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(label)}</option>'
        for value, label in options
    )
    return (
        f'<p><label for="{name}">{phrase(name, language)}</label><select id="{name}" name="{name}">{made}</select></p>'
    )


def _facts(rows: Sequence[tuple[str, str]]) -> str:
    made = "".join(f"<dt>{escape(label)}</dt><dd>{html.lines(str(value))}</dd>" for label, value in rows if value)
    return f"<dl>{made}</dl>" if made else ""


def _act(name: str, language: Lang) -> str:
    return f'<p><button class="main">{phrase(name, language)}</button></p>'


def _problem(message: str) -> str:
    return f'<p class="note bad">{escape(message)}</p>' if message else ""


def _of(table: Mapping[str, tuple[str, str]], name: str, language: Lang) -> str:
    pair = table.get(name, (name, name))
    return pair[0] if language == "zh" else pair[1]


def _page(title: str, body: str, language: Lang) -> str:
    return html.page(title, f'<div class="card"><h1>{escape(title)}</h1>{body}</div>', language=language, bare=True)
