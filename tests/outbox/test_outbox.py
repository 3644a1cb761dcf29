"""Accepted means on the disk, and for each source accepted = delivered + pending + evicted."""

import contextlib
import multiprocessing
import os
import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge.codec import Source
from edge.errors import OutboxError
from edge.events import ClockState, Direction, FootfallCrossed, GatewayStarted, Kind, Stamp
from edge.outbox.notice import SELF
from edge.outbox.outbox import Outbox

DOOR, BACK = Source(Kind.CAMERA, "door"), Source(Kind.CAMERA, "back")
GATEWAY = Source(Kind.GATEWAY, "supervisor")
STAMP = Stamp(wall=datetime(2026, 11, 1, tzinfo=UTC), monotonic_s=1.0, boot_id="b", clock_state=ClockState.TRUSTED)
CROSSED = FootfallCrossed(line="door", direction=Direction.IN, confidence=0.9)
STARTED = GatewayStarted(version="1", config_hash="x" * 200)
LARGE = 2**30


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outbox.db"


def balanced(outbox: Outbox) -> bool:
    return all(line.accepted == line.delivered + line.pending + sum(line.evicted.values()) for line in outbox.ledger())


def sequences(outbox: Outbox, source: Source) -> list[int]:
    return [row.record.sequence for row in outbox.pending(0, 100_000) if row.record.source == source]


def test_a_row_id_is_never_used_again(path: Path) -> None:
    with Outbox(path, quota_bytes=LARGE) as outbox:
        for _ in range(5):
            outbox.append(DOOR, CROSSED, STAMP)
        outbox.ack([row.rowid for row in outbox.pending(0, 10)])
        newest = outbox.newest()
        outbox.append(DOOR, CROSSED, STAMP)
        assert [row.rowid for row in outbox.pending(newest, 10)] == [newest + 1]


def _write_for_ever(path: Path, name: str, told: int) -> None:
    with Outbox(path, quota_bytes=LARGE) as outbox:
        while True:
            number = outbox.append(Source(Kind.CAMERA, name), CROSSED, STAMP)
            os.write(told, f"{name} {number}\n".encode())


def test_eight_processes_write_at_once_and_are_killed_and_nothing_accepted_is_lost(path: Path) -> None:
    context = multiprocessing.get_context("fork")
    reading, writing = os.pipe()
    crew = [context.Process(target=_write_for_ever, args=(path, f"c{n}", writing)) for n in range(8)]
    for one in crew:
        one.start()
    os.close(writing)
    said = b""
    while said.count(b"\n") < 400:
        said += os.read(reading, 65536)
    for one in crew:
        os.kill(one.pid or 0, signal.SIGKILL)
    for one in crew:
        one.join()
    while chunk := os.read(reading, 65536):
        said += chunk
    os.close(reading)
    accepted = [line.split() for line in said.decode().splitlines() if len(line.split()) == 2]
    with Outbox(path, quota_bytes=LARGE) as outbox:
        assert balanced(outbox)
        for n in range(8):
            kept = sequences(outbox, Source(Kind.CAMERA, f"c{n}"))
            assert kept == list(range(1, len(kept) + 1))
            assert len(kept) >= max((int(number) for name, number in accepted if name == f"c{n}"), default=0)


def test_a_full_quota_takes_the_least_important_oldest_first_and_says_so(path: Path) -> None:
    with Outbox(path, quota_bytes=300_000) as outbox:
        for _ in range(300):
            outbox.append(GATEWAY, STARTED, STAMP)  # telemetry
        for _ in range(900):
            outbox.append(DOOR, CROSSED, STAMP)  # traffic
        assert balanced(outbox)
        assert outbox.depth().bytes <= 300_000 + 40_000
        ledger = {line.source: line for line in outbox.ledger()}
        assert ledger[GATEWAY].evicted["quota"] > 0
        assert not ledger[GATEWAY].pending or "quota" not in ledger[DOOR].evicted
        kept = sequences(outbox, DOOR)
        assert kept == list(range(901 - len(kept), 901))
        told = [row.record for row in outbox.pending(0, 10_000) if row.record.type == "outbox.evicted.v1"]
        assert told
        assert ledger[SELF].accepted == len(told)


