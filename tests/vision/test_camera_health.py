"""Health: each fault is told within ten seconds, is over when it is over, and people are no fault."""

import re
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from edge.events import CameraStatus
from edge.vision.camera_health import CameraHealth, Verdict
from edge.vision.decode import read_file
from edge.vision.detections import Image
from edge.vision.look import TALL, WIDE, look
from tests import media
from tests.vision import scenes

FAULTS: dict[CameraStatus, Callable[[Image], Image]] = {
    CameraStatus.BLOCKED: scenes.hand,
    CameraStatus.BLURRED: scenes.smeared,
    CameraStatus.MOVED: scenes.turned,
    CameraStatus.DARK: scenes.unlit,
}
CLIPS = ("vtest.avi", "one-by-one-person-detection.mp4", "office-walk.mp4", "store-aisle-detection.gif")
MORE_CLIPS = (*(f"autocheckout-test01-cam{n}.mp4" for n in (3, 5, 7)), "worker-zone-detection.gif")
STEP_S = 0.5

Told = list[tuple[float, CameraStatus]]


def told(pictures: Iterator[tuple[float, Image]], health: CameraHealth | None = None) -> Told:
    health = health or CameraHealth()
    found: list[tuple[float, Verdict | None]] = [(at, health.update(look(image), at)) for at, image in pictures]
    return [(at, verdict.status) for at, verdict in found if verdict is not None]


def still(
    seconds: float, begin: float = 0.0, fault: Callable[[Image], Image] | None = None
) -> Iterator[tuple[float, Image]]:
    """The shop with the sensor's noise."""
    dice, picture = np.random.default_rng(round(begin)), scenes.shop()
    for n in range(round(seconds / STEP_S)):
        yield begin + n * STEP_S, scenes.noisy(fault(picture) if fault else picture, dice)


@pytest.mark.parametrize("status", FAULTS)
def test_each_fault_is_told_in_time_and_when_it_is_over(status: CameraStatus) -> None:
    health = CameraHealth()
    assert told(still(20), health) == []
    ((at, found),) = told(still(20, 20, FAULTS[status]), health)
    assert found is status
    assert at <= 30
    ((over, found),) = told(still(20, 40), health)
    assert found is CameraStatus.ONLINE
    assert over <= 50


def test_the_same_picture_again_and_again_is_frozen() -> None:
    picture = scenes.shop()
    ((at, status),) = told((n * STEP_S, picture) for n in range(60))
    assert (status, at) == (CameraStatus.FROZEN, 8.0)


@pytest.mark.parametrize("status", FAULTS)
def test_a_fault_of_a_moment_is_none(status: CameraStatus) -> None:
    health = CameraHealth()
    assert told(still(20), health) + told(still(3, 20, FAULTS[status]), health) + told(still(10, 23), health) == []


def test_people_are_no_fault_even_one_who_fills_half_of_the_picture() -> None:
    dice, picture = np.random.default_rng(1), scenes.shop()
    people = [(150.0 + 4 * n % 150, 175.0, 65.0 if n < 80 else 400.0) for n in range(160)]
    seen = (scenes.with_person(picture, x, y, tall) for x, y, tall in people)
    assert told((n * STEP_S, scenes.noisy(image, dice)) for n, image in enumerate(seen)) == []


def test_a_lamp_that_goes_off_is_no_fault_while_one_can_see() -> None:
    dice, picture = np.random.default_rng(1), scenes.shop()
    dim = scenes.bounded(picture * 0.6)
    seen = [picture] * 40 + [dim] * 60
    assert told((n * STEP_S, scenes.noisy(image, dice)) for n, image in enumerate(seen)) == []


def test_infrared_light_by_night_is_no_other_view() -> None:
    dice, day = np.random.default_rng(1), scenes.shop()
    night = np.repeat(day[:, :, :1], 3, axis=2)  # each thing is as bright as its blue, which says nothing of its green
    seen = [day] * 40 + [night] * 60
    assert told((n * STEP_S, scenes.noisy(image, dice)) for n, image in enumerate(seen)) == []


def test_the_sun_that_goes_round_is_learnt() -> None:
    dice, one, other = np.random.default_rng(1), scenes.shop(1), scenes.shop(2)
    hours = ((n * 10.0, scenes.bounded(one + (other.astype(float) - one) * min(1.0, n / 720))) for n in range(720))
    assert told((at, scenes.noisy(image, dice)) for at, image in hours) == []


def test_a_camera_that_comes_back_with_its_fault_tells_it_anew() -> None:
    health = CameraHealth()
    told(still(20), health)
    assert len(told(still(10, 20, scenes.hand), health)) == 1
    health.back()
    assert [status for _, status in told(still(10, 60, scenes.hand), health)] == [CameraStatus.BLOCKED]


def test_a_wall_without_edges_is_neither_blocked_nor_moved() -> None:
    dice = np.random.default_rng(1)
    wall = np.full((180, 320, 3), 150, dtype=np.uint8)
    assert told((n * STEP_S, scenes.noisy(wall, dice)) for n in range(60)) == []


def test_the_reason_is_the_evidence() -> None:
    health = CameraHealth()
    told(still(20), health)
    verdicts = [health.update(look(image), at) for at, image in still(10, 20, scenes.turned)]
    (moved,) = [one for one in verdicts if one is not None]
    found = re.search(r"shifted by about \+(\d+)% of its width and \+0% of its height$", moved.reason)
    assert found is not None, moved
    assert 7 <= int(found[1]) <= 13


def test_tiny_pictures_are_looked_at_too() -> None:
    seen = look(np.full((2, 2, 3), 7, dtype=np.uint8))
    assert seen.thumb.shape == (TALL, WIDE)
    assert (seen.thumb == 7).all()


def clip(name: str, seconds: float) -> list[tuple[float, Image]]:
    """A real clip, over and over for so long, two pictures a second."""
    pictures = [(frame.at, frame.image) for frame in read_file(media.footfall(name), fps=1 / STEP_S)]
    length = pictures[-1][0] + STEP_S
    whole = [(n * length + at, image) for n in range(1 + int(seconds / length)) for at, image in pictures]
    return [(at, image) for at, image in whole if at < seconds or len(whole) == len(pictures)]


def check_clip(name: str) -> None:
    pictures, dice = clip(name, 40), np.random.default_rng(1)
    assert told(iter(pictures)) == []
    for status, fault in FAULTS.items():
        ((at, found),) = told(
            (at, image if at < 20 else scenes.noisy(fault(image), dice)) for at, image in pictures if at < 36
        )
        assert found is status, name
        assert 20 < at < 30, name


@pytest.mark.parametrize("name", CLIPS[3:])
def test_a_real_clip_is_undisturbed_until_it_is_disturbed(name: str) -> None:
    check_clip(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*CLIPS[:3], *MORE_CLIPS])
def test_no_real_clip_gives_a_false_alarm(name: str) -> None:
    check_clip(name)
