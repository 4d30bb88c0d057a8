"""A store of very many invented records, written in bulk: what a deployment holds after years, in minutes.

The text index and the rows are what `SqliteStore.commit` writes for the same records, and a sample is compared. The
first of them are really committed one by one, so that the index has more than one level, as one in use has.
"""

from __future__ import annotations

import itertools
import random
import sqlite3
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from multiprocessing import get_context
from pathlib import Path

from dualcross.alerts.words import PROVINCES
from dualcross.model import Alert, Event, Evidence, Membership, Policy, Record, Ref, Region, Report, Subject
from dualcross.ports import Commit, Dossier, Platform
from dualcross.query.tokens import tokens
from dualcross.stores.sqlite import SqliteStore
from dualcross.stores.sqlite.index import INSERT, columns
from dualcross.wire import dumps

BEGIN = datetime(2019, 1, 1, tzinfo=UTC)
#: days over which the records are spread
DAYS = 2500
#: records that come through the store's own door, before the rest
COMMITTED = 500
_SENTENCES, _TITLES, _PLATFORMS, _SOURCES = 8000, 20_000, 300, 500
_WORDS = 20_000
_CHUNK = 1000
Rows = tuple[list[tuple[object, ...]], list[tuple[object, ...]]]
#: one in so many is about the programme
_ON_TOPIC = 50
_OURS = (
    "双跨平台", "工业互联网", "跨行业跨领域", "工业和信息化部", "动态评价", "公示", "入选", "名单", "华为", "树根互联",
    "行动计划", "数字化转型", "智能制造", "申报", "平台",
)  # fmt: skip
_ENGLISH = "industrial internet platform ministry list selected national factory cloud plan data equipment".split()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, and what the index holds of it."""

    text: str
    tokens: str


class World:
    """What the records are made of: words by Zipf's law, sentences, sources, platforms."""

    def __init__(self, seed: int = 20230616) -> None:
        self.dice = random.Random(seed)
        han = [chr(c) for c in range(0x4E00, 0x4E00 + 5000)]
        self.words = ["".join(self.dice.choices(han, k=self.dice.choice((2, 2, 2, 3, 4)))) for _ in range(_WORDS)]
        self._weights = list(itertools.accumulate(1 / (rank + 10) for rank in range(_WORDS)))
        self.sentences = [self._sentence(12, "。") for _ in range(_SENTENCES)]
        self.titles = [self._sentence(5, "") for _ in range(_TITLES)]
        self.sources = [
            (
                f"s{n}",
                f"{self.words[n]}{self.words[n + 1000]}网",
                f"www.{self.slug(n)}.{'gov.cn' if n % 7 == 0 else 'com'}",
            )
            for n in range(_SOURCES)
        ]
        self.platforms = [self._platform(n) for n in range(_PLATFORMS)]

    def slug(self, number: int) -> str:
        return f"n{blake2b(str(number).encode(), digest_size=4).hexdigest()}"

    def _sentence(self, count: int, end: str) -> Sentence:
        if self.dice.random() < 0.1:
            text = " ".join(self.dice.choices(_ENGLISH, k=count)) + "."
        else:
            parts = self.dice.choices(self.words, cum_weights=self._weights, k=count)
            if self.dice.random() < 0.08:
                parts[self.dice.randrange(count)] = self.dice.choice(_OURS)
            if count > 6:
                parts[count // 2] += "，"
            text = "".join(parts) + end
        return Sentence(text, " ".join(tokens(text)))

    def _platform(self, number: int) -> Platform:
        code = self.dice.choice(list(PROVINCES))
        name = f"{self.words[3000 + number]}云"
        return Platform(
            id=f"p{number}", name=name, names=(name, f"{name}平台"), operator=Ref(id=f"o{number}", name=f"{name}科技"),
            region=Region(code=code, name=PROVINCES[code][0]), member=True, rounds=((str(2019 + number % 8), "selected"),),
        )  # fmt: skip

    def record(self, number: int, count: int, length: int) -> tuple[Record, str]:
        """Return one record, and its body as the index holds it."""
        dice = self.dice
        source_id, source, host = self.sources[int(dice.random() ** 2 * _SOURCES)]
        title = self.titles[int(dice.random() * _TITLES)]
        said = [self.sentences[int(dice.random() * _SENTENCES)] for _ in range(length + int(dice.random() * 5) - 2)]
        moment = BEGIN + timedelta(seconds=number * DAYS * 86400 // count)
        text = "".join(one.text for one in said)
        record = Record(
            id=blake2b(str(number).encode(), digest_size=16).hexdigest(), url=f"https://{host}/{number}.html",
            title=title.text, published=f"{moment:%Y-%m-%d}", language="zh-Hans", source=source,
            official=host.endswith("gov.cn"), text=text, source_id=source_id, read_at=moment, content_hash=str(number),
            **(self._understood(dice, text) if number % _ON_TOPIC == 0 else {}),
        )  # fmt: skip
        return record, f"{title.tokens} zzbreak {' '.join(one.tokens for one in said)}"

    def _understood(self, dice: random.Random, text: str) -> dict[str, object]:
        platform = dice.choice(self.platforms)
        evidence = (Evidence(start=0, end=20, quote=text[:20]),)
        assert platform.operator
        member = Membership(
            platform=Ref(id=platform.id, name=platform.name), operator=platform.operator, region=platform.region,
            stage=dice.choice(("selected", "selected", "publicized", "ranked", "removed")),
            round=str(dice.randrange(2019, 2027)), confidence=round(dice.uniform(0.5, 0.99), 2), names=platform.names,
            known=dice.random() < 0.8, evidence=evidence, by="zh.subject",
        )  # fmt: skip
        policy = Policy(title=dice.choice(self.titles).text, issuer="工业和信息化部", status="cited", evidence=evidence)
        findings = (member, policy) if dice.random() < 0.3 else (member,)
        return {"findings": findings, "labels": ("selection",), "topics": {"selection": 0.97, "policy": 0.02}}


def build(path: Path, count: int, *, length: int = 7) -> World:
    """Write a store of so many records of about `length` sentences, and the register that goes with it."""
    world = World()
    store = SqliteStore(str(path))
    _register(store, world)
    for number in range(COMMITTED):
        store.commit(Commit(record=world.record(number, count, length)[0]))
    store.close()
    db = sqlite3.connect(path, isolation_level=None)
    try:
        _bulk(db, world, count, length)
    finally:
        db.close()
    return world


def _bulk(db: sqlite3.Connection, world: World, count: int, length: int) -> None:
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -600000", "locking_mode = EXCLUSIVE"):
        db.execute(f"PRAGMA {pragma}")
    # Nothing is merged on the way, and few and large pieces are written: merging is most of the work.
    for name, value in (("automerge", 0), ("crisismerge", 2000), ("hashsize", 512 << 20)):
        db.execute("INSERT INTO records_fts (records_fts, rank) VALUES (?, ?)", (name, value))
    dropped = [
        row
        for row in db.execute("SELECT name, sql FROM sqlite_master WHERE tbl_name = 'records' AND type = 'index'")
        if row[1]
    ]
    for name, _ in dropped:
        db.execute(f"DROP INDEX {name}")
    db.execute("BEGIN")
    for rows, index in _made(world, count, length):
        db.executemany(
            "INSERT INTO records (seq, id, url, read_at, published, content_hash, alert_ids, data)"
            " VALUES (?, ?, ?, ?, ?, ?, '[]', ?)",
            rows,
        )
        db.executemany(INSERT, index)
    db.execute("COMMIT")
    for _, sql in dropped:
        db.execute(sql)
    for name, value in (("automerge", 4), ("crisismerge", 16), ("hashsize", 1 << 20)):
        db.execute("INSERT INTO records_fts (records_fts, rank) VALUES (?, ?)", (name, value))


def _made(world: World, count: int, length: int) -> Iterator[Rows]:
    """Yield rows and index of all records by the thousand; another process makes them while this one writes."""
    with ProcessPoolExecutor(1, get_context("fork"), _take, (world,)) as pool:
        starts = iter(range(COMMITTED, count, _CHUNK))
        waiting: deque[Future[Rows]] = deque()
        for start in itertools.chain(starts, [None] * 4):
            if start is not None:
                waiting.append(pool.submit(_rows, range(start, min(start + _CHUNK, count)), count, length))
            if waiting and (start is None or len(waiting) > 4):
                yield waiting.popleft().result()


_worlds: list[World] = []


def _take(world: World) -> None:
    _worlds.append(world)


def _rows(numbers: range, count: int, length: int) -> Rows:
    world = _worlds[0]
    world.dice.seed(numbers.start)
    rows, index = [], []
    for number in numbers:
        record, body = world.record(number, count, length)
        assert record.read_at
        moment = int(record.read_at.timestamp()) * 1_000_000
        rows.append((number + 1, record.id, record.url, moment, record.published, record.content_hash, dumps(record)))
        _, platform, operator, facets = columns(record, body)
        if number % 10_000 == 0:
            assert columns(record)[0] == body, "the bulk index is not the store's"
        index.append((number + 1, body, platform, operator, facets))
    return rows, index


def _register(store: SqliteStore, world: World) -> None:
    """Write the dossiers of the platforms, ten events each, and an alert for each event."""
    dossiers, alerts = [], []
    for number, platform in enumerate(world.platforms):
        subject = Subject(id=platform.id, name=platform.name, names=platform.names, operator=f"{platform.name}科技")
        events = []
        for turn in range(10):
            moment = BEGIN + timedelta(days=turn * 240, seconds=number)
            report = Report(
                record_id=f"{number}", url="https://www.miit.gov.cn/x", source="工业和信息化部", published=f"{moment:%Y-%m-%d}",
                official=True, stage="selected", confidence=0.9, quote=f"{platform.name}入选", by="zh.subject",
            )  # fmt: skip
            key = f"dual-cross/entry/{2017 + turn}/{platform.id}"
            events.append(
                Event(key=key, kind="entry", subject=subject, stage="selected", reports=(report,), last_seen=moment)
            )
            alerts.append(
                Alert(
                    id=blake2b(key.encode(), digest_size=16).hexdigest(),
                    trigger="platform.new",
                    subject=subject,
                    event=key,
                    created=moment,
                )
            )
        dossiers.append(Dossier(subject=f"platform:{platform.id}", version=1, platform=platform, events=tuple(events)))
    store.restore(dossiers=dossiers, alerts=sorted(alerts, key=lambda a: a.created or BEGIN))


def timed_build(path: Path, count: int) -> tuple[World, float]:
    """Build a store and return how long it took."""
    begin = time.perf_counter()
    world = build(path, count)
    return world, time.perf_counter() - begin
