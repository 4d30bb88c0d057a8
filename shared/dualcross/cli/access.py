"""`token create|list|revoke`: who may ask the API of a deployment that does not listen on loopback alone."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from dualcross.cli import opening, output
from dualcross.errors import InputError


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the commands."""
    token = commands.add_parser("token", help="manage tokens of the API")
    actions = token.add_subparsers(title="actions", metavar="ACTION", required=True)
    new = actions.add_parser("create", parents=[common], help="make a token and print it, this once")
    new.add_argument("name", metavar="NAME", help="whose it is")
    new.add_argument("--role", choices=("reader", "analyst", "operator"), default="reader")
    new.set_defaults(run=run_create)
    listed = actions.add_parser("list", parents=[common], help="list tokens by name and role")
    listed.add_argument("--json", action="store_true", help="one JSON object a token")
    listed.set_defaults(run=run_list)
    gone = actions.add_parser("revoke", parents=[common], help="let a token work no more")
    gone.add_argument("names", nargs="+", metavar="NAME")
    gone.set_defaults(run=run_revoke)


def run_create(args: argparse.Namespace) -> int:
    """Keep a new token's hash and print the token."""
    from dualcross.web import access

    with opening.deployment(args, create=True) as deps:
        text = access.create(deps.store, args.name, args.role, deps.clock.now())
    print(text)
    print("only its hash is kept: it is not shown again", file=sys.stderr)
    return 0


def run_list(args: argparse.Namespace) -> int:
    """Print the tokens."""
    from dualcross.web import access

    with opening.deployment(args) as deps:
        rows = [{"name": t.name, "role": t.role, "created": t.created} for t in access.tokens(deps.store)]
    if args.json:
        output.json_rows(rows)
    else:
        output.table(rows, ("name", "role", "created"))
    return 0


def run_revoke(args: argparse.Namespace) -> int:
    """Forget tokens, all or none."""
    from dualcross.web import access

    with opening.deployment(args) as deps:
        known = {token.name for token in access.tokens(deps.store)}
        for name in args.names:
            if name not in known:
                raise InputError(f"no token {name!r}; `dualcross token list` lists them")
        for name in args.names:
            access.revoke(deps.store, name)
    return 0
