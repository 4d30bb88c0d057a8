"""Snapshot: bring the read model in S3 up to date; embedded, the store itself is the read model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dualcross.model import Command, Snapshot

if TYPE_CHECKING:
    from dualcross.deps import Deps


def run(command: Snapshot, deps: Deps) -> list[Command]:
    """Copy what the store has gained into the snapshot, where a stack names a bucket for it."""
    del command
    if deps.settings.snapshot_bucket:
        from dualcross.query.snapshot import refresh

        refresh(deps)
    return []
