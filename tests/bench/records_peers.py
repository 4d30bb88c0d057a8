"""The peers of `tests.bench.records`: each answers the same questions, beside ours in the same run, or is not installed.

Datasette: the same file, each side's HTTP application called in this process. It is asked for words as it can be: by its
filter of a table, for its search knows no pairs of characters. Given our full-text expression as SQL it runs the very
query that we run; that is printed too, and nobody's merit.
DuckDB: the records as one Parquet file, `LIKE` over title and text; its connection beside our read model.
"""

from __future__ import annotations

import json
import sqlite3
import time
import warnings
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any

from dualcross.query import parse
from dualcross.query.search import fts
from dualcross.stores.sqlite.reading import SqliteReadModel

#: (what was asked, of whom, sorted milliseconds), ours and theirs in turn
Found = list[tuple[str, str, list[float]]]
_ROUNDS = 3
#: what is printed for scale and judged by nobody
SAME = "the same SQL"
#: seconds that Datasette may take for one answer
_LONGEST = 20
#: of the queries, DuckDB and Datasette are asked every so many
_EACH = 3
_TEXT_SQL = (
    "select r.id, r.data from records_fts f cross join records r on r.seq = f.rowid"
    " where records_fts match :m order by f.rowid desc limit 50"
)


async def datasette(path: Path, model: SqliteReadModel, ids: list[str], asked: list[str]) -> Found | None:
    """Ask Datasette and our API the same."""
    warnings.simplefilter("ignore")
    try:
        from datasette.app import Datasette
    except ImportError:
        return None
    import httpx

    from dualcross.web import create_app

    settings = {"sql_time_limit_ms": _LONGEST * 1000, "cache_size_kb": 32_000}
    served = Datasette([str(path)], settings=settings)
    await served.invoke_startup()
    name = path.stem
    app = httpx.AsyncClient(transport=httpx.ASGITransport(app=create_app(model)), base_url="http://127.0.0.1")

    async def their_key(key: str) -> Any:
        query = {"sql": "select * from records where id = :id", "id": key, "_shape": "array"}
        return await served.client.get(f"/{name}.json", params=query)

    async def their_text(text: str) -> Any:
        query = {"sql": _TEXT_SQL, "m": fts(parse(text))[0], "_shape": "array"}
        return await served.client.get(f"/{name}.json", params=query)

    async def their_filter(text: str) -> Any:
        query = {"data__contains": text, "_sort_desc": "seq", "_size": "50", "_shape": "array", "_nocount": "1"}
        return await served.client.get(f"/{name}/records.json", params=query)

    async def our_key(key: str) -> Any:
        return await app.get(f"/v1/records/{key}")

    async def our_text(text: str) -> Any:
        return await app.get("/v1/records", params={"q": text, "limit": "50"})

    # A filter walks over everything that is newer than the fiftieth match: few and plain words are enough to see it.
    words = [text for text in asked if text.isalnum()][:: _EACH * 4]
    found: Found = []
    for what, questions, pair, rounds in (
        ("key over HTTP", ids[::_EACH], (our_key, their_key), _ROUNDS),
        ("words over HTTP", words, (our_text, their_filter), 1),
        (f"{SAME} over HTTP", asked[::_EACH], (our_text, their_text), _ROUNDS),
    ):
        for side, act in zip(("ours", "Datasette"), pair, strict=True):
            found.append((what, side, await _timed(act, questions, rounds)))
    await app.aclose()
    return found


async def _timed(act: Callable[[str], Awaitable[Any]], asked: Iterable[str], rounds: int) -> list[float]:
    found = []
    for one in asked:
        times = []
        for _ in range(rounds):
            begin = time.perf_counter()
            answer = await act(one)
            times.append((time.perf_counter() - begin) * 1000)
            # What took too long was cut short, and counts as no longer than that.
            assert answer.status_code in (200, 404) or "took too long" in answer.text, answer.text[:300]
        found.append(min(times))
    return sorted(found)


def duckdb(path: Path, model: SqliteReadModel, ids: list[str], asked: list[str], folder: Path) -> Found | None:
    """Ask DuckDB and our read model the same."""
    try:
        import duckdb as duck
    except ImportError:
        return None
    parquet = _parquet(path, folder, duck)
    db = duck.connect()

    def their_key(key: str) -> Any:
        return db.execute(f"SELECT * FROM '{parquet}' WHERE id = ?", [key]).fetchall()

    def their_text(text: str) -> Any:
        wanted, values = _like(text)
        return db.execute(f"SELECT * FROM '{parquet}' WHERE {wanted} ORDER BY seq DESC LIMIT 50", values).fetchall()

    plain = [text for text in asked if ":" not in text and ">" not in text]
    # A scan takes long at a million records: fewer questions, each asked once, are enough to see it.
    found: Found = []
    for what, questions, pair in (
        ("key", ids[:15], (model.record, their_key)),
        ("text", plain[::8], (lambda text: model.records(parse(text), limit=50), their_text)),
    ):
        for side, act in zip(("ours", "DuckDB"), pair, strict=True):
            found.append((what, side, sorted(_once(act, question) for question in questions)))
    db.close()
    return found


def _once(act: Callable[[str], Any], question: str) -> float:
    begin = time.perf_counter()
    act(question)
    return (time.perf_counter() - begin) * 1000


def _like(text: str) -> tuple[str, list[str]]:
    groups, values = [], []
    for group in parse(text).groups:
        alternatives = []
        for clause in group:
            alternatives.append(("NOT " if clause.negated else "") + "(title LIKE ? OR text LIKE ?)")
            values += [f"%{clause.values[0]}%"] * 2
        groups.append("(" + " OR ".join(alternatives) + ")")
    return " AND ".join(groups), values


def _parquet(path: Path, folder: Path, duck: Any) -> Path:
    lines, parquet = folder / "records.jsonl", folder / "records.parquet"
    db = sqlite3.connect(path)
    with lines.open("w", encoding="utf-8") as out:
        for seq, data in db.execute("SELECT seq, data FROM records ORDER BY seq"):
            row = json.loads(data)
            kept = {key: row.get(key) for key in ("id", "url", "title", "published", "source", "text")}
            out.write(json.dumps({"seq": seq} | kept, ensure_ascii=False) + "\n")
    db.close()
    duck.execute(f"COPY (SELECT * FROM read_json('{lines}')) TO '{parquet}' (FORMAT parquet)")
    lines.unlink()
    return parquet
