"""The heatmap as a picture: warm where people stood, over a still that has nobody in it."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import ConfigError, SourceError
from edge.heatmap import heatmap
from edge.vision import foot_store
from edge.vision.foot_store import FootStore
from edge.vision.heat_drawing import draw_heat
from edge.vision.still import MOST_PICTURES, Still
from tests.test_recount import BEGIN, CONFIG, END
from tests.vision.clips import video
from tests.vision.test_recounting import a_day


@given(st.integers(0, 255), st.integers(1, 14))
def test_whoever_is_in_less_than_half_of_the_pictures_is_not_in_the_still(grey: int, people: int) -> None:
    still = Still(1.0)
    for n in range(MOST_PICTURES + 5):
        picture = np.full((4, 4, 3), grey, dtype=np.uint8)
        if n < people:
            picture[n % 4] = 255 - grey
        still.add(picture, float(n))
    found = still.picture()
    assert found is not None
    assert (found == grey).all()


def test_pictures_too_near_to_each_other_are_passed_over_and_none_are_no_still() -> None:
    still = Still(2.0)
    assert still.picture() is None
    for n in range(10):
        still.add(np.full((1, 1, 3), 100 * n % 250, dtype=np.uint8), n / 10)
    found = still.picture()
    assert found is not None
    assert found.max() == 0


def test_it_is_warm_where_people_stood() -> None:
    still = np.full((180, 320, 3), 128, dtype=np.uint8)
    drawn = draw_heat(still, [(100.0, 90.0)] * 50 + [(200.0, 180.0)] * 50)
    blue, _, red = (int(one) for one in drawn[90, 100])
    assert red > blue
    assert drawn[178, 200, 2] > drawn[178, 200, 0], "feet at the border of the picture are feet"
    assert (drawn[20, 20] == 128).all()
    assert (draw_heat(still, []) == still).all()


def test_a_past_becomes_a_picture(tmp_path: Path) -> None:
    clip = video(tmp_path / "clip.mp4", size=(640, 360), frames=200)
    file = tmp_path / "store.toml"
    file.write_text(CONFIG.replace("rtsp://10.0.0.5/sub", str(clip)), encoding="utf-8")
    a_day(FootStore(foot_store.tracks_folder(tmp_path / "data", "entrance"), days=30, most_bytes=1 << 30))
    out = heatmap(file, "entrance", BEGIN, END, tmp_path / "heat.png", seconds=20)
    drawn = cv2.imread(str(out))
    assert drawn is not None
    assert drawn.shape == (360, 640, 3)
    assert drawn[191, 260:285, 2].max() > 80, "the loiterer on the left door's line"
    assert drawn[:60].max() < 40, "the square that moves is not in the still"
    with pytest.raises(ConfigError, match="--from: expected tracks between"):
        heatmap(file, "entrance", "2026-12-01", "2026-12-02", out)
    with pytest.raises(SourceError, match="expected a file that can be written"):
        heatmap(file, "entrance", BEGIN, END, tmp_path / "none" / "heat.png", seconds=3)
