"""Stable ids for names that stand in no list: the core of a name, and its spelling in pinyin.

星澜云工业互联网平台, “星澜云”, Xinglan Cloud and 江苏星澜数字科技有限公司 share the core `xinglan`.
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from importlib.resources import files

from dualcross.extraction import regions
from dualcross.patterns import late

PLATFORM_SUFFIX = late(
    r"(?:(?:的|之)?(?:跨行业跨领域|双跨|综合型|国家级)?工业互联网(?:综合服务|服务|公共服务|操作系统)?平台"
    r"|工业(?:操作系统|大脑|云平台|应用智能平台|互联网)|(?:智能|数字化|协同制造)?平台"
    r"|\s*(?:cross-industry (?:and )?cross-(?:field|sector|domain) )?"
    r"(?:industrial[\s-]internet(?: of things)?|iiot|industrial iot|industrial cloud|industrial)?\s*(?:platform|operating system))+$",
    re.IGNORECASE,
)
LEGAL_SUFFIX = late(
    r"(?:\((?:集团|控股)\))?(?:集团)?(?:股份)?(?:有限)?(?:责任)?公司$|集团$|股份$|控股$|实业$"
    r"|,?\s*(?:(?:group|holdings?|corporation|corp\.?|inc\.?|co\.?|ltd\.?|limited|company|llc|plc)[\s,]*)+$",
    re.IGNORECASE,
)
_TRADE = late(
    r"(?:工业互联网|工业物联网|工业软件|物联生态|物联网|互联网|网络|数字化?|数据|数智|数科|科技|技术|信息|智能|智慧|智造|制造|软件|系统|云计算|自动化|电子|工业|发展|生态"
    r"|控股|集团|股份|产业)+$"
)
_TRADE_EN = late(
    r"(?:[\s-]+(?:industrial internet(?: of things)?|internet of things|iiot|internet|network|networks|digital|data|digital intelligence|"
    r"technology|technologies|tech|information|intelligent|intelligence|smart|manufacturing|software|systems?|"
    r"cloud computing|automation|electronics?|industr(?:y|ial|ies)|development|group|holdings?|science|and|&|technical|services?|solutions?"
    r"|zhizao|keji|shuke|shuzhi|zhineng|xinxi|shuju|wangluo|ruanjian|gongye hulian(?:wang)?|hulian(?:wang)?|zhilian|jishu))+$",
    re.IGNORECASE,
)
_HAN = late(r"[\u3400-\u4dbf\u4e00-\u9fff]")


@cache
def _pinyin() -> dict[str, str]:
    table = json.loads(files("dualcross.extraction").joinpath("data/pinyin.json").read_text("utf-8"))
    return {char: sound for sound, chars in table.items() for char in chars}


def has_han(text: str) -> bool:
    """Tell whether a name holds a Chinese character."""
    return bool(_HAN.search(text))


def pinyin(text: str) -> str:
    """Return the letters and digits of a name with Chinese characters spelled in pinyin, in lower case."""
    table = _pinyin()
    return "".join(c if c.isascii() and c.isalnum() else table.get(c, "") for c in text.lower())


def key(surface: str) -> str:
    """Return what two spellings of one surface share: lower case, without spaces, hyphens, dots and quotes."""
    return re.sub(r"[\s\-_.·“”\"'《》()&,:/]+", "", surface).lower()


def brand(surface: str) -> str:
    """Return a platform name without its class words: 星澜云工业互联网平台 → 星澜云."""
    surface = surface.strip(" “”\"'《》")
    bare = PLATFORM_SUFFIX.sub("", surface).strip(" “”\"'《》-·")
    bare = re.sub(r"^[“\"《](.+?)[”\"》]$", r"\1", bare)
    return bare if len(key(bare)) >= 2 else surface


def company_core(name: str) -> str:
    """Return what names one company across legal forms and languages: 江苏星澜数字科技有限公司 → 星澜."""
    name = name.strip(" “”\"'《》,")
    bare = LEGAL_SUFFIX.sub("", name).strip(" ,")
    bare = LEGAL_SUFFIX.sub("", bare).strip(" ,")
    placeless = regions.strip_place(bare)
    if placeless != bare and len(_TRADE.sub("", placeless)) < 2 and len(placeless) < 4:
        placeless = bare
    if not has_han(bare) and regions.of_legal_name(bare) and " " in bare:
        placeless = bare.split(" ", 1)[1]
    core = _TRADE.sub("", placeless) if has_han(placeless) else _TRADE_EN.sub("", placeless)
    return core if len(key(core)) >= 2 else (placeless or bare)


def slug(surface: str) -> str:
    """Return the id of a name: a Latin brand as it is, else pinyin; `云` and `Cloud` at the end do not count."""
    bare = brand(surface)
    latin = re.findall(r"[A-Za-z][A-Za-z0-9³]*(?:[-. ][A-Za-z0-9]+)*", bare)
    if has_han(bare) and latin:
        longest = max(latin, key=len)
        if len(longest) >= 3:
            bare = longest
    text = bare.replace("³", "3")
    if has_han(text):
        if len(text) >= 3:
            text = re.sub("(?:工业)?云$", "", text)
        out = pinyin(text)
    else:
        text = re.sub(r"[\s-]*cloud$", "", text, flags=re.IGNORECASE) or text
        out = re.sub(r"[^a-z0-9]+", "", text.lower())
        if len(out) > 5 and out.endswith("yun") and re.search(r"[\s-]?yun$", text, re.IGNORECASE):
            out = out[:-3]
    return out or "x" + hashlib.sha256(surface.encode()).hexdigest()[:8]


def told_apart(identity: str, surface: str) -> str:
    """Return an id for a name that only sounds like the one that has the id already."""
    return f"{identity}-{hashlib.sha256(key(surface).encode()).hexdigest()[:4]}"
