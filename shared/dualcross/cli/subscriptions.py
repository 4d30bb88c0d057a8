"""`subscribe`, `unsubscribe`, `subscriptions`, `feedback`."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from dualcross.cli import opening, output
from dualcross.cli.arguments import query_parser
from dualcross.errors import InputError

if TYPE_CHECKING:
    from dualcross.deps import Deps
    from dualcross.model import Subscription

_OPTIONS = (
    "triggers", "language", "min_confidence", "min_ladder", "cadence", "quiet", "timezone", "cap", "always", "secret",
)  # fmt: skip


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the commands."""
    new = query_parser(commands, "subscribe", common, "be told of what a query matches")
    new.add_argument("query", nargs="*", metavar="QUERY", help="what to be told of; empty for everything")
    new.add_argument("--channel", default="console", help="console, email, webhook, slack, feishu, … (console)")
    new.add_argument("--to", default="", metavar="ADDRESS", help="address, web address or chat id on that channel")
    new.add_argument("--triggers", metavar="T,T", help="platform.new, platform.left, … (all for subscribers)")
    new.add_argument("--language", choices=("zh", "en"))
    new.add_argument("--min-confidence", type=float, metavar="0..1")
    new.add_argument("--min-ladder", choices=("reported", "corroborated", "confirmed"))
    new.add_argument("--cadence", help="now, daily@08:00 or weekly@mon-08:00")
    new.add_argument("--quiet", metavar="22:00-07:00", help="hours without messages")
    new.add_argument("--timezone", help="zone of cadence and quiet hours (Asia/Shanghai)")
    new.add_argument("--cap", type=int, metavar="N", help="messages an hour, the rest in one summary")
    new.add_argument("--always", action="store_true", default=None, help="a digest also when nothing happened")
    new.add_argument("--secret", help="reference of the channel's secret: env:NAME, ssm:/…, or the secret itself")
    new.add_argument("--preview", metavar="90d", help="print what it would have told, and store nothing")
    new.add_argument("--json", action="store_true", help="print the subscription, or each alert of a preview, as JSON")
    new.set_defaults(run=run_subscribe)
    gone = commands.add_parser("unsubscribe", parents=[common], help="end subscriptions")
    gone.add_argument("ids", nargs="+", metavar="ID")
    gone.add_argument("--delete", action="store_true", help="forget the address too")
    gone.set_defaults(run=run_unsubscribe)
    listed = commands.add_parser("subscriptions", parents=[common], help="list subscriptions")
    listed.add_argument("--json", action="store_true", help="one JSON object a line")
    listed.set_defaults(run=run_list)
    said = commands.add_parser("feedback", parents=[common], help="list what subscribers said of alerts")
    said.add_argument("--json", action="store_true", help="labelled examples, one a line, each with its article")
    said.set_defaults(run=run_feedback)


def run_subscribe(args: argparse.Namespace) -> int:
    """Store a subscription, or print what it would have told."""
    from dualcross.alerts.subscriptions import make, public, signing_secret

    fields: dict[str, Any] = {"channel": args.channel, "address": args.to, "query": " ".join(args.query)}
    for name in _OPTIONS:
        value = getattr(args, name)
        if value is not None:
            fields[name] = value
    with opening.deployment(args, create=not args.preview) as deps:
        subscription = make(fields, deps.settings, deps.clock)
        if args.preview:
            return _preview(subscription, deps, args)
        deps.store.put_subscription(subscription)
        secret = signing_secret(subscription, deps.settings)
    if args.json:
        output.json_line(public(subscription) | ({"signing_secret": secret} if secret else {}))
        return 0
    print(subscription.id)
    if secret:
        print(f"signing secret, not shown again: {secret}", file=sys.stderr)
    return 0


def _preview(subscription: Subscription, deps: Deps, args: argparse.Namespace) -> int:
    """Print each alert with when and how it would have been told, then how many messages that makes."""
    from dualcross.alerts.preview import preview
    from dualcross.alerts.render import shown, told
    from dualcross.cli.rereading import days
    from dualcross.query.present import alert_json

    since = deps.clock.now() - days(args.preview)
    sent = preview(subscription, deps.store.alerts(since=since), since)
    if args.json:
        for message in sent:
            for alert, why in zip(message.alerts, message.held or ("",), strict=True):
                output.json_line(alert_json(alert) | {"sent": message.at.isoformat(), "held": why})
        return 0
    rows = []
    for message in sent:
        moment = shown(message.at, subscription.timezone)
        for alert, why in zip(message.alerts, message.held or ("",), strict=True):
            how = f"held ({why}), {len(message.alerts)} in one" if why else "at once"
            rows.append({"sent": moment, "how": how, "alert": told(alert, subscription.language)})
    output.table(rows, ("sent", "how", "alert"), width=80)
    count = sum(len(message.alerts) for message in sent)
    print(f"{count} alert{'' if count == 1 else 's'} in {len(sent)} message{'' if len(sent) == 1 else 's'}")
    return 0


def run_unsubscribe(args: argparse.Namespace) -> int:
    """End or delete subscriptions; the start of an id is enough where it is clear."""
    from dataclasses import replace

    with opening.deployment(args) as deps:
        everyone = deps.store.subscriptions()
        for wanted in args.ids:
            found = [s for s in everyone if s.id == wanted] or [s for s in everyone if s.id.startswith(wanted)]
            if len(found) != 1:
                told = "no subscription" if not found else "more than one subscription begins with"
                raise InputError(f"{told} {wanted!r}; `dualcross subscriptions` lists them")
            if args.delete:
                deps.store.remove_subscription(found[0].id)
            else:
                deps.store.put_subscription(replace(found[0], state="ended"))
    return 0


def run_list(args: argparse.Namespace) -> int:
    """Print every subscription, addresses masked."""
    from dualcross.alerts.subscriptions import public

    with opening.deployment(args) as deps:
        parked = dict(deps.store.facts("parked"))
        rows = [public(s) | {"parked": parked.get(s.id, {}).get("why")} for s in deps.store.subscriptions()]
    if args.json:
        output.json_rows(rows)
    else:
        output.table(rows, ("id", "state", "channel", "address", "query", "cadence", "parked"))
    return 0


def run_feedback(args: argparse.Namespace) -> int:
    """Print the answers, newest first."""
    from dualcross.alerts.feedback import labelled, listed

    with opening.deployment(args) as deps:
        rows = listed(deps.store)
        if args.json:
            rows = [labelled(row, deps.store) for row in rows]
    if args.json:
        output.json_rows(rows)
    else:
        output.table(rows, ("at", "verdict", "trigger", "subject", "note", "url"))
    return 0
