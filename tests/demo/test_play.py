"""The demo itself: the real processes, from the clip to the subscriber."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.media import REPO

ENVIRONMENT = os.environ | {"PYTHONPATH": str(REPO), "COLUMNS": "120"}


def command(tmp_path: Path, *arguments: str) -> list[str]:
    paths = ("--json", str(tmp_path / "ledger.json"), "--picture", str(tmp_path / "seen.png"))
    return [sys.executable, "-m", "edge", "demo", *paths, *arguments]


def children_of(pid: int) -> set[int]:
    """All processes below one."""
    found: set[int] = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile
        if int(fields[1]) == pid:
            child = int(stat.parent.name)
            found |= {child} | children_of(child)
    return found


def alive(pid: int) -> bool:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.slow
@pytest.mark.timeout(150)
def test_what_is_counted_is_published_and_received(tmp_path: Path) -> None:
    done = subprocess.run(
        command(tmp_path, "--fast", "--seconds", "90"),
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        check=False,
        timeout=140,
    )
    assert done.returncode == 0, done
    assert "Traceback" not in done.stderr
    ledger = json.loads((tmp_path / "ledger.json").read_text())
    assert ledger["ok"] is True
    assert ledger["truth"] == {"in": 9, "out": 5}
    assert ledger["counted"] == ledger["published"] == ledger["received"]
    assert ledger["counted"]["in"] > 0
    assert (ledger["lost"], ledger["gaps"]) == (0, 0)
    shop = ledger["occupancy"]
    assert (shop["truth"], shop["ok"]) == (4, True)
    assert shop["received"] == ledger["counted"]["in"] - ledger["counted"]["out"]
    lane = ledger["lanes"]["sco-1"]
    assert lane["truth"] == lane["received"]
    assert lane["truth"]["sales"] > 0
    assert ledger["cameras"]["entrance"]["received"] == ledger["received"]
    assert (tmp_path / "seen.png").stat().st_size > 10_000
    assert "agree" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(("after_s", "number"), [(1.0, signal.SIGINT), (6.0, signal.SIGINT), (6.0, signal.SIGTERM)])
def test_ctrl_c_ends_it_soon_and_leaves_nothing(tmp_path: Path, after_s: float, number: signal.Signals) -> None:
    with subprocess.Popen(
        command(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT
    ) as process:
        time.sleep(after_s)
        children = children_of(process.pid)
        process.send_signal(number)
        began = time.monotonic()
        _, said = process.communicate(timeout=10)
        took_s = time.monotonic() - began
    assert process.returncode == 130
    assert took_s <= 2.0
    assert "Traceback" not in said
    assert not [pid for pid in children if alive(pid)]


@pytest.mark.slow
def test_a_model_that_does_not_exist_is_said_in_one_line(tmp_path: Path) -> None:
    done = subprocess.run(
        command(tmp_path, "--model", "nobody"), capture_output=True, text=True, env=ENVIRONMENT, check=False, timeout=60
    )
    assert done.returncode in {1, 2}
    (line,) = done.stderr.splitlines()
    assert line.startswith("store-edge: ")
    assert "nobody" in line
