"""An update on a box: kept when the new release is well, taken back when it is not, whole whenever it is killed."""

import dataclasses
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edge.sim.broker import free_port
from edge.update.apply import UpdateError, apply, confirm
from edge.update.bundle import BundleError
from edge.update.releases import is_newer
from edge.update.self_test import SelfTestError
from edge.update.signature import SignatureError
from tests.media import REPO
from tests.update.box import Box

STEPS = ("verify", "unpack", "stage", "self-test", "trial", "switch", "restart", "confirm", "keep")


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def box(tmp_path: Path, port: int) -> Iterator[Box]:
    box = Box(tmp_path, port)
    box.install(box.tarball("1.0.0"))
    box.service.restart()
    yield box
    box.stop()


def test_a_release_that_is_well_is_kept(box: Box) -> None:
    steps: list[str] = []
    assert apply(box.plan(box.tarball("1.1.0")), box.releases, box.service, steps.append) == "1.1.0"
    assert tuple(steps) == STEPS
    assert (box.releases.current(), box.releases.previous(), box.releases.trial()) == ("1.1.0", "1.0.0", None)
    assert box.service.trouble("1.1.0") == ""
    assert apply(box.plan(box.tarball("1.1.0")), box.releases, box.service) == "1.1.0", "again: nothing to do"
    with pytest.raises(UpdateError, match=r"newer than 1\.1\.0"):
        apply(box.plan(box.tarball("1.0.9")), box.releases, box.service)
    assert apply(box.plan(box.tarball("1.0.9"), older=True), box.releases, box.service) == "1.0.9"


def test_what_was_cut_off_after_the_switch_is_brought_to_its_end(box: Box) -> None:
    tarball = box.tarball("1.1.0")
    with pytest.raises(KeyboardInterrupt):
        apply(box.plan(tarball), box.releases, box.service, _dies_before("restart"))
    assert box.releases.trial() is not None
    steps: list[str] = []
    assert apply(box.plan(tarball), box.releases, box.service, steps.append) == "1.1.0"
    assert steps == ["verify", "unpack", "restart", "confirm", "keep"]
    assert box.releases.trial() is None


def test_a_tarball_that_is_changed_after_the_look_is_not_the_one_that_is_used(box: Box) -> None:
    signed, other = box.tarball("1.1.0"), box.tarball("1.2.0", signed=False)

    def swapped(step: str) -> None:
        if step == "unpack":
            other.replace(signed)

    assert apply(box.plan(signed), box.releases, box.service, swapped) == "1.1.0"


def test_recordings_that_are_not_there_are_no_self_test_passed(box: Box, tmp_path: Path) -> None:
    plan = dataclasses.replace(box.plan(box.tarball("1.1.0")), recordings=tmp_path / "none")
    with pytest.raises(SelfTestError, match="expected recordings"):
        apply(plan, box.releases, box.service)
    assert (box.releases.current(), box.releases.trial()) == ("1.0.0", None)


def test_a_release_that_does_not_come_to_health_is_taken_back(box: Box) -> None:
    with pytest.raises(UpdateError, match=r"1\.1\.0 did not come to health .*not me.*; 1\.0\.0 runs again"):
        apply(box.plan(box.tarball("1.1.0", ok=False)), box.releases, box.service)
    assert (box.releases.current(), box.releases.trial()) == ("1.0.0", None)
    assert box.service.comes_to_health("1.0.0", 10) == ""


def test_units_and_rules_of_a_release_that_is_taken_back_are_taken_back_too(box: Box) -> None:
    """At once, and by the sh that runs before a start, and for one that was installed before releases kept theirs."""
    before = box.units()
    tarball = box.with_other_units(box.tarball("1.1.0", ok=False))
    shutil.rmtree(box.releases.path("1.0.0") / "system")
    seen: list[tuple[str, bool]] = []
    with pytest.raises(UpdateError, match=r"1\.0\.0 runs again"):
        apply(box.plan(tarball), box.releases, box.service, lambda _step: seen.append(box.units()))
    assert ("# 1.1.0", True) in seen
    assert box.units() == before
    with pytest.raises(KeyboardInterrupt):
        apply(box.plan(tarball), box.releases, box.service, _dies_before("confirm"))
    assert box.units() == ("# 1.1.0", True)
    for _ in range(4):
        box.service.restart()
    assert (box.releases.current(), box.releases.trial()) == ("1.0.0", None)
    assert box.units() == before


def test_units_of_an_update_that_was_cut_off_before_the_switch_are_taken_back_at_the_next_start(box: Box) -> None:
    before = box.units()
    with pytest.raises(KeyboardInterrupt):
        apply(box.plan(box.with_other_units(box.tarball("1.1.0"))), box.releases, box.service, _dies_before("restart"))
    box.releases.switch("1.0.0")
    assert box.units() == ("# 1.1.0", True)
    box.service.restart()
    assert (box.releases.trial(), box.units()) == (None, before)


def test_a_gateway_that_starts_in_the_middle_of_an_update_does_not_end_its_trial(box: Box) -> None:
    tarball = box.with_other_units(box.tarball("1.1.0", ok=False))

    def starts(step: str) -> None:
        if step == "switch":
            box.service.restart()

    with pytest.raises(UpdateError, match=r"1\.1\.0 did not come to health"):
        apply(box.plan(tarball), box.releases, box.service, starts)
    assert box.releases.current() == "1.0.0"


def _dies_before(fatal: str) -> Callable[[str], None]:
    def dies(step: str) -> None:
        if step == fatal:
            raise KeyboardInterrupt

    return dies


