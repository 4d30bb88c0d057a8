"""Well-formed RSS 0.9-2.0, RDF and Atom, straight from libxml2; everything else is left to the reference parser."""

from __future__ import annotations

import html
import html.entities
import re
from urllib.parse import urljoin

from lxml import etree

from dualcross.reading.tree import printable
from dualcross.sources.entry import Entry, Feed

_NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,30});")
#: an ampersand that begins no reference: the commonest mistake of feeds
_BARE = re.compile(r"&(?!#\d+;|#[xX][0-9a-fA-F]+;|\w+;)")
_CDATA = re.compile(r"(<!\[CDATA\[.*?\]\]>)", re.DOTALL)
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_DC = "{http://purl.org/dc/elements/1.1/}"
_DCTERMS = "{http://purl.org/dc/terms/}"
_RDF_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_ATOM = ("{http://www.w3.org/2005/Atom}", "{http://purl.org/atom/ns#}", "")
#: namespaces of RSS itself; a feed without any is the common case
_RSS = (
    "", "{http://purl.org/rss/1.0/}", "{http://my.netscape.com/rdf/simple/0.9/}", "{http://backend.userland.com/rss2}",
    "{http://backend.userland.com/RSS2}", "{http://backend.userland.com/rss}", "{http://blogs.law.harvard.edu/tech/rss}",
    "{http://purl.org/net/rss1.1#}", "{http://channel.netscape.com/rdf/simple/0.9/}", "{http://my.netscape.com/publish/formats/rss-0.91.dtd}",
)  # fmt: skip
#: elements of other namespaces that stand in where RSS's own are missing
_OTHER_NAMES = {"title": "othertitle", "description": "othertext", "summary": "othertext", "fullitem": "content"}
_XHTML = "{http://www.w3.org/1999/xhtml}"
#: elements of known namespaces: the field they fill, and whether they win over one that is filled
_ELSEWHERE = {
    _CONTENT: ("content", True),
    _DC + "date": ("updated", True),
    _DCTERMS + "modified": ("updated", True),
    _DCTERMS + "issued": ("pubdate", False),
    _DCTERMS + "created": ("pubdate", False),
    _XHTML + "body": ("content", False),
}


_TEXTS = frozenset(
    ("text", "html", "xhtml", "text/plain", "text/html", "application/xhtml+xml", "text/xml", "application/xml")
)


class NotSimple(Exception):
    """The document is not plain enough for the fast path."""


def parse(text: str, base: str, entities: dict[str, str]) -> Feed:
    """Return the feed; `NotSimple` where it is malformed, or of a kind this path does not know."""
    root = _tree(text)
    if root is None:
        text = printable(_NAMED.sub(lambda m: _entity(m, entities), text))
        root = _tree(text)
    if root is None and text.count("<![CDATA[") <= text.count("]]>"):
        root = _tree(
            "".join(piece if n % 2 else _BARE.sub("&amp;", piece) for n, piece in enumerate(_CDATA.split(text)))
        )
    if root is None:
        raise NotSimple("malformed")
    namespace, name = _split(root.tag)
    if name == "feed" and namespace in _ATOM:
        return _atom(root, namespace, base)
    if name == "rss" or (name == "RDF" and namespace.endswith("rdf-syntax-ns#}")):
        return _rss(root, base)
    raise NotSimple(f"root element {name}")


