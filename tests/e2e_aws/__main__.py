"""Deploys the stack on the emulator, plays the demo's week through it and compares with the embedded run.

    python -m tests.e2e_aws [--python 3.13] [--once | --auth]    prints one line a check, ends at the first that fails

Runs twice: as deployed, and with every role enforced.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from scripts import layers
from tests.e2e_aws import checks, starting
from tests.e2e_aws.deploy import deploy
from tests.e2e_aws.emulator import REGION, ROOT, interpreter, running
from tests.e2e_aws.play import Played, embedded_alerts
from tests.e2e_aws.site import served

from dualcross.demo.week import load

STACK = "dualcross"
PARAMETERS = {
    "Target": "emulator",
    "AllowPrivate": "127.0.0.1",
    # The week is long past: nothing of it may count as backlog of a new source.
    "BackfillDays": "36500",
    "MailFrom": "alerts@dualcross.example",
    "MailIdentity": "dualcross.example",
}


def main() -> None:
    """Run the checks that the arguments ask for."""
    parser = argparse.ArgumentParser(prog="python -m tests.e2e_aws", description=__doc__)
    parser.add_argument("--python", default=os.environ.get("LAMBDA_PYTHON", "3.13"), help="version of the runtime")
    parser.add_argument("--once", action="store_true", help="only without enforced roles")
    parser.add_argument("--auth", action="store_true", help="only with enforced roles")
    arguments = parser.parse_args()
    began = time.monotonic()
    python = interpreter(arguments.python)
    built = ROOT / ".venvs" / f"layers-{arguments.python}"
    layers.build(built, python)
    say(began, f"layers built with {python}")
    week = load()
    with served(week) as site, tempfile.TemporaryDirectory(prefix="dualcross-e2e-") as temporary:
        folder = Path(temporary)
        expected = embedded_alerts(site, folder / "embedded.db")
        assert len(expected) >= 8, "a comparison with next to nothing shows nothing"
        say(began, f"embedded run: {len(expected)} alerts")
        for auth in (False, True):
            if (arguments.once and auth) or (arguments.auth and not auth):
                continue
            place = folder / ("auth" if auth else "plain")
            place.mkdir()
            with running(python, place, auth=auth) as emulator:
                use(emulator.endpoint)
                for identity in ("dualcross.example", PARAMETERS["MailFrom"]):
                    emulator.client("sesv2").create_email_identity(EmailIdentity=identity)
                outputs = deploy(emulator, built, STACK, PARAMETERS)
                say(began, f"stack deployed, roles {'enforced' if auth else 'not enforced'}")
                played = Played(emulator=emulator, outputs=outputs, site=site, stack=STACK)
                try:
                    for check in checks.WITH_ROLES if auth else checks.ALL:
                        say(began, check(played, expected))
                    if not auth:
                        say(began, starting.all_start(played, python, built))
                except BaseException:
                    sys.stderr.write(played.troubles())
                    raise
    say(began, "done")


def use(endpoint: str) -> None:
    """Have the product's own clients, as an operator's command line makes them, talk to the emulator."""
    os.environ |= {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
    }
    from dualcross.runners import stack

    stack.client.cache_clear()


def say(began: float, text: str) -> None:
    """Print one line with the seconds so far."""
    print(f"{time.monotonic() - began:6.1f}s  {text}", flush=True)


if __name__ == "__main__":
    main()
