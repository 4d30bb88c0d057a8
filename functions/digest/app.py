"""Digest: release what cadence, quiet hours and caps held back and is now due."""

from dualcross.model import Digest
from dualcross.runners.aws import tick_handler

handler = tick_handler(Digest())
