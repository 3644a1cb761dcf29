"""Heatmaps: seconds per cell of the floor, and nothing that leads to a person."""

import pytest

from edge.bench.zones import AHEAD
from edge.events import HeatmapCounted
from edge.sim.render.camera import Camera
from edge.vision.interval import Interval
from edge.vision.measures import Drawn, Measures
from tests.vision.test_floor_plane import seen_by
from tests.vision.test_interval import BEGAN
from tests.vision.walks import play, standing

CAMERA = Camera.placed(AHEAD)


def heat(*stays: tuple[tuple[float, float], float], cell_m: float = 0.5) -> HeatmapCounted:
    measures = Measures(Drawn(heat=(seen_by(AHEAD), cell_m)), Interval(60.0, 10.0, BEGAN))
    paths = [standing(CAMERA.pixel(*place), seconds) for place, seconds in stays]
    play(paths, lambda tracks, at: measures.frame(tracks, 0, at), began_s=100.0)
    (event,) = measures.close(BEGAN.after(60.0))
    assert isinstance(event, HeatmapCounted)
    return event


def test_who_stands_somewhere_warms_that_cell() -> None:
    event = heat(((0.7, 2.2), 20.0), ((-0.3, 4.1), 5.0))
    assert [(cell.x, cell.y) for cell in event.cells] == [(-1, 8), (1, 4)]
    assert [cell.person_s for cell in event.cells] == [pytest.approx(4.9, abs=0.11), pytest.approx(19.9, abs=0.11)]


def test_two_in_one_cell_add_up() -> None:
    (cell,) = heat(((0.6, 2.2), 10.0), ((0.8, 2.3), 10.0), cell_m=1.0).cells
    assert (cell.x, cell.y) == (0, 2)
    assert cell.person_s == pytest.approx(19.8, abs=0.2)


def test_where_the_pairs_tell_nothing_nothing_is_told() -> None:
    assert heat(((0.0, 60.0), 10.0)).cells == ()


def test_nobody_is_a_heatmap_without_cells() -> None:
    measures = Measures(Drawn(heat=(seen_by(AHEAD), 0.5)), Interval(60.0, 10.0, BEGAN))
    (event,) = measures.close(BEGAN.after(60.0))
    assert isinstance(event, HeatmapCounted)
    assert event.cells == ()
