"""Deliver: send each delivery of a message through its channel, once."""

from dualcross.model import Deliver
from dualcross.runners.aws import sqs_handler

handler = sqs_handler(Deliver)
