"""PDF files as offices make them, small: words at places, a font that maps to Unicode, or a picture and no letters."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

#: x and y in points, the words, and the points between two characters
Words = tuple[float, float, str, float]
SIZE = 12


def pdf(pages: Sequence[Sequence[Words]], *, picture: bool = False) -> bytes:
    """Return a PDF file of the pages; with a picture on each where asked."""
    codes = {
        sign: n + 1 for n, sign in enumerate(sorted({s for page in pages for _, _, text, _ in page for s in text}))
    }
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    font = b"<< /Type /Font /Subtype /Type0 /BaseFont /SimSun /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>"
    narrow = b" ".join(b"%d [%d]" % (code, 500 if sign.isascii() else 1000) for sign, code in codes.items())
    inner = (
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /SimSun /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity)"
        b" /Supplement 0 >> /DW 1000 /W [%b] >>" % narrow
    )
    objects += [font, inner, _stream(_unicode(codes)), _image()]
    kids = []
    for page in pages:
        content = _stream(
            b"\n".join([_drawn(words, codes) for words in page] + [b"q 200 0 0 200 50 50 cm /I Do Q"] * picture)
        )
        objects.append(content)
        resources = b"/Font << /F 3 0 R >>" + b" /XObject << /I 6 0 R >>" * picture
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << %b >> /Contents %d 0 R >>"
            % (resources, len(objects))
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%b] /Count %d >>" % (b" ".join(kids), len(kids))
    return _file(objects)


def _drawn(words: Words, codes: dict[str, int]) -> bytes:
    x, y, text, between = words
    shown = b"".join(b"%04x" % codes[sign] for sign in text)
    return b"BT /F %d Tf %.1f Tc 1 0 0 1 %.1f %.1f Tm <%b> Tj ET" % (SIZE, between, x, y, shown)


def _unicode(codes: dict[str, int]) -> bytes:
    rows = b"\n".join(b"<%04x> <%b>" % (code, sign.encode("utf-16-be").hex().encode()) for sign, code in codes.items())
    return (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def /CMapType 2 def\n"
        b"1 begincodespacerange <0000> <ffff> endcodespacerange\n%d beginbfchar\n%b\nendbfchar\nendcmap end end"
        % (len(codes), rows)
    )


def _image() -> bytes:
    data = zlib.compress(bytes(64))
    head = b"<< /Type /XObject /Subtype /Image /Width 8 /Height 8 /ColorSpace /DeviceGray /BitsPerComponent 8"
    return head + b" /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream" % (len(data), data)


def _stream(data: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n%b\nendstream" % (len(data), data)


def _file(objects: Sequence[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.5\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
