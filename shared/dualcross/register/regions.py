"""Provinces: the first member of each is told, once."""

from __future__ import annotations

import dataclasses

from dualcross.model import Membership, Report, Subject
from dualcross.register import evidence
from dualcross.register.desk import Desk, News, tell
from dualcross.register.keys import region_subject


def first_member(desk: Desk, f: Membership, new: Report, *, worth: bool) -> None:
    """Bring in that the finding's province has this member by a final list or a move; tell it where it is the first.

    `worth` is False for evaluations and ranks: they show that the province has had a member, which is no news.
    """
    code = f.region.code if f.region else None
    if f.region is None or code is None or code in desk.shipped.regions:
        return
    subject = region_subject(code)
    event = next((e for e in desk.events(subject, "region") if e.ladder != "corrected"), None)
    if event is None:
        about = Subject(id=f.platform.id, code=code, name=f.region.name)
        event = desk.begin(subject, "region", f.round, code, about)
    elif event.subject.id != f.platform.id and not event.candidate:
        return
    elif not event.alerts and not event.candidate:
        worth = False
    earlier = event.reports
    event = evidence.add(event, new)
    event = dataclasses.replace(event, stage=f.stage, last_seen=desk.now, date=event.date or f.date)
    event = dataclasses.replace(event, ladder=evidence.rung(event, desk.bar))
    news = News(
        trigger="region.new",
        subject=Subject(code=code, name=f.region.name),
        names=(f.region.name,),
        worth=worth,
        possibly_listed=code in desk.shipped.doubtful_regions,
        region=f.region,
        quotes=tuple(e.quote for e in f.evidence),
    )
    desk.save_event(subject, tell(desk, event, new, news, earlier))
