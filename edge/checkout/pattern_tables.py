"""Known layouts of variable-measure codes, by country or by maker. Pure data.

A shop names the tables it needs, or writes patterns of its own. China has no national table: each shop sets the flag
digits in its scale, so the Chinese forms here stand with the flags 21 and 22, to be copied with the shop's own. The
codes are made, not observed on labels; the national ones were compared with what biip reads from them.

Sources: GS1 Denmark, Germany, Sweden, UK, Finland and Latvia (guides to variable measure); for Norway no text was
found, products follow the Swedish rules. GS1 US (number system 2). Odoo's default nomenclature. snabble's code
templates. For China: the manuals of label scales; their 18-digit forms are unconfirmed, also whether they end in a
mod-10 check digit.
"""

from collections.abc import Iterable, Mapping

from edge.checkout.patterns import Pattern, PatternTable, Vector
from edge.errors import ConfigError


def _row(
    name: str,
    layout: str,
    code: str,
    key: str,
    *,
    weight_kg: str | None = None,
    price: str | None = None,
    number: int | None = None,
    discount: int | None = None,
) -> Pattern:
    vector = Vector(code=code, key=key, weight_kg=weight_kg, price=price, number=number, discount=discount)
    return Pattern(name, layout, (vector,))


_DENMARK = (
    _row("dk price 21", "21IIIIPPPP.PPK", "2112340012501", "2112340000003", price="12.50"),
    _row("dk price 22", "22IIIIPPPP.PPK", "2212340012508", "2212340000000", price="12.50"),
    _row("dk price 23", "23IIIIPPPP.PPK", "2312340012505", "2312340000007", price="12.50"),
    _row("dk price 24", "24IIIIPPPP.PPK", "2412340012502", "2412340000004", price="12.50"),
    _row("dk weight 26", "26IIIIWWW.WWWK", "2612340012346", "2612340000008", weight_kg="1.234"),
    _row("dk weight 27", "27IIIIIWW.WWWK", "2712345012348", "2712345000000", weight_kg="1.234"),
    _row("dk weight 28", "28IIIIWWW.WWWK", "2812340012340", "2812340000002", weight_kg="1.234"),
)
_GREAT_BRITAIN = (_row("gb price 20", "20IIIIICPP.PPK", "2012345312500", "2012345000001", price="12.50"),)
_GERMANY = (
    _row("de price 22", "22IIIICPPP.PPK", "2212347012501", "2212340000000", price="12.50"),
    _row("de price 23", "23IIIICPPP.PPK", "2312347012508", "2312340000007", price="12.50"),
    _row("de count 25", "25IIIICNNNNNK", "2512349000125", "2512340000001", number=12),
    _row("de count 26", "26IIIICNNNNNK", "2612349000122", "2612340000008", number=12),
    _row("de weight 28", "28IIIICWW.WWWK", "2812341012349", "2812340000002", weight_kg="1.234"),
    _row("de weight 29", "29IIIICWW.WWWK", "2912341012346", "2912340000009", weight_kg="1.234"),
)
_NORDIC_PRICE = (
    _row("nordic price 20", "20IIIIIIPP.PPK", "2012345612501", "2012345600003", price="12.50"),
    _row("nordic price 21", "21IIIIIIPPP.PK", "2112345612508", "2112345600000", price="125.0"),
    _row("nordic price 22", "22IIIIIIPPPPK", "2212345612505", "2212345600007", price="1250"),
)
_NORDIC_WEIGHT = (
    _row("nordic weight 23", "23IIIIIIW.WWWK", "2312345612342", "2312345600004", weight_kg="1.234"),
    _row("nordic weight 24", "24IIIIIIWW.WWK", "2412345612349", "2412345600001", weight_kg="12.34"),
    _row("nordic weight 25", "25IIIIIIWWW.WK", "2512345612346", "2512345600008", weight_kg="123.4"),
)
_UNITED_STATES = (_row("us price 2", "2IIIIICPP.PPK", "212345312506", "212345000007", price="12.50"),)
_ODOO = (
    _row("odoo weight 21", "21IIIIIWW.WWWK", "2112345012346", "2112345000008", weight_kg="1.234"),
    _row("odoo discount 22", "22DDIIIIIIIIK", "2215123456780", "2200123456786", discount=15),
    _row("odoo price 23", "23IIIIIPPP.PPK", "2312345012500", "2312345000002", price="12.50"),
)
_SNABBLE = (
    _row("snabble in-store", "21IIIIIPPP.PPK", "2112345012506", "2112345000008", price="12.50"),
    _row("snabble in-store checked", "22IIIICPPP.PPK", "2212347012501", "2212340000000", price="12.50"),
)
_CHINA = (
    _row("cn amount 21", "21IIIIIPPP.PPK", "2112345012506", "2112345000008", price="12.50"),
    _row("cn weight 22", "22IIIIIWW.WWWK", "2212345012343", "2212345000005", weight_kg="1.234"),
)
_CHINA_SIX = (_row("cn amount 2", "2IIIIIIPPP.PPK", "2123456012507", "2123456000009", price="12.50"),)
_CHINA_18_AMOUNT_FIRST = (
    _row(
        "cn amount and weight 22",
        "22IIIIIPPP.PPWW.WWWK",
        "221234501250012347",
        "221234500000000009",
        weight_kg="1.234",
        price="12.50",
    ),
)
_CHINA_18_WEIGHT_FIRST = (
    _row(
        "cn weight and amount 22",
        "22IIIIIWW.WWWPPP.PPK",
        "221234501234012509",
        "221234500000000009",
        weight_kg="1.234",
        price="12.50",
    ),
)

TABLES: Mapping[str, tuple[Pattern, ...]] = {
    "dk": _DENMARK,
    "gb": _GREAT_BRITAIN,
    "de": _GERMANY,
    "se": _NORDIC_PRICE + _NORDIC_WEIGHT,
    "no": _NORDIC_PRICE + _NORDIC_WEIGHT,
    "fi": _NORDIC_WEIGHT,
    "ee": _NORDIC_WEIGHT,
    "lv": _NORDIC_WEIGHT,
    "lt": _NORDIC_WEIGHT,
    "us": _UNITED_STATES,
    "odoo": _ODOO,
    "snabble": _SNABBLE,
    "cn": _CHINA,
    "cn_6_digit_item": _CHINA_SIX,
    "cn_18_amount_first": _CHINA_18_AMOUNT_FIRST,
    "cn_18_weight_first": _CHINA_18_WEIGHT_FIRST,
}


def pattern_table(currency_code: str, names: Iterable[str] = (), own: Iterable[Pattern] = ()) -> PatternTable:
    """The table of a shop.

    Args:
        currency_code: ISO 4217.
        names: keys of `TABLES`.
        own: the shop's own patterns.

    Raises:
        ConfigError: an unknown name, or what `PatternTable` refuses.
    """
    rows: list[Pattern] = []
    for name in names:
        if name not in TABLES:
            raise ConfigError(f"expected a table of {', '.join(TABLES)}, found {name!r}; write one of these")
        rows.extend(TABLES[name])
    return PatternTable(currency_code, [*rows, *own])
