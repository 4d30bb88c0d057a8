"""Every setting, in one table: it feeds `Settings`, the README and `template.yaml`; tests hold the three together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from dualcross import __version__
from dualcross.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table; the environment variable is `DUALCROSS_` and the name in capitals."""

    name: str
    kind: type
    default: Any
    help: str
    secret: bool = False
    #: a deployed stack sets it (it stands in template.yaml)
    cloud: bool = False

    @property
    def variable(self) -> str:
        """The environment variable."""
        return "DUALCROSS_" + self.name.upper()


TABLE: tuple[Setting, ...] = (
    Setting("db", str, "dualcross.db", "file of the embedded store"),
    Setting("archive", str, "", "folder of raw responses; empty: beside the database", cloud=False),
    Setting("archive_days", int, 90, "days that raw responses are kept", cloud=True),
    Setting("contact", str, "https://github.com/dualcross/dualcross", "address named in the User-Agent", cloud=True),
    Setting("interval_min", int, 600, "shortest seconds between two polls of a source", cloud=True),
    Setting("interval_max", int, 21600, "longest seconds between two polls of a source", cloud=True),
    Setting("backfill_days", int, 30, "entries of a new source older than this alert only in one summary", cloud=True),
    Setting("fetch_timeout", float, 20.0, "seconds that a request may take, all phases together", cloud=True),
    Setting("fetch_max_bytes", int, 10_000_000, "bytes of a response after decompression", cloud=True),
    Setting("allow_private", str, "", "hosts or networks, comma-separated, that may be private addresses", cloud=True),
    Setting("workers", int, 4, "threads of the embedded runner"),
    Setting("host", str, "127.0.0.1", "address the embedded API listens on"),
    Setting("port", int, 8484, "port of the embedded API"),
    Setting("min_confidence", float, 0.6, "an event below this waits as a candidate", cloud=True),
    Setting("lease", float, 120.0, "seconds a worker may hold a delivery", cloud=True),
    Setting("attempts", int, 5, "sends of one delivery before it is dead", cloud=True),
    Setting("public_url", str, "", "address of the API as subscribers reach it, for links in messages", cloud=True),
    Setting(
        "secret_key", str, "", "key that signs links; empty: made once, kept in the store", secret=True, cloud=True
    ),
    Setting("smtp_url", str, "", "smtp[s]://user:password@host:port for the e-mail channel", secret=True, cloud=True),
    Setting("mail_from", str, "dualcross@localhost", "sender of e-mail", cloud=True),
    Setting("mail_transport", str, "smtp", "smtp or ses", cloud=True),
    Setting("operator_email", str, "", "who is told of silent and broken sources", cloud=True),
    Setting("table", str, "", "DynamoDB table of a stack", cloud=True),
    Setting("archive_bucket", str, "", "S3 bucket of raw responses", cloud=True),
    Setting("snapshot_bucket", str, "", "S3 bucket of the read model", cloud=True),
    Setting("queue_poll", str, "", "address of the poll queue", cloud=True),
    Setting("queue_read", str, "", "address of the read queue", cloud=True),
    Setting("queue_fanout", str, "", "address of the fan-out queue", cloud=True),
    Setting("queue_deliver", str, "", "address of the deliver queue", cloud=True),
    Setting("stack", str, "", "name of the stack, carried by its metrics", cloud=True),
    Setting("log_level", str, "INFO", "DEBUG, INFO, WARNING or ERROR", cloud=True),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """The settings in force, valid from birth."""

    db: str = "dualcross.db"
    archive: str = ""
    archive_days: int = 90
    contact: str = "https://github.com/dualcross/dualcross"
    interval_min: int = 600
    interval_max: int = 21600
    backfill_days: int = 30
    fetch_timeout: float = 20.0
    fetch_max_bytes: int = 10_000_000
    allow_private: str = ""
    workers: int = 4
    host: str = "127.0.0.1"
    port: int = 8484
    min_confidence: float = 0.6
    lease: float = 120.0
    attempts: int = 5
    public_url: str = ""
    secret_key: str = ""
    smtp_url: str = ""
    mail_from: str = "dualcross@localhost"
    mail_transport: str = "smtp"
    operator_email: str = ""
    table: str = ""
    archive_bucket: str = ""
    snapshot_bucket: str = ""
    queue_poll: str = ""
    queue_read: str = ""
    queue_fanout: str = ""
    queue_deliver: str = ""
    stack: str = ""
    log_level: str = "INFO"

    @property
    def user_agent(self) -> str:
        """Name, version and contact address, sent with every request."""
        return f"dualcross/{__version__} (+{self.contact})"

    @classmethod
    def from_env(cls, env: Mapping[str, str], **overrides: Any) -> Settings:
        """Read the settings from environment variables; `ConfigError` names the variable and what it should be.

        Overrides win over the environment; those that are None do not count.
        """
        values: dict[str, Any] = {}
        for row in TABLE:
            raw = env.get(row.variable)
            if raw is not None and raw != "":
                values[row.name] = _convert(row, raw)
        values.update({k: v for k, v in overrides.items() if v is not None})
        settings = cls(**values)
        settings.validate()
        return settings

    def validate(self) -> None:
        """Raise `ConfigError` where two settings contradict each other or one is out of range."""
        if not 0 < self.interval_min <= self.interval_max:
            raise ConfigError("DUALCROSS_INTERVAL_MIN must be above 0 and at most DUALCROSS_INTERVAL_MAX")
        if not 0 <= self.min_confidence <= 1:
            raise ConfigError("DUALCROSS_MIN_CONFIDENCE must lie between 0 and 1")
        if self.mail_transport not in ("smtp", "ses"):
            raise ConfigError("DUALCROSS_MAIL_TRANSPORT must be smtp or ses")
        if self.log_level.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
            raise ConfigError("DUALCROSS_LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR")
        for name in ("workers", "attempts", "archive_days", "fetch_max_bytes"):
            if getattr(self, name) < 1:
                raise ConfigError(f"DUALCROSS_{name.upper()} must be at least 1")


def _convert(row: Setting, raw: str) -> Any:
    try:
        return row.kind(raw)
    except ValueError:
        wanted = {"int": "a whole number", "float": "a number"}.get(row.kind.__name__, "text")
        raise ConfigError(f"{row.variable} must be {wanted}, not {raw!r}") from None


assert [f.name for f in fields(Settings)] == [row.name for row in TABLE]
