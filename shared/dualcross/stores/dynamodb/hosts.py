"""Turns with hosts, in the stack's table: an item a host, which DynamoDB drops when it is long over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from dualcross.stores.dynamodb import keys
from dualcross.stores.dynamodb.table import Table
from dualcross.stores.moments import aware, micros

#: seconds after its end at which an item may be dropped
_KEPT = 3600


class DynamoHosts:
    """Keeps to `ports.Hosts`: one conditional write a turn, half a read unit a look."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def take(self, host: str, holder: str, *, now: datetime, until: datetime) -> bool:
        """Take a host unless another holder has it still."""
        aware(now)
        aware(until)
        values = {
            ":n": {"N": str(micros(now))},
            ":u": {"N": str(micros(until))},
            ":h": {"S": holder},
            ":t": {"N": str(int(until.timestamp()) + _KEPT)},
        }
        return self._table.update(
            keys.host(host),
            "SET ends = :u, holder = :h, #ttl = :t",
            values,
            condition="attribute_not_exists(ends) OR ends <= :n OR holder = :h",
        )

    def give_back(self, host: str, holder: str) -> None:
        """End a turn early."""
        self._table.delete(keys.host(host), condition="holder = :h", values={":h": {"S": holder}})

    def held(self, hosts: Iterable[str], *, now: datetime) -> frozenset[str]:
        """Return those of the hosts that somebody has."""
        moment = micros(now) or 0
        asked = {keys.host(host): host for host in hosts}
        found = self._table.batch(asked, eventual=True)
        return frozenset(asked[key] for key, row in found.items() if int(row["ends"]["N"]) > moment)
