"""What is drawn is where it should be, and nothing is remembered for ever."""

import numpy as np
import pytest

from edge.events import Direction
from edge.vision.detections import Crossing, Detections, Frame, Image, Track
from edge.vision.drawing import IN, LINE, OUT, TAIL_S, Overlay, anchor_pixel, colour_of, draw_line
from edge.vision.line import Line
from edge.vision.pipeline import Step

RULER = Line(id="door", start=(20.0, 120.0), end=(300.0, 120.0), inside=(0.0, 1.0), anchor="foot")
NOBODY = Detections(np.zeros((0, 4), np.float32), np.zeros(0, np.float32))


def grey(height: int = 240, width: int = 320) -> Image:
    return np.full((height, width, 3), 128, np.uint8)


def track(number: int, box: tuple[float, float, float, float], at: float) -> Track:
    return Track(id=number, box=np.array(box, np.float32), score=0.9, at=at)


def step(at: float, *tracks: Track, crossings: tuple[Direction, ...] = ()) -> Step:
    crossed = [
        Crossing(line="door", direction=way, at=at, frame=0, confidence=1.0, track=1, point=(160.0, 120.0))
        for way in crossings
    ]
    return Step(
        frame=Frame(grey(), round(at * 10), at),
        detections=NOBODY,
        tracks=list(tracks),
        crossings=crossed,
        anyone=bool(tracks),
    )


def test_the_picture_itself_is_left_alone() -> None:
    one = step(0.0, track(1, (50, 50, 90, 110), 0.0))
    drawn = Overlay([RULER]).draw(one)
    assert (one.frame.image == 128).all()
    assert drawn.shape == one.frame.image.shape
    assert (drawn != 128).any()


def test_a_track_has_its_box_in_its_colour() -> None:
    drawn = Overlay([RULER]).draw(step(0.0, track(3, (50, 60, 90, 110), 0.0)))
    assert tuple(drawn[85, 50]) == colour_of(3)
    assert tuple(drawn[85, 90]) == colour_of(3)
    assert tuple(drawn[85, 70]) == (128, 128, 128)


def test_the_arrow_points_to_the_inside() -> None:
    image = grey()
    draw_line(image, RULER)
    assert tuple(image[120, 40]) == LINE
    assert (image[128:140, 150:170] != 128).any()
    assert (image[100:112, 150:170] == 128).all()


@pytest.mark.parametrize(("direction", "colour"), [(Direction.IN, IN), (Direction.OUT, OUT)])
def test_the_line_shows_a_crossing_for_a_while(direction: Direction, colour: tuple[int, int, int]) -> None:
    overlay = Overlay([RULER])
    assert tuple(overlay.draw(step(0.0))[120, 40]) == LINE
    assert tuple(overlay.draw(step(1.0, crossings=(direction,)))[120, 40]) == colour
    assert tuple(overlay.draw(step(5.0))[120, 40]) == LINE


def test_the_counts_change_what_is_written() -> None:
    overlay = Overlay([RULER])
    before = overlay.draw(step(0.0))[:40]
    after = overlay.draw(step(5.0, crossings=(Direction.IN, Direction.IN)))[:40]
    later = overlay.draw(step(9.0))[:40]
    assert (before != after).any()
    assert (after == later).all()


def test_a_path_stays_behind_and_then_goes() -> None:
    overlay = Overlay([RULER])
    for n in range(5):
        drawn = overlay.draw(step(n / 10, track(2, (40 + 20 * n, 150, 60 + 20 * n, 200), n / 10)))
    assert (drawn[195:205, 55:75] != 128).any()
    assert (overlay.draw(step(0.4 + TAIL_S + 0.1))[195:205] == 128).all()


def test_lost_tracks_are_forgotten() -> None:
    overlay = Overlay([RULER])
    for n in range(500):
        overlay.update(step(n / 2, track(n, (10, 10, 20, 20), n / 2)))
    assert len(overlay._tails) <= TAIL_S / 0.5 + 1


def test_boxes_beyond_the_picture_do_no_harm() -> None:
    Overlay([RULER]).draw(step(0.0, track(1, (-500, -500, 5000, 5000), 0.0), track(2, (-90, -90, -50, -50), 0.0)))


def test_the_anchor_is_foot_or_centre() -> None:
    one = track(1, (10, 20, 30, 60), 0.0)
    assert anchor_pixel(one, "foot") == (20, 60)
    assert anchor_pixel(one, "center") == (20, 40)
