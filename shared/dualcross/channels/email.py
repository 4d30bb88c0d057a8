"""E-mail over SMTP: text and HTML, with the headers that list mail needs."""

from __future__ import annotations

import contextlib
import email.policy
import email.utils
import re
import smtplib
import ssl
import unicodedata
from email.headerregistry import Address
from email.message import EmailMessage
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from dualcross.alerts.ids import delivery_id
from dualcross.channels import secrets
from dualcross.errors import ConfigError, DeliveryPermanent, DeliveryRefused, DeliveryTemporary, InputError
from dualcross.model.messages import Message
from dualcross.ports import Clock
from dualcross.settings import Settings

if TYPE_CHECKING:
    import httpx

_LOCAL = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}")
_DOMAIN = re.compile(r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_TIMEOUT = 30.0
#: characters of a delivery id in a header: 160 bits, and no header is folded for it
_ID = 40
#: replies that speak of the address or the message, not of the server or of us
_OUR_FAULT = (421, 454, 530, 534, 535, 538)


class Email:
    """Sends one message to one address; the Message-ID is derived from the delivery, so a repeat can be told."""

    name = "email"

    def __init__(self, settings: Settings, clock: Clock, *, client: httpx.Client | None = None) -> None:
        del client
        self._settings = settings
        self._clock = clock

    def check(self, address: str) -> str:
        """Return the address with its domain in lower-case ASCII."""
        text = unicodedata.normalize("NFC", address.strip())
        local, _, domain = text.rpartition("@")
        try:
            host = domain.encode("idna").decode("ascii").lower() if domain else ""
        except UnicodeError:
            host = ""
        printable = all(unicodedata.category(c)[0] != "C" for c in local)
        if not _LOCAL.fullmatch(local) or not printable or not _DOMAIN.fullmatch(host) or local.strip(".") != local:
            raise InputError("that is no e-mail address")
        return f"{local}@{host}"

    def send(self, message: Message) -> str:
        """Hand the message to the mail server and return its Message-ID."""
        mail = build(message, self._settings, self._clock)
        address = secrets.resolve(message.subscription.address, self._settings)
        if self._settings.mail_transport == "ses":
            from dualcross.channels import ses

            return ses.send(mail, address, self._settings)
        try:
            _hand_over(mail, address, self._settings)
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            raise _mapped(code, text) from error
        except smtplib.SMTPNotSupportedError as error:
            raise DeliveryPermanent("the mail server does not take this address") from error
        except smtplib.SMTPAuthenticationError as error:
            # The server refuses us, not the reader: no address may be parked for it.
            raise DeliveryTemporary("the mail server refuses our sign-in; see DUALCROSS_SMTP_URL") from error
        except smtplib.SMTPSenderRefused as error:
            raise DeliveryTemporary(f"the mail server refuses the sender ({error.smtp_code})") from error
        except smtplib.SMTPDataError as error:
            if error.smtp_code >= 500:
                raise DeliveryRefused(_said(error.smtp_code, error.smtp_error)) from error
            raise _mapped(error.smtp_code, error.smtp_error) from error
        except smtplib.SMTPResponseException as error:
            raise _mapped(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError) as error:
            raise DeliveryTemporary(f"the mail server did not answer: {type(error).__name__}") from error
        return str(mail["Message-ID"])


def build(message: Message, settings: Settings, clock: Clock) -> EmailMessage:
    """Return the mail: subject, text, HTML, and per-recipient list headers."""
    domain = _domain(settings.mail_from)
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["Subject"] = _line(message.subject, 400)
    mail["From"] = settings.mail_from
    mail["To"] = Address(addr_spec=secrets.resolve(message.subscription.address, settings))
    mail["Date"] = email.utils.format_datetime(message.sent_at or clock.now())
    mail["Message-ID"] = message_id(message.delivery_id, domain)
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail["X-Entity-Ref-ID"] = message.delivery_id[:_ID]
    mail["X-Dualcross-Attempt"] = str(message.attempt)
    mail["List-Id"] = f"dualcross alerts <alerts.{domain}>"
    one_click = message.links.get("one_click") or message.links.get("unsubscribe", "")
    if one_click:
        mail["List-Unsubscribe"] = f"<{_line(one_click, 900)}>"
        if one_click.startswith("https://") or "one_click" in message.links:
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if message.kind == "correction" and message.alerts:
        told = delivery_id(message.alerts[0].id, message.subscription.id, message.subscription.channel, "alert")
        mail["In-Reply-To"] = mail["References"] = message_id(told, domain)
    mail.set_content(message.text, subtype="plain", charset="utf-8", cte="quoted-printable")
    mail.add_alternative(message.html, subtype="html", charset="utf-8", cte="quoted-printable")
    # Last, because becoming a multipart moves such headers into the first part.
    mail["Content-Language"] = message.subscription.language
    return mail


def message_id(delivery: str, domain: str) -> str:
    """Return the Message-ID of a delivery's mail, the same on every attempt."""
    return f"<{delivery[:_ID]}@{domain}>"


def _hand_over(mail: EmailMessage, address: str, settings: Settings) -> None:
    parts = urlsplit(settings.smtp_url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise DeliveryTemporary("no mail server: set DUALCROSS_SMTP_URL to smtp[s]://user:password@host:port")
    secure = parts.scheme == "smtps"
    context = ssl.create_default_context()
    port = parts.port or (465 if secure else 25)
    local = parts.hostname in ("127.0.0.1", "localhost", "::1")
    server: smtplib.SMTP = (
        smtplib.SMTP_SSL(parts.hostname, port, timeout=_TIMEOUT, context=context)
        if secure
        else smtplib.SMTP(parts.hostname, port, timeout=_TIMEOUT)
    )
    try:
        server.ehlo_or_helo_if_needed()
        if not secure and server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
            secure = True
        if parts.username:
            if not secure and not local:
                raise DeliveryTemporary("the mail server offers no TLS: the password is not sent in the clear")
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(mail, to_addrs=[address])
        # Accepted: what goes wrong from here on must not make it be sent again.
        with contextlib.suppress(smtplib.SMTPException, OSError):
            server.quit()
    finally:
        server.close()


def _mapped(code: int, text: bytes | str) -> DeliveryTemporary | DeliveryPermanent:
    said = _said(code, text)
    if code >= 500 and code not in _OUR_FAULT:
        return DeliveryPermanent(said)
    return DeliveryTemporary(said)


def _said(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    return f"the mail server answered {code} {_line(words, 200)}"


def _line(text: str, limit: int) -> str:
    """Return the text on one line without control characters: nothing of a page can begin another header."""
    clean = "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs") else c for c in text)
    return " ".join(clean.split())[:limit]


def _domain(sender: str) -> str:
    _, address = email.utils.parseaddr(sender)
    domain = address.rpartition("@")[2]
    if not domain:
        raise ConfigError("DUALCROSS_MAIL_FROM must be an e-mail address")
    return domain.encode("idna").decode("ascii")
