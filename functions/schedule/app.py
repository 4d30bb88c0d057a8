"""Schedule: each minute, hand the due sources to the poll queue; one message carries up to 50."""

from dualcross.model import Tick
from dualcross.runners.aws import tick_handler

handler = tick_handler(Tick())
