"""Which reads of a scanner are scans: an item that stays in view is one. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from edge.checkout.scanners.reading import ScanFrame
from edge.checkout.symbology import AIM_LENGTH, FLAG

UPC_A, EAN_13 = 12, 13
# A scanner reads some ten codes a second: more than this within the window is rubbish.
MOST_IN_VIEW = 64
# Japanese book JAN codes: the ISBN above, class and price of the same book below (JPO, 978 or 979 and 192; magazines of
# book kind have 191). No goods are sold by a code of the lower row.
JAPANESE_BOOKS: Mapping[str, tuple[str, ...]] = {"192": ("978", "979"), "191": ("978", "979")}


class Seen(StrEnum):
    """What a read of a code is.

    SCAN is an item to sell. REPEAT is one that was in view already. COMPANION is a second symbol on an item that has
    another one to be sold by.
    """

    SCAN = "scan"
    REPEAT = "repeat"
    COMPANION = "companion"


@dataclass(frozen=True)
class DebounceSettings:
    """What counts as the same item still in view.

    Attributes:
        window_s: an equal code is a new scan when it was not seen for so long; 0.5 to 1 suits a hand.
        companions: prefix of a second symbol → prefixes of the codes that stand beside it. No goods may be sold by a
            code of such a prefix, for it is never a scan.
    """

    window_s: float = 0.7
    companions: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: JAPANESE_BOOKS)


class Debounce:
    """The codes that are in view of one lane, whichever of its scanners sees them."""

    def __init__(self, settings: DebounceSettings) -> None:
        self._settings = settings
        # Code → when it was last seen; the longest unseen first.
        self._in_view: dict[str, float] = {}

    def see(self, code: str, at: float) -> Seen:
        """Take in one read.

        A code is in view until it was not seen for `window_s`; each read counts as seeing it, and the read of a
        companion as seeing the codes that it stands beside. So an item that lies on the scanner is one scan for as long
        as it lies there, and a second equal one is a scan when it comes after a pause.

        Args:
            code: from `identity`.
            at: when it was read, in monotonic seconds.
        """
        self._forget(at)
        beside = self._beside(code)
        if beside:
            for other in [one for one in self._in_view if one.startswith(beside)]:
                self._touch(other, at)
            return Seen.COMPANION
        known = code in self._in_view
        self._touch(code, at)
        return Seen.REPEAT if known else Seen.SCAN

    def reset(self) -> None:
        """A new shopper: nothing is in view."""
        self._in_view.clear()

    def _beside(self, code: str) -> tuple[str, ...]:
        if len(code) != EAN_13:
            return ()
        return next((main for prefix, main in self._settings.companions.items() if code.startswith(prefix)), ())

    def _touch(self, code: str, at: float) -> None:
        self._in_view.pop(code, None)
        self._in_view[code] = at
        if len(self._in_view) > MOST_IN_VIEW:
            del self._in_view[next(iter(self._in_view))]

    def _forget(self, at: float) -> None:
        self._in_view = {code: seen for code, seen in self._in_view.items() if at - seen < self._settings.window_s}


def identity(frame: ScanFrame) -> str:
    """What makes two reads equal: the text without its AIM identifier, a UPC-A as the EAN-13 that it is.

    The amounts in a variable-measure label are part of it: two pieces of cheese are two.
    """
    text = frame.data.decode("latin-1")
    text = text[AIM_LENGTH:] if text.startswith(FLAG) else text
    return text.zfill(EAN_13) if len(text) == UPC_A and text.isdigit() else text
