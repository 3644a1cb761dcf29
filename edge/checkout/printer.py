"""Receipts as the bytes of an ESC/POS printer. Pure: python-escpos renders them, nothing is sent."""

import re
from itertools import groupby

from escpos.printer import Dummy  # type: ignore[import-untyped]

from edge.checkout.cells import is_wide
from edge.checkout.receipt import Paper, PrintedLine, Receipt, layout

# Chinese characters on and off: FS &, FS . (a printer without them would print the ampersand and the point).
KANJI_ON, KANJI_OFF = b"\x1c&", b"\x1c."
# QR model 2, level M, modules of six dots.
QR_LEVEL, QR_SIZE = 1, 6
LONGEST_CODE = 400


def render(receipt: Receipt, paper: Paper) -> bytes:
    """The bytes that print one receipt and cut it off.

    They begin with a reset (ESC @), so that nothing of a receipt before shows. Latin text goes through python-escpos,
    which picks the code pages. Chinese text goes as GB 18030 in Kanji mode. What the printer does not have becomes a
    question mark.

    Args:
        receipt: what stands on it.
        paper: what the printer has.

    Raises:
        ConfigError: the currency is none.
    """
    printer = Dummy(profile=paper.profile)
    printer.hw("INIT")
    if paper.chinese:
        printer._raw(KANJI_OFF)  # noqa: SLF001 - it has no public way to send a command of one's own
    for line in layout(receipt, paper):
        _print(printer, line, paper)
    if receipt.code:
        printer.set(align="center")
        printer.qr(receipt.code[:LONGEST_CODE], ec=QR_LEVEL, size=QR_SIZE, native=True)
    printer.cut()
    return bytes(printer.output)


def _print(printer: Dummy, line: PrintedLine, paper: Paper) -> None:
    if line.bold:
        printer.set(bold=True)
    for wide, run in groupby(line.text, key=is_wide):
        text = "".join(run)
        if wide and paper.chinese:
            printer._raw(KANJI_ON + text.encode("gb18030") + KANJI_OFF)  # noqa: SLF001 - as above
        else:
            # python-escpos would send Chinese to a printer that has none.
            printer.text(re.sub(r"[\u4e00-\u9fa5]", "?", text))
    printer.text("\n")
    if line.bold:
        printer.set(bold=False)
