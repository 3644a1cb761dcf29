"""A person calibrates a plate and weighs units of a product, led by the program, on a simulated scale."""

import threading
import time
from pathlib import Path

import pytest

from edge.errors import ConfigError
from edge.scale import calibration_file
from edge.scale.calibrate import CalibrationError
from edge.scale.guided import Conversation
from edge.shelf import commission
from edge.sim.shelf.live import LivePlate
from edge.sim.shelf.physics import PlatePhysics
from edge.sim.shelf.pty_bus import PtyBus
from edge.sim.shelf.twins import TWINS
from tests.shelf.test_agent import CONFIG

GTIN = "06901234567892"
CALM = PlatePhysics(noise_g=0.4, glitch_share=0.009)


def written(tmp_path: Path) -> Path:
    file = tmp_path / "store.toml"
    file.write_text(CONFIG.format(port=tmp_path / "tty", driver="nci"))
    return file


class Person:
    """Does as told; the plate has 40 g too much on it, and reads 2 % too light."""

    def __init__(self, plate: LivePlate, *, lazy: bool = False) -> None:
        self.plate, self.lazy, self.load, self.said = plate, lazy, 0.0, ""

    def ask(self, text: str) -> None:
        wanted = 0.0 if text.startswith("Empty") else 0.98 * float(text.split()[1])
        self.plate.change(0.0 if self.lazy else wanted - self.load)
        self.load = wanted

    def say(self, text: str) -> None:
        self.said += text + "\n"


@pytest.mark.slow
def test_a_plate_is_calibrated_and_the_result_kept(tmp_path: Path) -> None:
    plate = LivePlate(40.0, physics=CALM)
    person = Person(plate)
    with PtyBus(tmp_path / "tty", TWINS["nci"]({0: plate.shown})):
        found = commission.calibrate(
            written(tmp_path), "aisle-3/p1", "1000,2000", by="anna", talk=Conversation(person.say, person.ask)
        )
    assert found["zero"] == pytest.approx(40, abs=2)
    assert found["per_gram"] == pytest.approx(0.98, abs=0.002)
    kept = calibration_file.read(tmp_path / "data", "aisle-3")["p1"]
    assert kept.by == "anna"
    assert kept.per_gram == pytest.approx(0.98, abs=0.002)
    assert "readings" in person.said


@pytest.mark.slow
def test_weights_that_were_not_put_down_calibrate_nothing(tmp_path: Path) -> None:
    plate = LivePlate(40.0, physics=CALM)
    person = Person(plate, lazy=True)
    with (
        PtyBus(tmp_path / "tty", TWINS["nci"]({0: plate.shown})),
        pytest.raises(CalibrationError, match="expected the 2000 g to show"),
    ):
        commission.calibrate(
            written(tmp_path), "aisle-3/p1", "2000", by="anna", talk=Conversation(person.say, person.ask)
        )
    assert calibration_file.read(tmp_path / "data", "aisle-3") == {}


def test_the_weight_of_a_unit_is_found(tmp_path: Path) -> None:
    plate = LivePlate(0.0, physics=CALM)
    said: list[str] = []

    def put() -> None:
        time.sleep(2.5)
        for grams in (331.0, 329.0, 333.0):
            plate.change(grams)
            time.sleep(2.5)

    with PtyBus(tmp_path / "tty", TWINS["nci"]({0: plate.shown})):
        thread = threading.Thread(target=put)
        thread.start()
        found = commission.learn(written(tmp_path), "aisle-3/p1", GTIN, 3, talk=Conversation(said.append, said.append))
        thread.join()
    assert found["unit_weight_g"] == pytest.approx(331, abs=2)
    assert found["units"] == 3


@pytest.mark.parametrize(
    ("plate", "weights", "said"),
    [
        ("aisle-3/p9", "1000", r"expected a plate of .*store.toml \(aisle-3/p1\), found 'aisle-3/p9'"),
        ("aisle-3/p1", "heavy", r"expected check weights of 0 to 15000 g, as in 1000,2000, found 'heavy'"),
        ("aisle-3/p1", "20000", r"expected check weights of 0 to 15000 g"),
    ],
)
def test_what_is_not_there_is_refused(tmp_path: Path, plate: str, weights: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        commission.calibrate(written(tmp_path), plate, weights, by="anna", talk=Conversation(print, print))
