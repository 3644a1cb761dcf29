"""A damaged outbox: what is readable is saved, what is not is counted, and no number is given out twice."""

import multiprocessing
import os
import random
import shutil
import sqlite3
import time
import unittest.mock
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge.codec import Source
from edge.errors import OutboxError
from edge.events import ClockState, Direction, FootfallCrossed, Kind, Stamp
from edge.outbox import log, salvage, swap, tables
from edge.outbox.notice import SELF
from edge.outbox.outbox import Outbox

DOOR = Source(Kind.CAMERA, "door")
STAMP = Stamp(wall=datetime(2026, 11, 1, tzinfo=UTC), monotonic_s=1.0, boot_id="b", clock_state=ClockState.TRUSTED)
CROSSED = FootfallCrossed(line="door", direction=Direction.IN, confidence=0.9)
LARGE = 2**30
PAGE = 4096


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outbox.db"


def fill(path: Path, count: int) -> str:
    """So many events, quickly; the epoch."""
    with Outbox(path, quota_bytes=LARGE) as outbox:
        outbox._connection().execute("PRAGMA synchronous=OFF")
        for _ in range(count):
            outbox.append(DOOR, CROSSED, STAMP)
        return outbox.epoch


def spoil(path: Path, page: int) -> None:
    with path.open("r+b") as file:
        file.seek(page * PAGE)
        file.write(os.urandom(PAGE))


