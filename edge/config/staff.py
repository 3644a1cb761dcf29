"""The configuration of a camera's staff: how those who work in the shop are told from its customers. Pure."""

from typing import Annotated

import msgspec

from edge.config.rules import FieldError
from edge.config.section import Section
from edge.events import Id

Colour = Annotated[str, msgspec.Meta(pattern=r"^#[0-9a-fA-F]{6}$(?!\n)")]
MOST_COLOURS = 16


class StaffConfig(Section, frozen=True, kw_only=True):
    """Who is of the staff at a camera; without the section nobody is.

    Attributes:
        zones: ids of the camera's zones: whoever is first seen in one of them came through it, and is of the staff.
        stay_s: whoever stays in one of them for so long is of the staff too.
        colours: of the uniform's upper part as the camera shows it, sRGB.
        tolerance: how different from one of `colours` a pixel may look: ΔE*94 as for textiles; 1 is just visible.
    """

    zones: tuple[Id, ...] = ()
    stay_s: Annotated[float, msgspec.Meta(ge=1, le=3600)] = 10
    colours: Annotated[tuple[Colour, ...], msgspec.Meta(max_length=MOST_COLOURS)] = ()
    tolerance: Annotated[float, msgspec.Meta(ge=1, le=40)] = 10

    def __post_init__(self) -> None:
        if not self.zones and not self.colours:
            raise FieldError("expected zones or colours that tell the staff, found neither")
        for key, values in (("zones", self.zones), ("colours", tuple(one.lower() for one in self.colours))):
            for n, one in enumerate(values):
                if one in values[:n]:
                    raise FieldError(f"expected each once, found {one!r} twice", f"{key}[{n}]")

    def check_zones(self, known: tuple[str, ...]) -> None:
        """Every zone is one of `known`, the zones of the camera."""
        for n, zone in enumerate(self.zones):
            if zone not in known:
                raise FieldError(
                    f"expected a zone of the camera ({', '.join(known) or 'none'}), found {zone!r}", f"staff.zones[{n}]"
                )
