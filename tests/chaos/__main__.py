"""Kill it everywhere and count: `python -m tests.chaos [--days N] [--seed N] [--store memory|sqlite|dynamodb]…`."""

from __future__ import annotations

import sys

from tests.chaos.runs import main

sys.exit(main(sys.argv[1:]))
