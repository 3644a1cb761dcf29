"""The bundled models are what the table says, and exports are held against their originals."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from edge.errors import ConfigError, ModelError
from edge.vision import model_tools
from edge.vision.detector import load_detector
from edge.vision.models import BUNDLED
from tests import media


@pytest.mark.parametrize("name", list(BUNDLED))
def test_a_bundled_model_is_the_file_that_the_table_means(name: str) -> None:
    model = BUNDLED[name]
    assert hashlib.sha256(model.file.read_bytes()).hexdigest() == model.sha256
    detector = load_detector(name)
    assert (detector.name, detector.licence, detector.score) == (name, model.licence, model.score)


def test_the_list_names_every_bundled_model_and_its_licence() -> None:
    assert [(one["name"], one["licence"]) for one in model_tools.list_models()] == [
        (name, model.licence) for name, model in BUNDLED.items()
    ]


def test_a_check_says_what_a_model_is_and_how_long_it_takes() -> None:
    facts = model_tools.check("person")
    assert (facts["layout"], facts["input"], facts["person_class"]) == ("channels", "416x256", 0)
    assert 0 < facts["latency_ms"] < 5000
    assert facts["people_found"] > facts["pictures"]


@pytest.mark.parametrize("imgsz", ["640", "0x32", "32x0", "²x32", "640x384x3", "-32x32", "650x384", ""])
def test_an_input_size_that_is_none_is_refused(imgsz: str) -> None:
    with pytest.raises(ConfigError, match="WIDTHxHEIGHT"):
        model_tools.export("yolo26n", imgsz=imgsz, out=Path())


def test_without_the_extra_an_export_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ultralytics", None)
    with pytest.raises(ModelError, match=r"store-edge\[export\]"):
        model_tools.export("yolo26n", imgsz="640x384", out=tmp_path)
    assert not list(tmp_path.iterdir())


def test_ultralytics_is_not_loaded_by_what_a_gateway_runs() -> None:
    code = "import sys, edge.vision.model_tools, edge.vision.pipeline; sys.exit('ultralytics' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("weights", ["yolo26n.rebuilt.pt", "yolo11n.rebuilt.pt"])
@pytest.mark.parametrize(("imgsz", "dynamic"), [("416x320", False), ("640x384", True)])
def test_an_export_says_what_its_original_does(tmp_path: Path, weights: str, imgsz: str, dynamic: bool) -> None:
    pytest.importorskip("ultralytics", reason="needs the extra [export]")
    facts = model_tools.export(str(media.models(weights)), imgsz=imgsz, out=tmp_path, dynamic=dynamic)
    assert facts["missing"] == 0
    assert facts["least_overlap"] > 0.99
    assert "AGPL-3.0" in facts["licence"]
    assert load_detector(facts["file"]).info.size == (None if dynamic else (416, 320))
