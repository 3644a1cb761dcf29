"""Visits: who is in an area, whatever their ids, and swaying on its edge is no coming and going."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.vision.polygon import Polygon
from edge.vision.visits import Visit, Visits, VisitSettings
from tests.vision.walks import Place, play, standing, walking

# So that the band is 10 pixels on either side of x = 200 and x = 400.
AREA = Polygon(((200, 50), (400, 50), (400, 350), (200, 350)), (640, 480))
OUT, IN, AWAY = (120.0, 200.0), (300.0, 200.0), (480.0, 200.0)


def visits(*paths: list[Place], new_ids: tuple[int, ...] = ()) -> list[Visit]:
    """The visits of people, each of whom has a new id from each of the frames `new_ids` on."""
    watched = Visits(AREA, "foot", VisitSettings())
    over: list[Visit] = []
    play(
        paths,
        lambda tracks, at: over.extend(watched.update(tracks, at)),
        ids=lambda person, frame: 100 * person + sum(frame >= new for new in new_ids),
    )
    return over + watched.finish()


THROUGH = walking(OUT, IN, 2) + standing(IN, 20) + walking(IN, AWAY, 2)


def test_a_visit_is_as_long_as_it_was() -> None:
    (visit,) = visits(THROUGH)
    assert visit.entered == pytest.approx(2 * 80 / 180, abs=0.1)
    assert visit.left == pytest.approx(22 + 2 * 100 / 180, abs=0.1)


@given(st.lists(st.integers(1, 235), max_size=6, unique=True))
def test_new_ids_anywhere_on_the_way_make_no_second_visit(new_ids: list[int]) -> None:
    (visit,) = visits(THROUGH, new_ids=tuple(new_ids))
    assert visit.dwell_s == pytest.approx(20 + 2 * 200 / 180, abs=0.3)


@given(st.integers(30, 180), st.integers(1, 40))
def test_who_is_hidden_within_goes_on(first: int, length: int) -> None:
    path = [None if first <= n < first + length else place for n, place in enumerate(THROUGH)]
    (visit,) = visits(path, new_ids=(first + length,))
    assert visit.dwell_s == pytest.approx(20 + 2 * 200 / 180, abs=0.3)


def test_who_vanishes_for_good_left_when_they_were_last_seen() -> None:
    (visit,) = visits(walking(OUT, IN, 2) + standing(IN, 5))
    assert visit.left == pytest.approx(6.9, abs=0.01)


@given(st.lists(st.floats(-9, 9), min_size=100, max_size=200))
def test_swaying_on_the_edge_is_one_visit_at_most(offsets: list[float]) -> None:
    swaying: list[Place] = [(200 + offset, 200) for offset in offsets]
    assert len(visits(walking(OUT, (200, 200), 1) + swaying + walking((200, 200), OUT, 1))) <= 1


@given(st.lists(st.floats(-9, -1), min_size=30, max_size=60))
def test_who_stays_just_outside_is_not_in(offsets: list[float]) -> None:
    assert visits([*walking(OUT, (199, 200), 1), *[(200 + offset, 200) for offset in offsets]]) == []


def test_who_stays_just_within_is_in_and_who_stays_just_outside_is_out() -> None:
    (visit,) = visits([*walking(OUT, (203, 200), 1), *standing((203, 200), 10), *standing((197, 200), 10)])
    assert visit.dwell_s == pytest.approx(10, abs=0.2)


def test_a_box_on_nobody_is_no_visit() -> None:
    assert visits(standing(IN, 0.8)) == []


def test_who_comes_back_has_a_second_visit() -> None:
    first, second = visits(THROUGH + THROUGH[::-1])
    assert second.entered > first.left


def test_a_zone_too_narrow_for_its_band_has_visitors_all_the_same() -> None:
    lane = Visits(Polygon(((290, 50), (308, 50), (308, 350), (290, 350)), (640, 480)), "foot", VisitSettings())
    over: list[Visit] = []
    path = walking(OUT, (299, 200), 1) + standing((299, 200), 10) + walking((299, 200), AWAY, 1)
    play([path], lambda tracks, at: over.extend(lane.update(tracks, at)))
    assert [round(visit.dwell_s) for visit in over] == [10]


def test_nothing_is_kept_of_people_who_are_gone() -> None:
    watched = Visits(AREA, "foot", VisitSettings())
    paths = [[*[None] * (n * 60), *walking(OUT, AWAY, 2)] for n in range(30)]
    play(paths, watched.update)
    assert len(watched._people) < 6
