"""Regular expressions compiled at their first use.

A page needs half of the rules' patterns, and compiling the other half is most of what a cold start takes.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


def late(pattern: AnyStr, flags: int | re.RegexFlag = 0) -> re.Pattern[AnyStr]:
    """Return what `re.compile` returns, in all that one does with it, before it is compiled."""
    return cast("re.Pattern[AnyStr]", _Late(pattern, flags))


class _Late:
    """Stands for a compiled pattern, and takes over its methods as they are asked for."""

    def __init__(self, pattern: str | bytes, flags: int | re.RegexFlag) -> None:
        self.pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        # Only for what is not there yet: from then on the method is had without a detour.
        found = getattr(re.compile(self.pattern, self._flags), name)
        if not name.startswith("__"):
            setattr(self, name, found)
        return found

    def __repr__(self) -> str:
        return f"late({self.pattern!r}, {self._flags!r})"
