"""The gate: an empty scene costs little, and nobody is hidden by it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.vision.detections import Detections, Track
from edge.vision.line import anchor_point
from edge.vision.look import Grey, thumbnail
from edge.vision.motion_gate import GateSettings, MotionGate
from edge.vision.tracker import Tracker
from tests.vision import scenes

STEP_S = 0.1


def pictures(places: list[tuple[float, float] | None], seed: int = 1) -> list[Grey]:
    """Small pictures of the shop with a person at each place, with the sensor's noise."""
    dice, shop = np.random.default_rng(seed), scenes.shop()
    seen = [shop if place is None else scenes.with_person(shop, *place, tall=35) for place in places]
    return [thumbnail(scenes.noisy(image, dice)) for image in seen]


def wanted(thumbs: list[Grey], people: frozenset[int] = frozenset()) -> list[int]:
    """Which pictures are analysed, when there is somebody in those of `people`."""
    gate, found = MotionGate(), []
    for n, thumb in enumerate(thumbs):
        if gate.wants(thumb, n * STEP_S):
            found.append(n)
            if n in people:
                gate.people(n * STEP_S)
    return found


def test_an_empty_scene_has_one_or_two_pictures_a_second() -> None:
    found = [n for n in wanted(pictures([None] * 200)) if n > 60]
    assert 20 <= len(found) <= 29
    assert max(np.diff(found)) * STEP_S < 1.0, "the interval would have a hole"


def test_somebody_who_comes_is_seen_at_once() -> None:
    walk = [(10.0 + 4 * n, 100.0) for n in range(60)]
    found = wanted(pictures([None] * 100 + list(walk)))
    assert set(range(103, 160)) <= set(found)


def test_somebody_tracked_who_stands_still_keeps_every_picture() -> None:
    places = [None] * 50 + [(150.0, 125.0)] * 400
    found = wanted(pictures(places), people=frozenset(range(50, 450)))
    assert set(range(51, 450)) <= set(found)


def test_somebody_standing_whom_the_tracker_lost_is_found_again() -> None:
    gate = MotionGate()
    thumbs = pictures([(150.0, 125.0)] * 300)
    analysed = [n for n, thumb in enumerate(thumbs) if gate.wants(thumb, n * STEP_S)]
    assert max(np.diff(analysed)) * STEP_S <= GateSettings().idle_s + STEP_S + 1e-6


def test_a_lamp_is_no_motion_for_long() -> None:
    dice, shop = np.random.default_rng(1), scenes.shop()
    thumbs = [thumbnail(scenes.noisy(scenes.bounded(shop * (1.0 if n < 100 else 0.8)), dice)) for n in range(300)]
    assert len([n for n in wanted(thumbs) if n > 250]) < 12


@settings(max_examples=20, deadline=None)
@given(st.lists(st.booleans(), min_size=30, max_size=120), st.integers(0, 1000))
def test_whoever_was_seen_within_the_hold_is_never_passed_over(people: list[bool], seed: int) -> None:
    dice = np.random.default_rng(seed)
    gate, last = MotionGate(), -100.0
    for n, there in enumerate(people):
        at = n * 0.4
        if gate.wants(dice.normal(100, 1, (36, 64)).astype(np.float32), at):
            if there:
                gate.people(at)
                last = at
        else:
            assert at - last > GateSettings().people_s


@pytest.mark.parametrize("size", [(128, 72), (640, 360), (1920, 1080)])
def test_the_small_picture_is_the_mean_of_the_large(size: tuple[int, int]) -> None:
    shop = scenes.shop(size=size)
    assert thumbnail(shop).mean() == pytest.approx(float(shop[:, :, 1].mean()), abs=6.0)


@settings(max_examples=5, deadline=None)
@given(
    comes=st.integers(20, 60),
    there=st.integers(20, 50),
    speed=st.sampled_from([0.0, 0.3, 2.0]),
    contrast=st.sampled_from([0.02, 0.3, 1.0]),
    seed=st.integers(0, 99),
)
def test_foot_points_are_those_of_an_ungated_camera_from_half_a_second_on(
    comes: int, there: int, speed: float, contrast: float, seed: int
) -> None:
    dice, shop = np.random.default_rng(seed), scenes.shop()
    gate, gated, plain = MotionGate(), Tracker(), Tracker()
    feet: dict[str, list[tuple[int, tuple[float, ...]]]] = {"gated": [], "plain": []}
    for n in range(comes + there + 10):
        present = comes <= n < comes + there
        place = (60.0 + speed * (n - comes), 125.0)
        sees = shop + contrast * (scenes.with_person(shop, *place, tall=35).astype(float) - shop) if present else shop
        thumb = thumbnail(scenes.noisy(scenes.bounded(np.asarray(sees)), dice))
        found = detections_of(place if present else None)
        feet["plain"] += feet_of(n, plain.update(found, n * STEP_S))
        if gate.wants(thumb, n * STEP_S):
            tracks = gated.update(found, n * STEP_S)
            feet["gated"] += feet_of(n, tracks)
            if tracks or present:
                gate.people(n * STEP_S)
        else:
            seen_lately = comes + GateSettings().idle_s / STEP_S + 1 < n < comes + there + 1
            assert not seen_lately, "somebody who is there is passed over"
    begins = feet["plain"][0][0] + round(GateSettings().idle_s / STEP_S) + 1
    assert [n for n, _ in feet["gated"] if n >= begins] == [n for n, _ in feet["plain"] if n >= begins]
    late = {n: foot for n, foot in feet["plain"] if n >= begins + 10}
    for n, foot in feet["gated"]:
        if n in late:
            assert foot == pytest.approx(late[n], abs=1.0)


def detections_of(place: tuple[float, float] | None) -> Detections:
    """A box of whoever stands there, 12 × 35 pixels."""
    boxes = [] if place is None else [[place[0] - 6, place[1] - 35, place[0] + 6, place[1]]]
    array = np.asarray(boxes, dtype=np.float32).reshape(-1, 4)
    return Detections(array, np.full(len(boxes), 0.8, dtype=np.float32))


def feet_of(n: int, tracks: list[Track]) -> list[tuple[int, tuple[float, ...]]]:
    """The frame's number and where each track stands."""
    return [(n, anchor_point(track.box, "foot")) for track in tracks]
