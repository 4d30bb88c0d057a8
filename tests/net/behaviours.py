"""What the hostile server can do, one function a path."""

from __future__ import annotations

import gzip
import socket
import struct
import time
import zipfile
from functools import cache
from io import BytesIO

from tests.net.hostile import Hostile, answer, path

FEED = (
    b'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>t</title>'
    b"<item><title>a</title><link>http://example.com/a</link></item></channel></rss>"
)
CHALLENGE = b"""<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><noscript>Enable JavaScript and
cookies to continue</noscript><script>window._cf_chl_opt={cvId:'3'};</script></body></html>"""
JSL = b"<script>document.cookie=('_')+('_')+('j')+';Max-age=3600';location.href=location.pathname</script>"
LOGIN = b'<html><body><h1>Sign in</h1><form><input name=u><input type="password" name=p></form></html>'

XML = "Content-Type: application/rss+xml; charset=utf-8"
HTML = "Content-Type: text/html; charset=utf-8"


@path("/feed")
def _feed(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    if b'if-none-match: "v1"' in head.lower():
        return answer(peer, "304 Not Modified", b"", 'ETag: "v1"')
    return answer(peer, "200 OK", FEED, XML, 'ETag: "v1"', "Cache-Control: max-age=1200")


@path("/slow-head")
def _slow_head(server: Hostile, peer: socket.socket, head: bytes) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\n")
    server.drip(peer, b"X-A: b\r\n")


@path("/slow-body")
def _slow_body(server: Hostile, peer: socket.socket, head: bytes) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    server.drip(peer, b"x")


@path("/slow-chunks")
def _slow_chunks(server: Hostile, peer: socket.socket, head: bytes) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    server.drip(peer, b"1\r\nx\r\n")


@path("/slow-error")
def _slow_error(server: Hostile, peer: socket.socket, head: bytes) -> None:
    peer.sendall(b"HTTP/1.1 503 Busy\r\nContent-Length: 100000\r\n\r\n")
    server.drip(peer, b"x")


@path("/silent")
def _silent(server: Hostile, peer: socket.socket, head: bytes) -> None:
    server.stop.wait(10)


@path("/interim")
def _interim(server: Hostile, peer: socket.socket, head: bytes) -> None:
    server.drip(peer, b"HTTP/1.1 100 Continue\r\n\r\n", 0.001)


@path("/early-hints")
def _early_hints(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    peer.sendall(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n")
    return answer(peer, "200 OK", FEED, XML)


@path("/endless")
def _endless(server: Hostile, peer: socket.socket, head: bytes) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    server.drip(peer, b"x" * 65536, 0)


@path("/endless-chunks")
def _endless_chunks(server: Hostile, peer: socket.socket, head: bytes) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    server.drip(peer, b"10000\r\n" + b"x" * 65536 + b"\r\n", 0)


@path("/endless-trailers")
def _endless_trailers(server: Hostile, peer: socket.socket, head: bytes) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n")
    server.drip(peer, b"X-T: " + b"t" * 4096 + b"\r\n", 0)


@path("/announced-huge")
def _announced_huge(server: Hostile, peer: socket.socket, head: bytes) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n")


@path("/gzip-bomb")
def _gzip_bomb(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    return answer(peer, "200 OK", _bomb(), XML, "Content-Encoding: gzip")


@path("/gzip-twice")
def _gzip_twice(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    return answer(peer, "200 OK", _bomb_twice(), XML, "Content-Encoding: gzip, gzip")


@path("/gzip-unsaid")
def _gzip_unsaid(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    return answer(peer, "200 OK", _bomb(), XML)


@path("/zip-in-gzip")
def _zip_in_gzip(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    return answer(peer, "200 OK", _packed_zip(), "Content-Encoding: gzip")


@cache
def _packed_zip() -> bytes:
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", bytes(20_000_000))
    return gzip.compress(held.getvalue())


@cache
def _bomb_twice() -> bytes:
    return gzip.compress(_bomb())


@cache
def _bomb() -> bytes:
    return gzip.compress(bytes(30_000_000))


@path("/says-gzip")
def _says_gzip(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    return answer(peer, "200 OK", FEED, XML, "Content-Encoding: gzip")


@path("/says-unknown-coding")
def _says_unknown(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    return answer(peer, "200 OK", FEED, XML, "Content-Encoding: sdch")


@path("/broken-gzip")
def _broken_gzip(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    return answer(peer, "200 OK", b"\x1f\x8b\x08\xff" + b"z" * 50, XML, "Content-Encoding: gzip")


@path("/loop")
def _loop(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    return answer(peer, "302 Found", b"", "Location: /loop")


@path("/cookie-loop")
def _cookie_loop(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    return answer(peer, "302 Found", b"", "Location: /cookie-loop", f"Set-Cookie: n={time.perf_counter_ns()}")


@path("/cookie-flood")
def _cookie_flood(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    many = [f"Set-Cookie: c{i}={'v' * 100}" for i in range(400)]
    return answer(peer, "302 Found", b"", "Location: /feed", *many)


@path("/cookie-gate")
def _cookie_gate(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    if b"gate=open" in head:
        return answer(peer, "200 OK", FEED, XML)
    return answer(peer, "302 Found", b"", "Location: /cookie-gate", "Set-Cookie: gate=open; Path=/; HttpOnly")


@path("/growing")
def _growing(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    where = head.split(b" ", 2)[1].decode()
    return answer(peer, "302 Found", b"", f"Location: {where}{'&' if '?' in where else '?'}x=1")


@path("/moved")
def _moved(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    return answer(peer, "301 Moved Permanently", b"", "Location: /moved-again")


@path("/moved-again")
def _moved_again(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    return answer(peer, "308 Permanent Redirect", b"gone there", "Location: feed#top")


@path("/moved-for-now")
def _moved_for_now(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    return answer(peer, "301 Moved", b"", "Location: /found")


@path("/found")
def _found(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    return answer(peer, "302 Found", b"", "Location: /feed")


@path("/nowhere")
def _nowhere(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    return answer(peer, "302 Found", b"")


@path("/to")
def _to(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    return answer(peer, "302 Found", b"", "Location: " + head.split(b" ", 2)[1].decode().partition("?")[2])


@path("/gbk-location")
def _gbk_location(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    peer.sendall(b"HTTP/1.1 302 Found\r\nLocation: /gbk/" + "政策".encode("gbk") + b"\r\nContent-Length: 0\r\n\r\n")
    return True


@path("/gbk/%D5%FE%B2%DF")
def _gbk(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    return answer(peer, "200 OK", FEED, XML)


@path("/short")
def _short(server: Hostile, peer: socket.socket, head: bytes) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + FEED)


@path("/long")
def _long(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    peer.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(FEED) + FEED + b"HTTP/1.1 200 OK\r\n\r\nsmuggled"
    )
    return True


@path("/two-lengths")
def _two_lengths(server: Hostile, peer: socket.socket, head: bytes) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef")


@path("/same-length-twice")
def _same_length(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    return answer(peer, "200 OK", FEED, XML, f"Content-Length: {len(FEED)}")


@path("/negative-length")
def _negative(server: Hostile, peer: socket.socket, head: bytes) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nabc")


@path("/bad-chunk")
def _bad_chunk(server: Hostile, peer: socket.socket, head: bytes) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n")


@path("/cut-chunk")
def _cut_chunk(server: Hostile, peer: socket.socket, head: bytes) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\nabc")


@path("/chunks")
def _chunks(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    half = len(FEED) // 2
    body = b"".join(b"%x;ext=1\r\n%b\r\n" % (len(part), part) for part in (FEED[:half], FEED[half:]))
    peer.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body + b"0\r\nX-Trailer: 1\r\n\r\n")
    return True


@path("/reset")
def _reset(server: Hostile, peer: socket.socket, head: bytes) -> None:
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@path("/reset-in-body")
def _reset_in_body(server: Hostile, peer: socket.socket, head: bytes) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc")
    time.sleep(0.05)
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@path("/closed")
def _closed(server: Hostile, peer: socket.socket, head: bytes) -> None:
    return


@path("/huge-headers")
def _huge_headers(server: Hostile, peer: socket.socket, head: bytes) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\n")
    server.drip(peer, b"X-Fill: " + b"a" * 8000 + b"\r\n", 0)


@path("/huge-header-line")
def _huge_line(server: Hostile, peer: socket.socket, head: bytes) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\nX-Fill: ")
    server.drip(peer, b"a" * 8000, 0)


@path("/odd-headers")
def _odd_headers(server: Hostile, peer: socket.socket, head: bytes) -> None:
    peer.sendall(
        b"HTTP/1.0 200\nServer : x\nbroken line\n: no name\nX-Fold: a\n b\nX-Cn: \xd6\xd0\nContent-Type: text/xml\n\n"
        + FEED
    )


@path("/not-http")
def _not_http(server: Hostile, peer: socket.socket, head: bytes) -> None:
    peer.sendall(b"SSH-2.0-OpenSSH_9.6\r\n")


@path("/http09")
def _http09(server: Hostile, peer: socket.socket, head: bytes) -> None:
    peer.sendall(b"<html>hello</html>")


@path("/unasked-304")
def _unasked(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    peer.sendall(b"HTTP/1.1 304 Not Modified\r\n\r\n")
    return True


@path("/304-with-body")
def _304_body(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    peer.sendall(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nabcde")
    return True


@path("/empty")
def _empty(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    return answer(peer, "200 OK", b"", XML)


@path("/no-content")
def _no_content(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    peer.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
    return True


@path("/html")
def _html(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    return answer(peer, "200 OK", b"<html><body><h1>Maintenance</h1><p>Back soon.</p></body></html>", HTML)


@path("/challenge")
def _challenge(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    return answer(peer, "403 Forbidden", CHALLENGE, HTML, "cf-mitigated: challenge")


@path("/challenge-200")
def _challenge_200(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    return answer(peer, "200 OK", CHALLENGE, HTML)


@path("/challenge-521")
def _challenge_521(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    return answer(peer, "521 ", JSL, HTML, "Set-Cookie: __jsluid_h=abc")


@path("/challenge-412")
def _challenge_412(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    return answer(peer, "412 Precondition Failed", b"<html><script>$_ts=window['$_ts'];</script></html>", HTML)


@path("/captcha-cn")
def _captcha_cn(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    return answer(
        peer, "200 OK", "<html><p>您的访问过于频繁，请完成验证</p></html>".encode("gbk"), "Content-Type: text/html"
    )


@path("/members")
def _members(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    return answer(peer, "302 Found", b"", "Location: /account/login?next=/members")


@path("/account/login")
def _login(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    return answer(peer, "200 OK", LOGIN, HTML)


@path("/unauthorised")
def _unauthorised(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    return answer(peer, "401 Unauthorized", b"", 'WWW-Authenticate: Basic realm="x"')


@path("/429-seconds")
def _429_seconds(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    return answer(peer, "429 Too Many Requests", b"slow down", "Retry-After: 120")


@path("/429-date")
def _429_date(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    dates = ("Date: Wed, 01 Jan 2020 00:00:00 GMT", "Retry-After: Wed, 01 Jan 2020 00:05:00 GMT")
    return answer(peer, "429 Too Many Requests", b"slow down", *dates)


@path("/429-nonsense")
def _429_nonsense(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    return answer(peer, "429 Too Many Requests", b"", "Retry-After: when it suits me")


@path("/429-forever")
def _429_forever(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    return answer(peer, "429 Too Many Requests", b"", "Retry-After: 99999999999999999999")


@path("/500")
def _500(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    return answer(peer, "500 Internal Server Error", b"x" * 300_000, HTML)


@path("/503")
def _503(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    return answer(peer, "503 Service Unavailable", b"", "Retry-After: 30")


@path("/404")
def _404(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    return answer(peer, "404 Not Found", b"no", HTML)


@path("/410")
def _410(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    return answer(peer, "410 Gone", b"", HTML)


@path("/999")
def _999(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    return answer(peer, "999 Request denied", b"", HTML)


@path("/slow-ok")
def _slow_ok(server: Hostile, peer: socket.socket, head: bytes) -> bool:
    time.sleep(0.05)
    return answer(peer, "200 OK", FEED, XML)


# packed before the clock of any test runs, because packing costs more than some tests may take
_packed_zip()
_bomb_twice()
