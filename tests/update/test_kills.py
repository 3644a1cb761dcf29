"""An update that is killed at any moment: the box boots the old release or the new one, under that one's own units.

STORE_EDGE_UPDATE_KILLS=500 makes it long.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from edge.sim.broker import free_port
from edge.update.apply import confirm
from tests.media import REPO
from tests.update.box import Box

KILLS = int(os.environ.get("STORE_EDGE_UPDATE_KILLS", "8"))
VERSIONS = ("1.0.0", "1.1.0")
WITHIN_S = 10


@pytest.mark.slow
@pytest.mark.timeout(180 + 30 * KILLS)
def test_killed_at_any_moment_the_box_boots_old_or_new(tmp_path: Path) -> None:
    """To and fro between two releases, each built anew; every second time the processes that it started live on."""
    dice = random.Random(KILLS)
    box = Box(tmp_path, free_port())
    tarballs = {"1.0.0": box.tarball("1.0.0"), "1.1.0": box.with_other_units(box.tarball("1.1.0"))}
    units: dict[str, tuple[str, bool]] = {}
    for version in (*VERSIONS, "1.0.0"):
        box.install(tarballs[version])
        units[version] = box.units()
    assert units["1.0.0"] != units["1.1.0"]
    box.service.restart()
    try:
        whole_s = _apply(box, tarballs["1.1.0"], None, all_of_it=True)
        assert box.releases.current() == "1.1.0"
        ends = [
            _killed(box, tarballs, units, dice.uniform(0, 1.1 * whole_s), all_of_it=bool(n % 2)) for n in range(KILLS)
        ]
    finally:
        box.stop()
    assert {"old", "new"} <= set(ends), f"no kill hit on both sides of the switch: {ends}"


def _killed(
    box: Box, tarballs: dict[str, Path], units: dict[str, tuple[str, bool]], after_s: float, *, all_of_it: bool
) -> str:
    """One update that is killed, and the boot after it; which release that box has then."""
    before = box.releases.current()
    target = next(version for version in VERSIONS if version != before)
    shutil.rmtree(box.releases.path(target), ignore_errors=True)
    _apply(box, tarballs[target], after_s, all_of_it=all_of_it)
    found = f"killed after {after_s:.2f} s"
    box.service.restart()
    booted = box.releases.current()
    assert booted in {before, target}, found
    assert box.runs(), found
    if box.releases.trial() is not None:
        confirm(box.releases, box.service, WITHIN_S)
    assert box.releases.trial() is None, found
    assert box.releases.current() == booted, found
    assert box.service.comes_to_health(booted, WITHIN_S) == "", found
    assert box.units() == units[booted], found
    return "old" if booted == before else "new"


def _apply(box: Box, tarball: Path, kill_after_s: float | None, *, all_of_it: bool) -> float:
    """Update, or be killed on the way; how long it took. What was started by it has ended too."""
    command = [sys.executable, "-m", "tests.update.box", "apply", str(box.folder), str(box.port), str(tarball), ""]
    began = time.monotonic()
    update = subprocess.Popen(
        command, cwd=REPO, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        update.wait(kill_after_s)
    except subprocess.TimeoutExpired:
        if all_of_it:
            os.killpg(update.pid, signal.SIGKILL)
        update.kill()
        update.wait()
    while _lives(update.pid):
        time.sleep(0.05)
    return time.monotonic() - began


def _lives(group: int) -> bool:
    """Whether a process of this group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
