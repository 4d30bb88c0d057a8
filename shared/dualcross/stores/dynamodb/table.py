"""The table's few requests, with expected faults translated; whatever can only be a mistake of ours stays raw."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from dualcross.errors import StoreError, StoreUnavailable
from dualcross.stores.dynamodb.keys import Key

Item = dict[str, Any]

_PASSING = frozenset({
    "ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded", "InternalServerError",
    "ServiceUnavailable", "TransactionInProgressException", "LimitExceededException", "InternalFailure",
    "ReplicatedWriteConflictException", "TransactionConflictException",
})  # fmt: skip
_REFUSED = frozenset({
    "ResourceNotFoundException", "AccessDeniedException", "UnrecognizedClientException", "ExpiredTokenException",
    "InvalidSignatureException",
})  # fmt: skip
#: keys of one BatchGetItem, items of one TransactWriteItems
BATCH = 100
_ROUNDS = 8
#: `#name` in an expression stands for the attribute of that name, which may be a reserved word
_ALIAS = re.compile(r"#(\w+)")


@contextmanager
def translated(table: str) -> Iterator[None]:
    """Turn faults of the back end into `StoreError`."""
    from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

    try:
        yield
    except ParamValidationError:
        raise
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in _PASSING:
            raise StoreUnavailable(f"{table}: {code}; try again") from error
        if code in _REFUSED:
            raise StoreError(f"{table}: {code}; check the table's name, the region and the role") from error
        raise
    except BotoCoreError as error:
        raise StoreUnavailable(f"{table}: {' '.join(str(error).split())}") from error


class Table:
    """A DynamoDB table with `pk` and `sk`; reads are strong unless an index or `eventual` says otherwise."""

    def __init__(self, name: str, client: Any, sleep: Callable[[float], None]) -> None:
        self.name = name
        self.client = client
        self._sleep = sleep

    def get(self, key: Key) -> Item | None:
        """Return one item."""
        with translated(self.name):
            answer = self.client.get_item(TableName=self.name, Key=_key(key), ConsistentRead=True)
        item: Item | None = answer.get("Item")
        return item

    def batch(self, keys: Iterable[Key], *, eventual: bool = False) -> dict[Key, Item]:
        """Return those of the items that exist, by key."""
        wanted = [_key(key) for key in dict.fromkeys(keys)]
        found: dict[Key, Item] = {}
        for start in range(0, len(wanted), BATCH):
            self._batch(wanted[start : start + BATCH], found, eventual=eventual)
        return found

    def _batch(self, keys: Sequence[Item], found: dict[Key, Item], *, eventual: bool) -> None:
        for attempt in range(_ROUNDS):
            request = {self.name: {"Keys": keys, "ConsistentRead": not eventual}}
            with translated(self.name):
                answer = self.client.batch_get_item(RequestItems=request)
            for item in answer["Responses"].get(self.name, ()):
                found[item["pk"]["S"], item["sk"]["S"]] = item
            keys = answer.get("UnprocessedKeys", {}).get(self.name, {}).get("Keys", ())
            if not keys:
                return
            self._sleep(0.05 * 2**attempt)
        raise StoreUnavailable(f"{self.name}: {len(keys)} items were not read; try again")

    def query(
        self,
        condition: str,
        values: Mapping[str, Any],
        *,
        index: str | None = None,
        newest_first: bool = False,
        eventual: bool = False,
        fields: Sequence[str] = (),
    ) -> Iterator[Item]:
        """Yield the items that meet the key condition, in the order of their sort key, page after page."""
        request: dict[str, Any] = {
            "TableName": self.name,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": dict(values),
            "ScanIndexForward": not newest_first,
        }
        aliases = {f"#{name}": name for name in _ALIAS.findall(condition)}
        if fields:
            aliases |= {f"#f{n}": field for n, field in enumerate(fields)}
            request["ProjectionExpression"] = ", ".join(f"#f{n}" for n in range(len(fields)))
        if aliases:
            request["ExpressionAttributeNames"] = aliases
        if index:
            request["IndexName"] = index
        else:
            request["ConsistentRead"] = not eventual
        while True:
            with translated(self.name):
                answer = self.client.query(**request)
            yield from answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def partition(self, pk: str, *, eventual: bool = False, fields: Sequence[str] = ()) -> Iterator[Item]:
        """Yield every item of a partition, by sort key."""
        return self.query("pk = :pk", {":pk": {"S": pk}}, eventual=eventual, fields=fields)

    def put(self, key: Key, item: Item, *, condition: str = "", values: Mapping[str, Any] | None = None) -> bool:
        """Write an item; False, and nothing written, where the condition does not hold."""
        request: dict[str, Any] = {"TableName": self.name, "Item": _key(key) | item}
        return self._conditional(self.client.put_item, request, condition, values)

    def update(
        self, key: Key, expression: str, values: Mapping[str, Any] | None = None, *, condition: str = ""
    ) -> bool:
        """Change an item, made where there is none; False, and nothing changed, where the condition does not hold."""
        request: dict[str, Any] = {"TableName": self.name, "Key": _key(key), "UpdateExpression": expression}
        return self._conditional(self.client.update_item, request, condition, values)

    def delete(self, key: Key, *, condition: str = "", values: Mapping[str, Any] | None = None) -> bool:
        """Delete an item; False, and nothing deleted, where the condition does not hold."""
        request: dict[str, Any] = {"TableName": self.name, "Key": _key(key)}
        return self._conditional(self.client.delete_item, request, condition, values)

    def put_new(self, items: Mapping[Key, Item]) -> None:
        """Write those of the items that are not there yet, up to `BATCH` a transaction."""
        rows = list(items.items())
        for start in range(0, len(rows), BATCH):
            chunk = rows[start : start + BATCH]
            if len(chunk) == 1 or not self._transact(chunk):
                for key, item in chunk:
                    self.put(key, item, condition="attribute_not_exists(pk)")

    def counted(self, counter: Key, key: Key, item: Item | None) -> None:
        """Put an item, or delete it where it is None, and raise the counter, as one."""
        change: dict[str, Any] = (
            {"Delete": {"TableName": self.name, "Key": _key(key)}}
            if item is None
            else {"Put": {"TableName": self.name, "Item": _key(key) | item}}
        )
        raised = {
            "TableName": self.name,
            "Key": _key(counter),
            "UpdateExpression": "ADD #moved :one",
            "ExpressionAttributeNames": {"#moved": "moved"},
            "ExpressionAttributeValues": {":one": {"N": "1"}},
        }
        for attempt in range(_ROUNDS):
            with translated(self.name):
                try:
                    self.client.transact_write_items(TransactItems=[change, {"Update": raised}])
                except self.client.exceptions.TransactionCanceledException:
                    # Somebody else raises it at this moment.
                    self._sleep(0.05 * 2**attempt)
                else:
                    return
        raise StoreUnavailable(f"{self.name}: too many change {key[0]} at once; try again")

    def _transact(self, rows: Sequence[tuple[Key, Item]]) -> bool:
        writes = [
            {
                "Put": {
                    "TableName": self.name,
                    "Item": _key(key) | item,
                    "ConditionExpression": "attribute_not_exists(pk)",
                }
            }
            for key, item in rows
        ]
        with translated(self.name):
            try:
                self.client.transact_write_items(TransactItems=writes)
            except self.client.exceptions.TransactionCanceledException:
                return False
        return True

    def _conditional(
        self, call: Callable[..., Any], request: dict[str, Any], condition: str, values: Mapping[str, Any] | None
    ) -> bool:
        if condition:
            request["ConditionExpression"] = condition
        if values:
            request["ExpressionAttributeValues"] = dict(values)
        aliases = _ALIAS.findall(condition + " " + request.get("UpdateExpression", ""))
        if aliases:
            request["ExpressionAttributeNames"] = {f"#{name}": name for name in aliases}
        with translated(self.name):
            try:
                call(**request)
            except self.client.exceptions.ConditionalCheckFailedException:
                return False
        return True


def _key(key: Key) -> Item:
    return {"pk": {"S": key[0]}, "sk": {"S": key[1]}}
