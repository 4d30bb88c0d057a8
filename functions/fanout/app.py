"""Fan out: open a delivery for each subscription that an alert matches."""

from dualcross.model import FanOut
from dualcross.runners.aws import sqs_handler

handler = sqs_handler(FanOut)
