"""The bundled week of news: outlets, pages, and the alerts that it must give, read from the data beside this file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import cache
from importlib import resources

from dualcross.model import Source

CHINA = timezone(timedelta(hours=8))
DAYS = 7
_EVENING = 23


@dataclass(frozen=True, kw_only=True, slots=True)
class Outlet:
    """Who publishes: a host with a feed or a list page."""

    id: str
    host: str
    name: str
    language: str
    #: `rss`, `atom` or `list`
    form: str
    official: bool
    charset: str = "utf-8"
    #: the day on which its server answers 503; 0 for none
    down: int = 0

    @property
    def index(self) -> str:
        """The path of the feed or list page."""
        return {"rss": "/rss.xml", "atom": "/feed.atom", "list": "/index.html"}[self.form]

    def source(self) -> Source:
        """Return the outlet as a source to poll."""
        return Source(
            id=f"demo-{self.id}",
            url=f"http://{self.host}{self.index}",
            name=self.name,
            kind="list" if self.form == "list" else "feed",
            official=self.official,
            selectors={"item": "ul.news li"} if self.form == "list" else {},
            trust=0.9 if self.official else 0.5,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """One article, with the moment it appears."""

    outlet: Outlet
    path: str
    title: str
    text: str
    moment: datetime
    about: str

    @property
    def url(self) -> str:
        """The page's address."""
        return f"http://{self.outlet.host}{self.path}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Expected:
    """An alert that the week must give: its trigger, what its subject must show, and the day it comes."""

    trigger: str
    subject: str
    confirmed: bool
    day: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Week:
    """Everything that is played."""

    monday: date
    outlets: tuple[Outlet, ...]
    pages: tuple[Page, ...]
    expected: tuple[Expected, ...]

    def day(self, moment: datetime) -> int:
        """Return the day of the week a moment lies in, in China; 1 is Monday."""
        return (moment.astimezone(CHINA).date() - self.monday).days + 1

    def steps(self) -> tuple[datetime, ...]:
        """Return the moments at which the week is polled: noon and evening of each day."""
        return tuple(
            self.evening(day) - timedelta(hours=back) for day in range(1, DAYS + 1) for back in (_EVENING - 12, 0)
        )

    def evening(self, day: int) -> datetime:
        """Return the moment at which the pages of a day (1 is Monday) are all out."""
        return datetime.combine(self.monday, datetime.min.time(), CHINA) + timedelta(days=day - 1, hours=_EVENING)


@cache
def load() -> Week:
    """Return the week."""
    folder = resources.files("dualcross.demo").joinpath("week")
    head = tomllib.loads(folder.joinpath("outlets.toml").read_text("utf-8"))
    outlets = {row["id"]: Outlet(**row) for row in head["outlet"]}
    pages: list[Page] = []
    expected: list[Expected] = []
    names = sorted(f.name for f in folder.iterdir() if f.name[0].isdigit())
    for name in names:
        day = int(name[0])
        for row in tomllib.loads(folder.joinpath(name).read_text("utf-8"))["page"]:
            hour, minute = row["time"].split(":")
            moment = datetime.combine(head["monday"], datetime.min.time(), CHINA)
            moment += timedelta(days=day - 1, hours=int(hour), minutes=int(minute))
            pages.append(
                Page(
                    outlet=outlets[row["outlet"]],
                    path=row["path"],
                    title=row["title"],
                    text=row["text"].strip(),
                    moment=moment,
                    about=row["about"],
                )
            )
            expected += [_expected(line, day) for line in row.get("alerts", ())]
    return Week(monday=head["monday"], outlets=tuple(outlets.values()), pages=tuple(pages), expected=tuple(expected))


def _expected(line: str, day: int) -> Expected:
    trigger, _, rest = line.partition(" ")
    confirmed = rest.endswith(" confirmed")
    return Expected(trigger=trigger, subject=rest.removesuffix(" confirmed"), confirmed=confirmed, day=day)
