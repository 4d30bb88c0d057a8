"""The same mail through Amazon SES; it has no idempotency token, so the ledger's lease is the only window."""

from __future__ import annotations

from email.message import EmailMessage
from functools import lru_cache
from typing import Any

from dualcross.errors import DeliveryRefused, DeliveryTemporary, DeliveryThrottled
from dualcross.settings import Settings

_REFUSED = ("MessageRejected", "BadRequestException")
_SLOW_DOWN = ("TooManyRequestsException", "LimitExceededException", "ThrottlingException")


def send(mail: EmailMessage, address: str, settings: Settings) -> str:
    """Hand the mail to SES and return the id it gave."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        answer = _client().send_email(
            FromEmailAddress=settings.mail_from,
            Destination={"ToAddresses": [address]},
            Content={"Raw": {"Data": mail.as_bytes()}},
        )
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in _SLOW_DOWN:
            raise DeliveryThrottled(f"SES says {code}") from error
        if code in _REFUSED:
            raise DeliveryRefused(f"SES says {code}") from error
        raise DeliveryTemporary(f"SES says {code}") from error
    except BotoCoreError as error:
        raise DeliveryTemporary(f"SES did not answer: {type(error).__name__}") from error
    return str(answer["MessageId"])


@lru_cache(maxsize=1)
def _client() -> Any:
    import boto3

    return boto3.client("sesv2")
