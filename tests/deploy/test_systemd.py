import ctypes
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.media import REPO

SYSTEMD = REPO / "deploy" / "systemd"
UNITS = sorted(SYSTEMD.glob("*.service"))
WORST_EXPOSURE = 2.0
# prctl(2): PR_SET_MDWE with PR_MDWE_REFUSE_EXEC_GAIN is what MemoryDenyWriteExecute= asks of Linux >= 6.3.
PR_SET_MDWE, REFUSE_EXEC_GAIN = 65, 1
UNDER_MDWE = f"""
import ctypes, os, sys
if ctypes.CDLL(None).prctl({PR_SET_MDWE}, {REFUSE_EXEC_GAIN}, 0, 0, 0):
    sys.exit(77)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""


def analyze(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not on this machine (Debian: systemd)")
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, check=False)


def settings(unit: Path) -> list[tuple[str, str]]:
    lines = [line for line in unit.read_text("utf-8").splitlines() if re.match(r"[A-Za-z]+=", line)]
    return [(key, value) for key, _, value in (line.partition("=") for line in lines)]


def test_there_is_a_unit() -> None:
    assert [unit.name for unit in UNITS] == ["store-edge-confirm.service", "store-edge.service"]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_exposes_little(unit: Path) -> None:
    done = analyze("security", "--offline=yes", unit)
    if "unrecognized option" in done.stderr:
        pytest.skip("systemd-analyze security knows no --offline (systemd >= 250 does)")
    found = re.search(r"Overall exposure level for \S+: ([0-9.]+)", done.stdout)
    assert found, done.stdout + done.stderr
    assert float(found[1]) <= WORST_EXPOSURE


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_reads_it_without_a_complaint(unit: Path, tmp_path: Path) -> None:
    there = tmp_path / unit.name
    program = "ExecStart=/opt/store-edge/current/bin/store-edge"
    text = unit.read_text("utf-8")
    assert program in text
    there.write_text(text.replace(program, f"ExecStart={shutil.which('true')}"), "utf-8")
    done = analyze("verify", there)
    assert [line for line in done.stderr.splitlines() if unit.name in line] == []


def test_it_is_watched_restarted_and_kept_apart() -> None:
    told = settings(SYSTEMD / "store-edge.service")
    for one in (
        ("Type", "notify"),
        ("Restart", "always"),
        ("User", "store-edge"),
        ("SupplementaryGroups", "dialout video"),
        ("StateDirectory", "store-edge"),
        ("OOMPolicy", "continue"),
        ("Environment", "ORT_DISABLE_TELEMETRY=1"),
    ):
        assert one in told, one
    assert {"WatchdogSec", "RestartSec", "MemoryMax"} <= {key for key, _ in told}


@pytest.mark.parametrize("file", ["deploy/install", "deploy/container/Dockerfile"])
def test_whatever_else_loads_the_inference_keeps_it_quiet(file: str) -> None:
    assert "ORT_DISABLE_TELEMETRY=1" in (REPO / file).read_text("utf-8")


def test_the_kernel_knows_every_driver_that_the_unit_allows() -> None:
    """A name that no loaded driver has registered is passed over when the service starts, and stays forbidden."""
    allowed = {value.split()[0] for key, value in settings(SYSTEMD / "store-edge.service") if key == "DeviceAllow"}
    loaded_by = {"char-ttyUSB": "usbserial", "char-ttyACM": "cdc_acm", "char-video4linux": "videodev"}
    modules = (SYSTEMD / "store-edge.modules").read_text("utf-8").splitlines()
    assert allowed - loaded_by.keys() == {"char-ttyS", "char-ttyAMA"}, "the board's own ports: never plugged in late"
    assert loaded_by.keys() <= allowed
    assert set(loaded_by.values()) == {line for line in modules if not line.startswith("#")}


def test_no_library_needs_memory_that_is_written_and_run() -> None:
    """Decoder, inference and arrays under what MemoryDenyWriteExecute= forbids."""
    if not hasattr(ctypes.CDLL(None), "prctl"):
        pytest.skip("not a Linux")
    work = "import av, cv2, numpy, zxingcpp; from edge.vision.detector import load_detector as load; "
    work += "load('person').detect(numpy.zeros((360, 640, 3), dtype=numpy.uint8))"
    environment = os.environ | {"PYTHONPATH": str(REPO), "ORT_DISABLE_TELEMETRY": "1"}
    command = [sys.executable, "-c", UNDER_MDWE, "-c", work]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode == 77:
        pytest.skip("this kernel has no PR_SET_MDWE (Linux >= 6.3 does)")
    assert done.returncode == 0, done.stderr


def test_udev_reads_the_rules() -> None:
    rules = sorted((REPO / "deploy/udev").glob("*.rules"))
    assert rules
    if shutil.which("udevadm") is None:
        pytest.skip("udevadm is not on this machine (Debian: udev)")
    done = subprocess.run(["udevadm", "verify", *rules], capture_output=True, text=True, check=False)
    if "Unknown" in done.stderr or "unrecognized" in done.stderr:
        pytest.skip("udevadm knows no verify (systemd >= 254 does)")
    assert done.returncode == 0, done.stderr
