"""The registry of channels: one small class per file, found by name; see docs/channels.md for adding one."""

from __future__ import annotations

import importlib
import importlib.metadata
from typing import TYPE_CHECKING, cast

from dualcross.errors import ConfigError
from dualcross.ports import Channel, Clock
from dualcross.settings import Settings

if TYPE_CHECKING:
    import httpx

#: name → `module:class`, imported at first use, because a door loads only the channels it sends through
TABLE = {
    "console": "dualcross.channels.console:Console",
    "webhook": "dualcross.channels.webhook:Webhook",
    "email": "dualcross.channels.email:Email",
    "slack": "dualcross.channels.slack:Slack",
    "teams": "dualcross.channels.teams:Teams",
    "telegram": "dualcross.channels.telegram:Telegram",
    "feishu": "dualcross.channels.feishu:Feishu",
    "dingtalk": "dualcross.channels.dingtalk:DingTalk",
    "wecom": "dualcross.channels.wecom:WeCom",
    "ntfy": "dualcross.channels.ntfy:Ntfy",
    "apprise": "dualcross.channels.apprise:Apprise",
}
GROUP = "dualcross.channels"

#: whose address is itself a secret: stored sealed or by reference, shown masked
SECRET_ADDRESSES = frozenset({"slack", "teams", "feishu", "dingtalk", "wecom", "apprise"})
#: what a stranger may sign up for; the others reach into the machine or need the operator's hand
SELF_SERVICE = frozenset({"webhook", "email", "slack", "teams", "telegram", "feishu", "dingtalk", "wecom", "ntfy"})


def names() -> tuple[str, ...]:
    """Return every channel there is, shipped ones first, then those of installed plug-ins."""
    plugged = sorted(entry.name for entry in importlib.metadata.entry_points(group=GROUP))
    return (*TABLE, *(name for name in plugged if name not in TABLE))


def get(name: str, settings: Settings, clock: Clock, *, client: httpx.Client | None = None) -> Channel:
    """Return the channel of that name, ready to send; `ConfigError` names those there are for an unknown one.

    `client` replaces the guarded HTTP client, for tests and for channels that an operator routes elsewhere.
    """
    if name in TABLE:
        module, _, attribute = TABLE[name].partition(":")
        make = getattr(importlib.import_module(module), attribute)
    else:
        found = [entry for entry in importlib.metadata.entry_points(group=GROUP) if entry.name == name]
        if not found:
            raise ConfigError(f"no channel named {name!r}; there are {', '.join(names())}")
        make = found[0].load()
    return cast("Channel", make(settings, clock, client=client))


def mask(channel: str, address: str) -> str:
    """Return the address as it may be shown: enough to recognise it, not enough to use it where it is a secret."""
    if address.startswith(("sealed:", "env:", "ssm:", "secretsmanager:")):
        return address.partition(":")[0] + ":…"
    if channel == "email" and "@" in address:
        local, _, domain = address.rpartition("@")
        return f"{local[:1]}…@{domain}"
    if channel in SECRET_ADDRESSES or channel not in TABLE:
        head = address.partition("//")[2].partition("/")[0] if "//" in address else ""
        return f"{head.rpartition('@')[2]}/…" if head and channel != "apprise" else "…"
    return address.partition("?")[0]
