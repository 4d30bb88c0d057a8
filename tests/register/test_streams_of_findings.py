"""What counts, sentence by sentence: streams of findings with the alerts that each article must bring."""

from __future__ import annotations

import pytest
from tests.register.stream import Step, listed, m, official, player, press

from dualcross.register import shipped
from dualcross.stores.memory import MemoryStore

NEW, NEWC = "platform.new", "platform.new!"
REG, REGC = "region.new", "region.new!"

#: one wire text that outlets print
WIRE = "某平台进入国家级名单的长消息，一字不差地被转载。" * 4

CASES: dict[str, list[Step]] = {
    # platform.new: at publicized or selected, for a platform that is not a current member
    "a public notice is told once, its repost is not": [
        press(m("x", "publicized", "2027", "360000"), expect=(f"{NEW} x",)),
        press(m("x", "publicized", "2027", "360000")),
        press(m("x", "publicized", None, "360000")),
    ],
    "notice, press on the final list, official list": [
        official(m("x", "publicized", "2027", "360000"), expect=(f"{NEW} x",)),
        press(m("x", "selected", "2027", "360000"), expect=(f"{REG} 360000",)),
        official(m("x", "selected", "2027", "360000"), expect=(f"{NEWC} x", f"{REGC} 360000")),
        official(m("x", "selected", "2027", "360000")),
        press(m("x", "selected", "2027", "360000")),
    ],
    "an event first told by an official final text gets no confirmation": [
        official(m("x", "selected", "2027", "440000"), expect=(f"{NEW} x",)),
        official(m("x", "selected", "2027", "440000")),
        press(m("x", "selected", "2027", "440000")),
    ],
    "an official public notice confirms nothing": [
        press(m("x", "publicized", "2027", "440000"), expect=(f"{NEW} x",)),
        official(m("x", "publicized", "2027", "440000")),
        official(m("x", "selected", "2027", "440000"), expect=(f"{NEWC} x",)),
    ],
    "official final text after an official notice is the confirmation and brings the region": [
        official(m("x", "publicized", "2027", "140000"), expect=(f"{NEW} x",)),
        official(m("x", "selected", "2027", "140000"), expect=(f"{NEWC} x", f"{REG} 140000")),
        official(m("x", "selected", "2027", "140000")),
    ],
    "a provincial recommendation is not told, the notice after it is": [
        official(m("x", "recommended", "2027", "610000")),
        press(m("x", "publicized", "2027", "610000"), expect=(f"{NEW} x",)),
        official(m("x", "selected", "2027", "610000"), expect=(f"{NEWC} x", f"{REG} 610000")),
    ],
    "reselected, ranked and renamed tell of no new platform": [
        press(m("x", "reselected", "2027", "440000")),
        press(m("y", "ranked", "2027", "440000", rank=3)),
        press(m("z", "renamed", None, "440000", former="老名字")),
        press(m("x", "selected", "2026", "440000")),
        press(m("y", "selected", "2026", "440000")),
    ],
    "a known member told again is silent at every stage": [
        press(
            m("cosmoplat", "selected", "2019"), m("wemake", "selected", "2020"), m("rootcloud", "publicized", "2027")
        ),
        official(m("fusionplant", "selected", "2020"), m("supos", "ranked", "2025"), m("supet", "reselected", "2027")),
        press(m("weshyper", "selected", "2023", "130000"), m("dongzhi", "selected", "2022", "420000")),
    ],
    "rows that do not count as known are told as possibly listed, province too": [
        press(
            m("lingyang", "selected", "2022", "340000"),
            m("tianxin", "publicized", "2022", "410000"),
            expect=(f"{NEW} lingyang ?", f"{NEW} tianxin ?", f"{REG} 340000 ?"),
        ),
        press(m("lingyang", "selected", "2022", "340000")),
        press(m("lingyang", "selected", "2027", "340000")),
        official(m("lingyang", "selected", "2022", "340000"), expect=(f"{NEWC} lingyang ?", f"{REGC} 340000 ?")),
    ],
    "a candidate row of the shipped register": [
        press(m("haixingyun", "selected", "2023"), expect=(f"{NEW} haixingyun ?", f"{REG} 340000 ?")),
        press(m("iothub", "publicized", "2027"), expect=(f"{NEW} iothub ?",)),
    ],
    "a new platform in a doubtful province: only the province is doubtful": [
        press(m("x", "selected", "2027", "430000"), expect=(f"{NEW} x", f"{REG} 430000 ?")),
    ],
    "a past round of an unknown platform is news": [
        press(m("x", "selected", "2022", "440000"), expect=(f"{NEW} x",), published="2025-03-03"),
        press(m("x", "selected", "2023", "440000"), published="2025-03-04"),
    ],
    "a finding without a round joins the open event": [
        press(m("x", "publicized", "2027", "440000"), expect=(f"{NEW} x",), published="2027-05-05"),
        press(m("x", "selected", None, "440000"), published="2027-07-05"),
        official(m("x", "selected", "2027", "440000"), expect=(f"{NEWC} x",), published="2027-07-06"),
    ],
    "a finding with a round joins the open event without one": [
        press(m("x", "selected", None, "440000"), expect=(f"{NEW} x",), published="2027-07-05"),
        press(m("x", "selected", "2027", "440000"), published="2027-07-06"),
        official(m("x", "selected", "2027", "440000"), expect=(f"{NEWC} x",), published="2027-07-07"),
        official(m("x", "selected", None, "440000"), published="2027-07-08"),
    ],
    "notice in December, list in January dated by the new year": [
        official(m("x", "publicized", "2026", "440000"), expect=(f"{NEW} x",), published="2026-12-10"),
        official(m("x", "selected", "2027", "440000"), expect=(f"{NEWC} x",), published="2027-01-20"),
    ],
    "proposed in one round, dropped silently, proposed again two rounds later": [
        press(m("x", "publicized", "2024", "440000"), expect=(f"{NEW} x",), published="2024-05-05"),
        press(m("x", "publicized", "2026", "440000"), expect=(f"{NEW} x",), published="2026-05-05"),
    ],
    "a member re-applies: the next round is silent, even officially": [
        press(m("x", "selected", "2026", "440000"), expect=(f"{NEW} x",), published="2026-05-05"),
        official(m("x", "publicized", "2027", "440000"), published="2027-05-05"),
        official(m("x", "selected", "2027", "440000"), published="2027-06-05"),
    ],
    # removal and return
    "removal is told once, known to the register or not": [
        press(m("unipower", "removed", "2026"), expect=("platform.left unipower",)),
        press(m("unipower", "removed", None)),
        press(m("stranger", "removed", "2026", "440000"), expect=("platform.left stranger",)),
        official(m("unipower", "removed", "2026"), expect=("platform.left! unipower",)),
        official(m("unipower", "removed", "2026")),
    ],
    "an official removal needs no confirmation": [
        official(m("unipower", "removed", "2026"), expect=("platform.left unipower",)),
        official(m("unipower", "removed", "2026")),
    ],
    "an old selection retold after the removal is silent and brings nothing back": [
        press(m("hanyun", "removed", "2024"), expect=("platform.left hanyun",), published="2024-08-08"),
        press(m("hanyun", "selected", "2019"), published="2019-09-01"),
        press(m("hanyun", "selected", "2020"), published="2025-01-01"),
        press(m("hanyun", "selected", None), published="2025-02-01"),
        press(m("hanyun", "selected", "2027"), expect=(f"{NEW} hanyun",), published="2027-08-01"),
    ],
    "a return counts, once, and can be left again": [
        press(m("x", "selected", "2024", "440000"), expect=(f"{NEW} x",), published="2024-05-05"),
        press(m("x", "removed", "2025"), expect=("platform.left x",), published="2025-05-05"),
        press(m("x", "selected", "2026"), expect=(f"{NEW} x",), published="2026-05-05"),
        press(m("x", "selected", "2026"), published="2026-05-06"),
        official(m("x", "selected", "2026"), expect=(f"{NEWC} x",), published="2026-05-07"),
        press(m("x", "removed", "2025"), published="2026-05-08"),
        press(m("x", "removed", "2027"), expect=("platform.left x",), published="2027-05-08"),
    ],
    "a return of the same year": [
        press(m("x", "selected", "2025", "440000"), expect=(f"{NEW} x",), published="2025-05-05"),
        press(m("x", "removed", "2026"), expect=("platform.left x",), published="2026-04-05"),
        press(m("x", "publicized", "2026"), expect=(f"{NEW} x",), published="2026-09-05"),
        official(m("x", "selected", "2026"), expect=(f"{NEWC} x",), published="2026-10-05"),
    ],
    "a return told as being listed again": [
        press(m("x", "removed", "2025", "440000"), expect=("platform.left x",), published="2025-05-05"),
        press(
            m("x", "reselected", "2026", quote="X平台时隔一年重新入选"), expect=(f"{NEW} x",), published="2026-05-05"
        ),
    ],
    "a passed evaluation of one that had left is no return told": [
        press(m("x", "removed", "2025", "440000"), expect=("platform.left x",), published="2025-05-05"),
        press(m("x", "reselected", "2026", quote="X平台再次通过动态评价"), published="2026-05-05"),
    ],
    "an exit told after a later listing does not undo it": [
        press(m("x", "selected", "2026", "440000"), expect=(f"{NEW} x",), published="2026-05-05"),
        press(m("x", "removed", "2024"), expect=("platform.left x",), published="2024-05-05"),
        press(m("x", "selected", "2026"), published="2026-05-06"),
        press(m("x", "selected", "2027"), published="2027-05-06"),
    ],
    "a second exit without an entry between is the same exit": [
        press(m("suchang", "removed", "2024"), expect=("platform.left suchang",), published="2024-12-20"),
        press(m("suchang", "removed", "2025"), published="2025-01-10"),
    ],
    "proposed, never listed, then said to be removed": [
        press(m("x", "publicized", "2026", "440000"), expect=(f"{NEW} x",), published="2026-05-05"),
        press(m("x", "removed", "2026"), expect=("platform.left x",), published="2026-06-05"),
    ],
    # region.new
    "the first member of a province is told once, a second one is not": [
        press(m("x", "selected", "2027", "360000"), expect=(f"{NEW} x", f"{REG} 360000")),
        press(m("y", "selected", "2027", "360000"), expect=(f"{NEW} y",)),
    ],
    "two first members of one province in one list are one region": [
        press(
            m("x", "selected", "2027", "360000"),
            m("y", "selected", "2027", "360000"),
            m("z", "selected", "2027", "530000"),
            expect=(f"{NEW} x", f"{NEW} y", f"{NEW} z", f"{REG} 360000", f"{REG} 530000"),
        ),
    ],
    "a member without a province tells of none": [
        press(m("x", "selected", "2027", None), expect=(f"{NEW} x",)),
        press(m("x", "selected", "2027", "360000"), expect=(f"{REG} 360000",)),
    ],
    "a public notice brings no region, not even with a member of its own later": [
        press(m("x", "publicized", "2027", "360000"), expect=(f"{NEW} x",)),
        press(m("y", "publicized", "2027", "360000"), expect=(f"{NEW} y",)),
        press(m("y", "selected", "2027"), expect=(f"{REG} 360000",)),
        press(m("x", "selected", "2027")),
    ],
    "the region of the final list comes from what the notice told": [
        official(m("x", "publicized", "2027", "220000"), expect=(f"{NEW} x",)),
        official(m("x", "selected", "2027", None), expect=(f"{NEWC} x", f"{REG} 220000")),
    ],
    "evaluations and ranks show an older member and tell of no region": [
        press(m("x", "ranked", "2027", "360000")),
        press(m("y", "selected", "2027", "360000"), expect=(f"{NEW} y",)),
    ],
    "another platform's official listing does not confirm a province's first": [
        press(m("x", "selected", "2027", "360000"), expect=(f"{NEW} x", f"{REG} 360000")),
        official(m("y", "selected", "2027", "360000"), expect=(f"{NEW} y",)),
        official(m("x", "selected", "2027", "360000"), expect=(f"{NEWC} x", f"{REGC} 360000")),
    ],
    "an official list sets right a home that an outlet told": [
        press(m("x", "selected", "2027", "360000"), expect=(f"{NEW} x", f"{REG} 360000")),
        official(m("x", "selected", "2027", "530000"), expect=(f"{NEWC} x", f"{REG} 530000")),
        official(m("x", "selected", "2027", "530000")),
    ],
    "a separately planned city stands under its province": [
        press(m("x", "selected", "2027", "210200"), expect=(f"{NEW} x", f"{REG} 210000 ?")),
    ],
    # moves
    "a move to a province with members": [
        press(m("supos", "relocated", None, "310000"), expect=("platform.moved supos 330000>310000",)),
        press(m("supos", "relocated", None, "310000", moved_from="330000")),
        official(m("supos", "relocated", None, "310000"), expect=("platform.moved! supos 330000>310000",)),
        official(m("supos", "relocated", None, "310000")),
    ],
    "a move to a province without one brings the region too": [
        press(
            m("supos", "relocated", None, "360000", moved_from="330000"),
            expect=("platform.moved supos 330000>360000", f"{REG} 360000"),
        ),
        press(m("x", "selected", "2027", "360000"), expect=(f"{NEW} x",)),
        official(
            m("supos", "relocated", None, "360000"),
            expect=("platform.moved! supos 330000>360000", f"{REGC} 360000"),
        ),
    ],
    "the known move retold is silent": [
        press(m("dongzhi", "relocated", None, "420000", moved_from="440000"), published="2023-07-10"),
        press(m("dongzhi", "relocated", None, "420000"), published="2026-07-10"),
        press(m("dongzhi", "selected", "2022", "440000"), published="2022-05-12"),
    ],
    "a move back and forth": [
        press(m("x", "selected", "2025", "440000"), expect=(f"{NEW} x",), published="2025-05-05"),
        press(m("x", "relocated", None, "330000"), expect=("platform.moved x 440000>330000",), published="2026-01-05"),
        press(m("x", "relocated", None, "440000"), expect=("platform.moved x 330000>440000",), published="2027-01-05"),
        press(m("x", "relocated", None, "330000"), expect=("platform.moved x 440000>330000",), published="2028-01-05"),
        press(m("x", "relocated", None, "330000"), published="2028-01-06"),
    ],
    "a move of a platform nobody knew": [
        press(
            m("x", "relocated", None, "620000", moved_from="440000"),
            expect=("platform.moved x 440000>620000", f"{REG} 620000"),
        ),
        press(m("x", "selected", "2026", "620000")),
    ],
    "a move to nowhere, within a province, or of one that has left": [
        press(m("supos", "relocated", None, None)),
        press(m("supos", "relocated", None, "330000", moved_from="330000")),
        press(m("supos", "removed", "2026"), expect=("platform.left supos",)),
        press(m("supos", "relocated", None, "360000", moved_from="330000")),
    ],
    "a move that only the register shows": [
        official(
            m("supos", "selected", "2027", "360000"),
            expect=("platform.moved supos 330000>360000", f"{REG} 360000"),
            published="2027-05-05",
        ),
        official(m("supos", "selected", "2027", "360000"), published="2027-05-06"),
    ],
    "a guessed home or an outlet's word makes no move": [
        official(m("jd", "selected", "2027", "320000"), published="2027-05-05"),
        press(m("supos", "selected", "2027", "360000"), published="2027-05-05"),
    ],
    # candidates
    "below the bar it waits for a second independent source": [
        press(m("x", "selected", "2027", "360000", confidence=0.4)),
        press(m("x", "selected", "2027", "360000", confidence=0.4), expect=(f"{NEW} x", f"{REG} 360000")),
        press(m("x", "selected", "2027", "360000", confidence=0.9)),
    ],
    "the same outlet does not count twice": [
        press(m("x", "selected", "2027", "440000", confidence=0.4), source="晚报"),
        press(m("x", "selected", "2027", "440000", confidence=0.4), source="晚报"),
        press(m("x", "selected", "2027", "440000", confidence=0.4), source="日报", expect=(f"{NEW} x",)),
    ],
    "a reprint does not count": [
        press(m("x", "selected", "2027", "440000", confidence=0.4), text=f"本报讯{WIRE}"),
        press(m("x", "selected", "2027", "440000", confidence=0.4), text=WIRE),
        press(m("x", "selected", "2027", "440000", confidence=0.5), expect=(f"{NEW} x",)),
    ],
    "a sure report lifts it at once, an unsure one does not climb": [
        press(m("x", "publicized", "2027", "360000", confidence=0.3)),
        press(m("x", "publicized", "2027", "360000", confidence=0.9), expect=(f"{NEW} x",)),
        press(m("x", "selected", "2027", "360000", confidence=0.3)),
        official(m("x", "selected", "2027", "360000"), expect=(f"{NEWC} x", f"{REG} 360000")),
    ],
    "an unsure exit waits too": [
        press(m("unipower", "removed", "2026", confidence=0.4)),
        press(m("unipower", "selected", "2020")),
        press(m("unipower", "removed", "2026", confidence=0.4), expect=("platform.left unipower",)),
    ],
    # lists
    "a list without names alerts no one": [
        official(listed(23, "new", "2027"), listed(70, "in_force", "2027")),
        press(m("x", "selected", "2027", "440000"), expect=(f"{NEW} x",)),
    ],
    "two lists in one article": [
        official(
            m("cosmoplat", "ranked", "2027", rank=1),
            m("x", "selected", "2027", "440000"),
            m("unipower", "removed", "2027"),
            m("jd", "reselected", "2027"),
            expect=(f"{NEW} x", "platform.left unipower"),
        ),
    ],
    "a list of sixty": [
        official(
            *(m(f"p{i}", "selected", "2027", "440000") for i in range(60)),
            expect=tuple(f"{NEW} p{i}" for i in range(60)),
        ),
        press(*(m(f"p{i}", "selected", "2027", "440000") for i in range(60))),
    ],
    # renames
    "a rename of a known platform under a new id is that platform": [
        press(m("brandnew", "selected", "2027", "440000", former="根云ROOTCLOUD")),
        press(m("brandnew", "renamed", None, "440000", former="根云ROOTCLOUD")),
    ],
    "a rename of a learned platform": [
        press(m("x", "selected", "2027", "440000", name="老平台"), expect=(f"{NEW} x",)),
        press(m("y", "selected", "2027", "440000", name="新平台", former="老平台")),
    ],
    # corrections
    "a name proposed but missing in the final list has not left": [
        official(
            m("x", "publicized", "2027", "360000"),
            m("y", "publicized", "2027", "440000"),
            expect=(f"{NEW} x", f"{NEW} y"),
        ),
        official(m("y", "selected", "2027"), listed(1, "new", "2027"), expect=(f"{NEWC} y",)),
        press(m("x", "selected", "2027", "360000"), expect=(f"{NEW} x", f"{REG} 360000")),
    ],
    "a report taken back, then a true one": [
        press(m("x", "selected", "2027", "360000", name="寻星"), expect=(f"{NEW} x", f"{REG} 360000")),
        press(title="更正", text="更正：本报日前关于双跨平台的报道有误，寻星并未入选2027年名单，特此致歉。"),
        official(m("x", "selected", "2028", "360000"), expect=(f"{NEW} x", f"{REG} 360000"), published="2028-06-06"),
    ],
    "a report taken back in English": [
        press(m("x", "selected", "2027", "360000", name="StarSeek"), expect=(f"{NEW} x", f"{REG} 360000")),
        press(
            title="Correction",
            text="Correction: an earlier report wrongly said StarSeek was selected as a dual cross-platform.",
        ),
        press(m("x", "selected", "2027", "360000", name="StarSeek"), expect=(f"{NEW} x", f"{REG} 360000")),
    ],
    "an outlet cannot take back what an official final text says": [
        official(m("x", "selected", "2027", "440000", name="寻星"), expect=(f"{NEW} x",)),
        press(title="澄清", text="有读者称寻星未入选双跨平台，本报此前报道不实。"),
        press(m("x", "selected", "2027", "440000", name="寻星")),
    ],
    "a correction of something else changes nothing": [
        press(m("x", "selected", "2027", "440000", name="寻星"), expect=(f"{NEW} x",)),
        press(title="更正", text="更正：双跨平台寻星的运营公司成立于2016年，此前所写年份有误。"),
        press(m("x", "selected", "2027", "440000", name="寻星")),
    ],
    "an exit taken back": [
        press(m("unipower", "removed", "2026", name="紫光UNIPower"), expect=("platform.left unipower",)),
        press(title="澄清公告", text="澄清：有关紫光UNIPower被移出双跨平台名单的报道不实。"),
        press(m("unipower", "selected", "2026")),
    ],
}


