"""Disks that are full or read-only, and looking into an outbox without touching it."""

import contextlib
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge.codec import Source
from edge.errors import OutboxError
from edge.events import CheckoutSessionOpened, ClockState, Direction, FootfallCrossed, Kind, Priority, Stamp
from edge.outbox.outbox import Outbox

DOOR, LANE = Source(Kind.CAMERA, "door"), Source(Kind.CHECKOUT, "lane")
STAMP = Stamp(wall=datetime(2026, 11, 1, tzinfo=UTC), monotonic_s=1.0, boot_id="b", clock_state=ClockState.TRUSTED)
CROSSED = FootfallCrossed(line="door", direction=Direction.IN, confidence=0.9)
LARGE = 2**30


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MiB."""
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "none", place], capture_output=True, check=False
    ).returncode:
        pytest.skip("mounting a small disk needs root")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


def sequences(outbox: Outbox) -> list[int]:
    return [row.record.sequence for row in outbox.pending(0, 100_000)]


def test_a_full_disk_is_told_and_with_space_it_goes_on(disk: Path) -> None:
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(512 * 1024))
    accepted = 0
    with Outbox(disk / "outbox.db", quota_bytes=LARGE) as outbox:
        with contextlib.suppress(OutboxError):
            while accepted < 10_000:
                outbox.append(DOOR, CROSSED, STAMP)
                accepted += 1
        assert accepted > 0
        with pytest.raises(OutboxError, match="free space on its disk"):
            outbox.append(DOOR, CROSSED, STAMP)
        assert sequences(outbox) == list(range(1, accepted + 1))
        ballast.unlink()
        assert outbox.append(DOOR, CROSSED, STAMP) == accepted + 1
    with Outbox(disk / "outbox.db", quota_bytes=LARGE) as outbox:
        assert sequences(outbox) == list(range(1, accepted + 2))


def test_on_a_disk_that_its_own_files_fill_it_helps_itself(disk: Path) -> None:
    with Outbox(disk / "outbox.db", quota_bytes=LARGE) as outbox:
        copy = disk / "outbox.db.damaged-0123abcd"
        copy.write_bytes(bytes(256 * 1024))
        with contextlib.suppress(OutboxError):
            for _ in range(10_000):
                outbox.append(DOOR, CROSSED, STAMP)
        assert not copy.exists()
        accepted = sequences(outbox)
        delivered = [row.rowid for row in outbox.pending(0, len(accepted) // 2)]
        for rowid in delivered:
            outbox.ack([rowid])
        assert sequences(outbox) == accepted[len(delivered) :]
        assert outbox.append(DOOR, CROSSED, STAMP) == accepted[-1] + 1


def test_a_full_disk_at_the_start_is_told(disk: Path) -> None:
    with contextlib.suppress(OSError):
        (disk / "ballast").write_bytes(bytes(2 * 2**20))
    with pytest.raises(OutboxError, match="free space on its disk"):
        Outbox(disk / "outbox.db", quota_bytes=LARGE)
    (disk / "ballast").unlink()
    with Outbox(disk / "outbox.db", quota_bytes=LARGE) as outbox:
        assert outbox.append(DOOR, CROSSED, STAMP) == 1


def test_a_read_only_disk_is_told(disk: Path) -> None:
    with Outbox(disk / "outbox.db", quota_bytes=LARGE) as outbox:
        outbox.append(DOOR, CROSSED, STAMP)
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    with pytest.raises(OutboxError, match="let this user write there"):
        Outbox(disk / "outbox.db", quota_bytes=LARGE)
    with Outbox.open_readonly(disk / "outbox.db") as outbox:
        assert sequences(outbox) == [1]


def test_looking_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "an odd #name?.db"
    with Outbox(path, quota_bytes=LARGE) as outbox:
        outbox.append(DOOR, CROSSED, STAMP)
    files = sorted(tmp_path.iterdir())
    with Outbox.open_readonly(path) as outbox:
        assert (outbox.depth().rows, len(outbox.pending(0, 10)), len(outbox.ledger())) == (1, 1, 1)
        assert sorted(tmp_path.iterdir()) == files
        with pytest.raises(OutboxError, match="to look at"):
            outbox.append(DOOR, CROSSED, STAMP)


def test_looking_while_it_is_written_sees_what_was_accepted(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    with Outbox(path, quota_bytes=LARGE) as writer:
        writer.append(DOOR, CROSSED, STAMP)
        with Outbox.open_readonly(path) as outbox:
            assert sequences(outbox) == [1]


def test_looking_at_a_damaged_row_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    with Outbox(path, quota_bytes=LARGE) as writer:
        writer.append(DOOR, CROSSED, STAMP)
        writer._connection().execute("UPDATE event_1 SET stamp = x'00'")
        with Outbox.open_readonly(path) as outbox:
            assert outbox.pending(0, 10) == []
        assert writer.depth().rows == 1


def test_looking_at_what_is_no_outbox_is_told(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("dear all")
    with pytest.raises(OutboxError, match="found"):
        Outbox.open_readonly(path)


def test_mixed_priorities_give_their_space_back(tmp_path: Path) -> None:
    with Outbox(tmp_path / "outbox.db", quota_bytes=400_000) as outbox:
        outbox._connection().execute("PRAGMA synchronous=OFF")
        for _ in range(1000):
            outbox.append(DOOR, CROSSED, STAMP)
            outbox.append(LANE, CheckoutSessionOpened(session="s"), STAMP)
        ledger = {line.source: line for line in outbox.ledger()}
        assert ledger[DOOR].evicted["quota"] > 100
        assert ledger[LANE].evicted == {}, f"{Priority.CHECKOUT.name} goes last"


def test_threads_share_one_outbox(tmp_path: Path) -> None:
    with Outbox(tmp_path / "outbox.db", quota_bytes=LARGE) as outbox:
        numbers: list[int] = []
        crew = [
            threading.Thread(target=lambda: numbers.extend(outbox.append(DOOR, CROSSED, STAMP) for _ in range(20)))
            for _ in range(4)
        ]
        for one in crew:
            one.start()
        for one in crew:
            one.join()
        assert sorted(numbers) == list(range(1, 81))
