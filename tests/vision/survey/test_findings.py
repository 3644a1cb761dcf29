"""Conclusions and warnings from what was gathered."""

import numpy as np
import pytest

from edge.vision.detections import Detections
from edge.vision.line import Line
from edge.vision.survey.accuracy import FRAMES, OCCLUSION, TABLE, expected
from edge.vision.survey.advice import advise
from edge.vision.survey.findings import Findings, find
from edge.vision.survey.light import Light, LightMeter
from edge.vision.survey.page import page
from edge.vision.survey.paths import Paths, hidden
from edge.vision.survey.walks import parse
from tests.vision import scenes
from tests.vision.survey.ways import SIZE, gathered
from tests.vision.walks import Place, walking

BRIGHT = Light(mean=120, contrast=50, burnt=0.0, black=0.0, noise=1.0)


def through(n: int = 14) -> list[list[Place]]:
    """People who walk down the picture, one after the other."""
    return [one_of(k, (320.0, 110.0), 4) for k in range(n)]


def one_of(k: int, start: tuple[float, float], seconds: float) -> list[Place]:
    """Somebody who walks down the picture after `k` others."""
    before: list[Place] = [None] * (50 * k)
    return [*before, *walking(start, (330.0, 350.0), seconds)]


def found(paths: Paths, light: Light = BRIGHT, **more: object) -> Findings:
    return find("door", paths, light, **({"wanted_fps": 10.0, "scale": 0.65} | more))  # type: ignore[arg-type]  # any of its arguments


def words(findings: Findings) -> str:
    return " ".join(one.what for one in advise(findings))


def test_a_camera_that_hangs_well_gets_no_warning() -> None:
    findings = found(gathered(through()))
    assert words(findings) == ""
    assert findings.expected[0].f1 > 0.9
    assert "Nothing speaks against" in page(findings, [], [])


def test_walks_turn_a_proposed_line_round() -> None:
    paths = gathered(through(4))
    (inwards,) = found(paths, walks=parse("in:4")).proposals
    (outwards,) = found(paths, walks=parse("out:4")).proposals
    assert inwards.line.inside == (-outwards.line.inside[0], -outwards.line.inside[1])
    assert found(paths, walks=parse("out:4")).walks[0].right


def test_walks_are_held_against_the_camera_s_own_line() -> None:
    line = Line("mine", (200, 200), (500, 200), (0, 1))
    findings = found(gathered(through(4)), lines=[line], walks=parse("in:5"))
    assert [one.line for one in findings.walks] == ["mine"]
    assert findings.walks[0].errors == 1
    assert "test walks" in words(findings)


def test_walks_that_no_line_can_be_held_against_are_not_right() -> None:
    turning = gathered([[*walking((320.0, 110.0), (330.0, 160.0), 3), *walking((330.0, 160.0), (320.0, 110.0), 3)]])
    findings = found(turning, walks=parse("in:3,out:3"))
    assert findings.proposals == ()
    assert not findings.walked_right
    assert "The 6 test walks cannot be held against anything" in words(findings)
    assert found(turning).walked_right


@pytest.mark.parametrize(
    ("light", "word"),
    [
        (Light(10, 5, 0, 0.9, 1.0), "dark"),
        (Light(120, 8, 0, 0, 1.0), "contrast"),
        (Light(150, 60, 0.3, 0, 1.0), "burnt out"),
        (Light(120, 50, 0, 0, 9.0), "noisy"),
    ],
)
def test_bad_light_is_told(light: Light, word: str) -> None:
    assert word in words(found(gathered(through()), light))


def test_nobody_and_one_picture_are_told() -> None:
    nobody = Paths(SIZE)
    nothing = Detections(np.zeros((0, 4), dtype=np.float32), np.zeros(0, dtype=np.float32))
    nobody.add(nothing, [], 0.0)
    findings = found(nobody)
    assert "only one picture" in words(findings)
    assert "Nobody was seen" in words(findings)
    assert "cannot be told" in page(findings, advise(findings), [("still", b"x")])


def test_a_slow_stream_that_pauses_is_told() -> None:
    seen = Paths(SIZE)
    nothing = Detections(np.zeros((0, 4), dtype=np.float32), np.zeros(0, dtype=np.float32))
    for at in (0.0, 0.5, 1.0, 5.0, 5.5):
        seen.add(nothing, [], at)
    assert "instead of 10" in words(found(seen))
    assert "stood still 1 times" in words(found(seen))


def test_few_frames_and_small_people_are_told() -> None:
    assert "pictures are analysed while" in words(found(gathered([one_of(k, (320.0, 60.0), 0.6) for k in range(12)])))


def test_who_stands_behind_somebody_is_hidden() -> None:
    boxes = np.asarray([[100, 50, 140, 150], [110, 60, 150, 160], [300, 50, 340, 150]], dtype=np.float32)
    assert hidden(boxes) == 1
    assert hidden(boxes[:1]) == 0


def test_the_table_has_a_cell_for_everything_and_rises_with_size_and_frames() -> None:
    assert TABLE[0][0] == 0
    assert OCCLUSION[0][0] == 0
    assert all(len(row) == len(FRAMES) and all(0 <= one <= 1 for one in row) for _, row in TABLE)
    assert expected(200, 50, 0).f1 >= expected(25, 1, 0).f1
    assert expected(200, 50, 0.9).f1 <= expected(200, 50, 0).f1


def test_light_is_measured() -> None:
    meter, dice, shop = LightMeter(), np.random.default_rng(1), scenes.shop()
    for _ in range(10):
        meter.add(scenes.bounded(shop + dice.normal(0, 5, shop.shape)))
    light = meter.light()
    assert light is not None
    assert light.mean == pytest.approx(float(shop[:, :, 1].mean()), abs=3)
    assert light.noise == pytest.approx(5, rel=0.15)
    assert LightMeter().light() is None


def test_a_window_burns_out() -> None:
    shop = scenes.shop().copy()
    shop[:90] = 255
    meter = LightMeter()
    meter.add(shop)
    light = meter.light()
    assert light is not None
    assert light.burnt > 0.45
    assert light.noise is None
