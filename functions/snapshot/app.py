"""Snapshot: bring the read model in S3 up to date."""

from dualcross.model import Snapshot
from dualcross.runners.aws import tick_handler

handler = tick_handler(Snapshot())