def _tree(text: str) -> etree._Element | None:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, remove_comments=True,
        remove_pis=True, strip_cdata=True, huge_tree=False, collect_ids=False, encoding="utf-8",
    )  # fmt: skip
    try:
        return etree.fromstring(text.encode("utf-8"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _entity(match: re.Match[str], own: dict[str, str]) -> str:
    name = match[1]
    if name in own:
        return html.escape(html.unescape(own[name]))
    sign = html.entities.html5.get(name + ";")
    return html.escape(sign) if sign else match[0]


def _split(tag: str) -> tuple[str, str]:
    namespace, brace, name = tag.rpartition("}")
    return namespace + brace, name


def _text(element: etree._Element) -> str:
    if len(element) == 0:
        return (element.text or "").strip()
    return "".join(element.itertext()).strip()


def _rss(root: etree._Element, base: str) -> Feed:
    base = urljoin(base, root.get(_XML_BASE) or "")
    title = link = ""
    entries: list[Entry] = []
    channels = [e for e in root if isinstance(e.tag, str) and _split(e.tag)[1] == "channel"]
    for child in (*(e for channel in channels for e in channel), *(e for e in root if e not in channels)):
        if not isinstance(child.tag, str):
            continue
        namespace, name = _split(child.tag)
        if name in ("item", "entry") and (namespace in _RSS or namespace in _ATOM):
            entries.append(_rss_entry(child, base) if name == "item" else _atom_entry(child, namespace, base))
        elif name == "items" and len(child):
            entries.extend(_rss_entry(e, base) for e in child if isinstance(e.tag, str) and _split(e.tag)[1] == "item")
        elif name == "title" and not title and (namespace in _RSS or namespace == _DC):
            title = _text(child)
        elif namespace in _RSS and name == "link" and not link:
            link = _resolve(base, _text(child))
    return Feed(title=title, link=link, entries=tuple(entries))


def _rss_entry(item: etree._Element, base: str) -> Entry:
    found: dict[str, str] = {}
    base = urljoin(base, item.get(_XML_BASE) or "")
    for child in item:
        tag = child.tag
        if not isinstance(tag, str):
            raise NotSimple("an unresolved entity")
        namespace, name = _split(tag)
        if namespace in _RSS:
            _rss_own(found, child, name)
        elif tag in _ELSEWHERE:
            _rss_elsewhere(found, child, tag)
        elif name in _OTHER_NAMES:
            found.setdefault(_OTHER_NAMES[name], _text(child))
        elif namespace in _ATOM:
            _rss_atom(found, child, name)
    return Entry(
        title=found.get("title", found.get("othertitle", "")),
        link=_resolve(base, found.get("link") or found.get("permalink", "")),
        id=found.get("guid") or item.get(_RDF_ABOUT) or "",
        published=found.get("pubdate", ""),
        updated=found.get("updated", ""),
        summary=found.get("description", found.get("othertext", "")),
        content=found.get("content", ""),
    )


def _rss_own(found: dict[str, str], child: etree._Element, name: str) -> None:
    if name in ("body", "summary") or (len(child) and name in ("title", "link", "guid", "pubDate")):
        raise NotSimple("markup in a simple field")
    if name == "guid":
        found["guid"] = _text(child)
        if child.get("isPermaLink", "true") == "true":
            found.setdefault("permalink", found["guid"])
    elif name == "link":
        value = _text(child) or child.get("href") or ""
        if value:
            found.setdefault("link", value)
    elif name in ("title", "description", "pubDate", "pubdate"):
        found[name.lower()] = _markup(child)
    elif name == "fullitem":
        found["content"] = _markup(child)


def _rss_elsewhere(found: dict[str, str], child: etree._Element, tag: str) -> None:
    name, wins = _ELSEWHERE[tag]
    value = _markup(child) if tag == _XHTML + "body" else _text(child)
    if wins:
        found[name] = value
    else:
        found.setdefault(name, value)


def _rss_atom(found: dict[str, str], child: etree._Element, name: str) -> None:
    if name == "link" and child.get("rel", "alternate") == "alternate" and child.get("href"):
        found.setdefault("link", child.get("href") or "")
    elif name == "updated":
        found.setdefault("updated", _text(child))
    elif name == "published":
        found.setdefault("pubdate", _text(child))
    elif name == "id":
        found.setdefault("guid", _text(child))
    elif name == "summary":
        found.setdefault("description", _markup(child))


def _resolve(base: str, link: str) -> str:
    if link.startswith(("http://", "https://")):
        return link
    try:
        return urljoin(base, link) if link else ""
    except ValueError:
        return link


def _markup(element: etree._Element) -> str:
    if len(element) == 0:
        return (element.text or "").strip()
    inner = html.escape(element.text or "", quote=False) if element.text else ""
    return (inner + "".join(etree.tostring(child, encoding="unicode") for child in element)).strip()


def _atom(root: etree._Element, namespace: str, base: str) -> Feed:
    base = urljoin(base, root.get(_XML_BASE) or "")
    title = link = ""
    entries: list[Entry] = []
    for child in root:
        if not isinstance(child.tag, str):
            raise NotSimple("an unresolved entity")
        if child.tag == namespace + "entry":
            entries.append(_atom_entry(child, namespace, base))
        elif child.tag == namespace + "title":
            title = _construct(child)
        elif child.tag == namespace + "link" and not link and child.get("rel", "alternate") == "alternate":
            link = _resolve(base, child.get("href") or "")
    return Feed(title=title, link=link, entries=tuple(entries))


def _atom_entry(entry: etree._Element, namespace: str, base: str) -> Entry:
    base = urljoin(base, entry.get(_XML_BASE) or "")
    found: dict[str, str] = {}
    for child in entry:
        tag = child.tag
        if not isinstance(tag, str):
            raise NotSimple("an unresolved entity")
        own, name = _split(tag)
        if own != namespace:
            if tag == _DC + "date":
                found.setdefault("updated", _text(child))
            continue
        if name == "link":
            href = child.get("href") or child.text or ""
            if child.get("rel", "alternate") == "alternate" and href and "link" not in found:
                found["link"] = _resolve(urljoin(base, child.get(_XML_BASE) or ""), href.strip())
        elif name in ("title", "summary"):
            found[name] = _construct(child)
        elif name == "content":
            found.setdefault("content", _construct(child))
        elif name in ("id", "published", "issued", "updated", "modified", "created"):
            found[name] = _text(child)
    return Entry(
        title=found.get("title", ""),
        link=found.get("link", ""),
        id=_resolve(base, found["id"]) if found.get("id", "").startswith("/") else found.get("id", ""),
        published=found.get("published") or found.get("issued") or found.get("created", ""),
        updated=found.get("updated") or found.get("modified", ""),
        summary=found.get("summary", ""),
        content=found.get("content", ""),
    )


def _construct(element: etree._Element) -> str:
    """An Atom text construct as markup: plain text is escaped, so that all three types read alike."""
    kind = (element.get("type") or "text").lower()
    if element.get("mode") == "base64" or kind not in _TEXTS:
        raise NotSimple("a construct that is not text")
    plain = kind in ("text", "text/plain")
    if len(element):
        return "".join(element.itertext()).strip() if kind == "html" else _markup(element)
    text = (element.text or "").strip()
    return html.escape(text, quote=False) if plain else text
