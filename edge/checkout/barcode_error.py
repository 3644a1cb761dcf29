"""A scanned code that is refused. Pure."""

from edge.errors import FrameError

LONGEST_FOUND = 48
ADVICE = "scan it again, or ask the attendant"


class BarcodeError(FrameError):
    """A code was read, but says nothing that may be sold.

    Attributes:
        expected: what a good code would have had, in words.
        found: what was there instead.
    """

    def __init__(self, expected: str, found: str, advice: str = ADVICE) -> None:
        super().__init__(f"expected {expected}, found {found}; {advice}")
        self.expected = expected
        self.found = found


def shown(text: str) -> str:
    """A code as an error shows it: quoted, short, on one line."""
    quoted = ascii(text)
    return quoted if len(quoted) <= LONGEST_FOUND else f"{quoted[: LONGEST_FOUND - 1]}…"
