"""The configuration of a camera's zones and queues. Pure. Pixels of the stream."""

from typing import Annotated, Literal

import msgspec

from edge.config import polygon
from edge.config.rules import FieldError
from edge.config.section import Section
from edge.events import Id

Pixel = Annotated[float, msgspec.Meta(ge=0, le=16_384)]
Points = tuple[tuple[Pixel, Pixel], ...]
Band = Annotated[float, msgspec.Meta(ge=0, le=1000)]
Settle = Annotated[float, msgspec.Meta(ge=0, le=60)]
ShortTime = Annotated[float, msgspec.Meta(ge=0, le=600)]


class ZoneConfig(Section, frozen=True, kw_only=True):
    """An area whose visitors are counted.

    Attributes:
        points: its corners in their order around; one at the border of the picture means "and on".
        anchor: which point of a person's box has to be in it.
        band_px: half the width of the strip along the edge in which nothing is decided at once; None leaves it to
            the counter.
        settle_s: whoever is inside for so long is in, however near to the edge; None leaves it to the counter.
    """

    id: Id
    points: Points
    anchor: Literal["foot", "center"] = "foot"
    band_px: Band | None = None
    settle_s: Settle | None = None

    def __post_init__(self) -> None:
        polygon.simple(self.points)


class ServicePoint(Section, frozen=True, kw_only=True):
    """Where people are served: within `radius_px` of `point`."""

    point: tuple[Pixel, Pixel]
    radius_px: Annotated[float, msgspec.Meta(gt=0, le=4096)]


class QueueConfig(Section, frozen=True, kw_only=True):
    """A queue and the service point that it leads to.

    Attributes:
        points: the corners of the area where people wait.
        service: the corners of the area where they are served, or a point and a radius; touches `points`.
        anchor: which point of a person's box has to be there.
        band_px: as a zone's.
        settle_s: as a zone's.
        join_s: who is there for less and is not served only walked through; None leaves it to the counter.
        service_s: who stands at the service point for so long is being served; None leaves it to the counter.
    """

    id: Id
    points: Points
    service: Points | ServicePoint
    anchor: Literal["foot", "center"] = "foot"
    band_px: Band | None = None
    settle_s: Settle | None = None
    join_s: ShortTime | None = None
    service_s: ShortTime | None = None

    def __post_init__(self) -> None:
        polygon.simple(self.points)
        if isinstance(self.service, ServicePoint):
            apart = polygon.apart(self.points, self.service.point) - self.service.radius_px
            touches = apart <= 0
        else:
            polygon.simple(self.service, "service")
            touches = polygon.overlap(self.points, self.service)
        if not touches:
            raise FieldError(
                "expected a service point that touches the queue's area, found one apart from it", "service"
            )

    @property
    def service_points(self) -> Points:
        """What of the service point has to lie within the picture."""
        return (self.service.point,) if isinstance(self.service, ServicePoint) else self.service
