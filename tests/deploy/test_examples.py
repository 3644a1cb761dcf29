import re
import shutil
from pathlib import Path

import pytest

from edge.check.check import check
from edge.config.read import load
from tests.authority import authority
from tests.media import REPO

EXAMPLES = REPO / "deploy" / "examples"
SIZES = ("small", "middle", "large")


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the samples name: certificates and a camera's password."""
    folder = tmp_path_factory.mktemp("secrets")
    authority(folder).sign("gateway")
    (folder / "camera.pw").write_text("secret\n", "utf-8")
    return folder


@pytest.mark.parametrize("size", SIZES)
def test_a_sample_passes_check(size: str, secrets: Path, tmp_path: Path) -> None:
    text = (EXAMPLES / f"{size}.toml").read_text("utf-8")
    assert 'data_dir = "/var/lib/store-edge"' in text
    for name in ("ca.pem", "gateway.pem", "gateway.key", "camera.pw"):
        shutil.copy(secrets / name, tmp_path)
    file = tmp_path / "store.toml"
    file.write_text(text.replace("/var/lib/store-edge", str(tmp_path / "data")), "utf-8")
    report = check(file)
    assert report.ok, [str(finding) for finding in report.findings if not finding.ok]


def test_the_samples_grow(secrets: Path, tmp_path: Path) -> None:
    for name in secrets.iterdir():
        shutil.copy(name, tmp_path)
    devices = []
    for size in SIZES:
        config = load(Path(shutil.copy(EXAMPLES / f"{size}.toml", tmp_path)))
        devices.append((len(config.camera), sum(len(shelf.plate) for shelf in config.shelf)))
    assert devices == [(1, 1), (3, 11), (6, 34)]


@pytest.mark.parametrize("size", SIZES)
def test_gtins_have_their_check_digit(size: str) -> None:
    gtins = re.findall(r'gtin = "(\d{14})"', (EXAMPLES / f"{size}.toml").read_text("utf-8"))
    assert gtins
    assert len(set(gtins)) == len(gtins)
    for gtin in gtins:
        total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(gtin))
        assert total % 10 == 0, gtin
