"""The pages for people: what is new, one record with its evidence, the register."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from dualcross.alerts.render import printed
from dualcross.alerts.tokens import TokenError, verify
from dualcross.errors import InputError
from dualcross.model import Alert, Record
from dualcross.query import parse
from dualcross.query.present import finding_json
from dualcross.query.readmodel import Page
from dualcross.web import html
from dualcross.web.feeds import headline

if TYPE_CHECKING:
    from dualcross.deps import Deps
    from dualcross.query.readmodel import ReadModel


def router(model: ReadModel) -> APIRouter:
    """Return the routes of the pages."""
    routes = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @routes.get("/")
    def start(q: str = "") -> HTMLResponse:
        return _asked(q, lambda: _start(model, q))

    @routes.get("/records")
    def records(q: str = "", cursor: str | None = None) -> HTMLResponse:
        return _asked(q, lambda: _records(model.records(parse(q), limit=50, cursor=cursor), q))

    @routes.get("/records/{key}")
    def record(key: str) -> HTMLResponse:
        found = model.record(key)
        if found is None:
            return HTMLResponse(html.notice("Not found", "There is no such record."), 404)
        return HTMLResponse(_record(found))

    @routes.get("/register")
    def register() -> HTMLResponse:
        return HTMLResponse(_register(model))

    return routes


def _asked(q: str, make: Any) -> HTMLResponse:
    try:
        return HTMLResponse(make())
    except InputError as error:
        body = f'<h1>Query</h1>{_search("/", q)}<p class="bad">{escape(str(error))}</p>'
        return HTMLResponse(html.page("dualcross", body), 400)


def _start(model: ReadModel, q: str) -> str:
    alerts = model.alerts(parse(q), limit=30).items
    told = "".join(_alert(alert) for alert in alerts) or "<p>Nothing yet. 暂无。</p>"
    rows = (
        (
            html.link(source.url, source.name or source.id),
            f'<span class="{"bad" if state.notice or state.failures else ""}">{escape(state.outcome)}</span>',
            escape(state.message),
            escape(f"{state.last_success:%Y-%m-%d %H:%M} UTC" if state.last_success else "never"),
            str(state.items_seen),
        )
        for source, state in model.sources(parse(""), limit=500).items
    )
    stats = model.stats()
    counts = " · ".join(f"{escape(str(number))} {escape(name)}" for name, number in stats.items())
    return html.page(
        "dualcross",
        f"<h1>Latest alerts 最新提醒</h1>{_search('/', q)}{told}<h2>Sources 来源</h2>"
        f"{html.table(('Source', 'Outcome', '', 'Last answer', 'Items'), rows)}"
        f'<p class="meta">{counts} · as of {escape(f"{model.as_of():%Y-%m-%d %H:%M} UTC")}</p>',
    )


def _alert(alert: Alert, *, onward: bool = True) -> str:
    quotes = "".join(f"<blockquote>{html.lines(quote_)}</blockquote>" for quote_ in alert.quotes[:3])
    link = f' · <a href="/records/{quote(alert.record_id, safe="")}">record</a>'
    record = link if onward and alert.record_id else ""
    source = html.link(alert.url, alert.source or alert.title or "source")
    return (
        f"<section><h2>{escape(headline(alert, 'zh'))}</h2><p>{escape(headline(alert, 'en'))}</p>{quotes}"
        f'<p class="meta">{escape(printed(alert.published) or "undated")} · {source}'
        f" · {escape(alert.ladder)}{record}</p></section>"
    )


def _records(page: Page[Record], q: str) -> str:
    rows = (
        (
            f'<span class="fixed">{escape((record.published or "")[:10])}</span>',
            f'<a href="/records/{quote(record.id, safe="")}">{escape(record.title or "(no title)")}</a>',
            escape(record.source or ""),
            escape(", ".join(record.labels)),
        )
        for record in page.items
    )
    onward = (
        f'<p><a href="/records?{escape(urlencode({"q": q, "cursor": page.next}))}">older</a></p>' if page.next else ""
    )
    return html.page(
        "Records",
        f"<h1>Records 文章</h1>{_search('/records', q)}"
        f"{html.table(('Date', 'Title', 'Source', 'Topics'), rows)}{onward}",
    )


def shared(model: ReadModel, deps: Deps) -> APIRouter:
    """Return the route by which a link of a message shows its record; the token is all it asks for."""
    routes = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @routes.get("/shared/record")
    def record(token: str) -> HTMLResponse:
        try:
            claim = verify(deps.settings.secret_key, token, "record", deps.clock.now())
        except TokenError as error:
            return HTMLResponse(html.notice("dualcross", str(error), bare=True), 403)
        found = model.record(claim.subject)
        if found is None:
            return HTMLResponse(
                html.notice("Not found 未找到", "This record is gone. 该记录已不存在。", bare=True), 404
            )
        return HTMLResponse(_record(found, bare=True))

    return routes


def _record(record: Record, *, bare: bool = False) -> str:
    findings = "".join(_finding(finding_json(finding)) for finding in record.findings)
    alerts = "".join(_alert(alert, onward=False) for alert in record.alerts)
    return html.page(
        record.title or "Record",
        f"<h1>{escape(record.title)}</h1>"
        f'<p class="meta">{escape(printed(record.published) or "undated")} · '
        f"{html.link(record.url, record.source or record.url or '')}"
        f" · {escape(', '.join(record.labels) or 'no topic')}</p>{alerts}"
        f"<h2>Findings 要点</h2>{findings or '<p>None. 无。</p>'}"
        f'<h2>Text 正文</h2><div class="text">{escape(record.text)}</div>',
        bare=bare,
    )


def _finding(body: dict[str, Any]) -> str:
    told = " · ".join(
        f"{escape(key)}: {escape(_short(value))}"
        for key, value in body.items()
        if key not in ("kind", "evidence", "names") and value not in (None, "", [])
    )
    quotes = "".join(f"<blockquote>{html.lines(e['quote'])}</blockquote>" for e in body["evidence"][:2])
    return f"<section><p><strong>{escape(body['kind'])}</strong> {told}</p>{quotes}</section>"


def _register(model: ReadModel) -> str:
    rows = (
        (
            escape(platform.name),
            escape(platform.operator.name if platform.operator else ""),
            escape(platform.region.name if platform.region else ""),
            escape(", ".join(stage if round_ == "-" else f"{round_} {stage}" for round_, stage in platform.rounds)),
            escape("member" if platform.member else ""),
            escape(platform.status),
        )
        for platform in model.platforms(parse(""), limit=500).items
    )
    columns = ("Platform", "Operator", "Region", "Rounds", "", "How sure")
    return html.page("Register", f"<h1>Register 平台名录</h1>{html.table(columns, rows)}")


def _search(action: str, q: str) -> str:
    return (
        f'<form method="get" action="{action}"><p><input name="q" size="40" value="{escape(q)}" '
        'placeholder="region:广东 after:2023-01-01 双跨" aria-label="query"> <button>Search 搜索</button></p></form>'
    )


def _short(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("name") or value.get("id") or value.get("code"))
    if isinstance(value, list):
        return ", ".join(_short(v) for v in value)
    return str(value)
