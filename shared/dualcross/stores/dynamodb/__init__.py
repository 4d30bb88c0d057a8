"""The store of a stack: one DynamoDB table; `keys` lists every access pattern with its cost."""

from __future__ import annotations

from typing import Any

from dualcross.clock import SystemClock
from dualcross.ports import Clock
from dualcross.stores.dynamodb.people import People
from dualcross.stores.dynamodb.sources import Sources
from dualcross.stores.dynamodb.table import Table
from dualcross.stores.dynamodb.values import Codec, Texts

__all__ = ["DynamoStore"]


class DynamoStore(Sources, People):
    """Keeps everything in a table, and values over 150 KB in `texts`."""

    def __init__(
        self,
        table: str,
        client: Any,
        *,
        clock: Clock | None = None,
        texts: Texts | None = None,
        keep_off_topic: bool = True,
    ) -> None:
        told = clock or SystemClock()
        super().__init__(Table(table, client, told.sleep), Codec(texts), told)
        self.keep_off_topic = keep_off_topic

    def close(self) -> None:
        """Do nothing: the client belongs to whoever made it."""
