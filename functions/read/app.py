"""Read: turn the items of a message into records, and hand their alerts to the fan-out queue."""

from dualcross.model import Read
from dualcross.runners.aws import sqs_handler

handler = sqs_handler(Read)
