"""The store of price books: whatever is killed or broken on the way, there is a whole book."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from edge.checkout.price_book_record import PriceBookError
from edge.checkout.price_book_store import KEPT, PriceBookStore
from tests.checkout.books import NOON, TERMS

KEY = "00000096385074"


def text(price: str) -> str:
    return f"code,name,price\n96385074,Tea,{price}\n"


def price_in(store: PriceBookStore) -> int | None:
    book = store.current()
    return None if book is None else book.find(KEY, NOON).price


@pytest.fixture
def store(tmp_path: Path) -> PriceBookStore:
    return PriceBookStore(tmp_path / "price-books", TERMS)


def books(store: PriceBookStore) -> list[str]:
    return sorted(path.name for path in store.folder.glob("*.csv"))


def test_there_is_none_before_the_first(store: PriceBookStore) -> None:
    assert store.current() is None
    assert store.pin("sco-1") is None
    assert store.pinned("sco-1") is None


def test_a_new_book_takes_the_place_of_the_old(store: PriceBookStore) -> None:
    for major, minor in (("3.50", 350), ("3.60", 360), ("3.50", 350), ("3.50", 350)):
        assert store.put(text(major), "csv").find(KEY, NOON).price == minor
        assert price_in(PriceBookStore(store.folder, TERMS)) == minor
    store.put('{"products": [{"code": "96385074", "name": "Tea", "price": 4}]}', "json")
    assert price_in(store) == 400


@pytest.mark.parametrize("broken", ["", text("0"), text("3.60")[:-1], text("3.60") + "96385074,Tea,3.70\n", "\x00"])
def test_a_broken_update_leaves_the_old_one(store: PriceBookStore, broken: str) -> None:
    store.put(text("3.50"), "csv")
    before = sorted(store.folder.rglob("*"))
    with pytest.raises(PriceBookError):
        store.put(broken, "csv")
    assert price_in(store) == 350
    assert sorted(store.folder.rglob("*")) == before


def test_a_pinned_version_outlives_any_number_of_updates(store: PriceBookStore) -> None:
    first = store.put(text("1.00"), "csv")
    assert store.pin("sco-1") == first
    for n in range(2, 12):
        store.put(text(f"{n}.00"), "csv")
    assert store.pinned("sco-1") == first
    assert price_in(store) == 1100
    assert len(books(store)) == KEPT + 2
    store.let_go("sco-1")
    store.let_go("sco-1")
    store.put(text("12.00"), "csv")
    assert len(books(store)) == KEPT + 1
    assert store.pinned("sco-1") is None


def test_a_pin_is_of_its_holder_and_moves_with_the_next_session(store: PriceBookStore) -> None:
    store.put(text("1.00"), "csv")
    store.pin("sco-1")
    second = store.put(text("2.00"), "csv")
    assert store.pin("sco-2") == second
    assert store.pinned("sco-1") != second
    assert store.pin("sco-1") == second


@pytest.mark.parametrize("holder", ["", "../x", ".making", "a/b", "x" * 65])
def test_a_holder_is_a_name_and_no_path(store: PriceBookStore, holder: str) -> None:
    store.put(text("1.00"), "csv")
    with pytest.raises(PriceBookError, match="the id of a lane"):
        store.pin(holder)


def test_a_book_that_was_damaged_on_the_disk_is_not_sold_from(store: PriceBookStore) -> None:
    version = store.put(text("3.50"), "csv").version
    path = store.folder / f"{version}.csv"
    for damaged in (text("0.50").encode(), b"\xff\xfe", b""):
        path.write_bytes(damaged)
        with pytest.raises(PriceBookError, match="damaged"):
            store.current()
    path.unlink()
    with pytest.raises(PriceBookError, match="found none"):
        store.current()
    (store.folder / "current").write_text("../../etc/passwd")
    with pytest.raises(PriceBookError, match="the name of a price book"):
        store.current()
    assert store.put(text("3.50"), "csv").version == version
    assert price_in(store) == 350


class Killed(BaseException):
    """The process is gone at this step."""


def kill_at(monkeypatch: pytest.MonkeyPatch, die_at: int) -> None:
    """At that step on the disk, counted from 0, the process is killed instead."""
    steps = iter(range(1_000_000))

    def dying(real: Callable[..., object]) -> Callable[..., object]:
        def step(*args: object, **keywords: object) -> object:
            if next(steps) == die_at:
                raise Killed
            return real(*args, **keywords)

        return step

    monkeypatch.setattr(os, "fsync", dying(os.fsync))
    for name in ("open", "rename", "unlink", "mkdir"):
        monkeypatch.setattr(Path, name, dying(getattr(Path, name)))


@pytest.mark.parametrize("kept_before", [0, 1, KEPT + 2])
def test_killed_between_any_two_steps_there_is_the_old_book_or_the_new(tmp_path: Path, kept_before: int) -> None:
    reached_the_end = False
    for die_at in range(200):
        store = PriceBookStore(tmp_path / str(die_at), TERMS)
        for n in range(kept_before):
            store.put(text(f"{n + 1}.00"), "csv")
        old = kept_before * 100 or None
        with pytest.MonkeyPatch.context() as patch:
            kill_at(patch, die_at)
            try:
                store.put(text("99.00"), "csv")
                reached_the_end = True
            except Killed:
                pass
        again = PriceBookStore(store.folder, TERMS)
        assert price_in(again) in ({9900} if reached_the_end else {old, 9900})
        again.put(text("100.00"), "csv")
        assert price_in(again) == 10_000
        assert not list(store.folder.glob("*.making"))
        assert len(books(again)) <= KEPT + 1
        if reached_the_end:
            assert die_at > 6
            return
    pytest.fail("the update never ended")


def test_a_version_is_on_the_disk_before_it_is_current(store: PriceBookStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.put(text("1.00"), "csv")
    told: list[str] = []
    rename, fsync = Path.rename, os.fsync

    def told_rename(path: Path, target: Path) -> Path:
        told.append(f"rename {target.suffix or target.name}")
        return rename(path, target)

    def told_fsync(fd: int) -> None:
        told.append("fsync")
        fsync(fd)

    monkeypatch.setattr(Path, "rename", told_rename)
    monkeypatch.setattr(os, "fsync", told_fsync)
    store.put(text("2.00"), "csv")
    assert told == ["fsync", "rename .csv", "fsync", "fsync", "rename current", "fsync"]


def test_a_full_disk_leaves_the_old_book(store: PriceBookStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.put(text("1.00"), "csv")

    def full(_fd: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            store.put(text("2.00"), "csv")
    assert price_in(store) == 100
