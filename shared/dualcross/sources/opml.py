"""Lists of sources in OPML, in and out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from urllib.parse import urlsplit

from lxml import etree

from dualcross.errors import ParseError
from dualcross.model import Source, SourceKind
from dualcross.reading.charset import decode
from dualcross.sources.guard import refuse_hostile

#: attributes beyond the standard's, so that an export comes back as it was
_OWN = "https://dualcross.invalid/opml"
_KINDS: tuple[SourceKind, ...] = ("auto", "feed", "list", "sitemap", "json")


def read(body: bytes) -> tuple[Source, ...]:
    """Return the sources of an OPML document, one an address; `ParseError` where it is none."""
    text, _ = decode(body)
    refuse_hostile(text)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, recover=True, remove_comments=True, encoding="utf-8"
    )
    start = text.find("<opml")
    root = etree.fromstring(text[start:].encode("utf-8"), parser) if start >= 0 else None
    if root is None or root.tag != "opml":
        raise ParseError("this is no OPML document")
    sources: dict[str, Source] = {}
    for outline in root.iter("outline"):
        url = (outline.get("xmlUrl") or outline.get("xmlurl") or "").strip()
        if url.startswith(("http://", "https://")) and url not in sources:
            sources[url] = _source(outline, url)
    return tuple(sources.values())


def _source(outline: etree._Element, url: str) -> Source:
    kind = outline.get(f"{{{_OWN}}}kind") or (
        "feed" if (outline.get("type") or "").lower() in ("rss", "atom") else "auto"
    )
    official = outline.get(f"{{{_OWN}}}official")
    prefix = f"{{{_OWN}}}select-"
    return Source(
        id=outline.get(f"{{{_OWN}}}id") or source_id(url),
        url=url,
        name=(outline.get("title") or outline.get("text") or "").strip(),
        kind=kind if kind in _KINDS else "auto",
        official={"true": True, "false": False}.get(official or ""),
        charset=outline.get(f"{{{_OWN}}}charset") or None,
        region=outline.get(f"{{{_OWN}}}region") or None,
        selectors={key[len(prefix) :]: value for key, value in outline.attrib.items() if key.startswith(prefix)},
        notes=outline.get("description") or "",
    )


def source_id(url: str) -> str:
    """Return a readable id for an address: the host and a few signs of its hash."""
    host = (urlsplit(url).hostname or "source").removeprefix("www.")
    return f"{host}-{hashlib.sha256(url.encode()).hexdigest()[:6]}"


def write(sources: Iterable[Source], *, title: str = "dualcross sources") -> bytes:
    """Return the sources as OPML 2.0; headers, cookies and proxies stay at home, because they can be secrets."""
    root = etree.Element("opml", version="2.0", nsmap={"dx": _OWN})
    etree.SubElement(etree.SubElement(root, "head"), "title").text = title
    body = etree.SubElement(root, "body")
    for source in sources:
        outline = etree.SubElement(
            body, "outline", text=source.name or source.url, title=source.name, type="rss", xmlUrl=source.url
        )
        own = {"id": source.id, "kind": source.kind, "charset": source.charset, "region": source.region}
        own |= {f"select-{name}": value for name, value in source.selectors.items()}
        if source.official is not None:
            own["official"] = "true" if source.official else "false"
        for name, value in own.items():
            if value:
                outline.set(f"{{{_OWN}}}{name}", value)
        if source.notes:
            outline.set("description", source.notes)
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True))
