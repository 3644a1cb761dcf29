"""What can be said of a shelf before it runs."""

from pathlib import Path

import pytest

from edge.check.check import check, probe
from edge.sim.shelf.live import LivePlate
from edge.sim.shelf.pty_bus import PtyBus
from edge.sim.shelf.twins import TWINS
from tests.shelf.test_agent import CONFIG

SECOND = '[[shelf.plate.product]]\ngtin = "00000000000017"\nunit_weight_g = {grams}\nunit_weight_sd_g = 2.0\n'


def written(tmp_path: Path, *, driver: str = "nci", more: str = "") -> Path:
    file = tmp_path / "store.toml"
    file.write_text(CONFIG.format(port=tmp_path / "tty", driver=driver) + more)
    return file


def texts(file: Path) -> str:
    return "\n".join(map(str, check(file).findings))


def test_products_that_weigh_the_same_are_told(tmp_path: Path) -> None:
    text = texts(written(tmp_path, more=SECOND.format(grams=331)))
    assert "shelf[0].plate[0]: 1 x 06901234567892 and 1 x 00000000000017 weigh 330 and 331 g: nobody can tell" in text
    assert "several products and no `start`" in text


def test_multiples_that_weigh_the_same_are_told(tmp_path: Path) -> None:
    assert "1 x 06901234567892 and 3 x 00000000000017 weigh 330 and 330 g" in texts(
        written(tmp_path, more=SECOND.format(grams=110))
    )


def test_products_that_differ_leave_no_doubt(tmp_path: Path) -> None:
    assert "nobody can tell" not in texts(written(tmp_path, more=SECOND.format(grams=137)))


def test_a_bridge_without_a_calibration_is_told(tmp_path: Path) -> None:
    report = check(written(tmp_path, driver="hx711_bridge"))
    assert not report.ok
    assert "expected a calibration" in "\n".join(map(str, report.findings))


def test_the_bus_is_listened_to(tmp_path: Path) -> None:
    file = written(tmp_path)
    with PtyBus(tmp_path / "tty", TWINS["nci"]({0: LivePlate(1650.0).shown})):
        (seen,) = [finding for finding in probe(file).findings if finding.path == "shelf[0].port"]
    assert seen.ok
    assert seen.text.startswith("p1 16")


@pytest.mark.parametrize(
    ("spoken", "said"), [("nci", "no such device"), ("and_continuous", "no frame of protocol nci")]
)
def test_what_is_not_there_or_speaks_otherwise_is_told(tmp_path: Path, spoken: str, said: str) -> None:
    file = written(tmp_path)
    if spoken == "nci":
        (seen,) = [finding for finding in probe(file).findings if finding.path == "shelf[0].port"]
    else:
        with PtyBus(tmp_path / "tty", TWINS[spoken]({0: LivePlate(1650.0).shown})):
            (seen,) = [finding for finding in probe(file).findings if finding.path == "shelf[0].port"]
    assert not seen.ok
    assert said in seen.text
