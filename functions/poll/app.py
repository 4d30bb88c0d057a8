"""Poll: ask the sources of a message and hand their new items to the read queue."""

from dualcross.model import Poll
from dualcross.runners.aws import sqs_handler

handler = sqs_handler(Poll)
