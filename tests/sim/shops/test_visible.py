import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from edge.sim.render.shops.visible import boxes, shares

Side = st.integers(1, 12)


@given(left=st.integers(0, 20), top=st.integers(0, 20), wide=Side, tall=Side)
def test_the_box_is_around_every_pixel_of_a_person_and_no_more(left: int, top: int, wide: int, tall: int) -> None:
    ids = np.zeros((40, 40), dtype=np.uint8)
    ids[top : top + tall, left : left + wide] = 7
    assert boxes(ids) == {7: (left, top, left + wide, top + tall)}


def test_who_is_hidden_in_the_middle_has_one_box_around_both_parts() -> None:
    ids = np.zeros((20, 20), dtype=np.uint8)
    ids[2:18, 5:9] = 1
    ids[6:12, 4:10] = 2
    assert boxes(ids) == {1: (5, 2, 9, 18), 2: (4, 6, 10, 12)}


def test_half_out_of_the_picture_and_a_quarter_of_the_rest_hidden() -> None:
    ids = np.zeros((10, 10), dtype=np.uint8)
    ids[:, :4] = 3
    ids[:, 3] = 0
    inside = [(x + 0.5, 5.5) for x in range(4)]
    outside = [(-1.0, 5.0), (10.0, 5.0), (5.0, -0.1), (float("nan"), float("nan"))]
    assert shares(ids, 3, np.array(inside + outside, dtype=np.float32)) == (0.5, 0.75)


def test_nobody_in_view_shows_nothing() -> None:
    assert shares(np.zeros((4, 4), dtype=np.uint8), 1, np.full((3, 2), -5.0, dtype=np.float32)) == (0.0, 0.0)
