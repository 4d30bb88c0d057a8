"""`cost`: what a month on AWS should cost."""

from __future__ import annotations

import argparse
import math
import re
from typing import Any

from dualcross.cli import output
from dualcross.errors import InputError

_MINUTES = {"s": 1 / 60, "m": 1.0, "h": 60.0}


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    cost = commands.add_parser("cost", parents=[common], help="a month's bill on AWS by service, from dated prices")
    cost.add_argument("--sources", type=int, default=500, help="sources (500)")
    cost.add_argument("--every", default="10m", metavar="10m", help="between two polls of a source (10m)")
    cost.add_argument("--items", type=int, default=20_000, help="new items a day (20000)")
    cost.add_argument("--subscribers", type=int, default=1_000, help="subscribers (1000)")
    cost.add_argument("--alerts", type=float, default=3, help="alerts a day, each to every subscriber (3)")
    cost.add_argument("--requests", type=int, default=1_000, help="requests to the API a day (1000)")
    cost.add_argument("--answer", type=float, default=0.8, metavar="SECONDS", help="that a host takes to answer (0.8)")
    cost.add_argument("--dashboard", action="store_true", help="as with the template's Dashboard=true")
    cost.add_argument("--json", action="store_true", help="one JSON object a line")
    cost.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the bill."""
    from dualcross import cost

    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smh])", args.every)
    minutes = float(found[1]) * _MINUTES[found[2]] if found else 0.0
    if minutes < 1:
        raise InputError(f"--every is a time of a minute or more, as 10m or 1h, not {args.every!r}")
    load = cost.Load(
        sources=args.sources, every=minutes, items=args.items, subscribers=args.subscribers, alerts=args.alerts,
        requests=args.requests, answer=args.answer, dashboard=args.dashboard,
    )  # fmt: skip
    for name in ("sources", "items", "subscribers", "alerts", "requests", "answer"):
        if not (math.isfinite(getattr(load, name)) and getattr(load, name) >= 0):
            raise InputError(f"--{name} cannot be {getattr(load, name)}")
    prices = cost.prices()
    lines = cost.bill(load, prices)
    rows: list[dict[str, Any]] = [
        {
            "service": line.service,
            "what": line.what,
            "quantity": round(line.quantity, 2),
            "dollars": round(line.dollars, 4),
        }
        for line in lines
    ]
    if args.json:
        output.json_rows(rows)
        return 0
    shown = [row | {"quantity": _count(row["quantity"]), "dollars": f"{row['dollars']:.2f}"} for row in rows]
    output.table(shown, ("service", "what", "quantity", "dollars"))
    print(
        f"\n{cost.total(lines):.2f} dollars a month without e-mail fees; prices of {prices['date']}, {prices['region']}"
    )
    return 0


def _count(quantity: float) -> str:
    return f"{quantity:,.0f}" if quantity >= 100 else f"{quantity:.2f}"
