"""Where a platform stands, and how a finding of some date relates to that: pure questions on values."""

from __future__ import annotations

import re

from dualcross.model import Membership, Region
from dualcross.patterns import late
from dualcross.ports import Platform
from dualcross.register.provinces import province
from dualcross.register.roster import Shipped

#: stages at which a platform stands in a final list
LISTED = frozenset({"selected", "reselected", "ranked", "relocated", "renamed"})
#: how far each stage of an entry has come
CLIMB = {"recommended": 1, "publicized": 2, "selected": 3, "reselected": 3, "ranked": 3}

_AGAIN = late(
    r"重新|重返|重回|回归|再次|再度|再获|再入|时隔|\bre-?(?:enter|join|admit|turn|gain|list)|\bonce again|\bagain\b",
    re.IGNORECASE,
)
_KEPT = late(r"通过|复评|复核|评价|评估|保留|续|蝉联|连续|pass|evaluat|assess|retain|keep|remain", re.IGNORECASE)


def is_member(platform: Platform | None) -> bool:
    """Tell whether it is surely a current member."""
    return platform is not None and platform.member and platform.sure


def stood(platform: Platform | None) -> bool:
    """Tell whether the register held it, proposed or listed, as a fact that counts as known."""
    if platform is None:
        return False
    if platform.status == "proposed":
        return any(stage == "publicized" for _, stage in platform.rounds)
    return platform.sure and (platform.ever or platform.left is not None or bool(platform.rounds))


def fill_round(finding: Membership, platform: Platform | None, shipped: Shipped, day: str | None) -> str | None:
    """Return the finding's round: as told, else the register's whose dates fit, None for a relocation."""
    if finding.stage in ("relocated", "renamed"):
        return None
    if finding.round:
        return finding.round
    when = finding.date or day
    fitted = shipped.round_for(when, finding.stage)
    if platform is None or platform.id not in shipped.by_id or not is_member(platform):
        return fitted
    if finding.stage not in ("selected", "publicized"):
        return fitted
    own = {r for r, stage in platform.rounds if stage == "selected"}
    if fitted in own:
        return fitted
    if len(own) == 1 and finding.stage == "selected" and (when is None or when[:4] >= min(own)):
        return min(own)
    return None


def fill_region(
    finding: Membership, platform: Platform | None, shipped: Shipped, *, official: bool = False
) -> Region | None:
    """Return the member's home province: the new one after a relocation, the register's where sure, else as told.

    An official text sets right a home that was only guessed or told by others.
    """
    told = province(finding.region.code) if finding.region else None
    if finding.stage == "relocated" or platform is None or platform.region is None:
        return told
    guessed = platform.id not in shipped.settled_homes and not platform.regions_before
    if not platform.sure or platform.status == "proposed" or (official and guessed):
        return told or platform.region
    return platform.region


def is_stale(finding: Membership, platform: Platform | None, day: str | None, title: str) -> bool:
    """Tell whether the finding is of a time before the platform left, and so brings nothing back."""
    if platform is None or platform.left is None or platform.member:
        return False
    round_, when = finding.round, finding.date or day
    left_year = max((r for r, stage in platform.rounds if stage == "removed" and r != "-"), default=platform.left[:4])
    if round_ is not None and round_ != left_year:
        return round_ < left_year
    if round_ is not None and any(r == round_ and stage == "selected" for r, stage in platform.rounds):
        return True
    later = when is not None and when[: len(platform.left)] > platform.left[: len(when)]
    if round_ is not None or finding.date is not None or finding.stage in ("publicized", "reselected"):
        return not later
    # Without a date of its own a listing is told as past or as new; only a word of return makes it new.
    return not (later and _AGAIN.search(f"{title} {_quotes(finding)}"))


def is_return(finding: Membership, platform: Platform | None) -> bool:
    """Tell whether `reselected` means that a platform that had left is back, not that it passed an evaluation."""
    if platform is None or platform.member or platform.left is None:
        return False
    return finding.stage == "reselected" and not is_kept(finding)


def is_kept(finding: Membership) -> bool:
    """Tell whether the quotes speak of passing an evaluation, of being retained."""
    return bool(_KEPT.search(_quotes(finding)))


def _quotes(finding: Membership) -> str:
    return " ".join(e.quote for e in finding.evidence)


def outdated_exit(finding: Membership, platform: Platform | None, round_: str | None, day: str | None) -> bool:
    """Tell whether the platform was listed after the exit that is told, so that it is a member still."""
    if platform is None or not platform.member:
        return False
    when = round_ or (finding.date or day or "")[:4]
    if not when:
        return False
    listed = [r for r, stage in platform.rounds if stage in LISTED and r != "-"]
    if any(r > when for r in listed):
        return True
    since = platform.since
    told = finding.date or day
    return any(r == when for r in listed) and since is not None and told is not None and since[:10] > told[:10]
