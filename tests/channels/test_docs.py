"""The page of channels says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.alerts.values import NOW

from dualcross import channels
from dualcross.channels import chat, dingtalk, feishu, http, ntfy, slack, teams, telegram, wecom
from dualcross.clock import FakeClock
from dualcross.settings import Settings
from dualcross.stages import deliver

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "channels.md").read_text("utf-8")
TABLES = {
    head: [line for line in PAGE.split(f"\n## {head}\n")[1].split("\n## ")[0].splitlines() if line.startswith("| `")]
    for head in ("What there is", "What an answer means", "What a crash can repeat")
}
LIMITS = {
    "slack": (slack._BLOCKS, slack._HEADER, slack._SECTION),
    "teams": (teams._LIMIT,),
    "telegram": (telegram._LIMIT,),
    "feishu": (feishu._LIMIT,),
    "dingtalk": (dingtalk._LIMIT,),
    "wecom": (wecom._LIMIT,),
    "ntfy": (ntfy._LIMIT,),
}
CODES = {"feishu": feishu._CODES, "dingtalk": dingtalk._CODES, "wecom": wecom._CODES}


def row(head: str, name: str) -> str:
    (found,) = [line for line in TABLES[head] if f"`{name}`" in line.split("|")[1]]
    return found


@pytest.mark.parametrize("name", channels.TABLE)
def test_every_channel_stands_in_every_table(name):
    assert f"`{name}`" in row("What there is", name)
    assert any(f"`{name}`" in line for line in TABLES["What a crash can repeat"])
    if name != "console":
        assert any(f"`{name}`" in line.split("|")[1] for line in TABLES["What an answer means"])


@pytest.mark.parametrize("name", LIMITS)
def test_limits_and_rates_are_those_of_the_code(name):
    told = row("What there is", name)
    for limit in LIMITS[name]:
        assert re.search(rf"\b{limit}\b", told), limit
    made = channels.get(name, Settings(secret_key="k"), FakeClock(NOW))
    assert isinstance(made, chat.Chat)
    rates = [f"{count} in {seconds:g} s" for count, seconds in (r for r in (made.rate, made.burst) if r)]
    assert f"| {', '.join(rates)} |" in told


@pytest.mark.parametrize("name", CODES)
def test_codes_are_those_of_the_code(name):
    _, _, _, slow, refused, gone, _ = row("What an answer means", name).split("|")
    codes = CODES[name]
    for column, wanted in ((slow, codes.slow_down), (refused, codes.refused), (gone, codes.gone)):
        said = set()
        for number, last in re.findall(r"\b(\d{4,})(?:–(\d{4,}))?", column):
            said |= set(range(int(number), int(last or number) + 1))
        assert said == set(wanted)


def test_statuses_and_delays_are_those_of_the_code():
    (everybody,) = [line for line in PAGE.splitlines() if line.startswith("| all over HTTP")]
    _, _, _, _, refused, gone, *_ = everybody.split("|")
    assert {int(n) for n in re.findall(r"\d{3}", refused)} == http.REFUSED
    assert {int(n) for n in re.findall(r"\d{3}", gone)} == http.GONE
    assert deliver.DELAYS == (30.0, 120.0, 600.0, 1800.0, 3600.0)
    assert "come 30 s, 2, 10 and 30 minutes later" in PAGE
    assert f"up to {deliver.LONGEST / 3600:g} h" in PAGE


def test_the_example_is_a_channel():
    source = PAGE.split("## Adding a channel")[1].split("```python\n")[1].split("```")[0]
    scope = {"__name__": "example"}
    exec(source, scope)
    made = scope["Example"](Settings(secret_key="k"), FakeClock(NOW))
    assert made.check("https://hooks.example.com/x") == "https://hooks.example.com/x"
