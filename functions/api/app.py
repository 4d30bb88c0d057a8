"""Api: the HTTP API over the read model and the newest records."""

from dualcross.runners.aws import api_handler

handler = api_handler()
