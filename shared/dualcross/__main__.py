"""`python -m dualcross`."""

import sys

from dualcross.cli import main

if __name__ == "__main__":
    sys.exit(main())