def _damage_nothing(path: Path) -> None:
    path.write_bytes(b"")
    path.with_name("outbox.db-wal").write_bytes(b"left over")


def _damage_all(path: Path) -> None:
    path.write_bytes(b"this is no database at all" * 1000)


def _damage_end(path: Path) -> None:
    os.truncate(path, path.stat().st_size * 2 // 3)


def _damage_middle(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(os.urandom(4096))


@pytest.mark.parametrize("damage", [_damage_nothing, _damage_all, _damage_end, _damage_middle])
def test_a_damaged_file_is_set_aside_and_what_is_readable_saved(path: Path, damage: object) -> None:
    with Outbox(path, quota_bytes=LARGE) as outbox:
        for _ in range(500):
            outbox.append(DOOR, CROSSED, STAMP)
        old = outbox.epoch
    assert callable(damage)
    damage(path)
    with Outbox(path, quota_bytes=LARGE) as outbox:
        saved = outbox.pending(0, 1000)
        if damage is not _damage_nothing and damage is not _damage_all:
            assert any(row.record.epoch == old for row in saved)
        assert outbox.epoch != old
        assert balanced(outbox)
        assert outbox.append(DOOR, CROSSED, STAMP) == 1
        assert list(path.parent.glob("outbox.db.damaged-*"))


def test_who_has_the_old_file_open_follows_to_the_new_one(path: Path) -> None:
    with Outbox(path, quota_bytes=LARGE) as early:
        early.append(DOOR, CROSSED, STAMP)
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).rename(path.with_name("gone.db" + suffix))
        with Outbox(path, quota_bytes=LARGE) as late:
            early.append(BACK, CROSSED, STAMP)
            assert sequences(late, BACK) == [1]
            assert early.epoch == late.epoch


def test_a_disk_that_refuses_is_told_and_nothing_is_accepted(path: Path) -> None:
    with Outbox(path, quota_bytes=LARGE) as outbox:
        outbox.append(DOOR, CROSSED, STAMP)
        connection = outbox._connection()
        connection.execute(f"PRAGMA max_page_count = {connection.execute('PRAGMA page_count').fetchone()[0]}")
        accepted = 1
        with contextlib.suppress(OutboxError):
            while accepted < 10_000:
                outbox.append(DOOR, CROSSED, STAMP)
                accepted += 1
        with pytest.raises(OutboxError, match="full"):
            outbox.append(DOOR, CROSSED, STAMP)
        assert sequences(outbox, DOOR) == list(range(1, accepted + 1))
        connection.execute("PRAGMA max_page_count = 100000")
        assert outbox.append(DOOR, CROSSED, STAMP) == accepted + 1


def test_looking_at_what_is_not_there_makes_nothing(path: Path) -> None:
    with pytest.raises(OutboxError, match="no such file"):
        Outbox.open_readonly(path)
    assert not path.exists()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutboxError):
        Outbox(tmp_path / "file" / "outbox.db", quota_bytes=LARGE)


def test_what_was_read_from_a_file_that_is_gone_is_not_counted_in_the_new_one(path: Path) -> None:
    with Outbox(path, quota_bytes=LARGE) as uplink:
        uplink.append(DOOR, CROSSED, STAMP)
        old = [row.rowid for row in uplink.pending(0, 10)]
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).rename(path.with_name("gone.db" + suffix))
        with Outbox(path, quota_bytes=LARGE) as agent:
            agent.append(DOOR, CROSSED, STAMP)
            with pytest.raises(OutboxError, match="replaced"):
                uplink.ack(old)
            assert sequences(uplink, DOOR) == [1]
            assert agent.ledger()[0].delivered == 0


def test_a_row_that_cannot_be_read_stops_nobody(path: Path) -> None:
    with Outbox(path, quota_bytes=LARGE) as outbox:
        for _ in range(3):
            outbox.append(DOOR, CROSSED, STAMP)
        outbox._connection().execute("UPDATE event_1 SET stamp = x'00' WHERE sequence = 2")
        assert sequences(outbox, DOOR) == [1, 3]
        assert outbox.ledger()[0].evicted == {"damaged": 1}
        assert balanced(outbox)
