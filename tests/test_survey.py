"""The survey of clips and cameras, as an installer runs it."""

import json
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from edge.errors import ConfigError, SourceError
from edge.survey import LIGHT_EVERY_S, Surveyed, Wanted, survey
from edge.verbs import app
from edge.vision.survey.light import LightMeter
from tests import media
from tests.vision.clips import video
from tests.vision.rtsp_server import rtsp

ENTRANCE = media.demo("entrance.mp4")


def of(out: Path, source: object, **more: object) -> Surveyed:
    return survey(Wanted(str(source), out, **more))  # type: ignore[arg-type]  # any field


def words(surveyed: Surveyed) -> str:
    return " ".join(one.what for one in surveyed.advice)


def test_the_demo_s_clip_gives_a_line_a_view_and_a_page_by_itself(tmp_path: Path) -> None:
    surveyed = of(tmp_path / "out", ENTRANCE, fps=4.0, hfov=72.0)
    found = surveyed.findings
    assert found.view is not None
    assert found.view.tilt == pytest.approx(27.3, abs=4)
    assert found.view.height_m == pytest.approx(3.0, rel=0.15)
    best = found.proposals[0]
    assert best.crossings >= 8
    page = (tmp_path / "out" / "survey.html").read_text("utf-8")
    assert page.count("data:image/jpeg;base64,") == 2
    assert "[[camera.line]]" in page
    assert 'src="http' not in page
    figures = json.loads((tmp_path / "out" / "survey.json").read_text("utf-8"))
    (section,) = tomllib.loads("[[camera]]\n" + figures["lines"][0]["toml"])["camera"][0]["line"]
    assert section["points"] == figures["lines"][0]["points"]
    assert (tmp_path / "out" / "still.jpg").read_bytes().startswith(b"\xff\xd8")


def test_light_is_measured_once_a_second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    monkeypatch.setattr(LightMeter, "add", lambda _, image: looks.append(len(image)))
    with pytest.raises(SourceError, match="found none"):  # this meter has seen nothing
        of(tmp_path / "out", video(tmp_path / "clip.mp4", frames=45))
    assert len(looks) == int((45 - 1) / 10 / LIGHT_EVERY_S) + 1


def test_a_black_clip_is_told_to_be_dark_and_empty(tmp_path: Path) -> None:
    clip = video(tmp_path / "black.mp4", frames=20, still=True)
    surveyed = of(tmp_path / "out", clip)
    assert "Nobody was seen." in words(surveyed)
    assert surveyed.findings.proposals == ()
    assert surveyed.findings.view is None


def test_a_clip_of_one_picture_is_surveyed(tmp_path: Path) -> None:
    surveyed = of(tmp_path / "out", video(tmp_path / "one.mp4", frames=1))
    assert "There was only one picture." in words(surveyed)
    assert "dark" in words(surveyed)


def test_walks_through_an_empty_clip_are_not_right(tmp_path: Path) -> None:
    surveyed = of(tmp_path / "out", video(tmp_path / "empty.mp4", frames=5), walks="in:5,out:5")
    assert surveyed.findings.walks == ()
    assert "Nobody was seen." in words(surveyed)


def test_a_live_camera_is_watched_for_its_time(tmp_path: Path) -> None:
    with rtsp() as server:
        surveyed = of(tmp_path / "out", server.url, minutes=0.03, fps=5.0)
    assert 0.5 < surveyed.findings.seconds < 4
    assert surveyed.findings.source.startswith("rtsp://")


def test_a_camera_of_the_configuration_is_known_by_its_id(tmp_path: Path) -> None:
    clip = video(tmp_path / "clip.mp4", frames=5)
    config = tmp_path / "store.toml"
    config.write_text(
        '[store]\ntenant = "t"\nstore = "s"\ngateway = "g"\ndata_dir = "data"\n'
        f'[[camera]]\nid = "door"\nurl = "{clip}"\nfps = 7\n',
        "utf-8",
    )
    assert of(tmp_path / "out", "door", config=config).findings.wanted_fps == 7
    with pytest.raises(ConfigError, match=r"expected a camera of .*store.toml \(door\), found 'window'"):
        of(tmp_path / "out", "window", config=config)


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"walks": "five"}, "--walks"),
        ({"times": "1,2"}, "--at"),
        ({"minutes": 0.0}, "--minutes"),
        ({"minutes": 1e9}, "--minutes"),
    ],
)
def test_wrong_arguments_are_refused_before_anything_is_opened(
    tmp_path: Path, more: dict[str, object], error: str
) -> None:
    with pytest.raises(ConfigError, match=error):
        of(tmp_path / "out", "nowhere.mp4", **more)


def test_no_video_and_no_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="expected a video"):
        of(tmp_path / "out", tmp_path / "nowhere.mp4")
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(SourceError, match="expected a folder"):
        of(tmp_path / "file", video(tmp_path / "one.mp4", frames=2))


def test_the_verb_says_what_it_wrote(tmp_path: Path) -> None:
    clip = video(tmp_path / "one.mp4", frames=3)
    said = CliRunner().invoke(app, ["survey", str(clip), "--out", str(tmp_path / "out")])
    assert said.exit_code == 0
    assert "survey.html" in said.stdout
