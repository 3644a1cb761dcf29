"""Barcodes: what each kind of code says, what is refused, and that nothing else leaves."""

from datetime import date
from decimal import Decimal
from hashlib import sha256

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from edge.checkout.barcode import BarcodeError, Scan, parse
from edge.checkout.gs1_date import Gs1Date, read_date
from edge.checkout.pattern_tables import pattern_table
from edge.checkout.scan import Kind, Stop, stopped_by
from edge.checkout.symbology import AIM, Symbology
from edge.errors import FrameError

CHINA = pattern_table("CNY", ["cn", "cn_18_amount_first"])
NONE = pattern_table("EUR")
TEA = "06901234567892"
FNC1 = "\x1d"


def read(raw: str | bytes, symbology: Symbology | None = None) -> Scan:
    return parse(raw, CHINA, symbology)


@pytest.mark.parametrize(
    ("raw", "symbology", "gtin"),
    [
        ("6901234567892", None, TEA),
        (b"]E06901234567892\r\n", None, TEA),
        ("]E00042100005264", None, "00042100005264"),
        ("042100005264", Symbology.UPC_A, "00042100005264"),
        ("04252614", Symbology.UPC_E, "00042100005264"),
        ("0042100005264", Symbology.UPC_E, "00042100005264"),
        ("]E004252614", None, "00042100005264"),
        ("]E496385074", None, "00000096385074"),
        ("96385074", None, "00000096385074"),
        ("04252614", None, "00042100005264"),
        ("]I116901234567899", None, "16901234567899"),
        ("]C06901234567892", None, TEA),
        ("]E3690123456789212", None, TEA),
        ("]E3690123456789251234", None, TEA),
        ("]C1" + "01" + TEA, None, TEA),
        ("]e0" + "01" + TEA, None, TEA),
        ("01" + TEA, None, TEA),
        (FNC1 + "01" + TEA + FNC1, None, TEA),
        ("]d2https://id.gs1.org/01/06901234567892", None, TEA),
        ("]Q1HTTPS://SHOP.EXAMPLE/a/b/01/6901234567892?lang=zh", None, TEA),
        ("http://example.org/01/06901234567892/22/2A/10/L1/21/S1?17=261231", None, TEA),
    ],
)
def test_gtins_in_every_dress(raw: str | bytes, symbology: Symbology | None, gtin: str) -> None:
    scan = read(raw, symbology)
    assert (scan.gtin, scan.key) == (gtin, gtin)


def test_the_hash_is_of_the_bytes_as_they_came() -> None:
    assert read("]E06901234567892").raw_hash == sha256(b"]E06901234567892").hexdigest()
    assert read(b"]E06901234567892").symbology is Symbology.EAN_13


def test_an_element_string_with_everything() -> None:
    scan = read(f"]C101{TEA}3103001234392201250{FNC1}17261200" + f"15261115{'10'}LOT-1{FNC1}21S/9{FNC1}3007")
    assert scan == Scan(
        kind=Kind.ELEMENT_STRING,
        key=TEA,
        gtin=TEA,
        raw_hash=scan.raw_hash,
        symbology=Symbology.GS1_128,
        weight_g=Decimal(1234),
        price=1250,
        count=7,
        expiry=Gs1Date(26, 12, 0),
        best_before=Gs1Date(26, 11, 15),
        lot="LOT-1",
        serial="S/9",
    )


def test_a_digital_link_with_everything() -> None:
    scan = read("https://example.com/shop/01/06901234567892/10/A%2F1/21/9?17=261231&3102=000123&utm=x")
    assert (scan.kind, scan.lot, scan.serial, scan.expiry) == (Kind.DIGITAL_LINK, "A/1", "9", Gs1Date(26, 12, 31))
    assert scan.weight_g == 1230


