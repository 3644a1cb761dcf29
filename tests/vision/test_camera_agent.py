"""The camera agent with zones, queues, health and the gate, on real decoders."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge.agent.protocol import Host
from edge.clock import SystemClock
from edge.config.camera import CameraConfig, LineConfig
from edge.config.staff import StaffConfig
from edge.config.zone import QueueConfig, ServicePoint, ZoneConfig
from edge.errors import ConfigError
from edge.events import (
    CameraStatus,
    CameraStatusChanged,
    Event,
    FootfallCounted,
    FootfallCrossed,
    QueueMeasured,
    ZoneCounted,
)
from edge.vision import foot_store
from edge.vision.agent import CameraAgent
from edge.vision.recounting import Recounting
from edge.vision.setup import drawn_of
from tests import media
from tests.vision.clips import video
from tests.vision.test_camera import DOOR, Collected, camera, silent

FLOOR = ZoneConfig(id="floor", points=((0, 100), (640, 100), (640, 360), (0, 360)))
EDGE = LineConfig(id="edge", points=((80, 10), (80, 110)), inside=(1, 0))
TILL = QueueConfig(
    id="till",
    points=((200, 180), (460, 180), (460, 340), (200, 340)),
    service=ServicePoint(point=(330, 180), radius_px=30),
)


def events_of(config: CameraConfig, data_dir: Path | None = None) -> list[Event]:
    collected = Collected()
    CameraAgent(config, data_dir).run(Host(collected, silent, SystemClock(), threading.Event()))
    return collected.events


def test_a_camera_measures_all_that_is_drawn_and_its_past_can_be_counted_again(tmp_path: Path) -> None:
    drawn = {"line": (DOOR,), "zone": (FLOOR,), "queue": (TILL,)}
    config = camera(str(media.demo("entrance.mp4")), play="fast", interval_s=10, stale_after_s=10, gate=True, **drawn)
    events = events_of(config, tmp_path)
    check_measured(events)
    begin = datetime(2000, 1, 1, tzinfo=UTC)
    kept = foot_store.read(foot_store.tracks_folder(tmp_path, "cam"), begin, begin.replace(year=3000))
    again = Recounting(lambda size: drawn_of(config, size)).run(kept, begin, begin.replace(year=3000))
    assert list(again) == [one for one in events if isinstance(one, FootfallCounted | ZoneCounted | QueueMeasured)]


def test_whoever_wears_the_uniform_is_left_out_and_a_recount_leaves_them_out_too(tmp_path: Path) -> None:
    staff = StaffConfig(colours=("#7a3b34",), tolerance=14)
    drawn = {"line": (DOOR,), "zone": (FLOOR,), "staff": staff}
    config = camera(str(media.demo("entrance.mp4")), play="fast", fps=5, interval_s=10, stale_after_s=10, **drawn)
    events = events_of(config, tmp_path)
    lines = [event for event in events if isinstance(event, FootfallCounted)]
    left_out = sum((event.staff_in or 0) + (event.staff_out or 0) for event in lines)
    assert 0 < left_out < 14
    crossed = [event for event in events if isinstance(event, FootfallCrossed)]
    assert len(crossed) == sum(event.in_ + event.out for event in lines) == 14 - left_out
    begin = datetime(2000, 1, 1, tzinfo=UTC)
    kept = foot_store.read(foot_store.tracks_folder(tmp_path, "cam"), begin, begin.replace(year=3000))
    again = Recounting(lambda size: drawn_of(config, size)).run(kept, begin, begin.replace(year=3000))
    assert list(again) == [one for one in events if isinstance(one, FootfallCounted | ZoneCounted)]


def check_measured(events: list[Event]) -> None:
    lines = [event for event in events if isinstance(event, FootfallCounted)]
    zones = [event for event in events if isinstance(event, ZoneCounted)]
    queues = [event for event in events if isinstance(event, QueueMeasured)]
    assert (sum(event.in_ for event in lines), sum(event.out for event in lines)) == (9, 5), "the gate hides nobody"
    assert len(lines) == len(zones) == len(queues)
    assert sum(event.entered for event in zones) == sum(event.left for event in zones) >= 9
    assert max(event.occupancy_max for event in zones) >= 2
    assert {event.degraded for event in zones[1:-1]} == {()}
    starts = [(event.interval_start, event.observed_s) for event in lines]
    assert starts == [(event.interval_start, event.observed_s) for event in queues]
    assert [event.status for event in events if isinstance(event, CameraStatusChanged)] == ["online", "ended"]


def test_a_camera_that_shows_the_same_picture_is_frozen_and_counting_says_so(tmp_path: Path) -> None:
    url = str(video(tmp_path / "still.mp4", frames=130, still=True))
    events = events_of(camera(url, play="fast", fps=2, interval_s=5, stale_after_s=10, line=(EDGE,)))
    told = [event for event in events if isinstance(event, CameraStatusChanged)]
    assert [event.status for event in told] == [CameraStatus.ONLINE, CameraStatus.FROZEN, CameraStatus.ENDED]
    assert told[1].reason == "the same picture for 8 s"
    degraded = [event.degraded for event in events if isinstance(event, FootfallCounted)]
    assert "camera_frozen" not in degraded[0]
    assert "camera_frozen" in degraded[-1]
    assert not [
        e for e in events_of(camera(url, play="fast", fps=2, health=False)) if getattr(e, "status", "") == "frozen"
    ]


@pytest.mark.parametrize(
    ("drawn", "where"),
    [
        ({"zone": (ZoneConfig(id="z", points=((0, 0), (1000, 0), (1000, 300))),)}, "zone[0].points"),
        (
            {
                "queue": (
                    QueueConfig(
                        id="q",
                        points=((0, 0), (100, 0), (100, 300)),
                        service=((90, 10), (90, 900), (80, 900)),
                    ),
                )
            },
            "queue[0].service",
        ),
    ],
)
def test_what_lies_outside_the_picture_that_comes_is_refused(drawn: dict[str, object], where: str) -> None:
    with pytest.raises(ConfigError) as caught:
        events_of(camera(str(media.demo("entrance.mp4")), play="fast", stale_after_s=10, **drawn))
    assert str(caught.value).startswith(f"camera cam: {where}: expected points within 640x360 pixels, found")
