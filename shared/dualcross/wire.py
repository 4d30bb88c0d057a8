"""Values as JSON and back: for stores and queues, where every field is kept and absent ones take their default.

The public shape of records and alerts (DESIGN 5.1) is `dualcross.query.present`, not this.
"""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

from dualcross import model

T = TypeVar("T")
Builder = Callable[[Any], Any]


_PLAIN = frozenset({str, int, float, bool, type(None)})
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def pack(value: Any) -> Any:
    """Turn a value type into plain JSON data; fields at their default are left out."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        out = {}
        for field in _fields(typing.cast("Any", kind)):
            item = getattr(value, field.name)
            # most fields hold the very object that is their default
            if field.name != "kind" and (item is field.default or _is_default(field, item)):
                continue
            out[field.name] = item if type(item) in _PLAIN else pack(item)
        return out
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(k): pack(v) for k, v in value.items()}
    if isinstance(value, (tuple, list)):
        return [pack(v) for v in value]
    return value


def unpack(kind: type[T], data: Any) -> T:
    """Rebuild a value from what `pack` made; unknown fields are ignored, so older code reads newer data."""
    build = _builder(typing.cast("Any", kind))
    return typing.cast("T", build(data) if build else data)


def dumps(value: Any) -> str:
    """Return the compact JSON text of a value, the same text for equal values."""
    return _ENCODER.encode(pack(value))


def loads(kind: type[T], text: str | bytes) -> T:
    """Rebuild a value of that type from the text `dumps` made."""
    return unpack(kind, json.loads(text))


COMMANDS: dict[str, type] = {c.__name__: c for c in get_args(model.Command)}


def dump_command(command: model.Command) -> str:
    """Return a command as JSON text, with its name under `command`."""
    return _ENCODER.encode({"command": type(command).__name__} | pack(command))


def load_command(text: str | bytes) -> model.Command:
    """Rebuild a command; `ValueError` for a name nobody knows."""
    data = json.loads(text)
    name = data.get("command") if isinstance(data, dict) else None
    if name not in COMMANDS:
        raise ValueError(f"no such command: {name!r}")
    return typing.cast("model.Command", unpack(COMMANDS[name], data))


def _is_default(field: dataclasses.Field[Any], item: Any) -> bool:
    if field.default is not dataclasses.MISSING:
        return bool(item == field.default) and type(item) is type(field.default)
    if field.default_factory is not dataclasses.MISSING:
        return bool(item == field.default_factory())
    return False


@cache
def _fields(kind: type) -> tuple[dataclasses.Field[Any], ...]:
    return dataclasses.fields(kind)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


@cache
def _builder(kind: Any) -> Builder | None:
    """Return what turns JSON data into that type, None where the data is the value."""
    origin = get_origin(kind)
    if kind is Any or origin is Literal:
        return None
    if origin in (Union, types.UnionType):
        return _union_builder([a for a in get_args(kind) if a is not type(None)])
    if origin is tuple:
        return _tuple_builder(get_args(kind))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        inner = _builder(get_args(kind)[1])
        return _if_there(lambda data: {k: inner(v) for k, v in data.items()} if inner else data)
    if kind is datetime:
        return _if_there(datetime.fromisoformat)
    if kind is float:
        return _if_there(float)
    return _if_there(_dataclass_builder(kind)) if dataclasses.is_dataclass(kind) else None


def _if_there(build: Builder) -> Builder:
    return lambda data: None if data is None else build(data)


def _tuple_builder(args: tuple[Any, ...]) -> Builder:
    if args[-1] is Ellipsis:
        inner = _builder(args[0])
        return _if_there(lambda data: tuple(inner(d) for d in data) if inner else tuple(data))
    each = [_builder(a) for a in args]
    return _if_there(lambda data: tuple(b(d) if b else d for b, d in zip(each, data, strict=False)))


def _dataclass_builder(kind: Any) -> Builder:
    def build(data: Any) -> Any:
        known = builders()
        given = {}
        for name, value in data.items():
            if name in known:
                inner = known[name]
                given[name] = inner(value) if inner else value
        return kind(**given)

    @cache
    def builders() -> dict[str, Builder | None]:
        # at the first value, because a type may hold itself
        return {name: _builder(hint) for name, hint in _hints(kind).items()}

    return build


def _union_builder(kinds: list[Any]) -> Builder | None:
    if len(kinds) == 1:
        return _builder(kinds[0])
    by_name: dict[Any, Builder | None] = {}
    for kind in kinds:
        if dataclasses.is_dataclass(kind):
            (name,) = get_args(_hints(typing.cast("type", kind))["kind"])
            by_name[name] = _builder(typing.cast("Any", kind))

    def build(data: Any) -> Any:
        inner = by_name.get(data["kind"]) if isinstance(data, dict) and "kind" in data else None
        return inner(data) if inner else data

    return build
