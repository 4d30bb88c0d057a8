"""The wiring on AWS: of a function from its environment, of an operator's command line from a stack's outputs.

Everything is built at first use, because a door pays for what it loads: deliver needs no parser, schedule no HTTP.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from dualcross.clock import SystemClock
from dualcross.deps import Deps, Understood
from dualcross.errors import ConfigError
from dualcross.model import Article, Conditions, Fetched, Item, Source
from dualcross.ports import Channel, Clock, Fetcher, Platform
from dualcross.settings import TABLE, Settings


@cache
def client(service: str) -> Any:
    """Return the process's client of a service, with bounded waits and the SDK's own backoff."""
    import boto3
    from botocore.config import Config

    config = Config(
        connect_timeout=3,
        read_timeout=20,
        retries={"mode": "standard", "total_max_attempts": 5},
        max_pool_connections=32,
    )
    return boto3.client(service, config=config)


class LazyFetcher:
    """The fetcher, loaded at the first request."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._fetcher: Fetcher | None = None

    def get(self, url: str, conditions: Conditions) -> Fetched:
        """Make one polite, guarded GET."""
        if self._fetcher is None:
            from dualcross.net import Fetcher as Guarded

            self._fetcher = Guarded(self._settings, self._clock)
        return self._fetcher.get(url, conditions)


def parse_source(source: Source, fetched: Fetched) -> tuple[Item, ...]:
    """Return the items of a source."""
    from dualcross.sources import parse

    return parse(source, fetched)


def read_page(fetched: Fetched, source: Source | None = None, item: Item | None = None) -> Article:
    """Return the article of a page."""
    from dualcross import reading

    return reading.read_page(fetched, source, item)


def understand(article: Article, learned: tuple[Platform, ...]) -> Understood:
    """Return what an article says."""
    from dualcross import understanding

    return understanding.understand(article, learned)


def deployed(env: Mapping[str, str] | None = None, *, clock: Clock | None = None) -> Deps:
    """Return the dependencies of a function, from its environment; secrets given by name are opened."""
    told = os.environ if env is None else env
    settings = opened(Settings.from_env(told))
    # Only functions that sign or open something have the variable; it is empty where no secret is named.
    return wired(settings, clock or SystemClock(), signing="DUALCROSS_SECRET_KEY" in told)


def stack(name: str, *, clock: Clock | None = None, **overrides: Any) -> Deps:
    """Return the dependencies of an operator who works on a deployed stack with credentials of their own."""
    return wired(replace(outputs(name), **overrides), clock or SystemClock(), signing=True)


def outputs(name: str) -> Settings:
    """Return the settings that a stack's outputs tell; `ConfigError` where there is no such stack."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        answer = client("cloudformation").describe_stacks(StackName=name)
    except (BotoCoreError, ClientError) as error:
        raise ConfigError(f"no stack {name!r} in this account and region: {error}") from error
    found = {row["OutputKey"]: row["OutputValue"] for row in answer["Stacks"][0].get("Outputs", ())}
    env = {row.variable: found[key] for row in TABLE if row.cloud and (key := output(row.name)) in found}
    if "DUALCROSS_TABLE" not in env:
        raise ConfigError(f"the stack {name!r} is no dualcross: it has no output Table")
    return Settings.from_env(env)


def output(setting: str) -> str:
    """Return the name of the stack's output that tells a setting: `queue_poll` → `QueuePoll`."""
    return "".join(part.capitalize() for part in setting.split("_"))


def opened(settings: Settings) -> Settings:
    """Return the settings with each secret that is named (`ssm:/…`, `secretsmanager:…`) replaced by its value."""
    named: dict[str, Any] = {
        row.name: value
        for row in TABLE
        if row.secret and (value := getattr(settings, row.name)).startswith(("ssm:", "secretsmanager:"))
    }
    if not named:
        return settings
    from dualcross.channels.secrets import resolve

    values: dict[str, Any] = {name: resolve(value, settings) for name, value in named.items()}
    return replace(settings, **values)


def wired(settings: Settings, clock: Clock, *, signing: bool = False) -> Deps:
    """Return the dependencies on the AWS services that the settings name.

    `signing` has the key that signs links made and kept in the table, where the settings hold none.
    """
    if not settings.table:
        raise ConfigError("DUALCROSS_TABLE is not set: this runs inside a stack, or with --stack NAME")
    from dualcross.stores.dynamodb import DynamoStore
    from dualcross.stores.dynamodb.hosts import DynamoHosts
    from dualcross.stores.s3 import S3Archive, S3Texts

    texts = S3Texts(settings.archive_bucket, lambda: client("s3"))
    store = DynamoStore(settings.table, client("dynamodb"), clock=clock, texts=texts, keep_off_topic=False)
    if signing and not settings.secret_key:
        settings = replace(settings, secret_key=store.signing_key())
    made: dict[str, Channel] = {}

    def channel(name: str) -> Channel:
        from dualcross.channels import get

        # One of each per process: they keep connections and their own pace.
        return made.setdefault(name, made.get(name) or get(name, settings, clock))

    return Deps(
        settings=settings,
        clock=clock,
        store=store,
        archive=S3Archive(settings.archive_bucket, lambda: client("s3")),
        fetcher=LazyFetcher(settings, clock),
        parse_source=parse_source,
        read_page=read_page,
        understand=understand,
        channel=channel,
        hosts=DynamoHosts(store.table),
    )