def test_pounds_and_prices_with_a_currency() -> None:
    scan = parse(f"]C101{TEA}3202000100" + "393297801250", NONE)
    assert scan.weight_g == Decimal("453.59237")
    assert scan.price == 1250


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (f"]C101{TEA}3103000000", "weight above zero"),
        (f"]C101{TEA}31030012343202000100", "one net weight"),
        (f"]C101{TEA}393284001250", "a price in CNY"),
        (f"]C101{TEA}39230001255", "at most 2 decimals"),
        (f"]C101{TEA}3922000", "price above zero"),
        (f"]C101{TEA}3000", "count (AI 30) above zero"),
        (f"]C101{TEA}17261301", "a value of AI (17)"),
        (f"]C101{TEA}17260231", "a use-by date"),
        (f"]C101{TEA}30123ABC", "FNC1"),
        (f"]C101{TEA}30123456789", "FNC1"),
        (f"]C101{TEA}10{'A' * 21}", "FNC1"),
        (f"]C101{TEA}{FNC1}{FNC1}17261231", "application identifier"),
        (f"]C101{TEA}10A{FNC1}10B", "one value"),
        (f"]C101{TEA}01{'16901234567899'}", "one value"),
        ("]C10106901234567893", "check digit 2"),
        ("]C110LOT", "a GTIN (AI 01)"),
        ("]C100106141412345678908", "a GTIN (AI 01)"),
        ("]C1", "a code"),
        ("]C199", "FNC1"),
        ("https://example.com/01/06901234567893", "check digit 2"),
        ("https://example.com/01/06901234567892?17=261231&17=271231", "one value"),
        ("https://example.com/01/06901234567892/10/A?10=B", "one value"),
        ("https://example.com/AQnYUc1gmiERBhQ", "Digital Link"),
        ("https://example.com/414/9501101530003", "a GTIN"),
        ("https://[example.com/01/06901234567892", "Digital Link"),
        ("https://example.com/01/%D9%A16901234567892", "ASCII"),
        ("]Q1hello", "Digital Link"),
        ("]A0123456", "AIM"),
        ("]", "AIM"),
        ("]E112", "goods"),
        ("]E36901234567892", "add-on"),
        ("]I16901234567892", "ITF-14"),
        ("]E46901234567892", "EAN-8"),
        ("]E069012345678", "EAN-13"),
        ("6901234567893", "check digit 2"),
        ("69012345678", "a GTIN of 8"),
        ("", "a code"),
        ("hello", "application identifier"),
        ("２１２３４５５００５００５", "ASCII"),
        ("9" * 5000, "at most 4096"),
        ("2112345012507", "check digit"),
        ("2112345000008", "price above zero"),
    ],
)
def test_what_is_refused(raw: str, expected: str) -> None:
    with pytest.raises(BarcodeError) as caught:
        read(raw)
    assert expected in caught.value.expected
    assert caught.value.found
    assert isinstance(caught.value, FrameError)
    assert "\n" not in str(caught.value)


def test_a_missing_fnc1_is_no_second_element() -> None:
    # Without FNC1 everything behind AI 10 is the lot: that is what the standard says, and no use-by date is made up.
    assert read(f"]C101{TEA}10LOT17261231").expiry is None


def test_eight_digits_that_are_good_as_both_are_not_guessed() -> None:
    # A number that is printed as an EAN-8 in public test photos.
    both = "12345670"
    with pytest.raises(BarcodeError, match="turn AIM on"):
        read(both)
    assert read("]E4" + both).key == both.zfill(14)
    assert read("]E0" + both).key == "00123456000070"


def test_digits_of_a_label_are_no_serial_number() -> None:
    # "21…" is a shop's label as EAN-13 and AI 21 in an element string: without AIM the length decides.
    assert read("2112345012506").kind is Kind.VARIABLE_MEASURE
    assert parse("2112345012506", NONE).kind is Kind.IN_STORE
    assert parse("2112345012506", NONE).gtin is None
    with pytest.raises(BarcodeError, match=r"a GTIN \(AI 01\)"):
        read("]C12112345012506")


def test_labels_of_the_shop() -> None:
    label = read("]E02212345012343")
    assert (label.kind, label.key, label.gtin, label.weight_g) == (
        Kind.VARIABLE_MEASURE,
        "02212345000005",
        None,
        Decimal(1234),
    )
    assert read("]C0221234501250012347").price == 1250
    assert read("221234501250012347").pattern == "cn amount and weight 22"


def test_a_coupon_is_no_gtin() -> None:
    coupon = read("9912345678909")
    assert (coupon.kind, coupon.gtin, coupon.key) == (Kind.COUPON, None, "09912345678909")


def test_every_aim_identifier_has_a_reader() -> None:
    for aim in AIM:
        with pytest.raises(BarcodeError):
            read(f"{aim}?")
    for symbology in Symbology:
        with pytest.raises(BarcodeError):
            read("?", symbology)


