"""Values that the contract tests store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dualcross.model import Alert, Delivery, Event, Evidence, Item, Membership, Record, Ref, Region, Subject
from dualcross.ports import Commit, Dossier, Platform

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def item(n: int, source_id: str = "s1") -> Item:
    return Item(source_id=source_id, url=f"https://site.test/{n}", title=f"第{n}条")


def record(n: int = 1, *, text: str = "某平台入选双跨平台。", at: float = 0, **fields: object) -> Record:
    member = Membership(
        platform=Ref(id="alpha", name="阿尔法平台"),
        operator=Ref(id="alpha-co", name="阿尔法公司"),
        stage="selected",
        round="2023",
        region=Region(code="440000", name="广东"),
        evidence=(Evidence(start=0, end=3, quote=text[:3]),),
        names=("阿尔法", "AlphaCloud"),
        history=(("publicized", None),),
    )
    values: dict[str, object] = {
        "id": f"r{n}",
        "url": f"https://www.miit.test/{n}",
        "title": f"标题 {n}",
        "published": "2026-03-01",
        "language": "zh-Hans",
        "source": "测试",
        "official": True,
        "text": text,
        "labels": ("selection",),
        "topics": {"selection": 0.9, "policy": 0.1},
        "findings": (member,),
        "read_at": later(at),
        "content_hash": f"h-{text}",
    }
    return Record(**(values | fields))


def alert(n: int = 1, at: float = 0) -> Alert:
    return Alert(
        id=f"a{n}",
        trigger="platform.new",
        subject=Subject(id=f"p{n}", name="阿尔法", names=("阿尔法",), operator="阿尔法公司", code="440000"),
        event=f"dual-cross/entry/2023/p{n}",
        record_id=f"r{n}",
        created=later(at),
        quotes=("某平台入选",),
    )


def event(key: str, at: float = 0) -> Event:
    return Event(key=key, kind="entry", subject=Subject(id="alpha"), stage="selected", last_seen=later(at))


def platform(name: str) -> Platform:
    return Platform(id=name, name=name.upper(), names=(name,), member=True, rounds=(("2023", "selected"),))


def commit(n: int = 1, *, version: int = 0, subject: str | None = None, **fields: object) -> Commit:
    subject = subject or f"platform:p{n}"
    dossier = Dossier(subject=subject, version=version, platform=platform(f"p{n}"), events=(event(f"e{n}", n),))
    return Commit(record=record(n, **fields), dossiers=(dossier,), alerts=(alert(n),))


def delivery(n: int = 1, **fields: object) -> Delivery:
    values: dict[str, object] = {
        "id": f"d{n}",
        "alert_id": "a1",
        "subscription_id": "sub1",
        "channel": "console",
        "created": later(n),
    }
    return Delivery(**(values | fields))
