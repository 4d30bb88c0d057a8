"""Deploys the stack on the emulator, plays the demo's week through it and compares with the embedded run.

    python -m tests.e2e_aws [--python 3.13] [--once | --auth]    prints one line a check, ends at the first that fails

Runs twice: as deployed, and with every role enforced.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from scripts import layers
from tests.e2e_aws import checks, failing, operating, starting
from tests.e2e_aws.deploy import deploy
from tests.e2e_aws.emulator import REGION, ROOT, RUNTIMES, Emulator, interpreter, running, venv
from tests.e2e_aws.play import Played, Told, embedded_alerts
from tests.e2e_aws.site import Served, served

from dualcross.demo.week import load

BEGAN = time.monotonic()
Check = Callable[[Played, set[Told]], str]
STACK = "dualcross"
PARAMETERS = {
    "Target": "emulator",
    "AllowPrivate": "127.0.0.1",
    # The week is long past: nothing of it may count as backlog of a new source.
    "BackfillDays": "36500",
    # A reader has a host for so long a page, and the week's pages follow each other in seconds.
    "FetchTimeout": "3",
    "MailFrom": "alerts@dualcross.example",
    "MailIdentity": "dualcross.example",
}


#: what is sent to fail early on takes its time to die meanwhile
EARLY: tuple[Check, ...] = (
    checks.first_day, checks.first_alert, failing.partial_batch, failing.poison, checks.week, checks.told_once,
    checks.digest, checks.unchanged, checks.api, checks.races, operating.calls, checks.delays,
)  # fmt: skip
LATE: tuple[Check, ...] = (
    failing.bad_message_is_dead, operating.command_line, failing.poison_redriven, operating.smoke,
)  # fmt: skip
#: what the enforced roles are shown by: every function at its work
WITH_ROLES: tuple[Check, ...] = (
    checks.first_day, checks.first_alert, failing.partial_batch, checks.week, checks.told_once, checks.digest,
    checks.unchanged, checks.api, checks.delays, failing.bad_message_is_dead,
)  # fmt: skip


def main() -> None:
    """Run the checks that the arguments ask for."""
    parser = argparse.ArgumentParser(prog="python -m tests.e2e_aws", description=__doc__)
    parser.add_argument("--python", default=os.environ.get("LAMBDA_PYTHON", RUNTIMES[0]), help="version of the runtime")
    parser.add_argument("--once", action="store_true", help="only without enforced roles")
    parser.add_argument("--auth", action="store_true", help="only with enforced roles")
    arguments = parser.parse_args()
    python = interpreter(arguments.python)
    version = subprocess.run([python, "--version"], capture_output=True, text=True, check=True).stdout.split()[-1]
    venv(python)
    built = ROOT / ".venvs" / f"layers-{version}"
    layers.build(built, python)
    asked = "" if version.startswith(arguments.python) else f", as there is no {arguments.python}"
    say(f"emulator and layers stand, on Python {version}{asked}")
    week = load()
    with served(week) as site, tempfile.TemporaryDirectory(prefix="dualcross-e2e-") as temporary:
        expected = embedded_alerts(site, Path(temporary) / "embedded.db")
        assert len(expected) >= 8, "a comparison with next to nothing shows nothing"
        say(f"embedded run: {len(expected)} alerts")
        done = []
        for auth in (False, True):
            if (arguments.once and auth) or (arguments.auth and not auth):
                continue
            place = Path(temporary) / ("auth" if auth else "plain")
            place.mkdir()
            with running(python, place, auth=auth) as emulator:
                count = one_pass(emulator, built, site, expected, python)
            done.append(f"{count} checks with roles {'enforced' if auth else 'not enforced'}")
            # The next one begins as the first did.
            site.pages.clear()
            site.hooks.clear()
    say(f"e2e-aws passed: {', '.join(done)}; {len(expected)} alerts, the same as embedded, in each")


def one_pass(emulator: Emulator, built: Path, site: Served, expected: set[Told], python: str) -> int:
    """Deploy and check; returns the number of checks."""
    use(emulator.endpoint)
    for identity in ("dualcross.example", PARAMETERS["MailFrom"]):
        emulator.client("sesv2").create_email_identity(EmailIdentity=identity)
    outputs = deploy(emulator, built, STACK, PARAMETERS)
    say(f"stack deployed, roles {'enforced' if emulator.auth else 'not enforced'}")
    played = Played(emulator=emulator, outputs=outputs, site=site, stack=STACK)
    try:
        wanted = WITH_ROLES if emulator.auth else EARLY
        for check in wanted:
            say(check(played, expected))
        if emulator.auth:
            return len(wanted)
        for line in starting.all_start(played, python, built):
            say(line)
        for check in LATE:
            say(check(played, expected))
    except BaseException:
        sys.stderr.write(played.troubles())
        raise
    return len(wanted) + 1 + len(LATE)


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


def say(text: str) -> None:
    """Print one line with the seconds so far."""
    print(f"{time.monotonic() - BEGAN:6.1f}s  {text}", flush=True)


if __name__ == "__main__":
    main()
