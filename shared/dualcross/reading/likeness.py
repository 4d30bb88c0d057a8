"""How much a decoded text looks like language: the wrong code page yields rare ideographs and odd signs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from dualcross.reading.frequent import HAN

_SIGNS = frozenset((0xA0, 0xA3, 0xA9, 0xAB, 0xAE, 0xB0, 0xB7, 0xBB, 0x20AC))


def likeness(text: str, name: str) -> float:
    """Return the share of common signs among those beyond ASCII, less a charge for what no text holds; 1 where all is
    ASCII. `name` is the code page that the text was read with."""
    high = Counter(c for c in text if c > "\x7f")
    total = high.total()
    if not total:
        return 1.0
    weight = _WEIGHTS.get(name, _western)
    return sum(count * _worth(sign, weight) for sign, count in high.items()) / total


def _worth(sign: str, weight: Callable[[int, str], float]) -> float:
    code = ord(sign)
    if sign in HAN:
        return 1.0
    if sign == "\ufffd" or 0xE000 <= code <= 0xF8FF or 0x80 <= code < 0xA0:
        return -3.0
    return weight(code, sign)


def _chinese(code: int, sign: str) -> float:
    del sign
    if 0x3000 <= code <= 0x3002 or 0x3008 <= code <= 0x3015 or 0xFF01 <= code <= 0xFF5E or 0x2010 <= code <= 0x2026:
        return 0.6
    return 0.35 if 0x4E00 <= code <= 0x9FFF else 0.0


def _japanese(code: int, sign: str) -> float:
    del sign
    if 0x3041 <= code <= 0x30FF:
        return 0.95
    if 0xFF61 <= code <= 0xFF9F:
        return -0.5
    return 0.35 if 0x4E00 <= code <= 0x9FFF else 0.0


def _korean(code: int, sign: str) -> float:
    del sign
    return 0.9 if 0xAC00 <= code <= 0xD7A3 else 0.0


def _cyrillic(code: int, sign: str) -> float:
    del sign
    if 0x430 <= code <= 0x44F:
        return 0.9
    if 0x410 <= code <= 0x451:
        return 0.3
    return 0.2 if code < 0x2030 else 0.0


def _greek(code: int, sign: str) -> float:
    del sign
    return 0.8 if 0x3AC <= code <= 0x3CE else 0.0


def _western(code: int, sign: str) -> float:
    if sign.isalpha() and code < 0x180:
        return 0.7 if sign.islower() else 0.15
    return 0.6 if code in _SIGNS or 0x2013 <= code <= 0x2026 else 0.1


_WEIGHTS: dict[str, Callable[[int, str], float]] = {
    "gb18030": _chinese,
    "big5hkscs": _chinese,
    "cp932": _japanese,
    "euc-jp": _japanese,
    "cp949": _korean,
    "cp1251": _cyrillic,
    "koi8-r": _cyrillic,
    "cp1253": _greek,
}
