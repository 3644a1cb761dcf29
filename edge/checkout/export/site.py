"""Where sales were made, and how that is named in an export. Pure.

Sources: GS1 Digital Link 1.1 for the web names of a GLN (414) and of a place within it (254); RFC 8141 for URNs.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

from edge.checkout.gtin import is_checked
from edge.errors import ConfigError

DIGITAL_LINK = "https://id.gs1.org"
GLN_LENGTH = 13


@dataclass(frozen=True)
class Site:
    """A shop.

    Attributes:
        store: its id.
        timezone: IANA name; business days and local times are in it.
        gln: its Global Location Number, 13 digits; empty where it has none.
        tax_type: of its tax, in POSLog's words: VAT, GST, Sales, …
    """

    store: str
    timezone: str = "UTC"
    gln: str = ""
    tax_type: str = "VAT"

    def __post_init__(self) -> None:
        """Refuse a wrong GLN.

        Raises:
            ConfigError: it is not 13 digits, or its check digit is wrong.
        """
        if self.gln and (len(self.gln) != GLN_LENGTH or not is_checked(self.gln)):
            raise ConfigError(f"expected a GLN of 13 digits with its check digit, found {self.gln!r}; look it up")

    @property
    def location(self) -> str:
        """A URI of the shop."""
        return f"{DIGITAL_LINK}/414/{self.gln}" if self.gln else self.urn("location")

    def lane(self, lane: str) -> str:
        """A URI of a lane."""
        return f"{self.location}/254/{_quoted(lane)}" if self.gln else self.urn("location", lane)

    def urn(self, *parts: str) -> str:
        """A URI of something that is known in this shop only."""
        return ":".join(("urn:store-edge", _quoted(self.store), *map(_quoted, parts)))

    def local(self, at: datetime) -> datetime:
        """A moment on the shop's clocks."""
        return at.astimezone(ZoneInfo(self.timezone))

    def offset(self, at: datetime) -> str:
        """How far those are from UTC, such as ``+08:00``."""
        away = self.local(at).utcoffset() or timedelta()
        minutes = round(abs(away).total_seconds() / 60)
        return f"{'-' if away < timedelta() else '+'}{minutes // 60:02d}:{minutes % 60:02d}"


def _quoted(part: str) -> str:
    return quote(part, safe="")
