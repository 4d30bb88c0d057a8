"""The documents say what the program does: settings, commands, the demonstration's picture, links."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dualcross import __version__
from dualcross.cli import parser
from dualcross.demo import week
from dualcross.settings import TABLE, Setting

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
CLI = (ROOT / "docs" / "cli.md").read_text("utf-8")


def row(setting: Setting) -> str:
    default = f"`{setting.default}`" if setting.default != "" else "–"
    return f"| `{setting.variable}` | {default} | {setting.help}{' (secret)' if setting.secret else ''} |"


def test_the_settings_table_is_the_settings_table() -> None:
    printed = [line for line in README.splitlines() if line.startswith("| `DUALCROSS_")]
    assert printed == [row(s) for s in TABLE], "put these rows into README.md:\n" + "\n".join(row(s) for s in TABLE)


def commands(top: argparse.ArgumentParser, name: str) -> Iterator[tuple[str, str]]:
    for action in top._actions:
        if isinstance(action, argparse._SubParsersAction):
            helps = {a.dest: a.help or "" for a in action._choices_actions}
            for word, sub in action.choices.items():
                yield f"{name} {word}", helps.get(word, "")
                yield from commands(sub, f"{name} {word}")


ALL = list(commands(parser(), "dualcross"))
LEAVES = [name for name, _ in ALL if not any(other.startswith(name + " ") for other, _ in ALL)]


@pytest.mark.parametrize("name", LEAVES)
def test_every_command_has_a_line(name: str) -> None:
    assert f"| `{name}` |" in CLI


def test_every_line_is_a_command() -> None:
    listed = re.findall(r"^\| `(dualcross [a-z -]+)` \|", CLI, re.MULTILINE)
    assert sorted(listed) == sorted(LEAVES)


def test_every_command_has_help() -> None:
    assert [name for name, told in ALL if not told] == []


def test_the_picture_shows_the_demonstration_as_it_is() -> None:
    picture = README.split("```text")[1].split("```")[0]
    for one in week.load().expected:
        named = [line for line in picture.splitlines() if one.trigger in line and one.subject.split()[0] in line]
        assert any(("confirmed" in line) == one.confirmed for line in named), one
    assert "each once, and no other" in picture


def test_the_changelog_is_kept() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    heads = re.findall(r"^## \[([^\]]+)\]", text, re.MULTILINE)
    assert heads[0] == "Unreleased" or heads[0] == __version__
    assert heads == list(dict.fromkeys(heads))


def test_links_within_the_documents_lead_somewhere() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]
    for page in pages:
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name} → {target}"
