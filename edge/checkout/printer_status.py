"""What a receipt printer answers when it is asked how it is. Pure.

Source: Epson ESC/POS command reference, DLE EOT n (real-time status transmission).
"""

from collections.abc import Mapping
from enum import StrEnum

PRINTER, OFFLINE_CAUSE, ERROR_CAUSE, PAPER = 1, 2, 3, 4
# In the order of what one must know.
KINDS = (PRINTER, PAPER, OFFLINE_CAUSE, ERROR_CAUSE)
# Bits 0, 1, 4 and 7 are fixed in every answer; XON and XOFF do not have them so.
FIXED_MASK, FIXED = 0x93, 0x12

OFFLINE = 0x08
COVER_OPEN, PAPER_END_STOP, ERROR_OCCURRED = 0x04, 0x20, 0x40
# Cutter, unrecoverable, recoverable by itself (a hot head).
ERRORS = 0x68
NEAR_END, END = 0x0C, 0x60


class PrinterState(StrEnum):
    """How a printer is; of several things the one that a person must mend first.

    PAPER_LOW still prints. OFFLINE also stands for one that does not answer.
    """

    READY = "ready"
    PAPER_LOW = "paper_low"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    OFFLINE = "offline"
    ERROR = "error"


PRINTS = frozenset({PrinterState.READY, PrinterState.PAPER_LOW})


def query(kind: int) -> bytes:
    """The question for one kind of status."""
    return b"\x10\x04" + bytes((kind,))


def answer_in(data: bytes) -> int | None:
    """The last status byte in what arrived; None when there is none."""
    return next((byte for byte in reversed(data) if byte & FIXED_MASK == FIXED), None)


def state_of(answers: Mapping[int, int]) -> PrinterState:
    """How the printer is.

    Args:
        answers: kind of status → its byte. Without that of PRINTER it is OFFLINE; of a kind that a simple printer does
            not answer nothing is amiss.
    """
    if PRINTER not in answers:
        return PrinterState.OFFLINE
    cause, error, paper = (answers.get(kind, FIXED) for kind in (OFFLINE_CAUSE, ERROR_CAUSE, PAPER))
    if cause & COVER_OPEN:
        return PrinterState.COVER_OPEN
    if paper & END or cause & PAPER_END_STOP:
        return PrinterState.PAPER_OUT
    if error & ERRORS or cause & ERROR_OCCURRED:
        return PrinterState.ERROR
    if answers[PRINTER] & OFFLINE:
        return PrinterState.OFFLINE
    return PrinterState.PAPER_LOW if paper & NEAR_END else PrinterState.READY
