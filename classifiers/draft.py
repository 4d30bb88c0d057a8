"""Turns drafts, which people can write, into corpus files: `python -m classifiers.draft DRAFT…`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from classifiers.texts import CORPUS, KINDS, problems, read, shared_runs

_LANG = {"s": "zh-Hans", "t": "zh-Hant", "e": "en"}
_LABEL = {"S": "selection", "P": "policy", "F": "platform", "A": "adoption"}
_MARKS = {"m": "memberships", "n": "counts", "r": "region_counts", "p": "policies", "d": "deadlines", "o": "adoption"}
_NAMES = {
    "m": ("platform", "operator", "stage", "round", "first_time", "region"),
    "n": ("value", "measure", "region"),
    "r": ("value", "region", "rank"),
    "p": ("title", "status", "form", "number", "issuer", "date"),
    "d": ("date", "what"),
    "o": ("value", "unit", "region", "bound"),
}
_NUMERIC = {"value", "rank"}
_TRUTH = {"+": True, "-": False, "": None}


def rows(draft: str, stem: str) -> Iterator[dict[str, Any]]:
    """Yield one corpus line per text of a draft; `stem` makes ids and groups unique across files."""
    for block in draft.split("\n=== ")[1:]:
        head, _, rest = block.partition("\n")
        key, lang, split, published, source, official, labels, trap = (part.strip() for part in head.split("|"))
        body, _, marks = rest.partition("\n~~~")
        title, _, text = body.partition("\n")
        expect: dict[str, Any] = {kind: [] for kind in KINDS} | {"alerts": [], "either": []}
        for line in filter(None, (mark.strip() for mark in marks.split("\n"))):
            _mark(expect, line)
        yield {
            "id": f"{stem}-{key.replace('/', '')}",
            "group": f"{stem}-{key.split('/')[0]}",
            "lang": _LANG[lang],
            "title": title.strip(),
            "published": published or None,
            "source": source or None,
            "official": official == "1",
            "text": text.strip("\n").replace("\\t", "\t"),
            "labels": [_LABEL[label] for label in labels],
            "expect": expect,
            "trap": int(trap) if trap else None,
            "split": {"T": "train", "H": "held"}[split],
        }


def _mark(expect: dict[str, Any], line: str) -> None:
    mark, _, rest = line.partition(":")
    parts = [part.strip() for part in rest.split(";")]
    if mark == "a":
        if parts == ["?"]:
            expect["alerts"] = None
        else:
            expect["alerts"].append({"trigger": parts[0], "subject": parts[1], "confirmed": parts[2:] == ["confirmed"]})
        return
    if mark == "~":
        expect["either"].extend(parts)
        return
    names = _NAMES[mark]
    finding: dict[str, Any] = dict(zip(names, parts + [""] * (len(names) - len(parts)), strict=True))
    for name, value in finding.items():
        if name == "first_time":
            finding[name] = _TRUTH[value]
        elif name in _NUMERIC and value:
            finding[name] = float(value) if "." in value else int(value)
        else:
            finding[name] = value or None
    if mark == "p" and finding["form"] is None:
        finding["form"] = "policy"
    expect[_MARKS[mark]].append(finding)


def main(paths: list[str]) -> int:
    """Write the corpus file of each draft that is right, and report what is wrong; 1 where something is."""
    wrong = 0
    for path in map(Path, paths):
        lines = list(rows("\n" + path.read_text("utf-8"), path.stem))
        found = [f"{row['id']}: {problem}\n" for row in lines for problem in problems(row)]
        if found:
            # a corpus with one bad line can be read by nobody
            wrong += len(found)
            sys.stderr.writelines(found)
            continue
        dumped = "".join(json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n" for row in lines)
        (CORPUS / f"{path.stem}.jsonl").write_text(dumped, "utf-8")
    if wrong:
        return 1
    for run, first, other in shared_runs(read()):
        wrong += 1
        sys.stderr.write(f"{first} and {other} share: {run}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
