"""The configuration of the shop's count over all its doors. Pure."""

from typing import Annotated

import msgspec

from edge.config.rules import FieldError
from edge.config.section import Seconds, Section
from edge.config.time_of_day import TimeOfDay

LineName = Annotated[str, msgspec.Meta(pattern=r"^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,63}/[a-zA-Z0-9][a-zA-Z0-9_.-]{0,63}$")]


class OccupancyConfig(Section, frozen=True, kw_only=True):
    """How many people are in the shop; without the section it is not counted.

    Attributes:
        lines: all doors, as ``camera/line``.
        opens: by the shop's own clock (``store.timezone``).
        closes: then nobody is in the shop and the count is set to zero; not later than `opens` means after midnight.
        interval_s: how often the count is published.
    """

    lines: tuple[LineName, ...]
    opens: TimeOfDay
    closes: TimeOfDay
    interval_s: Seconds = 60

    def __post_init__(self) -> None:
        if not self.lines:
            raise FieldError("expected a door's line at least, as entrance/door, found none", "lines")
        if len(set(self.lines)) < len(self.lines):
            raise FieldError("expected each line once, found one twice", "lines")
        if self.opens == self.closes:
            raise FieldError(f"expected another time than opens, found {self.closes:%H:%M} for both", "closes")

    def check_lines(self, known: tuple[str, ...]) -> None:
        """Every line is one of `known`, the lines of the gateway's cameras."""
        for n, line in enumerate(self.lines):
            if line not in known:
                raise FieldError(
                    f"expected a camera's line ({', '.join(known) or 'none'}), found {line!r}", f"occupancy.lines[{n}]"
                )