@pytest.mark.parametrize(
    ("digits", "today", "day"),
    [
        ("261200", date(2026, 11, 23), date(2026, 12, 31)),
        ("280200", date(2026, 11, 23), date(2028, 2, 29)),
        ("270200", date(2026, 11, 23), date(2027, 2, 28)),
        ("760101", date(2026, 11, 23), date(2076, 1, 1)),
        ("770101", date(2026, 11, 23), date(1977, 1, 1)),
        ("010101", date(2099, 1, 1), date(2101, 1, 1)),
        ("490101", date(2099, 1, 1), date(2149, 1, 1)),
        ("500101", date(2099, 1, 1), date(2050, 1, 1)),
        ("000229", date(2099, 1, 1), date(2100, 2, 28)),
    ],
)
def test_the_century_and_the_last_day_of_a_month(digits: str, today: date, day: date) -> None:
    assert read_date(digits, "a date").on(today) == day


def test_expired_goods_are_stopped_the_day_after() -> None:
    scan = read(f"]C101{TEA}17261231")
    assert stopped_by(scan, date(2026, 12, 31), frozenset()) is None
    assert stopped_by(scan, date(2027, 1, 1), frozenset()) is Stop.EXPIRED
    month = read(f"]C101{TEA}17261200")
    assert stopped_by(month, date(2026, 12, 31), frozenset()) is None
    assert stopped_by(month, date(2027, 1, 1), frozenset()) is Stop.EXPIRED
    assert stopped_by(read(f"]C101{TEA}15200101"), date(2027, 1, 1), frozenset()) is None


def test_recalled_lots_are_stopped() -> None:
    today, lots = date(2026, 1, 1), frozenset({(TEA, "A1")})
    assert stopped_by(read(f"]C101{TEA}10A1"), today, lots) is Stop.RECALLED
    assert stopped_by(read(f"]C101{TEA}10A2"), today, lots) is None
    assert stopped_by(read("6901234567892"), today, lots) is None
    assert stopped_by(read("6901234567892"), today, frozenset({(TEA, None)})) is Stop.RECALLED
    assert stopped_by(read("]C1011690123456789910A1"), today, lots) is None


digit_texts = st.text("0123456789", max_size=40)
gs1_texts = st.builds(
    "".join,
    st.lists(
        st.sampled_from(
            ["01", TEA, "17", "10", "21", "3103", "392", "8006", "8110", FNC1, "A", "000000", "/", "?", "%"]
        )
        | st.text("0123456789", max_size=8),
        max_size=12,
    ),
)
links = st.builds("https://{}/01/{}?{}".format, st.text(max_size=8), gs1_texts, gs1_texts)
raws = st.one_of(
    st.binary(max_size=60),
    st.text(max_size=60),
    digit_texts,
    gs1_texts,
    links,
    st.builds("{}{}".format, st.sampled_from(list(AIM)), st.one_of(digit_texts, gs1_texts, links)),
)


@given(raw=raws, symbology=st.none() | st.sampled_from(Symbology))
@example(raw="]", symbology=None)
@example(raw="\ud800", symbology=None)
@example(raw="00000000000000", symbology=None)
def test_nothing_but_a_barcode_error_leaves(raw: bytes | str, symbology: Symbology | None) -> None:
    try:
        scan = read(raw, symbology)
    except BarcodeError:
        return
    assert scan.gtin is None or (len(scan.gtin) == 14 and _checked(scan.gtin))
    assert _checked(scan.key)


@given(payload=st.sampled_from([7, 11, 12, 13]).flatmap(lambda n: st.text("0123456789", min_size=n, max_size=n)))
def test_at_most_one_last_digit_is_taken_in_any_symbology(payload: str) -> None:
    for symbology in (Symbology.EAN_13, Symbology.EAN_8, Symbology.UPC_A, Symbology.UPC_E, Symbology.ITF_14, None):
        taken = [digit for digit in "0123456789" if _taken(payload + digit, symbology)]
        # Without a symbology, eight digits may be good as EAN-8 by one digit and as UPC-E by another.
        assert len(taken) <= (2 if symbology is None and len(payload) == 7 else 1)


def _taken(raw: str, symbology: Symbology | None) -> bool:
    try:
        read(raw, symbology)
    except BarcodeError:
        return False
    return True


def _checked(digits: str) -> bool:
    """The rule of the check digit, once more and in other words: the weighted sum of all digits is a multiple of 10."""
    return sum(int(digit) * (1, 3)[n % 2] for n, digit in enumerate(reversed(digits))) % 10 == 0
