"""What the chat channels share: an address that is a secret, a pace, and fitting a message into a limit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dualcross.channels import http, secrets
from dualcross.errors import (
    ConfigError,
    DeliveryPermanent,
    DeliveryRefused,
    DeliveryTemporary,
    DeliveryThrottled,
    InputError,
)
from dualcross.model.messages import Block, Message
from dualcross.ports import Clock
from dualcross.settings import Settings

if TYPE_CHECKING:
    import httpx

_JSON = {"content-type": "application/json; charset=utf-8"}


class Chat:
    """A chat service reached by one POST; a subclass says its hosts, its pace, its body and its answers."""

    name = ""
    #: hosts of the service; a loopback address is taken too, for a relay of one's own
    hosts: tuple[str, ...] = ()
    #: sends in seconds to one address, by the service's documentation
    rate: tuple[int, float] = (1, 1.0)
    #: a second, shorter limit beside it, where the service has one
    burst: tuple[int, float] | None = None

    def __init__(self, settings: Settings, clock: Clock, *, client: httpx.Client | None = None) -> None:
        self._settings = settings
        self._clock = clock
        self._client = client
        self._paces = [http.Pace(clock, *rate) for rate in (self.rate, self.burst) if rate]

    def check(self, address: str) -> str:
        """Return the address in normal form; a reference to a secret is looked up."""
        if secrets.is_reference(address):
            try:
                http.check_url(secrets.resolve(address, self._settings), hosts=self.hosts)
            except ConfigError as error:
                raise InputError(str(error)) from error
            return address
        return http.check_url(address, hosts=self.hosts)

    def send(self, message: Message) -> str:
        """POST the message in the service's own format."""
        url, secret = self._secrets(message)
        self._wait(url)
        return self._judge(self._post(self._url(url, secret), self._signed(self._body(message), secret)))

    def _wait(self, address: str) -> None:
        """Keep the service's rates: sleep a little, or raise `DeliveryThrottled` with the seconds to wait."""
        for pace in self._paces:
            pace.take(address)

    def _secrets(self, message: Message) -> tuple[str, str]:
        subscription = message.subscription
        try:
            url = secrets.resolve(subscription.address, self._settings)
            secret = secrets.resolve(subscription.secret, self._settings) if subscription.secret else ""
        except ConfigError as error:
            raise DeliveryPermanent(str(error)) from error
        return url, secret

    def _post(self, url: str, body: Mapping[str, Any], headers: Mapping[str, str] = _JSON) -> http.Answer:
        if self._client is None:
            self._client = http.client(self._settings)
        # The services count bytes of what they get, so the text goes as UTF-8 and not as escapes.
        return http.post(self._client, url, http.json_body(body), headers, self._clock, judge=False)

    def _url(self, url: str, secret: str) -> str:
        """Return the address to POST to; some services sign it."""
        del secret
        return url

    def _body(self, message: Message) -> Mapping[str, Any]:
        raise NotImplementedError

    def _signed(self, body: Mapping[str, Any], secret: str) -> Mapping[str, Any]:
        """Return the body with a signature, where the service wants it there."""
        del secret
        return body

    def _judge(self, answer: http.Answer) -> str:
        """Return the receipt, or raise what the answer means."""
        http.check(answer, self._clock)
        return ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Codes:
    """What the error codes of a service that answers 200 mean; a code that stands nowhere is tried again."""

    #: code → seconds to wait
    slow_down: Mapping[int, float]
    gone: frozenset[int]
    #: this message will not be taken
    refused: frozenset[int] = frozenset()

    def judge(self, code: int, said: str) -> None:
        """Raise what the code means; 0 is success."""
        if code == 0:
            return
        text = f"the receiver answered {code} {' '.join(said.split())[:160]}"
        if code in self.slow_down:
            raise DeliveryThrottled(text, retry_after=self.slow_down[code])
        if code in self.gone:
            raise DeliveryPermanent(text)
        if code in self.refused:
            raise DeliveryRefused(text)
        raise DeliveryTemporary(text)


@dataclass(frozen=True, kw_only=True, slots=True)
class Markup:
    """How a service writes things; every function takes text of unknown origin."""

    plain: Callable[[str], str]
    title: Callable[[str], str]
    quote: Callable[[str], str]
    #: label, address
    link: Callable[[str, str], str]
    newline: str = "\n"
    between: str = "\n\n"


def fit(message: Message, markup: Markup, size: Callable[[str], int], limit: int) -> str:
    """Return the message in the markup with a size within the limit: whole blocks, then how many more there are.

    The footer with the links always stands. Where not even one block fits, its quote is cut, then its facts are
    left out.
    """
    end = markup.newline.join(_end(message, markup))
    kept: list[str] = []
    for count, block in enumerate(message.blocks):
        left = len(message.blocks) - count - 1
        for piece in _shorter(block, markup):
            trial = _joined([*kept, piece], left, end, message, markup)
            if size(trial) <= limit:
                kept.append(piece)
                break
        else:
            if not kept:
                kept.append(_hard_cut(block, end, message, markup, size, limit))
                return _joined(kept, left, end, message, markup)
            return _joined(kept, left + 1, end, message, markup)
    return _joined(kept, 0, end, message, markup)


def more(message: Message, count: int) -> str:
    """Return the line that says how many blocks are not shown."""
    return f"… 另有 {count} 项未列出" if message.subscription.language == "zh" else f"… and {count} more"


def colon(message: Message) -> str:
    """Return what stands between a label and its value."""
    return "：" if message.subscription.language == "zh" else ": "


def _joined(pieces: list[str], left: int, end: str, message: Message, markup: Markup) -> str:
    parts = [*pieces, *([markup.plain(more(message, left))] if left else []), *([end] if end else [])]
    return markup.between.join(parts)


def _end(message: Message, markup: Markup) -> Iterator[str]:
    yield from (markup.plain(note) for note in message.notes)
    if message.footer:
        yield " | ".join(markup.link(label, url) for label, url in message.footer)


def _shorter(block: Block, markup: Markup) -> Iterator[str]:
    yield _written(block, markup)
    yield _written(Block(**_parts(block, quote=block.quote[:120] + "…" if block.quote else "")), markup)
    yield _written(Block(**_parts(block, quote="", facts=())), markup)


def _parts(block: Block, **changed: Any) -> dict[str, Any]:
    whole = {"headline": block.headline, "quote": block.quote, "origin": block.origin, "facts": block.facts}
    return whole | {"links": block.links} | changed


def _written(block: Block, markup: Markup) -> str:
    lines = [markup.title(block.headline)]
    if block.quote:
        lines.append(markup.quote(f"{block.quote}\n— {block.origin}"))
    lines += [markup.plain(f"{label}: {value}") for label, value in block.facts]
    if block.links:
        lines.append(" | ".join(markup.link(label, url) for label, url in block.links))
    return markup.newline.join(lines)


def _hard_cut(block: Block, end: str, message: Message, markup: Markup, size: Callable[[str], int], limit: int) -> str:
    headline = block.headline
    while headline and size(_joined([markup.title(headline + "…")], 1, end, message, markup)) > limit:
        headline = headline[: len(headline) * 3 // 4]
    return markup.title(headline + "…")
