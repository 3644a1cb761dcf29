"""What a camera's configuration means to the cores. Pure."""

from edge.config.camera import CameraConfig, LineConfig
from edge.config.floor import FloorConfig
from edge.config.zone import QueueConfig, ServicePoint, ZoneConfig
from edge.vision.counting import CountingSettings
from edge.vision.floor_plane import FloorPlane, fit
from edge.vision.line import Line
from edge.vision.measures import Drawn
from edge.vision.polygon import Area, Disc, Polygon
from edge.vision.queue_counting import Queue
from edge.vision.staff import StaffRule
from edge.vision.visits import VisitSettings
from edge.vision.zone_counting import Zone

# Before the first picture its size is not known; nobody is seen either.
UNKNOWN_SIZE = (16_384, 16_384)


def drawn_of(config: CameraConfig, frame_size: tuple[int, int] = UNKNOWN_SIZE) -> Drawn:
    """The lines, zones and queues of a camera.

    Args:
        config: the camera's.
        frame_size: (width, height) of its pictures; what is drawn to their border goes on beyond it.
    """
    return Drawn(
        lines=[(line_of(line).opened(frame_size), settings_of(line)) for line in config.line],
        zones=[zone_of(zone, frame_size) for zone in config.zone],
        queues=[queue_of(queue, frame_size) for queue in config.queue],
        captures=config.capture,
        heat=_heat_of(config.floor),
        staff=staff_of(config, frame_size),
    )


def line_of(config: LineConfig) -> Line:
    """The line that a configuration describes."""
    return Line(config.id, config.points[0], config.points[1], config.inside, config.anchor)


def settings_of(config: LineConfig) -> CountingSettings:
    """How that line counts."""
    usual = CountingSettings()
    settle_s = usual.settle_s if config.settle_s is None else config.settle_s
    return CountingSettings(band_px=config.band_px, settle_s=settle_s)


def zone_of(config: ZoneConfig, frame_size: tuple[int, int]) -> Zone:
    """The zone that a configuration describes."""
    return Zone(config.id, Polygon(config.points, frame_size), config.anchor, _visit_settings(config))


def queue_of(config: QueueConfig, frame_size: tuple[int, int]) -> Queue:
    """The queue that a configuration describes."""
    given = {"join_s": config.join_s, "service_s": config.service_s}
    return Queue(
        id=config.id,
        area=Polygon(config.points, frame_size),
        service=_service(config, frame_size),
        anchor=config.anchor,
        settings=_visit_settings(config),
        **{name: value for name, value in given.items() if value is not None},
    )


def staff_of(config: CameraConfig, frame_size: tuple[int, int] = UNKNOWN_SIZE) -> StaffRule | None:
    """How the staff of a camera are known; None where nobody is."""
    if config.staff is None:
        return None
    zones = {zone.id: zone for zone in config.zone}
    areas = [Polygon(zones[one].points, frame_size) for one in config.staff.zones]
    return StaffRule(areas, config.staff.stay_s)


def _heat_of(config: FloorConfig | None) -> tuple[FloorPlane, float] | None:
    if config is None or config.heatmap_m is None:
        return None
    return fit(config.pixels, config.metres), config.heatmap_m


def _service(config: QueueConfig, frame_size: tuple[int, int]) -> Area:
    if isinstance(config.service, ServicePoint):
        return Disc(config.service.point, config.service.radius_px)
    return Polygon(config.service, frame_size)


def _visit_settings(config: ZoneConfig | QueueConfig) -> VisitSettings:
    usual = VisitSettings()
    settle_s = usual.settle_s if config.settle_s is None else config.settle_s
    return VisitSettings(band_px=config.band_px, settle_s=settle_s)
