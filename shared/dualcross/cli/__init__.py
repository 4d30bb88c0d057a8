"""The command line: one file per group of commands, each loading what it needs when it runs.

Output goes to stdout, and only output; errors are one line on stderr. Exit 0 done, 1 failed, 2 bad input.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from dualcross import __version__
from dualcross.cli.arguments import Parser
from dualcross.errors import DualcrossError, InputError, QueryError

#: modules of this package that hold commands, in the order of the help
GROUPS = (
    "running",
    "pages",
    "lookup",
    "sources",
    "subscriptions",
    "registry",
    "access",
    "exporting",
    "mcp",
    "letters",
    "operating",
    "billing",
    "copying",
)


#: options that may stand before the command or behind it
ANYWHERE = {"db": "FILE", "stack": "NAME", "log-level": "LEVEL"}


def _dest(name: str) -> str:
    return name.replace("-", "_")


def parser() -> Parser:
    """Return the whole command line's parser."""
    top = Parser(
        prog="dualcross", description="Alerts on China's dual cross-platform selections: one event, one alert."
    )
    top.add_argument("--version", action="version", version=f"dualcross {__version__}")
    for name, metavar in ANYWHERE.items():
        top.add_argument(f"--{name}", metavar=metavar, dest=f"before_{_dest(name)}", help="as behind the command")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", parser_class=Parser, required=True)
    common = Parser(add_help=False)
    common.add_argument("--db", metavar="FILE", help="file of the embedded store (dualcross.db)")
    common.add_argument("--stack", metavar="NAME", help="work on this deployed stack instead of a file")
    common.add_argument("--log-level", metavar="LEVEL", help="DEBUG, INFO, WARNING, ERROR or OFF")
    for name in GROUPS:
        importlib.import_module(f"dualcross.cli.{name}").add(commands, common)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    _streams()
    args = parser().parse_args(argv)
    for name in map(_dest, ANYWHERE):
        if getattr(args, name, None) is None:
            setattr(args, name, getattr(args, f"before_{name}"))
    try:
        from dualcross import logs

        logs.setup(args.log_level or getattr(args, "default_log_level", "OFF"), logs.run_id())
        code: int = args.run(args) or 0
        sys.stdout.flush()
    except QueryError as error:
        return _fail(f"{error} (at character {error.position + 1})", 2)
    except InputError as error:
        return _fail(str(error), 2)
    except DualcrossError as error:
        return _fail(str(error), 1)
    except BrokenPipeError:
        # Whoever read our output has seen enough; keep the interpreter from flushing into the closed pipe.
        _discard()
        return 1
    except OSError as error:
        # A full disk, a folder without permission: what a command expects of files it says in its own words.
        _discard()
        return _fail(f"{error.filename or 'output'}: {error.strerror or error}", 1)
    except UnicodeEncodeError:
        # The shell hands on any bytes, and files may be named so; nothing else may.
        return _fail("an argument holds bytes that are no UTF-8", 2)
    except KeyboardInterrupt:
        return _fail("interrupted", 130)
    except Exception as error:
        if (args.log_level or "").upper() == "DEBUG":
            raise
        return _fail(f"internal error: {type(error).__name__}: {error}; --log-level DEBUG shows where", 1)
    return code


def _streams() -> None:
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            # Whoever started us closed it.
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - for the whole run
    for stream in (sys.stdout, sys.stderr):
        # A page may hold any character, a terminal's encoding may not.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="backslashreplace")


def _discard() -> None:
    """Send what is still to be written nowhere."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(message: str, code: int) -> int:
    print("dualcross: " + " ".join(message.split()), file=sys.stderr)
    return code
