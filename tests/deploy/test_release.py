import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy import made_wheels
from tests.media import REPO

RELEASE = REPO / "deploy" / "release"
NAME = "store-edge-1.0.0-linux-aarch64-cp311"


def release(out: Path, wheels: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command: list[str | Path] = ["bash", RELEASE, "--out", out, "--wheels", wheels, *arguments]
    environment = os.environ | {"SOURCE_DATE_EPOCH": "1767225600", "PYTHON": sys.executable}
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=environment)


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    made_wheels.store_edge(tmp_path / "wheels", "1.0.0")
    made_wheels.with_small_pip(tmp_path / "wheels")
    return tmp_path / "wheels"


@pytest.fixture
def tarball(tmp_path: Path, wheels: Path) -> Path:
    done = release(tmp_path / "out", wheels, "--arch", "aarch64", "--python", "3.11")
    assert done.returncode == 0, done.stderr
    return tmp_path / "out" / f"{NAME}.tar.gz"


def install(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command: list[str | Path] = ["sh", REPO / "deploy/install", "--python", sys.executable, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_the_same_wheels_give_the_same_bytes(tarball: Path, wheels: Path, tmp_path: Path) -> None:
    assert release(tmp_path / "again", wheels, "--arch", "aarch64", "--python", "3.11").returncode == 0
    assert (tmp_path / "again" / tarball.name).read_bytes() == tarball.read_bytes()


def test_a_release_installs_a_box_without_the_repository(tarball: Path, tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    done = install("--tarball", tarball, "--root", root)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (root / "opt/store-edge/current/bin/store-edge").is_file()
    assert "nothing to do" in install("--tarball", tarball, "--root", root).stdout


def test_a_damaged_release_is_refused_before_anything_is_done(tarball: Path, tmp_path: Path) -> None:
    subprocess.run(["tar", "-xzf", str(tarball), "-C", str(tmp_path)], check=True)
    with next((tmp_path / NAME / "wheels").glob("store_edge-*.whl")).open("r+b") as wheel:
        wheel.write(b"\0")
    (tmp_path / "root").mkdir()
    command: list[str | Path] = [
        "sh",
        tmp_path / NAME / "install",
        "--python",
        sys.executable,
        "--root",
        tmp_path / "root",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert "the release is damaged" in done.stderr
    assert not list((tmp_path / "root").iterdir())


def test_its_sum_lies_beside_it(tarball: Path) -> None:
    subprocess.run(["sha256sum", "--check", "--strict", f"{tarball.name}.sha256"], cwd=tarball.parent, check=True)


@pytest.mark.parametrize("arguments", [("--arch", "mips"), ("--nonsense", "1"), ("--arch",)])
def test_wrong_usage_is_status_2(arguments: tuple[str, ...], wheels: Path, tmp_path: Path) -> None:
    done = release(tmp_path, wheels, *arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("release: expected")
