"""The template as CloudFormation sees it: SAM's resources turned into plain ones."""

from __future__ import annotations

import copy
import json
import logging
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import yaml
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "template.yaml"


@cache
def _source() -> str:
    return TEMPLATE.read_text(encoding="utf-8")


def source() -> dict[str, Any]:
    """Return the template as written, intrinsics spelled out."""
    parsed: dict[str, Any] = json.loads(_parsed())
    return parsed


@cache
def _parsed() -> str:
    return json.dumps(yaml_parse(_source()))


@cache
def _transformed(parameters: tuple[tuple[str, str], ...], region: str) -> str:
    template = source()
    for resource in template["Resources"].values():
        # The translator wants what `sam package` has uploaded.
        for key in ("CodeUri", "ContentUri"):
            if key in resource.get("Properties", {}):
                resource["Properties"][key] = "s3://bucket/key.zip"
    session = boto3.session.Session(region_name=region)
    translator = Translator({}, Parser(), boto_session=session)
    result = translator.translate(template, dict(parameters), passthrough_metadata=True)
    return json.dumps(result)


def transformed(region: str = "us-east-1", **parameters: str) -> dict[str, Any]:
    """Return the transformed template under these parameter values."""
    defaults = {name: str(p["Default"]) for name, p in source()["Parameters"].items() if "Default" in p}
    parsed: dict[str, Any] = json.loads(_transformed(tuple(sorted((defaults | parameters).items())), region))
    return copy.deepcopy(parsed)


def of_type(template: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    """Return the properties of each resource of a type, by logical id."""
    return {
        name: resource.get("Properties", {})
        for name, resource in template["Resources"].items()
        if resource["Type"] == kind
    }


def walk(value: Any) -> Iterator[Any]:
    """Yield a value and everything inside it."""
    yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from walk(inner)


def settings_yaml(path: Path) -> Any:
    """Read a plain YAML file."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    # The translator misses a file of features that only AWS has.
    logging.disable(logging.WARNING)
    print(json.dumps(transformed(), indent=1))