@pytest.mark.parametrize("name", CASES)
def test_each_step_brings_exactly_its_alerts(name: str) -> None:
    stage = player()
    told = [stage.play(step) for step in CASES[name]]
    assert told == [step.expect for step in CASES[name]]


def test_known_is_what_stood_before_the_article() -> None:
    stage = player()
    stage.play(
        press(m("x", "publicized", "2027", "440000"), m("rootcloud", "selected", "2020"), m("n2", "selected", "2022"))
    )
    stage.play(press(m("x", "selected", "2027", "440000"), m("n2", "selected", "2022")))
    records = sorted(stage.store.records(), key=lambda r: r.url or "")
    known = [{f.platform.id: f.known for f in r.findings if f.kind == "membership"} for r in records]
    assert known == [{"x": False, "rootcloud": True, "n2": False}, {"x": True, "n2": True}]


def test_blanks_are_filled_from_the_register() -> None:
    stage = player()
    stage.play(
        press(
            m("dongzhi", "selected", "2022", "440000"),
            m("weshyper", "selected", None),
            m("x", "selected", None, "210200"),
            m("supos", "relocated", "2023", "310000"),
            m("jingzhi", "ranked", None),
            published="2023-09-08",
        )
    )
    (record,) = stage.store.records()
    found = {
        f.platform.id: (f.round, f.region.code if f.region else None) for f in record.findings if f.kind == "membership"
    }
    assert found == {
        "dongzhi": ("2022", "420000"),
        "weshyper": ("2023", "130000"),
        "x": ("2023", "210000"),
        "supos": (None, "310000"),
        "jingzhi": ("2023", "110000"),
    }