def spoil_middle(path: Path) -> None:
    spoil(path, path.stat().st_size // PAGE // 2)


def balanced(outbox: Outbox) -> bool:
    return all(line.accepted == line.delivered + line.pending + sum(line.evicted.values()) for line in outbox.ledger())


def saved(outbox: Outbox, epoch: str) -> list[int]:
    return [row.record.sequence for row in outbox.pending(0, 100_000) if row.record.epoch == epoch]


def test_both_sides_of_a_bad_page_are_saved_and_the_rest_is_counted(path: Path) -> None:
    old = fill(path, 5000)
    spoil_middle(path)
    with Outbox(path, quota_bytes=LARGE) as outbox:
        kept = saved(outbox, old)
        assert len(kept) > 4950
        assert (kept[0], kept[-1]) == (1, 5000)
        ledger = {(line.source, line.epoch): line for line in outbox.ledger()}
        assert ledger[DOOR, old].evicted == {"damaged": 5000 - len(kept)}
        assert ledger[SELF, outbox.epoch].pending == 1
        assert balanced(outbox)
        assert outbox.append(DOOR, CROSSED, STAMP) == 1
        assert outbox.newest() > 5000


def _die_at_rename(path: Path, number: int) -> None:
    rename, done = Path.rename, 0

    def counted(self: Path, target: Path) -> Path:
        nonlocal done
        done += 1
        if done == number:
            os._exit(9)
        return rename(self, target)

    with unittest.mock.patch.object(Path, "rename", counted):
        Outbox(path, quota_bytes=LARGE).close()
    os._exit(0)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_being_killed_during_the_salvage_loses_nothing(path: Path, number: int) -> None:
    old = fill(path, 500)
    spoil_middle(path)
    process = multiprocessing.get_context("fork").Process(target=_die_at_rename, args=(path, number))
    process.start()
    process.join()
    assert process.exitcode == 9
    with Outbox(path, quota_bytes=LARGE) as outbox:
        assert len(saved(outbox, old)) > 450
        assert balanced(outbox)
        assert outbox.epoch > old


def test_a_salvage_that_fails_leaves_the_damaged_file_and_is_tried_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = fill(path, 500)
    spoil_middle(path)
    with monkeypatch.context() as patch:
        patch.setattr(swap, "sync", _disk_is_full)
        with pytest.raises(OutboxError, match="free space"):
            Outbox(path, quota_bytes=LARGE)
    with Outbox(path, quota_bytes=LARGE) as outbox:
        assert len(saved(outbox, old)) > 450


def _disk_is_full(path: Path) -> None:
    raise OSError(28, "No space left on device", str(path))


def test_damage_that_only_a_reader_meets_is_mended(path: Path) -> None:
    old = fill(path, 3000)
    with Outbox(path, quota_bytes=LARGE) as agent, Outbox(path, quota_bytes=LARGE) as uplink:
        for outbox in (agent, uplink):
            outbox._connection().execute("PRAGMA cache_size=0")
        spoil_middle(path)
        with pytest.raises(OutboxError, match="damaged and replaced"):
            uplink.pending(0, 100_000)
        assert len(saved(uplink, old)) > 2900
        assert agent.append(DOOR, CROSSED, STAMP) == 1
        assert agent.epoch == uplink.epoch > old


def _cut_off_with_a_log(path: Path, place: Path) -> Path:
    """A copy of an outbox as a crash leaves it: its last events are only in the log."""
    with Outbox(path, quota_bytes=LARGE) as outbox:
        for _ in range(20):
            outbox.append(DOOR, CROSSED, STAMP)
        place.mkdir()
        for suffix in ("", "-wal"):
            shutil.copy(path.with_name(path.name + suffix), place)
    return place / path.name


def _first_frame(log: bytearray) -> None:
    log[32 + 24 + 100] ^= 0xFF


def _tenth_frame(log: bytearray) -> None:
    log[32 + 10 * (24 + PAGE) + 30] ^= 0xFF


def _header(log: bytearray) -> None:
    log[16:20] = b"salt"


def _all(log: bytearray) -> None:
    log[:] = os.urandom(len(log))


@pytest.mark.parametrize("damage", [_first_frame, _tenth_frame, _header, _all])
def test_after_a_damaged_log_no_number_is_given_out_twice(
    path: Path, tmp_path: Path, damage: Callable[[bytearray], None]
) -> None:
    crashed = _cut_off_with_a_log(path, tmp_path / "crashed")
    log = crashed.with_name("outbox.db-wal")
    content = bytearray(log.read_bytes())
    damage(content)
    log.write_bytes(content)
    with Outbox(path, quota_bytes=LARGE) as before, Outbox(crashed, quota_bytes=LARGE) as outbox:
        assert outbox.epoch > before.epoch
        assert outbox.append(DOOR, CROSSED, STAMP) == 1
        assert balanced(outbox)
        assert list(crashed.parent.glob("outbox.db.damaged-*"))


@pytest.mark.parametrize("torn", [0, 100])
def test_a_log_whose_end_is_torn_is_no_damage(path: Path, tmp_path: Path, torn: int) -> None:
    crashed = _cut_off_with_a_log(path, tmp_path / "crashed")
    log = crashed.with_name("outbox.db-wal")
    os.truncate(log, log.stat().st_size - torn)
    with Outbox(path, quota_bytes=LARGE) as before, Outbox(crashed, quota_bytes=LARGE) as outbox:
        assert outbox.epoch == before.epoch
        assert len(saved(outbox, outbox.epoch)) == 20 - bool(torn)


def test_a_log_in_use_is_sound(path: Path) -> None:
    with Outbox(path, quota_bytes=LARGE) as outbox:
        for _ in range(700):  # over a checkpoint, after which the log is written from its begin
            outbox.append(DOOR, CROSSED, STAMP)
        assert not log.is_broken(path)


def test_rows_that_are_no_events_are_not_saved(path: Path) -> None:
    old = fill(path, 10)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE event_1 SET data = x'00' WHERE id = 3")
        db.execute("UPDATE event_1 SET source = 'nowhere' WHERE id = 4")
        db.execute("UPDATE event_1 SET stamp = 'late' WHERE id = 5")
    db.close()
    salvage.copy(path, swap.making(path), STAMP)
    swap.swap(path)
    with Outbox(path, quota_bytes=LARGE) as outbox:
        assert saved(outbox, old) == [1, 2, 6, 7, 8, 9, 10]
        assert balanced(outbox)


def test_a_new_epoch_sorts_behind_the_old_one_though_the_clock_was_set_back() -> None:
    before = tables.new_epoch(1_800_000_000_000)
    assert tables.new_epoch(1_700_000_000_000, [before, "no epoch", "ffffffffffff-00000000"]) > before
    assert tables.new_epoch(1_900_000_000_000, [before]) > before


def _open_and_append(path: Path, number: int) -> None:
    with Outbox(path, quota_bytes=LARGE) as outbox:
        outbox.append(Source(Kind.CAMERA, f"c{number}"), CROSSED, STAMP)


def test_one_of_many_processes_salvages_and_the_others_follow(path: Path) -> None:
    old = fill(path, 500)
    spoil_middle(path)
    context = multiprocessing.get_context("fork")
    crew = [context.Process(target=_open_and_append, args=(path, number)) for number in range(6)]
    for one in crew:
        one.start()
    for one in crew:
        one.join()
        assert one.exitcode == 0
    assert len([p for p in path.parent.glob("outbox.db.damaged-*") if len(p.suffix) == len(".damaged-12345678")]) == 1
    with Outbox(path, quota_bytes=LARGE) as outbox:
        assert {line.epoch for line in outbox.ledger()} == {old, outbox.epoch}
        assert sum(line.accepted for line in outbox.ledger() if line.source.id.startswith("c")) == 6


def _append_for_ever(path: Path, name: str) -> None:
    with Outbox(path, quota_bytes=LARGE) as outbox:
        while True:
            outbox.append(Source(Kind.CAMERA, name), CROSSED, STAMP)


@pytest.mark.parametrize("together", [False, True], ids=["one by one", "all at once"])
def test_writers_that_are_killed_leave_no_file_that_is_taken_for_damaged(path: Path, together: bool) -> None:
    context, dice = multiprocessing.get_context("fork"), random.Random(7)
    with Outbox(path, quota_bytes=LARGE) as outbox:
        epoch = outbox.epoch
    for _ in range(15):
        crew = [context.Process(target=_append_for_ever, args=(path, name)) for name in ("a", "b")]
        for one in crew:
            one.start()
        time.sleep(dice.uniform(0.05, 0.1))
        crew[0].kill()
        if not together:
            crew[0].join()
            Outbox(path, quota_bytes=LARGE).close()
        for one in crew:
            one.kill()
            one.join()
        with Outbox(path, quota_bytes=LARGE) as outbox:
            assert outbox.epoch == epoch
            assert all(line.accepted == line.pending for line in outbox.ledger())
    assert not list(path.parent.glob("outbox.db.damaged-*"))