def test_going_back_by_hand_takes_away_what_only_the_newer_release_has(box: Box) -> None:
    before = box.units()
    box.install(box.with_other_units(box.tarball("1.1.0")))
    assert box.units() == ("# 1.1.0", True)
    box.install(box.tarball("1.0.0"))
    assert (box.releases.current(), box.units()) == ("1.0.0", before)


@pytest.mark.parametrize(("of_file", "of_folder"), [(0o666, 0o755), (0o620, 0o755), (0o644, 0o777)])
def test_keys_that_somebody_else_could_have_written_are_not_believed(box: Box, of_file: int, of_folder: int) -> None:
    box.public.chmod(of_file)
    folder = box.public.parent
    was = folder.stat().st_mode
    folder.chmod(of_folder)
    try:
        with pytest.raises(SignatureError, match=r"owned by root and writable by nobody else.*chmod 0"):
            apply(box.plan(box.tarball("1.1.0")), box.releases, box.service)
    finally:
        folder.chmod(was)
    assert not box.releases.path("1.1.0").exists()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file away")
def test_keys_of_another_user_are_not_believed(box: Box) -> None:
    os.chown(box.public, 65534, 65534)
    with pytest.raises(SignatureError, match="found user 65534"):
        apply(box.plan(box.tarball("1.1.0")), box.releases, box.service)


def test_a_release_that_refuses_the_configuration_is_not_switched_to(box: Box) -> None:
    tarball = box.tarball("1.1.0", checks=False)
    with pytest.raises((SelfTestError, UpdateError)):
        apply(box.plan(tarball), box.releases, box.service)
    assert (box.releases.current(), box.releases.trial()) == ("1.0.0", None)


def test_what_nobody_signed_is_not_unpacked(box: Box) -> None:
    tarball = box.tarball("1.1.0", signed=False)
    with pytest.raises(BundleError, match="its signature"):
        apply(box.plan(tarball), box.releases, box.service)
    tarball = box.tarball("1.1.0")
    data = bytearray(tarball.read_bytes())
    data[len(data) // 2] ^= 1
    tarball.write_bytes(data)
    with pytest.raises(SignatureError, match="damaged or forged"):
        apply(box.plan(tarball), box.releases, box.service)
    assert box.releases.current() == "1.0.0"
    assert not box.releases.path("1.1.0").exists()


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("healthy", "steps"),
    [(True, ("stage", "trial", "switch", "restart", "confirm", "keep")), (False, ("switch", "confirm", "restart-old"))],
)
def test_killed_at_any_step_the_box_boots_old_or_new(
    tmp_path: Path, port: int, healthy: bool, steps: tuple[str, ...]
) -> None:
    """Each step that changes something in turn; then the box boots, and what it finds is brought to an end."""
    box = Box(tmp_path, port)
    box.install(box.tarball("1.0.0"))
    ends = []
    try:
        for n, step in enumerate(steps, 1):
            before, version = box.releases.current(), f"1.{n}.0"
            tarball = box.tarball(version, ok=healthy)
            command = [sys.executable, "-m", "tests.update.box", "apply", str(tmp_path), str(port), str(tarball), step]
            done = subprocess.run(command, cwd=REPO, check=False, capture_output=True)
            assert done.returncode in {-signal.SIGKILL, 0, 1}, done.stderr
            assert box.releases.current() in {before, version}, step
            assert box.runs(), step
            for _ in range(5 if not healthy else 1):
                box.service.restart()
            if box.releases.trial() is not None:
                try:
                    confirm(box.releases, box.service, 4)
                except UpdateError:
                    assert not healthy
            assert box.releases.trial() is None, step
            assert box.runs(), step
            assert box.service.comes_to_health(box.releases.current(), 10) == "", step
            assert healthy or box.releases.current() == "1.0.0"
            ends.append(box.releases.current() == version)
    finally:
        box.stop()
    assert any(ends) is healthy
    assert len(list(box.releases.folder.glob("incoming-*"))) <= 1, "what was cut off is cleared away by the next"


@pytest.mark.parametrize(
    ("new", "old", "newer"),
    [
        ("1.10.0", "1.9.0", True),
        ("1.0.0", "1.0.0", False),
        ("1.0.1", "1.0", True),
        ("1.0.0rc1", "1.0.0", False),
        ("1.0.0", "1.0.0rc2", True),
        ("0.9", "1.0", False),
        ("1.0.post1", "1.0", True),
        ("1.0.0", "1.0", False),
        ("nonsense", "1.0", False),
    ],
)
def test_versions_are_compared_as_numbers(new: str, old: str, newer: bool) -> None:
    assert is_newer(new, old) is newer


def test_what_was_not_well_before_need_only_run(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    def told(**agents: tuple[bool, str]) -> dict[str, object]:
        shown = {name: {"ok": ok, "status": status, "reason": "offline"} for name, (ok, status) in agents.items()}
        return {"ok": all(ok for ok, _ in agents.values()), "version": "1.0.0", "agents": shown}

    service = box.service
    for shown, ailing, trouble in (
        (told(door=(False, "running"), uplink=(True, "running")), ["door"], ""),
        (told(door=(False, "running")), [], "door: offline"),
        (told(door=(False, "failed")), ["door"], "door: offline"),
        (told(door=(True, "running"), uplink=(False, "running")), ["door"], "uplink: offline"),
    ):
        monkeypatch.setattr(type(service), "_told", lambda _self, shown=shown: shown)
        assert service.trouble("1.0.0", ailing) == trouble
    assert service.ailing() == ("uplink",)
    box.releases.begin_trial("1.0.0", "1.1.0", ["camera/door", "uplink"])
    trial = box.releases.trial()
    assert trial is not None
    assert trial.ailing == ("camera/door", "uplink")
