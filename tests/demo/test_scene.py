"""What the demo plays, and the configuration that it writes for that."""

from pathlib import Path

import pytest

from edge.config.read import load
from edge.demo.scene import CAMERA, LINE, Plan, bundled_scene, own_scene, store_toml
from edge.errors import ConfigError, SourceError
from tests.media import demo


def test_the_bundled_scene_has_its_truth() -> None:
    scene = bundled_scene()
    assert scene.clip == demo("entrance.mp4")
    assert scene.passages is not None
    assert len(scene.passages) == 14
    assert (scene.info.width, scene.info.height) == (640, 360)


def test_a_scene_of_ones_own_has_none() -> None:
    scene = own_scene(demo("entrance.mp4"), "10,20,300,40", "0,1", "center")
    assert scene.passages is None
    assert (scene.line.start, scene.line.end, scene.line.anchor) == ((10, 20), (300, 40), "center")


@pytest.mark.parametrize(("line", "inside"), [("", "0,1"), ("1,2,3,4", ""), ("1,2", "0,1"), ("1,2,9000,4", "0,1")])
def test_a_line_that_does_not_fit_is_refused(line: str, inside: str) -> None:
    with pytest.raises(ConfigError):
        own_scene(demo("entrance.mp4"), line, inside, "foot")


def test_a_clip_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        own_scene(tmp_path / "none.mp4", "1,2,3,4", "0,1", "foot")


@pytest.mark.parametrize("fast", [False, True])
def test_the_configuration_is_one_that_the_gateway_takes(tmp_path: Path, fast: bool) -> None:
    folder = tmp_path / 'a "quoted" folder'
    folder.mkdir()
    file = folder / "store.toml"
    plan = Plan(bundled_scene(), fast=fast)
    file.write_text(store_toml(plan, folder / "data", 18830), encoding="utf-8")
    config = load(file)
    (camera,) = config.camera
    assert (camera.id, camera.line[0].id, camera.play) == (CAMERA, LINE, "fast" if fast else "real_time")
    assert camera.line[0].points == (plan.scene.line.start, plan.scene.line.end)
    assert Path(camera.url) == plan.scene.clip
    assert config.store.data_dir == str(folder / "data")
    assert config.occupancy is not None
    assert config.occupancy.lines == (f"{CAMERA}/{LINE}",)
    assert config.uplink is not None
    assert config.uplink.url == "mqtt://127.0.0.1:18830"
