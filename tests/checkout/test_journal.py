"""What happened is on the disk, in order, whole, and enough to know where a lane stands."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from edge.checkout.bagging.learning import Candidate, WeightBook
from edge.checkout.journal import KEPT, Journal
from edge.checkout.journal_entry import Entry
from edge.checkout.journal_reader import JournalError, JournalReader
from edge.checkout.session.inputs import Key, Pressed
from edge.checkout.session.state import LaneState
from edge.events import ClockState, Stamp

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def entry(n: int, at: datetime = NOON) -> Entry:
    stamp = Stamp(wall=at, monotonic_s=float(n), boot_id="b", clock_state=ClockState.TRUSTED)
    return Entry(n=n, s=float(n), stamp=stamp, session="j-000001", book="v1", input=Pressed(key=Key.PAY, line=n))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "checkout" / "sco-1.journal"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    with Journal(path, "j") as one:
        yield one


def test_what_was_written_is_there_again(path: Path, journal: Journal) -> None:
    journal.append([entry(1), entry(2)])
    journal.append([entry(3)])
    journal.close()
    with Journal(path, "another") as again:
        assert again.name == "j"
        assert again.last == 3
        assert list(again.entries()) == [entry(1), entry(2), entry(3)]
        assert again.resume().entries == tuple(again.entries())


def test_a_snapshot_shortens_the_way_back(journal: Journal) -> None:
    journal.append([entry(1), entry(2)])
    weights = WeightBook()
    weights.learn("k", Candidate(300.0, "s", 1))
    journal.keep(LaneState(sessions=7), weights, NOON)
    journal.append([entry(3)])
    found = journal.resume()
    assert (found.state.sessions, found.last, found.entries) == (7, 2, (entry(3),))
    assert journal.weights() == weights


def test_price_books_are_kept_once(journal: Journal) -> None:
    for text in ("other", "code,name\n"):
        journal.keep_book("v1", "csv", text, NOON)
    assert journal.book("v1") == ("csv", "code,name\n")
    assert journal.book("v2") is None


def test_what_is_older_than_a_month_goes_and_the_chain_holds(path: Path, journal: Journal) -> None:
    for day in range(60):
        journal.append([entry(day + 1, NOON + timedelta(days=day))])
        journal.keep(LaneState(sessions=day), WeightBook(), NOON + timedelta(days=day))
    kept = list(journal.entries())
    assert KEPT.days <= len(kept) <= KEPT.days + 2
    journal.close()
    with Journal(path, "j") as again:
        assert not again.damage
        assert again.last == 60
        assert again.resume().state.sessions == 59


def test_what_is_too_much_goes_whatever_its_age(tmp_path: Path) -> None:
    with Journal(tmp_path / "one", "j", most_bytes=400_000) as journal:
        for n in range(1, 4001):
            journal.append([entry(n)])
            if n % 20 == 0:
                journal.keep(LaneState(sessions=n), WeightBook(), NOON)
        assert (tmp_path / "one").stat().st_size < 800_000
        assert 0 < len(list(journal.entries())) < 2000
        assert journal.resume().state.sessions == 4000
    with Journal(tmp_path / "one", "j") as again:
        assert not again.damage


def test_price_books_go_after_the_last_session_that_needs_them(journal: Journal) -> None:
    journal.keep_book("old", "csv", "text", NOON)
    journal.keep_book("new", "csv", "text", NOON + 2 * KEPT)
    journal.append([entry(1)])
    journal.keep(LaneState(), WeightBook(), NOON + 2 * KEPT + timedelta(days=1))
    assert journal.book("old") is None
    assert journal.book("new") is not None


DAMAGE = {
    "changed": "UPDATE entry SET data = CAST(replace(data, 'pay', 'cancel') AS BLOB) WHERE n = 4",
    "missing": "DELETE FROM entry WHERE n = 4",
    "torn": "UPDATE entry SET data = substr(data, 1, 40) WHERE n = 4",
    "unlinked": "UPDATE entry SET link = x'00' WHERE n = 4",
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_tail_is_cut_off_and_the_lane_goes_on_from_the_last_good_entry(
    path: Path, journal: Journal, damage: str
) -> None:
    journal.append([entry(1), entry(2)])
    journal.keep(LaneState(sessions=5), WeightBook(), NOON)
    journal.append([entry(3), entry(4), entry(5)])
    journal.close()
    with sqlite3.connect(path) as db:
        db.execute(damage)
    db.close()
    with Journal(path, "new") as again:
        assert "after 3 do not follow" in again.damage
        assert (again.name, again.former, again.last) == ("new", "j", 3)
        assert (again.resume().state.sessions, again.resume().entries) == (5, (entry(3),))
        again.append([entry(4)])
    with Journal(path, "newer") as again:
        assert (again.damage, again.name, again.last) == ("", "new", 4)
    assert path.with_name(path.name + ".damaged").exists()


def test_a_journal_is_read_while_its_lane_writes(path: Path, journal: Journal) -> None:
    journal.append([entry(1)])
    with JournalReader.open(path) as reader:
        assert (reader.name, reader.sessions()) == ("j", [("j-000001", 1, 1)])
        journal.append([entry(2)])
        assert list(reader.entries(upto=9)) == [entry(1), entry(2)]


def test_what_is_no_journal_is_told(tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"x" * 5000)
    for name in ("other", "absent"):
        with pytest.raises(JournalError, match="expected a lane's journal"):
            JournalReader.open(tmp_path / name)
    assert not (tmp_path / "absent").exists()


def test_a_state_before_any_entry_can_be_had_again(journal: Journal) -> None:
    journal.append([entry(1), entry(2)])
    journal.keep(LaneState(sessions=5), WeightBook(), NOON)
    journal.append([entry(3), entry(4)])
    found = journal.before(4)
    assert (found.state.sessions, found.last, found.entries) == (5, 2, (entry(3),))
    assert (journal.before(2).last, journal.before(2).entries) == (0, (entry(1),))


@pytest.mark.parametrize("damage", ["rubbish", "unhooked", "no database", "holes"])
def test_a_journal_that_gives_no_state_is_set_aside_and_told(path: Path, journal: Journal, damage: str) -> None:
    for n in range(0, 300, 3):
        journal.append([entry(n + 1), entry(n + 2), entry(n + 3)])
    journal.keep(LaneState(), WeightBook(), NOON)
    journal.close()
    if damage == "holes":
        data = bytearray(path.read_bytes())
        data[4096 : len(data)] = b"\xff" * (len(data) - 4096)
        path.write_bytes(data)
    elif damage == "no database":
        path.write_bytes(b"x" * 5000)
        for rest in ("-wal", "-shm"):
            path.with_name(path.name + rest).unlink(missing_ok=True)
    else:
        with sqlite3.connect(path) as db:
            db.execute(
                {
                    "rubbish": "UPDATE snapshot SET state = 'x'",
                    "unhooked": "DELETE FROM entry WHERE n = 300",
                }[damage]
            )
        db.close()
    with Journal(path, "new") as again:
        assert "set aside" in again.damage
        assert (again.name, again.last) == ("new", 0)
        again.append([entry(1)])
    assert path.with_name(path.name + ".damaged").exists()


def test_a_full_or_absent_disk_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(JournalError, match="expected a journal"):
        Journal(tmp_path / "file" / "sco-1.journal", "j")


def test_an_entry_that_was_not_written_is_not_counted(journal: Journal) -> None:
    journal.append([entry(1)])
    with pytest.raises(JournalError):
        journal.append([entry(2), entry(1)])
    assert journal.last == 1
    journal.append([entry(2)])
    assert [one.n for one in journal.entries()] == [1, 2]
