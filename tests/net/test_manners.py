"""Politeness, names and TLS of the fetcher, against real sockets."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.net import behaviours
from tests.net.hostile import BEHAVIOURS, Hostile

from dualcross.clock import FakeClock, SystemClock
from dualcross.errors import FetchBlocked, FetchError, FetchStatus, FetchTimeout, FetchUnreachable
from dualcross.model import Conditions
from dualcross.net import Fetcher, Guard
from dualcross.net.outcomes import translated
from dualcross.net.transport import GuardedTransport
from dualcross.settings import Settings

SETTINGS = Settings(allow_private="127.0.0.0/8", fetch_timeout=1.0, fetch_max_bytes=1_000_000)
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def to_loopback(host: str) -> list[str]:
    return ["127.0.0.1"]


@pytest.fixture
def serving() -> Iterator[Callable[..., Hostile]]:
    made: list[Hostile] = []

    def serve(**options: Any) -> Hostile:
        made.append(Hostile(**options))
        return made[-1]

    yield serve
    for server in made:
        server.close()


@pytest.fixture
def fetching() -> Iterator[Callable[..., Fetcher]]:
    made: list[Fetcher] = []

    def fetcher(clock: Any = None, **options: Any) -> Fetcher:
        made.append(Fetcher(SETTINGS, clock or SystemClock(), **options))
        return made[-1]

    yield fetcher
    for one in made:
        one.close()


def test_one_request_per_host_is_in_flight_however_many_threads_ask(serving: Any, fetching: Any) -> None:
    server, fetcher = serving(), fetching(resolve=to_loopback)
    hosts = ["a.example.com", "b.example.com", "c.example.com"]
    asked = [server.url("/slow-ok", host=host) for host in hosts for _ in range(4)]
    with ThreadPoolExecutor(12) as pool:
        assert all(got.status == 200 for got in pool.map(lambda url: fetcher.get(url, Conditions()), asked))
    assert {host.partition(":")[0] for host in server.most} == set(hosts)
    assert set(server.most.values()) == {1}
    assert sum(where == "/robots.txt" for _, where in server.asked) == 3


def test_the_crawl_delay_lies_between_two_requests(serving: Any, fetching: Any) -> None:
    clock = FakeClock(START)
    server = serving(robots=b"User-agent: *\nCrawl-delay: 0.8\n")
    fetcher = fetching(clock)
    for _ in range(3):
        fetcher.get(server.url("/feed"), Conditions())
    assert clock.slept == pytest.approx([0.8, 0.8])


def test_a_crawl_delay_beyond_our_patience_says_when_to_come_back(serving: Any, fetching: Any) -> None:
    clock = FakeClock(START)
    server = serving(robots=b"User-agent: *\nCrawl-delay: 90\n")
    fetcher = fetching(clock)
    fetcher.get(server.url("/feed"), Conditions())
    with pytest.raises(FetchTimeout) as caught:
        fetcher.get(server.url("/feed"), Conditions())
    assert (caught.value.reason, caught.value.retry_after, caught.value.retryable) == ("crawl-delay", 90.0, True)
    clock.sleep(90)
    assert fetcher.get(server.url("/feed"), Conditions()).status == 200


def test_robots_is_asked_once_a_day_obeyed_and_passed_over_only_on_request(serving: Any, fetching: Any) -> None:
    clock = FakeClock(START)
    server = serving(robots=b"User-agent: dualcross\nDisallow: /feed\n")
    fetcher = fetching(clock)
    for _ in range(3):
        with pytest.raises(FetchBlocked) as caught:
            fetcher.get(server.url("/feed"), Conditions())
        assert caught.value.reason == "robots"
    assert [where for _, where in server.asked] == ["/robots.txt"]
    assert fetcher.get(server.url("/feed"), Conditions(robots=False)).status == 200
    clock.sleep(86401)
    server.robots = b""
    assert fetcher.get(server.url("/feed"), Conditions()).status == 200
    assert [where for _, where in server.asked] == ["/robots.txt", "/feed", "/robots.txt", "/feed"]


def test_robots_that_answers_5xx_forbids_until_it_answers(serving: Any, fetching: Any) -> None:
    clock = FakeClock(START)
    server = serving(robots="503 Busy")
    fetcher = fetching(clock)
    for _ in range(2):
        with pytest.raises(FetchStatus) as caught:
            fetcher.get(server.url("/feed"), Conditions())
        assert (caught.value.reason, caught.value.status, caught.value.retryable) == ("robots", 503, True)
    assert len(server.asked) == 1
    clock.sleep(601)
    server.robots = b"User-agent: *\nAllow: /\n"
    assert fetcher.get(server.url("/feed"), Conditions()).status == 200
    # and once known, the old rules hold while it fails
    clock.sleep(86401)
    server.robots = "503 Busy"
    assert fetcher.get(server.url("/feed"), Conditions()).status == 200


@pytest.mark.parametrize("status", ["404 Not Found", "403 Forbidden", "401 Unauthorized", "429 Slow"])
def test_robots_that_answers_4xx_allows(serving: Any, fetching: Any, status: str) -> None:
    assert fetching().get(serving(robots=status).url("/feed"), Conditions()).status == 200


def test_a_gigantic_robots_is_read_up_to_its_limit(serving: Any, fetching: Any) -> None:
    server = serving(robots=b"User-agent: *\nDisallow: /feed\n" + b"# fill\n" * 3_000_000)
    with pytest.raises(FetchBlocked):
        fetching().get(server.url("/feed"), Conditions())


def test_robots_may_be_redirected_and_each_hop_is_guarded(
    serving: Any, fetching: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(server: Hostile, peer: Any, head: bytes) -> bool:
        return behaviours.answer(peer, "301 Moved", b"", f"Location: {server.elsewhere}")  # type: ignore[attr-defined]

    monkeypatch.setitem(BEHAVIOURS, "/robots.txt", away)
    target, server = serving(robots=b"User-agent: *\nDisallow: /feed\n"), serving(robots="behave")
    server.elsewhere = target.url("/robots.txt")
    with pytest.raises(FetchBlocked) as caught:
        fetching().get(server.url("/feed"), Conditions())
    assert caught.value.reason == "robots"
    server.elsewhere = "http://169.254.169.254/robots.txt"
    with pytest.raises(FetchBlocked) as caught:
        fetching().get(server.url("/feed"), Conditions())
    assert caught.value.reason == "guard"
    server.elsewhere = "/robots.txt"
    assert fetching().get(server.url("/feed"), Conditions()).status == 200


def test_a_name_that_turns_inward_is_refused(serving: Any) -> None:
    server = serving()
    answers = {"turns.example.com": iter([["127.0.0.1"], ["10.0.0.1"]])}
    now = [0.0]
    guard = Guard(SETTINGS, resolve=lambda host: next(answers[host]), monotonic=lambda: now[0])
    fetcher = Fetcher(SETTINGS, SystemClock(), transport=GuardedTransport(guard, timeout=1.0))
    url = server.url("/feed", host="turns.example.com")
    assert fetcher.get(url, Conditions()).status == 200
    fetcher.close()
    now[0] = 1000.0
    with pytest.raises(FetchBlocked):
        fetcher.get(url, Conditions())


def test_a_relay_gets_the_address_as_a_parameter(serving: Any, fetching: Any) -> None:
    server = serving()
    relay = server.url("/to") + "?{url}"
    with pytest.raises(FetchError):
        fetching(resolve=to_loopback).get("http://far.example.com/x?y=1", Conditions(proxy=relay, robots=False))
    assert server.asked[0][1] == "/to?http%3A%2F%2Ffar.example.com%2Fx%3Fy%3D1"


def test_a_proxy_gets_the_whole_address(serving: Any, fetching: Any) -> None:
    server = serving()
    with pytest.raises(FetchStatus):
        fetching(resolve=to_loopback).get(
            "http://far.example.com/x", Conditions(proxy=f"http://u:p@127.0.0.1:{server.port}", robots=False)
        )
    assert server.heads[0].startswith(b"GET http://far.example.com/x HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic dTpw" in server.heads[0]
    with pytest.raises(FetchBlocked):
        fetching().get("http://10.0.0.1/", Conditions(proxy=f"http://127.0.0.1:{server.port}", robots=False))
    with pytest.raises(FetchBlocked):
        fetching().get("http://8.8.8.8/", Conditions(proxy="http://10.0.0.1:3128", robots=False))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Make a certificate for site.example.com that signs itself; returns certificate and key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "site.example.com")])
    names = [x509.DNSName("site.example.com"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(dt.datetime(2020, 1, 1))  # noqa: DTZ001 the builder wants it naive
        .not_valid_after(dt.datetime(2090, 1, 1))  # noqa: DTZ001
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "cert.pem", folder / "key.pem"


def test_tls_keeps_the_name_while_the_address_is_pinned(serving: Any, authority: tuple[Path, Path]) -> None:
    certificate, key = authority
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    seen: list[str | None] = []
    context.sni_callback = lambda sock, name, ctx: seen.append(name)
    server = serving(tls=context)
    transport = GuardedTransport(
        Guard(SETTINGS, resolve=to_loopback),
        timeout=1.0,
        tls=lambda: ssl.create_default_context(cafile=str(certificate)),
    )
    fetcher = Fetcher(SETTINGS, SystemClock(), transport=transport)
    assert fetcher.get(server.url("/feed", host="site.example.com"), Conditions()).body == behaviours.FEED
    assert seen == ["site.example.com"]
    assert fetcher.get(server.url("/feed"), Conditions(robots=False)).status == 200
    with pytest.raises(FetchUnreachable) as caught:
        fetcher.get(server.url("/feed", host="other.example.com"), Conditions())
    assert caught.value.reason == "certificate"
    fetcher.close()
    strict = Fetcher(SETTINGS, SystemClock(), resolve=to_loopback)
    with pytest.raises(FetchUnreachable) as caught:
        strict.get(server.url("/feed", host="site.example.com"), Conditions())
    assert caught.value.reason == "certificate"


def test_half_a_handshake_ends_in_time_and_plain_text_is_told(fetching: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as plain, ThreadPoolExecutor(1) as pool:

        def speak() -> None:
            peer, _ = plain.accept()
            with peer:
                peer.recv(1000)
                peer.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        speaking = pool.submit(speak)
        with pytest.raises(FetchUnreachable) as caught:
            fetching().get(f"https://127.0.0.1:{plain.getsockname()[1]}/", Conditions())
        assert caught.value.reason == "tls"
        speaking.result()
    with socket.create_server(("127.0.0.1", 0)) as deaf, pytest.raises(FetchTimeout):
        fetching().get(f"https://127.0.0.1:{deaf.getsockname()[1]}/", Conditions())


def test_a_port_that_nobody_serves_is_unreachable(fetching: Any) -> None:
    with pytest.raises(FetchUnreachable) as caught:
        fetching().get("http://127.0.0.1:59999/", Conditions())
    assert caught.value.reason == "unreachable"


def test_a_name_that_does_not_resolve_is_told(fetching: Any) -> None:
    def nothing(host: str) -> list[str]:
        raise OSError("NXDOMAIN")

    with pytest.raises(FetchUnreachable) as caught:
        fetching(resolve=nothing).get("http://nowhere.example.com/", Conditions())
    assert caught.value.reason == "dns"


def every_httpx_error() -> list[type[Exception]]:
    found = [getattr(httpx, name) for name in httpx.__all__]
    kinds = (httpx.HTTPError, httpx.InvalidURL)
    return [kind for kind in found if isinstance(kind, type) and issubclass(kind, kinds)]


@pytest.mark.parametrize("kind", every_httpx_error(), ids=lambda kind: kind.__name__)
def test_every_httpx_error_has_its_place_in_our_tree(kind: type[Exception]) -> None:
    request = httpx.Request("GET", "http://example.com/")
    error = (
        kind("m", request=request, response=httpx.Response(404, request=request))  # type: ignore[call-arg]
        if kind is httpx.HTTPStatusError
        else kind("m")
    )

    def fail(request: httpx.Request) -> httpx.Response:
        raise error

    fetcher = Fetcher(SETTINGS, transport=httpx.MockTransport(fail))
    with pytest.raises(FetchError) as caught:
        fetcher.get("http://example.com/", Conditions(robots=False))
    assert caught.value.__cause__ is error
    assert caught.value.url == "http://example.com/"
    if issubclass(kind, httpx.TimeoutException):
        assert isinstance(translated(error, ""), FetchTimeout)


def test_another_transport_is_decoded_here() -> None:
    packed = httpx.Response(200, headers={"Content-Encoding": "gzip"}, content=b"")

    def site(request: httpx.Request) -> httpx.Response:
        import gzip

        return httpx.Response(200, headers=packed.headers, stream=httpx.ByteStream(gzip.compress(b"hello")))

    fetcher = Fetcher(SETTINGS, transport=httpx.MockTransport(site))
    assert fetcher.get("http://example.com/", Conditions(robots=False)).body == b"hello"


def test_a_busy_host_is_told_after_our_patience(serving: Any) -> None:
    server = serving()
    held = threading.Event()
    fetcher = Fetcher(Settings(allow_private="127.0.0.1", fetch_timeout=0.2), SystemClock())
    with ThreadPoolExecutor(2) as pool:

        def hold() -> None:
            with fetcher._lanes.hold("127.0.0.1"):
                held.set()
                threading.Event().wait(0.5)

        holding = pool.submit(hold)
        held.wait(2)
        with pytest.raises(FetchTimeout) as caught:
            fetcher.get(server.url("/feed"), Conditions())
        holding.result()
    assert caught.value.reason == "busy"
