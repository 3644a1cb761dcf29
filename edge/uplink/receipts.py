"""Rows that the broker has and the cloud's database may not have yet. Pure.

With receipts a row leaves the outbox only when the database has committed it: a broker that is wiped loses nothing. The
cloud says what it has on ``…/rcpt``: for a source and epoch every sequence up to ``through``, and single runs beyond.
"""

from collections import OrderedDict
from collections.abc import Iterator
from typing import Annotated

import msgspec

from edge.errors import CodecError
from edge.outbox.rows import Row
from edge.uplink.pace import Pace

# So many rows may wait for their receipt; then nothing more is sent until some came.
MOST = 20_000

Key = tuple[str, str]  # source, epoch
Sequence = Annotated[int, msgspec.Meta(ge=0)]


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What the cloud's database has of one source and epoch.

    Attributes:
        through: every sequence up to here.
        beyond: runs of sequences behind that, each with its first and its last.
    """

    source: str
    epoch: str
    through: Sequence = 0
    beyond: tuple[tuple[Sequence, Sequence], ...] = ()


_decoder = msgspec.json.Decoder(tuple[Receipt, ...])


class Receipts:
    """The rows of one connection that wait for their receipt.

    Args:
        timeout_s: without one for so long a row is sent again.

    Attributes:
        pace: of the backlog, by the time that receipts take.
    """

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self.pace = Pace()
        self._waiting: OrderedDict[int, tuple[float, Key, int]] = OrderedDict()
        self._rows: dict[Key, dict[int, int]] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def full(self) -> bool:
        """Whether so many wait that nothing more is to be sent."""
        return len(self._waiting) >= MOST

    def delivered(self, row: Row, at: float) -> None:
        """The broker has a row.

        Args:
            row: of the outbox.
            at: monotonic seconds.
        """
        key = str(row.record.source), row.record.epoch
        self._waiting[row.rowid] = at, key, row.record.sequence
        self._rows.setdefault(key, {})[row.record.sequence] = row.rowid

    def received(self, payload: bytes, at: float) -> list[int]:
        """The cloud said what it has, at monotonic seconds `at`; the row ids that may go now.

        Raises:
            CodecError: the message is none of the contract's.
        """
        try:
            receipts = _decoder.decode(payload)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise CodecError(f"rcpt: {error}") from None
        rows = [rowid for receipt in receipts for rowid in self._covered(receipt)]
        for rowid in rows:
            self.pace.receipted(rowid, at)
        return rows

    def overdue(self, at: float) -> list[int]:
        """The row ids that have waited for too long; they are forgotten here, and to be sent again."""
        late = []
        while self._waiting:
            rowid, (since, key, sequence) = next(iter(self._waiting.items()))
            if at - since < self._timeout_s:
                break
            self._forget(rowid, key, sequence)
            self.pace.late(rowid, at)
            late.append(rowid)
        return late

    def _covered(self, receipt: Receipt) -> Iterator[int]:
        key = receipt.source, receipt.epoch
        known = self._rows.get(key, {})
        runs = ((0, receipt.through), *receipt.beyond)
        for sequence in [one for one in known if any(first <= one <= last for first, last in runs)]:
            rowid = known[sequence]
            self._forget(rowid, key, sequence)
            yield rowid

    def _forget(self, rowid: int, key: Key, sequence: int) -> None:
        del self._waiting[rowid]
        rows = self._rows[key]
        del rows[sequence]
        if not rows:
            del self._rows[key]
