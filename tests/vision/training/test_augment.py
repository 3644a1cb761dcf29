import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.vision.training.augment import Sample, Strength, close_up, draw, moved, place, recolour
from edge.vision.training.frames import rows

BLUE = (255, 0, 0)


def shop(*boxes: tuple[int, int, int, int]) -> Sample:
    """A grey picture with a blue rectangle for each person."""
    picture = np.full((200, 300, 3), 90, dtype=np.uint8)
    for x0, y0, x1, y1 in boxes:
        picture[y0:y1, x0:x1] = BLUE
    table = np.array([[*box, 1.0] for box in boxes], dtype=np.float32).reshape(-1, 5)
    return Sample(picture, table, np.ones(len(boxes), dtype=np.bool_))


@given(seed=st.integers(0, 10_000))
def test_a_box_stays_around_its_person(seed: int) -> None:
    out = place(shop((120, 40, 180, 160)), (160, 128), np.random.default_rng(seed))
    blue = (out.picture[:, :, 0] > 200) & (out.picture[:, :, 2] < 40)
    for box in out.boxes[out.sure]:
        columns, lines = np.flatnonzero(blue.any(axis=0)), np.flatnonzero(blue.any(axis=1))
        seen = (columns[0], lines[0], columns[-1] + 1, lines[-1] + 1)
        assert np.abs(box[:4] - np.array(seen)).max() < 2.5


def test_a_mirror_swaps_left_and_right() -> None:
    mirror = np.array([[-1, 0, 300], [0, 1, 0]], dtype=np.float32)
    assert moved(shop((20, 40, 80, 160)), mirror, (300, 200)).boxes[0, :4].tolist() == [220, 40, 280, 160]


def test_who_is_cut_to_a_strip_is_not_learnt_and_who_is_gone_is_forgotten() -> None:
    left = np.array([[1, 0, -70], [0, 1, 0]], dtype=np.float32)
    out = moved(shop((20, 40, 80, 160), (0, 0, 40, 100), (100, 40, 160, 160)), left, (300, 200))
    assert out.sure.tolist() == [False, True]


@pytest.mark.parametrize("mosaic", [0.0, 1.0])
def test_a_sample_has_its_size_and_boxes_within(mosaic: float) -> None:
    for seed in range(20):
        sample = draw(
            lambda _: shop((120, 40, 180, 160)), (256, 160), Strength(mosaic, 1.0), np.random.default_rng(seed)
        )
        assert sample.picture.shape == (160, 256, 3)
        assert (sample.boxes[:, :4] >= 0).all()
        assert (sample.boxes[:, [0, 2]] <= 256).all()
        assert (sample.boxes[:, [1, 3]] <= 160).all()


def test_colours_change_and_the_shape_does_not() -> None:
    picture = shop((120, 40, 180, 160)).picture
    out = recolour(picture, 1.0, np.random.default_rng(1))
    assert out.shape == picture.shape
    assert not np.array_equal(out, picture)


def test_boxes_that_no_teacher_scored_count_fully() -> None:
    assert rows([[1, 2, 3, 4, 0.5, 0.6]]).tolist() == [[1, 2, 3, 4, 0.5, pytest.approx(0.6), 1]]
    assert rows([]).shape == (0, 7)


def test_a_close_up_fills_the_tile_with_somebody() -> None:
    picture = np.full((200, 300, 3), 90, dtype=np.uint8)
    sample = Sample(picture, np.array([[100, 50, 130, 130, 1.0]], dtype=np.float32), np.ones(1, dtype=np.bool_))
    for seed in range(40):
        near = close_up(sample, (160, 96), np.random.default_rng(seed))
        assert near is not None
        assert near.picture.shape == (96, 160, 3)
        if len(near.boxes):
            assert near.boxes[0, 3] - near.boxes[0, 1] > 96 * 0.3


def test_nobody_large_enough_gives_no_close_up() -> None:
    picture = np.full((200, 300, 3), 90, dtype=np.uint8)
    tiny = Sample(picture, np.array([[100, 50, 104, 60, 1.0]], dtype=np.float32), np.ones(1, dtype=np.bool_))
    nobody = Sample(picture, np.zeros((0, 5), dtype=np.float32), np.zeros(0, dtype=np.bool_))
    assert close_up(tiny, (160, 96), np.random.default_rng(1)) is None
    assert close_up(nobody, (160, 96), np.random.default_rng(1)) is None
