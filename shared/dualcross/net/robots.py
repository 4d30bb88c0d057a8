"""robots.txt by RFC 9309, pure: bytes in, rules out.

The longest matching pattern decides, Allow wins a tie, groups that name us are merged, and `*` counts only where
none does. `*` and `$` are matched piece by piece, so that no pattern can cost more than its length.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

#: our product token, as robots.txt files name it
PRODUCT = "dualcross"
#: bytes that are read; the RFC asks for at least 500 KiB
MOST = 500 * 1024

_AGENT = re.compile(r"[A-Za-z_-]+")
_LINE_END = re.compile(r"\r\n|\r|\n")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


@dataclass(frozen=True, slots=True)
class Robots:
    """What a host lets us read, and how many seconds it wants between two requests."""

    #: (pattern, allow), the longest first, Allow before Disallow among equals
    rules: tuple[tuple[str, bool], ...] = ()
    delay: float | None = None

    def allows(self, target: str) -> bool:
        """Tell whether a path with its query may be asked for."""
        path = _normal(target) or "/"
        if path == "/robots.txt":
            return True
        for pattern, allow in self.rules:
            if matches(pattern, path):
                return allow
        return True


EVERYTHING = Robots()
NOTHING = Robots(rules=(("/", False),))


def parse(body: bytes, *, token: str = PRODUCT) -> Robots:
    """Return the rules for `token`; anything that is no robots.txt allows everything."""
    text = body[:MOST].decode("utf-8", "replace").removeprefix("\ufeff")
    ours: list[tuple[str, bool]] = []
    others: list[tuple[str, bool]] = []
    our_delay: float | None = None
    other_delay: float | None = None
    named = False
    agents: set[str] = set()
    heading = False
    for line in _LINE_END.split(text):
        key, colon, value = line.partition("#")[0].partition(":")
        if not colon:
            continue
        key, value = key.strip().lower(), value.strip()
        if key in ("user-agent", "useragent", "user agent"):
            if not heading:
                agents, heading = set(), True
            agents.add(_agent(value))
            named = named or token in agents
            continue
        if key not in ("allow", "disallow", "crawl-delay"):
            # sitemaps and unknown lines belong to no group and end none
            continue
        heading = False
        if key == "crawl-delay":
            delay = _seconds(value)
            our_delay = delay if token in agents and delay is not None else our_delay
            other_delay = delay if "*" in agents and delay is not None else other_delay
        elif value.startswith(("/", "*")):
            rule = (_normal(value), key == "allow")
            if token in agents:
                ours.append(rule)
            if "*" in agents:
                others.append(rule)
    rules, wait = (ours, our_delay) if named else (others, other_delay)
    ordered = sorted(dict.fromkeys(rules), key=lambda rule: (-len(rule[0]), not rule[1]))
    return Robots(rules=tuple(ordered), delay=wait)


def _agent(value: str) -> str:
    if value.startswith("*"):
        return "*"
    found = _AGENT.match(value)
    return found[0].lower() if found else ""


def _seconds(value: str) -> float | None:
    try:
        seconds = float(value)
    except ValueError:
        return None
    return seconds if 0 <= seconds < float("inf") else None


def matches(pattern: str, path: str) -> bool:
    """Tell whether a pattern with `*` and a closing `$` matches the beginning of a path, or all of it."""
    anchored = pattern.endswith("$")
    pieces = (pattern[:-1] if anchored else pattern).split("*")
    if not path.startswith(pieces[0]):
        return False
    if len(pieces) == 1:
        return not anchored or len(path) == len(pieces[0])
    at = len(pieces[0])
    for piece in pieces[1:-1]:
        found = path.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    last = pieces[-1]
    if anchored:
        return len(path) - len(last) >= at and path.endswith(last)
    return path.find(last, at) >= 0


def _normal(path: str) -> str:
    """Return the path with every character in one spelling: unreserved ones plain, all else in capital escapes."""

    def one(found: re.Match[str]) -> str:
        character = chr(int(found[1], 16))
        return character if character in _UNRESERVED else "%" + found[1].upper()

    plain = _ESCAPE.sub(one, path)
    if plain.isascii():
        return plain
    return "".join(c if c.isascii() else "".join(f"%{b:02X}" for b in c.encode("utf-8", "replace")) for c in plain)
