"""What is refused before any parser sees it: entity bombs, entities from elsewhere, endless nesting."""

from __future__ import annotations

import re

from dualcross.errors import ParseError

_ENTITY = re.compile(
    r"<!ENTITY\s+(?P<param>%\s+)?(?P<name>[^\s%]+)\s+(?P<value>\"[^\"]*\"|'[^']*'|[^>]*)", re.IGNORECASE
)
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]{0,2000}(?:\[[^\]]{0,100000}\]\s*)?>", re.IGNORECASE)
_DECLARED = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ROOT = re.compile(r"<[A-Za-z_]")
_REFERENCE = re.compile(r"&(?!#)|%[\w.]+;")
#: entities of a feed that only abbreviate a sign or a short word
_MAX_ENTITIES = 300
_MAX_VALUE = 64
#: sections, declarations and elements that may begin without ending
_MAX_OPEN = 50
_MAX_DOCTYPES = 10
_MAX_UNCLOSED = 20_000


def declares(text: str, *, anywhere: bool = False) -> bool:
    """Tell whether the document declares a type or entities: before its root element, where XML allows it."""
    root = None if anywhere else _ROOT.search(text)
    return _DECLARED.search(text, 0, root.start() if root else len(text)) is not None


def refuse_hostile(text: str, url: str | None = None) -> dict[str, str]:
    """Return the document's own harmless entities; `ParseError` for any other entity declaration.

    Harmless means: a short literal value, without references, from nowhere else. A DOCTYPE that only names an
    external DTD (RSS 0.91 does) is let through, because nothing ever loads it.
    """
    entities: dict[str, str] = {}
    if text.count("<!DOCTYPE") > _MAX_DOCTYPES:
        raise ParseError("refused: the document declares itself again and again", url=url)
    if not declares(text):
        return entities
    for count, match in enumerate(_ENTITY.finditer(text)):
        value = match["value"].strip()
        if match["param"] and value.upper().startswith(("PUBLIC", "SYSTEM")) and f"%{match['name']};" not in text:
            # the declaration of a public entity set that nothing uses: some systems print it on every feed
            continue
        if count >= _MAX_ENTITIES or match["param"]:
            raise ParseError("refused: the document declares entities that could be an attack", url=url)
        if value[:1] not in "\"'" or len(value) > _MAX_VALUE or _REFERENCE.search(value):
            raise ParseError("refused: the document declares an entity that reads or multiplies something", url=url)
        entities[match["name"]] = value[1:-1]
    return entities


def refuse_endless(text: str, url: str | None = None) -> None:
    """Raise `ParseError` for a document that no lenient parser should be given: it would read on for hours.

    Thousands of elements, sections or declarations that begin and never end are no mistake of a system.
    """
    opened = text.count("<![CDATA[") - text.count("]]>") + text.count("<!--") - text.count("-->")
    if opened > _MAX_OPEN or text.count("<!DOCTYPE") + text.count("<!doctype") > _MAX_DOCTYPES:
        raise ParseError("refused: the document holds sections that never end", url=url)
    tags = text.count("<") - 2 * text.count("</") - text.count("/>")
    if tags > _MAX_UNCLOSED:
        raise ParseError("refused: the document holds elements that never end", url=url)


def without_doctype(text: str) -> str:
    """Return the document less its DOCTYPE, so that no parser has a declaration to act on."""
    return _DOCTYPE.sub("", text, count=1) if declares(text) else text
