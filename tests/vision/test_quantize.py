"""Quantised models: which part stays in float, who is accepted, and that what was refused is not written."""

import sys
from pathlib import Path

import pytest

from edge.errors import ConfigError, ModelError
from edge.events import Direction
from edge.vision import quantize
from edge.vision.count import Count
from edge.vision.detections import Crossing
from edge.vision.detector import load_detector
from edge.vision.quantized_graph import Node, float_tail
from edge.vision.truth import ClipTruth, InDirection, TrueCrossing
from edge.vision.validate import Validation, compare
from tests import media
from tests.vision.clips import marked, video


def node(name: str, operation: str, takes: str, makes: str) -> Node:
    return Node(name, operation, tuple(takes.split()), tuple(makes.split()))


def test_what_follows_the_last_convolutions_stays_in_float() -> None:
    nodes = [
        node("stem", "Conv", "picture", "a"),
        node("rest", "Relu", "a", "b"),
        node("boxes", "Conv", "b", "c"),
        node("scores", "Conv", "b", "d"),
        node("sure", "Sigmoid", "d", "e"),
        node("all", "Concat", "c e", "f"),
    ]
    assert float_tail(nodes) == ["sure", "all"]


def test_a_branch_that_comes_back_to_a_convolution_is_quantised() -> None:
    nodes = [node("a", "Sigmoid", "x", "y"), node("b", "Mul", "x y", "z"), node("c", "Conv", "z", "o")]
    assert float_tail(nodes) == []


CLIP = ClipTruth(
    file="clip.mp4",
    width=100,
    height=100,
    fps=10.0,
    frames=1000,
    line=((0, 50), (100, 50)),
    in_direction=InDirection(normal=(0, 1)),
    crossings=tuple(TrueCrossing(frame=20 * n, direction=Direction.IN) for n in range(1, 21)),
)


def counted(found: int, false: int = 0) -> Validation:
    """Who found so many of the clip's 20 crossings, and invented others in the quiet after them."""
    frames = [20 * n for n in range(1, found + 1)] + [600 + 20 * n for n in range(false)]
    crossings = tuple(Crossing("line", Direction.IN, frame / 10, frame, 0.9, 1, (50.0, 50.0)) for frame in frames)
    count = Count(crossings, 1000, 1000, 1.0, "model")
    return Validation("model", (compare(CLIP, Path("clip.mp4"), count, 0.5, {}),), ())


def test_a_model_that_counts_the_same_is_accepted() -> None:
    verdict = quantize.judge(counted(20), counted(20))
    assert verdict.accepted
    assert verdict.figures["f1"] == verdict.figures["f1_before"] == 1.0


def test_a_model_whose_f1_falls_is_refused_with_the_figures() -> None:
    verdict = quantize.judge(counted(20), counted(19), 0.01)
    assert not verdict.accepted
    assert "F1 fell from 1.0000 to 0.97" in verdict.why
    assert quantize.judge(counted(20), counted(19), 0.05).accepted


def test_a_total_that_is_further_off_is_refused_whatever_f1_says() -> None:
    verdict = quantize.judge(counted(20), counted(20, false=2), 1.0)
    assert not verdict.accepted
    assert "absolute error of in grew from 0 to 2" in verdict.why


def test_without_onnx_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(ModelError, match=r"store-edge\[export\]"):
        quantize.quantize("person", media.demo("entrance.json"), tmp_path / "out.onnx")
    assert not list(tmp_path.iterdir())


def test_without_a_marked_clip_there_is_nothing_to_judge_by(tmp_path: Path) -> None:
    truth = tmp_path / "truth.json"
    truth.write_text('{"clips": []}', encoding="utf-8")
    with pytest.raises(ConfigError, match="judge by"):
        quantize.quantize("person", truth, tmp_path / "out.onnx")


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_what_is_refused_is_not_written(tmp_path: Path) -> None:
    pytest.importorskip("onnx", reason="the extra [export] installs it")
    truth = marked(video(tmp_path / "clip.mp4"), frames=20)
    result = quantize.quantize("person", truth, tmp_path / "out.onnx", pictures=2, most_f1_loss=-1)
    assert not result["accepted"]
    assert result["f1"] == result["f1_before"] == 0
    assert not (tmp_path / "out.onnx").exists()


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_the_bundled_model_in_integers_counts_as_well_and_keeps_what_is_known_of_it(tmp_path: Path) -> None:
    pytest.importorskip("onnx", reason="the extra [export] installs it")
    out = tmp_path / "person-int8.onnx"
    result = quantize.quantize("person", media.demo("entrance.json"), out, pictures=24)
    assert result["accepted"], result
    assert out.stat().st_size < result["bytes_before"] / 2
    made, original = load_detector(str(out)), load_detector("person")
    assert (made.score, made.centred, made.licence) == (original.score, original.centred, original.licence)
