"""What stands on a receipt, and how it is laid out on paper. Pure."""

import msgspec

from edge.checkout.cells import cells, printable, wrapped
from edge.checkout.currency import currency, major_units


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A text with an amount behind it.

    Attributes:
        text: a product's name, a tax rate, a means of payment.
        amount: minor units, of any sign.
        detail: a line of its own below, such as ``0.734 kg × 19.90``; empty for none.
    """

    text: str
    amount: int
    detail: str = ""


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """One receipt.

    Attributes:
        head: the shop's name, address, tax number; centred, the first line in bold.
        number: the receipt's own.
        printed_at: as the shop writes a time.
        currency: ISO 4217.
        items: what was sold, discounts too.
        total: what is to be paid.
        taxes: what of the total is tax.
        tenders: how it was paid; no card number.
        foot: thanks, opening hours; centred.
        code: text of a QR code at the end, such as a link to the electronic receipt; empty for none.
    """

    head: tuple[str, ...]
    number: str
    printed_at: str
    currency: str
    items: tuple[Entry, ...]
    total: Entry
    taxes: tuple[Entry, ...] = ()
    tenders: tuple[Entry, ...] = ()
    foot: tuple[str, ...] = ()
    code: str = ""


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """What the printer has.

    Attributes:
        columns: Latin characters in a line: 42 or 48 on 80 mm, 32 on 58 mm.
        chinese: whether it has Chinese characters and takes GB 18030.
        profile: python-escpos's name of its code pages.
    """

    columns: int = 42
    chinese: bool = False
    profile: str = "default"


class PrintedLine(msgspec.Struct, frozen=True):
    """One line of paper.

    Attributes:
        text: no wider than the paper.
        bold: whether it is.
    """

    text: str
    bold: bool = False


def layout(receipt: Receipt, paper: Paper) -> list[PrintedLine]:
    """The receipt in lines, but for its code.

    Raises:
        ConfigError: the currency is none.
    """
    rule = [PrintedLine("-" * paper.columns)]
    lines = [PrintedLine(text.text, bold=n == 0) for n, text in enumerate(_centred(receipt.head, paper))]
    lines += _entry(receipt.number, receipt.printed_at, paper) + rule
    for item in receipt.items:
        lines += _amount(item, receipt, paper)
    lines += rule + _amount(receipt.total, receipt, paper, bold=True)
    for entry in (*receipt.taxes, *receipt.tenders):
        lines += _amount(entry, receipt, paper)
    return lines + rule + _centred(receipt.foot, paper) if receipt.foot else lines


def _amount(entry: Entry, receipt: Receipt, paper: Paper, *, bold: bool = False) -> list[PrintedLine]:
    amount = major_units(entry.amount, currency(receipt.currency))
    lines = _entry(entry.text, amount, paper, bold=bold)
    return lines + [PrintedLine("  " + text) for text in _lines(entry.detail, paper, indent=2)] * bool(entry.detail)


def _entry(left: str, right: str, paper: Paper, *, bold: bool = False) -> list[PrintedLine]:
    """`left` at the left and `right` at the right, of its last line where they fit there."""
    right = printable(right)
    *above, last = _lines(left, paper)
    room = paper.columns - cells(last, chinese=paper.chinese) - cells(right, chinese=paper.chinese)
    if room < 1:
        above.append(last)
        last, room = "", max(0, paper.columns - cells(right, chinese=paper.chinese))
    return [PrintedLine(text, bold) for text in (*above, last + " " * room + right)]


def _centred(texts: tuple[str, ...], paper: Paper) -> list[PrintedLine]:
    lines = [line for text in texts for line in _lines(text, paper)]
    return [PrintedLine(" " * ((paper.columns - cells(line, chinese=paper.chinese)) // 2) + line) for line in lines]


def _lines(text: str, paper: Paper, indent: int = 0) -> list[str]:
    return wrapped(printable(text), paper.columns - indent, chinese=paper.chinese)
