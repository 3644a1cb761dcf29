"""Receipts: lines that fit, and the bytes that print them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.checkout.cells import cells, is_wide, printable, wrapped
from edge.checkout.printer import render
from edge.checkout.receipt import Entry, Paper, Receipt, layout
from edge.errors import ConfigError

INIT, CUT, QR_PRINT = b"\x1b@", b"\x1dV\x00", b"\x1d(k\x03\x001Q0"
LATIN = Paper(columns=42)
CHINESE = Paper(columns=32, chinese=True)


def receipt(*items: Entry, currency: str = "EUR", code: str = "", foot: tuple[str, ...] = ()) -> Receipt:
    return Receipt(
        head=("Kaffeehaus Zürich", "Bahnhofstraße 1"),
        number="sco-1/000042",
        printed_at="2026-11-23 18:09",
        currency=currency,
        items=items,
        total=Entry(text="Total", amount=sum(item.amount for item in items)),
        taxes=(Entry(text="incl. 19 %", amount=52),),
        tenders=(Entry(text="card", amount=325),),
        foot=foot,
        code=code,
    )


COFFEE = Entry(text="Café crème", amount=325)
PEARS = Entry(text="香梨 特价", amount=1461, detail="0.734 kg × 19.90")


def lines(paper: Paper, *items: Entry, currency: str = "EUR") -> list[str]:
    return [line.text for line in layout(receipt(*items, currency=currency), paper)]


def test_layout() -> None:
    assert lines(Paper(columns=32), COFFEE) == [
        "       Kaffeehaus Zürich",
        "        Bahnhofstraße 1",
        "sco-1/000042    2026-11-23 18:09",
        "-" * 32,
        "Café crème                  3.25",
        "-" * 32,
        "Total                       3.25",
        "incl. 19 %                  0.52",
        "card                        3.25",
    ]


def test_a_chinese_character_takes_two_cells() -> None:
    got = lines(CHINESE, PEARS, currency="CNY")
    assert "香梨 特价" + " " * 18 + "14.61" in got
    assert "  0.734 kg × 19.90" in got


def test_a_name_too_long_breaks_and_the_amount_stands_behind_its_end() -> None:
    name = Entry(text="Vollkornbrot mit Sonnenblumenkernen und Leinsamen", amount=499)
    assert lines(Paper(columns=32), name)[4:6] == ["Vollkornbrot mit", "Sonnenblumenkernen und Leinsamen"]
    assert lines(Paper(columns=32), name)[6] == " " * 28 + "4.99"


def test_latin_text_goes_out_by_code_page() -> None:
    data = render(receipt(COFFEE), LATIN)
    assert data.startswith(INIT)
    assert data.endswith(CUT)
    assert b"\x1bt\x00" in data  # code page 437, which has é and è
    assert b"Caf\x82 cr\x8ame" in data
    assert b"Z\x81rich" in data
    assert b"\x1c" not in data


def test_chinese_text_goes_out_as_gb18030_in_kanji_mode() -> None:
    data = render(receipt(PEARS, currency="CNY"), CHINESE)
    assert data.startswith(INIT + b"\x1c.")
    assert b"\x1c&" + "香梨".encode("gb18030") + b"\x1c. \x1c&" + "特价".encode("gb18030") + b"\x1c." in data
    # Latin beyond ASCII stands outside of Kanji mode, where its bytes mean something else.
    assert b"Z\x81rich" in data


def test_chinese_on_a_printer_without_is_marked() -> None:
    data = render(receipt(PEARS, currency="CNY"), LATIN)
    assert b"?? ??" in data
    assert "香梨".encode("gb18030") not in data


def test_the_total_and_the_shop_are_bold() -> None:
    data = render(receipt(COFFEE), LATIN)
    assert data.count(b"\x1bE\x01") == 2
    assert b"\x1bE\x01Total" in data


def test_a_code_stands_at_the_end() -> None:
    link = "https://shop.example/r/42"
    data = render(receipt(COFFEE, code=link, foot=("Danke!",)), LATIN)
    assert data.index(b"Danke!") < data.index(link.encode()) < data.index(QR_PRINT) < data.index(CUT)


def test_a_name_is_no_command() -> None:
    data = render(receipt(Entry(text="Tea\x1bp\x00\x19\xfa\x10\x04\x01\n", amount=1)), LATIN)
    assert b"\x1bp" not in data
    assert b"\x10\x04" not in data


def test_the_yen_has_no_decimals() -> None:
    assert any(line.endswith(" 325") for line in lines(LATIN, COFFEE, currency="JPY"))


def test_an_unknown_currency_is_refused() -> None:
    with pytest.raises(ConfigError, match="ISO 4217"):
        render(receipt(COFFEE, currency="XYZ"), LATIN)


@pytest.mark.parametrize(
    ("char", "wide"), [("a", False), ("é", False), ("€", False), ("香", True), ("￥", True), ("★", True), ("¥", False)]
)
def test_what_is_wide(char: str, wide: bool) -> None:
    assert is_wide(char) is wide


@given(st.text(max_size=120), st.integers(4, 48), st.booleans())
def test_lines_fit_and_lose_nothing_but_blanks(text: str, columns: int, chinese: bool) -> None:
    got = wrapped(printable(text), columns, chinese=chinese)
    assert got
    assert all(cells(line, chinese=chinese) <= columns for line in got)
    assert "".join("".join(got).split()) == "".join(printable(text).split())


@given(st.lists(st.builds(Entry, text=st.text(max_size=60), amount=st.integers(-(10**6), 10**6))), st.booleans())
def test_any_receipt_is_rendered(items: list[Entry], chinese: bool) -> None:
    paper = Paper(columns=32, chinese=chinese)
    data = render(receipt(*items, currency="CNY"), paper)
    assert data.endswith(CUT)
    assert all(cells(line.text, chinese=chinese) <= 32 for line in layout(receipt(*items, currency="CNY"), paper))
