"""Values as JSON and back: for stores and queues, where every field is kept and absent ones take their default.

The public shape of records and alerts (DESIGN 5.1) is `dualcross.query.present`, not this.
"""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

from dualcross import model

T = TypeVar("T")


def pack(value: Any) -> Any:
    """Turn a value type into plain JSON data; fields at their default are left out."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        out = {}
        for field in dataclasses.fields(value):
            item = getattr(value, field.name)
            if field.name != "kind" and _is_default(field, item):
                continue
            out[field.name] = pack(item)
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
    return typing.cast("T", _build(kind, data))


def dumps(value: Any) -> str:
    """Return the compact JSON text of a value, the same text for equal values."""
    return json.dumps(pack(value), ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def loads(kind: type[T], text: str | bytes) -> T:
    """Rebuild a value of that type from the text `dumps` made."""
    return unpack(kind, json.loads(text))


COMMANDS: dict[str, type] = {c.__name__: c for c in get_args(model.Command)}


def dump_command(command: model.Command) -> str:
    """Return a command as JSON text, with its name under `command`."""
    return json.dumps(
        {"command": type(command).__name__} | pack(command), ensure_ascii=False, separators=(",", ":"), sort_keys=True
    )


def load_command(text: str | bytes) -> model.Command:
    """Rebuild a command; `ValueError` for a name nobody knows."""
    data = json.loads(text)
    name = data.get("command") if isinstance(data, dict) else None
    if name not in COMMANDS:
        raise ValueError(f"no such command: {name!r}")
    return typing.cast("model.Command", _build(COMMANDS[name], data))


def _is_default(field: dataclasses.Field[Any], item: Any) -> bool:
    if field.default is not dataclasses.MISSING:
        return bool(item == field.default) and type(item) is type(field.default)
    if field.default_factory is not dataclasses.MISSING:
        return bool(item == field.default_factory())
    return False


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _build(kind: Any, data: Any) -> Any:
    origin = get_origin(kind)
    if data is None or kind is Any or origin is Literal:
        return data
    if origin in (Union, types.UnionType):
        return _build_union([a for a in get_args(kind) if a is not type(None)], data)
    if origin is tuple:
        args = get_args(kind)
        inner = [args[0]] * len(data) if args[-1] is Ellipsis else list(args)
        return tuple(_build(a, d) for a, d in zip(inner, data, strict=False))
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        inner_kind = get_args(kind)[1]
        return {k: _build(inner_kind, v) for k, v in data.items()}
    if kind is datetime:
        return datetime.fromisoformat(data)
    if kind is float:
        return float(data)
    if dataclasses.is_dataclass(kind):
        make = typing.cast("type", kind)
        hints = _hints(make)
        return make(**{k: _build(hints[k], v) for k, v in data.items() if k in hints})
    return data


def _build_union(kinds: list[Any], data: Any) -> Any:
    if len(kinds) == 1:
        return _build(kinds[0], data)
    if isinstance(data, dict) and "kind" in data:
        for kind in kinds:
            if dataclasses.is_dataclass(kind) and _hints(typing.cast("type", kind))["kind"] == Literal[data["kind"]]:
                return _build(kind, data)
    return data
