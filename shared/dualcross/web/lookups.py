"""`/v1/records`, `/v1/events`, …: the read model as JSON, page by page."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse

from dualcross import __version__
from dualcross.query import parse
from dualcross.query.engine import regions_matching, rounds_matching
from dualcross.query.present import alert_json, stored_json
from dualcross.query.readmodel import LIMIT, MOST, Page
from dualcross.query.rows import event_json, platform_json, policy_json, source_json
from dualcross.web.problems import missing

if TYPE_CHECKING:
    from dualcross.query.readmodel import ReadModel

Text = Annotated[str, Query(description="query language: topic:selection region:440000 after:2023-01-01 …")]
Limit = Annotated[int, Query(ge=1, le=MOST)]
Cursor = Annotated[str | None, Query(description="`next` of the page before")]
#: columns of the CSV export
COLUMNS = (
    "id", "published", "title", "source", "language", "official", "labels", "url", "read_at", "findings", "alerts",
    "text",
)  # fmt: skip


def router(model: ReadModel) -> APIRouter:
    """Return the routes that read."""
    routes = APIRouter(tags=["read"])

    def listed(path: str, ask: Callable[..., Page[Any]], shape: Callable[[Any], dict[str, Any]], told: str) -> None:
        def endpoint(q: Text = "", limit: Limit = LIMIT, cursor: Cursor = None) -> Response:
            page = ask(parse(q), limit=limit, cursor=cursor)
            onward = f'<{path_of(path, q, limit, page.next)}>; rel="next"' if page.next else ""
            return answer({"items": [shape(item) for item in page.items], "next": page.next}, link=onward)

        routes.add_api_route(path, endpoint, methods=["GET"], summary=told, name=path.strip("/"))

    def single(path: str, ask: Callable[[str], Any], shape: Callable[[Any], dict[str, Any]], what: str) -> None:
        def endpoint(key: str) -> Response:
            found = ask(key)
            if found is None:
                raise missing(what)
            return answer(shape(found))

        routes.add_api_route(path, endpoint, methods=["GET"], summary=f"One {what}", name=what)

    listed("/records", model.records, stored_json, "Records, the last stored first")
    single("/records/{key}", model.record, stored_json, "record")
    listed("/events", model.events, event_json, "Events, newest first")
    single("/events/{key:path}", model.event, event_json, "event")
    listed("/platforms", model.platforms, platform_json, "Platforms of the register, by id")
    single("/platforms/{key}", model.platform, platform_json, "platform")
    listed("/policies", model.policies, policy_json, "Policies, newest first")
    listed("/alerts", model.alerts, alert_json, "Alerts, newest first")
    single("/alerts/{key}", model.alert, alert_json, "alert")
    listed("/sources", model.sources, lambda pair: source_json(*pair), "Sources and how they fare")
    _others(routes, model)
    return routes


def _others(routes: APIRouter, model: ReadModel) -> None:
    @routes.get("/regions", summary="Provinces with their members")
    def regions(q: Text = "") -> Response:
        return answer({"items": [dict(row) for row in regions_matching(model, parse(q))], "next": None})

    @routes.get("/rounds", summary="Selection rounds")
    def rounds(q: Text = "") -> Response:
        return answer({"items": [dict(row) for row in rounds_matching(model, parse(q))], "next": None})

    @routes.get("/rounds/{year}", summary="One round")
    def one_round(year: str) -> dict[str, Any]:
        for row in model.rounds():
            if row["round"] == year:
                return dict(row)
        raise missing("round")

    @routes.get("/stats", summary="Counts of what is stored")
    def stats() -> dict[str, Any]:
        return dict(model.stats())

    @routes.get("/search", summary="The first of everything that matches")
    def search(q: Text = "", limit: Annotated[int, Query(ge=1, le=50)] = 10) -> Response:
        query = parse(q)
        return answer(
            {
                "records": [_brief(stored_json(r)) for r in model.records(query, limit=limit).items],
                "alerts": [alert_json(a) for a in model.alerts(query, limit=limit).items],
                "events": [event_json(e) for e in model.events(query, limit=limit).items],
                "platforms": [platform_json(p) for p in model.platforms(query, limit=limit).items],
                "policies": [policy_json(p) for p in model.policies(query, limit=limit).items],
            }
        )

    @routes.get("/export.jsonl", summary="Every record that matches, one JSON object a line")
    def export_jsonl(q: Text = "") -> StreamingResponse:
        rows = _rows(model, q)
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        return StreamingResponse(lines, media_type="application/jsonl")

    @routes.get("/export.csv", summary="Every record that matches, as CSV")
    def export_csv(q: Text = "") -> StreamingResponse:
        return StreamingResponse(_csv(_rows(model, q)), media_type="text/csv; charset=utf-8")

    @routes.get("/export.parquet", summary="Every record that matches, as Parquet")
    def export_parquet(q: Text = "") -> StreamingResponse:
        from dualcross.query.parquet import write

        named = {"Content-Disposition": 'attachment; filename="records.parquet"'}
        return StreamingResponse(
            write(_rows(model, q), COLUMNS), media_type="application/vnd.apache.parquet", headers=named
        )


def answer(value: Any, *, link: str = "") -> Response:
    """Return a value as JSON, written where the value was made: what passes through the framework is walked twice."""
    # A lone surrogate of a page becomes the escape that JSON has for it.
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")
    return Response(body, media_type="application/json", headers={"Link": link} if link else None)


def public(model: ReadModel) -> APIRouter:
    """Return the routes that everybody may read."""
    routes = APIRouter(tags=["status"])

    @routes.get("/status", summary="Whether it works, and how fresh it is")
    def status() -> dict[str, Any]:
        everyone = _all(model.sources)
        live = [state for source, state in everyone if not source.paused]
        newest = model.records(parse(""), limit=1).items
        polled = [state.last_success for state in live if state.last_success]
        return {
            "status": "ok",
            "version": __version__,
            "as_of": model.as_of().isoformat(),
            "sources": {
                "total": len(live),
                "healthy": sum(s.outcome == "ok" and not s.notice for s in live),
                "failing": sum(s.failures > 0 for s in live),
            },
            "last_poll": max(polled).isoformat() if polled else None,
            "last_record": newest[0].read_at.isoformat() if newest and newest[0].read_at else None,
        }

    return routes


def path_of(path: str, q: str, limit: int, cursor: str) -> str:
    """Return the address of the page that a cursor leads to."""
    from urllib.parse import urlencode

    return f"/v1{path}?{urlencode({'q': q, 'limit': limit, 'cursor': cursor})}"


def _all(ask: Callable[..., Page[Any]]) -> list[Any]:
    found: list[Any] = []
    cursor = None
    while True:
        page = ask(parse(""), limit=MOST, cursor=cursor)
        found += page.items
        cursor = page.next
        if cursor is None:
            return found


def _rows(model: ReadModel, q: str) -> Iterator[dict[str, Any]]:
    query = parse(q)

    def rows() -> Iterator[dict[str, Any]]:
        cursor = None
        while True:
            page = model.records(query, limit=200, cursor=cursor)
            yield from map(stored_json, page.items)
            cursor = page.next
            if cursor is None:
                return

    return rows()


def _csv(rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    from dualcross.query.cells import csv_cell

    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([csv_cell(row.get(column)) for column in COLUMNS])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def _brief(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"text": row["text"][:300]}