def test_alerts_carry_what_they_rest_on() -> None:
    stage = player()
    stage.play(press(m("x", "publicized", "2027", "360000", name="寻星", names=("寻星", "寻星云"))))
    stage.play(press(m("x", "selected", "2027", "360000", name="寻星", names=("XX Cloud",))))
    stage.play(official(m("x", "selected", "2027", "360000", name="寻星")))
    alerts = sorted(stage.store.alerts(), key=lambda a: (a.record_id, a.trigger))
    first = next(a for a in alerts if a.trigger == "platform.new" and not a.confirmed)
    assert first.subject.names == ("寻星", "寻星云")
    assert (first.subject.operator, first.subject.code) == ("x公司", "360000")
    assert first.event == "dual-cross/entry/2027/x"
    final = next(a for a in alerts if a.trigger == "platform.new" and a.confirmed)
    assert (final.ladder, final.stage, final.sources) == ("confirmed", "selected", 3)
    assert set(final.names) >= {"寻星", "寻星云", "XX Cloud"}
    assert "publicized 2027" in final.before
    assert {a.event for a in alerts if a.trigger == "region.new"} == {"dual-cross/region/2027/360000"}


def test_candidates_stand_with_the_record_and_are_no_alerts() -> None:
    stage = player()
    stage.play(press(m("x", "selected", "2027", "360000", confidence=0.2)))
    (record,) = stage.store.records()
    assert record.alerts == ()
    assert {a.trigger for a in record.candidates} == {"platform.new", "region.new"}
    assert shipped().platform("x") is None
    (learned,) = stage.store.learned()
    assert not learned.member


def test_the_same_stream_tells_the_same_ids() -> None:
    def ids() -> list[str]:
        stage = player()
        for step in CASES["a return counts, once, and can be left again"]:
            stage.play(step)
        return sorted(a.id for a in stage.store.alerts())

    assert ids() == ids()
    assert len(set(ids())) == 5


def test_corrections_name_the_alerts_they_take_back() -> None:
    stage = player()
    for step in CASES["a report taken back, then a true one"][:2]:
        stage.play(step)
    store: MemoryStore = stage.store
    assert {a.id for a in store.alerts()} == {key for key, _ in store.facts("correction")}
