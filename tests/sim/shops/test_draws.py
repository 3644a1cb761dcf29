"""What is drawn at random keeps to its ranges, and the same seed draws the same."""

from pathlib import Path

import numpy as np
import pytest

from edge.sim.render.shops import film, poses, shop, viewpoint, wardrobe
from edge.sim.render.shops.command import labels_of, missing


def test_cameras_hang_within_the_room_and_look_down() -> None:
    rng = np.random.default_rng(1)
    for _ in range(200):
        place = viewpoint.draw(rng, (6.0, 9.0), 4.0, [(1.0, 2.0)]).place
        assert abs(place.at[0]) < 3.0
        assert abs(place.at[1]) < 4.5
        assert 1.4 <= place.at[2] <= 4.0
        assert 0.0 <= place.tilt <= 90.0


def test_cameras_of_a_room_hang_high_and_only_those_near_somebody_at_eye_level() -> None:
    rng = np.random.default_rng(1)
    for _ in range(200):
        place = viewpoint.draw(rng, (6.0, 9.0), 4.0, []).place
        assert place.at[2] >= 2.2
        assert place.tilt >= 15.0
    below = [viewpoint.draw(rng, (6.0, 9.0), 4.0, [(1.0, 2.0)]).place for _ in range(400)]
    low = [place for place in below if place.at[2] < 2.2]
    assert 0.05 < len(low) / len(below) < viewpoint.NEAR
    assert all(np.hypot(place.at[0] - 1.0, place.at[1] - 2.0) < 3.3 for place in low)


def test_the_same_seed_builds_the_same_shop() -> None:
    one, other = (shop.build(np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(one.furniture.array(), other.furniture.array())
    assert not np.array_equal(one.shell.array(), shop.build(np.random.default_rng(6)).shell.array())


def test_nobody_stands_in_the_furniture() -> None:
    room = shop.build(np.random.default_rng(2))
    for x0, y0, x1, y1 in room.taken:
        assert not room.free((x0 + x1) / 2, (y0 + y1) / 2)


@pytest.mark.parametrize("stance", list(poses.Stance))
def test_every_pose_is_made_of_rotations(stance: poses.Stance) -> None:
    for rotation in poses.pose(stance, np.random.default_rng(3)).values():
        assert np.allclose(rotation @ rotation.T, np.eye(3))


def test_a_mannequin_has_one_colour_and_carries_nothing() -> None:
    rng = np.random.default_rng(4)
    dummy = wardrobe.mannequin(wardrobe.body(rng), rng)
    assert dummy.look.skin == dummy.look.hair
    assert dummy.carries == ""


def test_a_bent_picture_and_its_ids_stay_together() -> None:
    ids = np.zeros((120, 200), dtype=np.uint8)
    ids[40:100, 20:60] = 1
    picture = np.repeat(ids[:, :, None] * 200, 3, axis=2).astype(np.uint8)
    bent, bent_ids = film.bend(picture, ids, 0.15)
    assert not np.array_equal(bent_ids, ids)
    assert np.abs(bent[:, :, 0].astype(int) - bent_ids * 200).mean() < 3.0


def test_a_low_rate_leaves_the_picture_but_not_its_detail() -> None:
    rng = np.random.default_rng(7)
    picture = np.full((96, 128, 3), 60, dtype=np.uint8)
    picture[:, 64:] = 180
    noisy = np.clip(picture + rng.normal(0, 12, picture.shape), 0, 255).astype(np.uint8)
    coded = film.low_rate(noisy, 40).astype(float)
    assert coded.shape == picture.shape
    assert coded[:, 100:].mean() - coded[:, :30].mean() > 90
    assert coded[:, 100:].std() < noisy[:, 100:].std()


def test_developing_is_repeatable() -> None:
    picture = np.full((64, 64, 3), 90, dtype=np.uint8)
    one, other = (film.develop(picture, np.random.default_rng(8)) for _ in range(2))
    assert np.array_equal(one, other)


def test_only_shops_without_labels_are_rendered_again(tmp_path: Path) -> None:
    labels_of(tmp_path, 1).touch()
    assert list(missing(tmp_path, 3)) == [0, 2]
