"""How arguments are read: errors in one line, and queries whose words may begin with a dash."""

from __future__ import annotations

import argparse
import re
from typing import Any, NoReturn


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        """Print the line and end with 2."""
        self.exit(2, f"{self.prog}: {message}; see `{self.prog} --help`\n")


def query_parser(commands: Any, name: str, common: argparse.ArgumentParser, told: str) -> argparse.ArgumentParser:
    """Add a command whose positional arguments are a query."""
    made: argparse.ArgumentParser = commands.add_parser(name, parents=[common], help=told, add_help=False)
    made.add_argument("--help", action="help", help="show this and end")
    # argparse lets what matches this be a positional; it was made for negative numbers.
    made._negative_number_matcher = re.compile("^-[^-]")  # noqa: SLF001
    return made
