"""1,000 alerts against 100,000 subscriptions: the index beside a scan, in one run.

    python -m tests.bench.matching [subscriptions] [alerts]

The scan is a fair one: queries are parsed before, the alert is read once, cheap conditions come first. It is timed
over a sample of the alerts, and must find the same subscriptions as the index. Memory is what the process holds more
after each step, as the system counts it. Prints the figures; exit 1 below 50 x.
"""

from __future__ import annotations

import gc
import os
import random
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from dualcross.alerts.match import RUNGS, Index
from dualcross.alerts.words import PROVINCES
from dualcross.model import SUBSCRIBER_TRIGGERS, Alert, Region, Subject, Subscription
from dualcross.query import Query, parse
from dualcross.query.documents import of_alert
from dualcross.query.evaluation import matches

GOAL = 50
_SAMPLE = 20
_HAN = "云枢智联海创工业互数据制造科技华东北南星火万象天地机床钢铁化纺织能源港航医药食品车船电子材料节碳链安全"


def names(count: int, dice: random.Random) -> list[str]:
    """Return that many different names of two to five characters."""
    made: dict[str, None] = {}
    while len(made) < count:
        made["".join(dice.choices(_HAN, k=dice.choice((2, 3, 4, 4, 5))))] = None
    return list(made)


def subscriptions(
    count: int, platforms: Sequence[str], operators: Sequence[str], dice: random.Random
) -> list[Subscription]:
    """Return subscriptions as people make them: many for one province, name or round, few for everything."""
    codes = list(PROVINCES)
    made = []
    for number in range(count):
        kind = dice.random()
        region, platform, operator = dice.choice(codes), dice.choice(platforms), dice.choice(operators)
        if kind < 0.30:
            query = f"operator:{operator}"
        elif kind < 0.60:
            query = f"platform:{platform}"
        elif kind < 0.75:
            query = f"{platform} OR {operator}"
        elif kind < 0.85:
            query = f"region:{region} {platform} -招聘"
        elif kind < 0.93:
            query = f"region:{region} operator:{operator} round>=2022"
        elif kind < 0.98:
            query = f"region:{region} stage:selected conf>{dice.choice((0.5, 0.7, 0.9))}"
        else:
            query = dice.choice(("topic:selection conf>0.95", "topic:policy source:miit.gov.cn", "stage:removed"))
        triggers = tuple(t for t in SUBSCRIBER_TRIGGERS if dice.random() < 0.6) or SUBSCRIBER_TRIGGERS
        made.append(
            Subscription(
                id=f"s{number:06}",
                channel="email",
                address=f"r{number}@example.org",
                query=query,
                triggers=triggers,
                min_confidence=dice.choice((0.0, 0.0, 0.8)),
                min_ladder=dice.choice(("reported", "reported", "confirmed")),
            )
        )
    return made


def alerts(count: int, platforms: Sequence[str], operators: Sequence[str], dice: random.Random) -> list[Alert]:
    """Return alerts with the fields and the text that real ones have."""
    made = []
    for number in range(count):
        platform, operator, code = dice.choice(platforms), dice.choice(operators), dice.choice(list(PROVINCES))
        trigger = dice.choice(SUBSCRIBER_TRIGGERS)
        text = "".join(dice.choices(_HAN, k=120))
        made.append(
            Alert(
                id=f"a{number}",
                trigger=trigger,
                subject=Subject(id=f"p{number}", name=platform, operator=operator, code=code),
                event=f"dual-cross/entry/2023/p{number}",
                names=(platform,),
                region=Region(code=code, name=PROVINCES[code][0]),
                stage=dice.choice(("selected", "publicized", "removed")),
                round=dice.choice(("2022", "2023", None)),
                confidence=dice.uniform(0.6, 0.99),
                ladder=dice.choice(("reported", "confirmed")),
                title=f"{platform}入选名单",
                quotes=(f"{operator}的{platform}入选。{text}",),
                url="https://www.miit.gov.cn/a.html",
                topics=("selection",),
                published="2023-06-16",
            )
        )
    return made


def scan(parsed: Sequence[tuple[Subscription, Query]], alert: Alert) -> list[str]:
    """Return the ids of the subscriptions that want the alert, looking at each."""
    document, rung = of_alert(alert), RUNGS[alert.ladder]
    return [
        one.id
        for one, query in parsed
        if one.state == "active"
        and alert.trigger in one.triggers
        and alert.confidence >= one.min_confidence
        and rung >= RUNGS[one.min_ladder]
        and (not query.groups or matches(query.groups, document))
    ]


def held() -> float:
    """Return the megabytes that the process holds now."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main(arguments: Sequence[str]) -> int:
    """Run the comparison and print it."""
    count, told = (int(arguments[0]) if arguments else 100_000), (int(arguments[1]) if len(arguments) > 1 else 1000)
    dice = random.Random(20230616)
    platforms, operators = names(3000, dice), names(3000, dice)
    empty = held()
    everyone = subscriptions(count, platforms, operators, dice)
    people = held() - empty
    news = alerts(told, platforms, operators, dice)
    print(f"{count:,} subscriptions, {len({one.query for one in everyone}):,} different queries, {told:,} alerts")
    before = held()
    begin = time.perf_counter()
    index = Index(everyone)
    built, memory = time.perf_counter() - begin, held() - before
    print(
        f"index built in {built:.1f} s; memory: {people:.0f} MB of subscriptions, {memory:.0f} MB of index beside them"
    )
    begin = time.perf_counter()
    parsed = [(one, parse(one.query)) for one in everyone]
    print(f"queries parsed for the scan in {time.perf_counter() - begin:.1f} s")
    begin = time.perf_counter()
    results = [index.match(alert) for alert in news]
    indexed = (time.perf_counter() - begin) / told
    sample = news[:_SAMPLE]
    begin = time.perf_counter()
    scanned = [scan(parsed, alert) for alert in sample]
    naive = (time.perf_counter() - begin) / len(sample)
    if [[one.id for one in found] for found in results[:_SAMPLE]] != scanned:
        print("matching: the index and the scan differ")
        return 1
    matched = sum(map(len, results)) / told
    print(f"scan   {naive * 1e3:9.2f} ms an alert (over {len(sample)} of them)")
    print(f"index  {indexed * 1e3:9.2f} ms an alert, {matched:.0f} subscriptions matched on average")
    ratio = naive / indexed
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"matching: {ratio:.0f} x a scan (goal {GOAL} x), index of {memory:.0f} MB, process at most {peak:.0f} MB")
    return 0 if ratio >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
