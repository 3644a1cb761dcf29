"""Orders on the disk: accepted once, done once, answered until the answer has arrived."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.fleet.commands import COMMANDS, Command
from edge.fleet.order_book import KEPT_ROWS, KEPT_S, WAITS_S, OrderBook, OrderBookError, Standing, said

NOW = 1_800_000_000.0


def command(correlation: str = "01", name: str = "status", doer: str = "supervisor") -> Command:
    return Command(name=name, correlation=correlation, reply_to="v1/a/b/c/reply/x", doer=doer, body=b"{}")


@pytest.fixture
def book(tmp_path: Path) -> Iterator[OrderBook]:
    with OrderBook(tmp_path / "orders.db") as one:
        yield one


def test_an_order_is_given_once_to_its_doer_only(book: OrderBook) -> None:
    assert book.accept(command(), NOW) is Standing.NEW
    assert book.take("uplink") == []
    assert book.take("supervisor") == [command()]
    assert book.take("supervisor") == []


def test_an_answer_is_offered_until_it_has_arrived(book: OrderBook) -> None:
    book.accept(command(), NOW)
    book.take("supervisor")
    assert book.replies() == []
    book.answer("01", said(ok=True, n=3))
    for _ in range(2):
        (reply,) = book.replies()
        assert (reply.correlation, reply.topic, json.loads(reply.payload)) == (
            "01",
            "v1/a/b/c/reply/x",
            {"ok": True, "n": 3},
        )
    book.replied("01")
    assert book.replies() == []


def test_the_same_correlation_again_is_answered_again_and_not_done_again(book: OrderBook) -> None:
    book.accept(command(), NOW)
    book.take("supervisor")
    book.answer("01", said(ok=True))
    book.replied("01")
    assert book.accept(command(), NOW + 5) is Standing.KNOWN
    assert book.take("supervisor") == []
    assert [reply.correlation for reply in book.replies()] == ["01"]


def test_too_many_of_a_kind_in_a_minute_are_refused(book: OrderBook) -> None:
    limit = COMMANDS["diagnose"].per_minute
    standings = [book.accept(command(f"{n:02x}", "diagnose"), NOW + n) for n in range(limit + 1)]
    assert standings == [Standing.NEW] * limit + [Standing.BUSY]
    assert book.accept(command("ff", "status"), NOW) is Standing.NEW, "another kind has its own limit"
    assert book.accept(command("fe", "diagnose"), NOW + 61) is Standing.NEW


def test_a_clock_that_was_set_back_refuses_nobody_for_ever(book: OrderBook) -> None:
    for n in range(COMMANDS["diagnose"].per_minute):
        book.accept(command(f"{n:02x}", "diagnose"), NOW + 86_400)
    assert book.accept(command("ff", "diagnose"), NOW) is Standing.NEW


def test_what_a_dead_process_had_begun_is_answered_and_not_begun_again(tmp_path: Path) -> None:
    with OrderBook(tmp_path / "orders.db") as book:
        book.accept(command(doer="shelf/a", name="zero"), NOW)
        code = f"""
import os, signal
from pathlib import Path
from edge.fleet.order_book import OrderBook
book = OrderBook(Path({str(tmp_path / "orders.db")!r}))
assert book.take("shelf/a")
os.kill(os.getpid(), signal.SIGKILL)
"""
        died = subprocess.run([sys.executable, "-c", code], env=os.environ, check=False)
        assert died.returncode == -signal.SIGKILL
        book.interrupted("shelf/a", said(ok=False, error="interrupted"))
        assert book.take("shelf/a") == []
        (reply,) = book.replies()
        assert json.loads(reply.payload)["ok"] is False


def test_what_nobody_begins_is_answered_in_the_end(book: OrderBook) -> None:
    book.accept(command(doer="shelf/gone", name="zero"), NOW)
    book.expire(NOW + WAITS_S - 1, said(ok=False))
    assert book.replies() == []
    book.expire(NOW + WAITS_S + 1, said(ok=False))
    assert len(book.replies()) == 1
    assert book.take("shelf/gone") == []


def test_old_orders_are_forgotten(book: OrderBook, tmp_path: Path) -> None:
    for n in range(30):
        book.accept(command(f"{n:04x}"), NOW + n * 10)
    book.accept(command("ffff"), NOW + KEPT_S + 155)
    assert len(book.take("supervisor")) == 30 - 16 + 1
    assert KEPT_ROWS >= 1000
    assert (tmp_path / "orders.db").stat().st_mode & 0o077 == 0, "nobody else reads what was asked"


def test_several_processes_take_each_order_once(tmp_path: Path) -> None:
    path, guard = tmp_path / "orders.db", threading.Lock()
    taken: list[str] = []
    with OrderBook(path) as book:
        for n in range(30):
            book.accept(command(f"{n:02x}"), NOW + n * 100)

    def take() -> None:
        with OrderBook(path) as own:
            for _ in range(20):
                found = own.take("supervisor")
                with guard:
                    taken.extend(one.correlation for one in found)

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [f"{n:02x}" for n in range(30)]


def test_a_wanted_configuration_and_its_report_stay(tmp_path: Path) -> None:
    with OrderBook(tmp_path / "orders.db") as book:
        assert (book.desired(), book.reported()) == (None, None)
        book.desire("a = 1\n")
        book.report(b"{}")
        book.report(b'{"ok":true}')
    with OrderBook(tmp_path / "orders.db") as again:
        assert again.desired() == "a = 1\n"
        assert again.reported() == (2, b'{"ok":true}')


def test_a_file_that_is_none_is_put_aside(tmp_path: Path) -> None:
    path = tmp_path / "orders.db"
    path.write_bytes(b"no database " * 500)
    with OrderBook(path) as book:
        assert book.accept(command(), NOW) is Standing.NEW
    assert (tmp_path / "orders.db.damaged").read_bytes().startswith(b"no database")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OrderBookError, match="expected to read and write the orders"):
        OrderBook(tmp_path / "file" / "orders.db")
