"""Addresses of pages: one form for one page, whatever tracking, mobile host or index name it came with."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, urljoin, urlsplit, urlunsplit

#: parameters that say how a reader came, never what the page is
_TRACKING = re.compile(
    r"^(?:utm_.*|mtm_.*|pk_.*|hsa_.*|stm_.*|_hs.*|at_(?:medium|campaign).*|ns_(?:mchannel|source|campaign|linkname|fee)|"
    r"fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid|igshid|igsh|mc_[ce]id|_ga|_gl|ref_src|ref_url|cmpid|ncid|"
    r"spm|scm|share_?(?:token|source|from|medium|id|tag|to|uid)?|wxshare|wxfrom|from_?wx|isappinstalled|wfr|"
    r"s?from(?:page|source)?|sharer?.*|nsukey|weixin.*|bsh_bid|tt_from|timestamp|_t|rand|random|jsessionid|phpsessid|sid|"
    r"amp|outputtype|feature|smid|partner|guccounter|guce_.*|trk|trkinfo|vd_source|spm_id_from|unique_k)$",
    re.IGNORECASE,
)
_MOBILE = re.compile(r"^(?:m|wap|3g|mobile|amp)\.(?=[^.]+\.[^.]+)", re.IGNORECASE)
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|shtml?|php|aspx?|jsp|xhtml)$", re.IGNORECASE)
_SESSION = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
_AMP = re.compile(r"/amp/?$", re.IGNORECASE)
_PORTS = {"http": 80, "https": 443}
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})")
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
#: an address with nothing in it that would have to be resolved or taken out
_PLAIN_ADDRESS = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9.\-]*(?::\d{1,5})?(?:/[^?#\s\\]*)?")
_SPACE = re.compile(r"[\x00-\x20\x7f]+")


def canonical_url(url: str) -> str:
    """Return the one form of an address; what is no web address comes back as it is.

    The scheme, the order of parameters and a final slash are kept: they can matter. The function applied to its
    own result changes nothing.
    """
    for _ in range(4):
        once = _once(url)
        if once == url:
            break
        url = once
    return url


def _once(url: str) -> str:
    url = url.strip()
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return url
    scheme = parts.scheme.lower()
    if scheme not in _PORTS or not host:
        return url
    host = _MOBILE.sub("www.", _ascii_host(host.rstrip(".")))
    if not host:
        return url
    if ":" in host:
        host = f"[{host}]"
    if port is not None and port != _PORTS[scheme]:
        host = f"{host}:{port}"
    path = _dots(_SESSION.sub("", _escapes(parts.path)))
    path = _INDEX.sub("/", _AMP.sub("", path) or "/") or "/"
    query = "&".join(
        piece for piece in _escapes(parts.query).split("&") if piece and not _TRACKING.match(piece.partition("=")[0])
    )
    # a fragment that is a path is the page itself in sites drawn by scripts
    fragment = _escapes(parts.fragment) if parts.fragment.startswith(("/", "!/")) else ""
    return urlunsplit((scheme, host, path, query, fragment))


def _ascii_host(host: str) -> str:
    host = host.lower()
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _dots(path: str) -> str:
    """Resolve `.` and `..` as a browser does, keep everything else."""
    if "/." not in path:
        return path or "/"
    out: list[str] = []
    pieces = path.split("/")
    for position, piece in enumerate(pieces):
        last = position == len(pieces) - 1
        if piece == "..":
            if len(out) > 1:
                out.pop()
            if last:
                out.append("")
        elif piece == ".":
            if last:
                out.append("")
        else:
            out.append(piece)
    return "/".join(out) or "/"


def _escapes(text: str) -> str:
    """One spelling of percent escapes: capitals, none where none is needed, non-ASCII escaped."""

    def one(match: re.Match[str]) -> str:
        code = int(match[1], 16)
        return chr(code) if code in _PLAIN else f"%{code:02X}"

    text = _ESCAPE.sub(one, _SPACE.sub("%20", text))
    if text.isascii():
        return text
    return "".join(c if c.isascii() else quote(c, safe="", errors="replace") for c in text)


def absolute(base: str, href: str) -> str:
    """Return the address a link leads to without its fragment and tracking, empty where it leads to no page."""
    href = _SPACE.sub("", href.strip()) if "\n" in href or "\t" in href else href.strip()
    if not href or href.startswith("#"):
        return ""
    head = href.split(":", 1)[0].lower() if ":" in href[:12] else ""
    if head in ("javascript", "mailto", "tel", "data", "about", "blob", "file", "weixin"):
        return ""
    if _PLAIN_ADDRESS.fullmatch(href):
        return href
    try:
        target = href if head in ("http", "https") else urljoin(base, href)
        parts = urlsplit(target)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return ""
    except ValueError:
        return ""
    fragment = parts.fragment if parts.fragment.startswith(("/", "!/")) else ""
    query = parts.query
    if query and any(_TRACKING.match(name) for name, _ in parse_qsl(query, keep_blank_values=True)):
        query = "&".join(p for p in query.split("&") if p and not _TRACKING.match(p.partition("=")[0]))
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, fragment)).replace(" ", "%20")


def site(host: str) -> str:
    """Return the registrable part of a host, near enough: two labels, three under suffixes like com.cn."""
    labels = host.lower().split(".")
    second = len(labels) >= 3 and len(labels[-1]) == 2 and labels[-2] in ("com", "net", "org", "gov", "edu", "co", "ac")
    return ".".join(labels[-3:] if second else labels[-2:])


def same_site(url: str, other: str) -> bool:
    """Tell whether two addresses belong to one registrable host."""
    try:
        ours, theirs = urlsplit(url).hostname or "", urlsplit(other).hostname or ""
    except ValueError:
        return False
    return bool(ours) and site(ours) == site(theirs)
