"""Zones and queues of the configuration: what cannot work is refused in one line."""

import pytest

from edge.config.read import parse
from edge.config.zone import ServicePoint
from edge.errors import ConfigError
from tests.config.test_config import CAMERA, FOLDER, STORE, refusal

ZONE = '[[camera.zone]]\nid = "shelf"\npoints = [[10, 10], [200, 10], [200, 100], [10, 100]]\n'
QUEUE = '[[camera.queue]]\nid = "till"\npoints = [[10, 10], [200, 10], [200, 100], [10, 100]]\n'
DESK = "service = { point = [230, 50], radius_px = 40 }\n"


def zone(points: str) -> str:
    return STORE + CAMERA + f'[[camera.zone]]\nid = "shelf"\npoints = {points}\n'


def test_zones_and_queues_are_read() -> None:
    text = STORE + CAMERA + "frame_size = [640, 360]\n" + ZONE + "band_px = 4\nsettle_s = 0.5\n" + QUEUE + DESK
    (camera,) = parse(text, folder=FOLDER).camera
    assert (camera.zone[0].id, camera.zone[0].band_px, camera.zone[0].anchor) == ("shelf", 4, "foot")
    assert camera.queue[0].service == ServicePoint(point=(230, 50), radius_px=40)
    polygon = STORE + CAMERA + QUEUE + "service = [[190, 20], [300, 20], [300, 90]]\n"
    assert parse(polygon, folder=FOLDER).camera[0].queue[0].service_points[1] == (300, 20)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            zone("[[10, 10], [200, 100], [200, 10], [10, 100]]"),
            (
                "camera[0].zone[0].points: expected edges that do not cross, found that the edge from [10, 10] to"
                " [200, 100] meets the one from [200, 10] to [10, 100]; give the points in their order around"
            ),
        ),
        (
            zone("[[10, 10], [200, 10], [100, 10], [100, 80]]"),
            "camera[0].zone[0].points: expected edges that do not cross",
        ),
        (zone("[[10, 10], [200, 10]]"), "camera[0].zone[0].points: expected three points or more, found 2"),
        (zone("[]"), "camera[0].zone[0].points: expected three points or more, found 0"),
        (zone("[[10, 10], [20, 20], [30, 30]]"), "camera[0].zone[0].points: expected an area, found points on one"),
        (zone("[[10, 10], [20, 10], [10, 10]]"), "camera[0].zone[0].points: expected different points, found [10, 10]"),
        (
            zone("[[10, 10], [20, -10], [10, 30]]"),
            "camera[0].zone[0].points[1][1]: expected a number >= 0.0, found -10",
        ),
        (STORE + CAMERA + ZONE + ZONE, "camera[0].zone[1].id: expected an id of its own, found 'shelf'"),
        (STORE + CAMERA + (QUEUE + DESK) * 2, "camera[0].queue[1].id: expected an id of its own, found 'till'"),
        (
            STORE + CAMERA + "frame_size = [150, 150]\n" + ZONE,
            "camera[0].zone[0].points: expected points within 150x150 pixels, found [200, 10]",
        ),
        (
            STORE + CAMERA + "frame_size = [220, 150]\n" + QUEUE + DESK,
            "camera[0].queue[0].service: expected points within 220x150 pixels, found [230, 50]",
        ),
        (
            STORE + CAMERA + QUEUE + DESK.replace("230", "280"),
            "camera[0].queue[0].service: expected a service point that touches the queue's area, found one apart",
        ),
        (
            STORE + CAMERA + QUEUE + "service = [[300, 20], [400, 20], [400, 90]]\n",
            "camera[0].queue[0].service: expected a service point that touches the queue's area, found one apart",
        ),
        (
            STORE + CAMERA + QUEUE + "service = [[300, 20], [400, 20]]\n",
            "camera[0].queue[0].service: expected three points or more, found 2",
        ),
        (STORE + CAMERA + QUEUE, "camera[0].queue[0].service: expected this key, found none; add it"),
        (
            STORE + CAMERA + QUEUE + "service = { point = [1, 2] }\n",
            "camera[0].queue[0].service.radius_px: expected this",
        ),
    ],
)
def test_what_cannot_work_is_refused(text: str, expected: str) -> None:
    assert refusal(text).startswith(expected), refusal(text)


def test_a_service_area_around_the_whole_queue_or_within_it_touches_it() -> None:
    for service in ("[[0, 0], [300, 0], [300, 200], [0, 200]]", "[[20, 20], [40, 20], [40, 40]]"):
        assert parse(STORE + CAMERA + QUEUE + f"service = {service}\n", folder=FOLDER).camera[0].queue
    with pytest.raises(ConfigError, match="apart"):
        parse(STORE + CAMERA + QUEUE + "service = [[201, 20], [240, 20], [240, 40]]\n", folder=FOLDER)
