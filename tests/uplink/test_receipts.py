"""Rows that wait for the word of the cloud's database."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.codec import Record, Source
from edge.errors import CodecError
from edge.events import Kind
from edge.outbox.rows import Row
from edge.uplink.receipts import MOST, Receipts
from tests.uplink.test_uplink import STAMP

DOOR = Source(Kind.CAMERA, "door")


def row(sequence: int, rowid: int = 0, epoch: str = "e") -> Row:
    record = Record(source=DOOR, epoch=epoch, sequence=sequence, type="t", stamp=STAMP, data=b"{}")
    return Row(rowid or sequence, record)


def receipt(through: int, *beyond: tuple[int, int], epoch: str = "e") -> bytes:
    return msgspec.json.encode([{"source": "camera/door", "epoch": epoch, "through": through, "beyond": beyond}])


def test_a_row_goes_when_the_database_has_it() -> None:
    receipts = Receipts(60)
    for n in range(1, 8):
        receipts.delivered(row(n, rowid=100 + n), at=n)
    assert sorted(receipts.received(receipt(3, (5, 6)), 8)) == [101, 102, 103, 105, 106]
    assert receipts.received(receipt(3), 9) == []
    assert receipts.received(receipt(99, epoch="another"), 9) == []
    assert receipts.overdue(64.5) == [104]
    assert receipts.overdue(67) == [107]
    assert len(receipts) == 0


@given(st.lists(st.tuples(st.integers(0, 40), st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=3))))
def test_every_row_goes_once_and_only_if_it_is_covered(said: list[tuple[int, list[tuple[int, int]]]]) -> None:
    receipts, gone = Receipts(60), []
    for n in range(1, 41):
        receipts.delivered(row(n), at=0)
    for through, beyond in said:
        gone += receipts.received(receipt(through, *beyond), 1)
    covered = {n for n in range(1, 41) for t, runs in said if n <= t or any(a <= n <= b for a, b in runs)}
    assert sorted(gone) == sorted(covered)
    assert sorted(receipts.overdue(60)) == sorted(set(range(1, 41)) - covered)


@pytest.mark.parametrize(
    "payload", [b"", b"{}", b"[1]", b'[{"source": 1}]', b"\xff", b'[{"source":"a","epoch":"e","through":-1}]']
)
def test_rubbish_is_refused(payload: bytes) -> None:
    with pytest.raises(CodecError, match="rcpt"):
        Receipts(60).received(payload, 1)


def test_so_many_may_wait_and_no_more() -> None:
    receipts = Receipts(60)
    for n in range(MOST):
        assert not receipts.full
        receipts.delivered(row(n + 1), at=0)
    assert receipts.full
