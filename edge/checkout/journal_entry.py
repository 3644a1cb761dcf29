"""One entry of a lane's journal, and the chain that holds entries together. Pure."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from edge.checkout.session.inputs import AnyInput, Instant
from edge.checkout.session.state import LaneState
from edge.events import Stamp

GENESIS = b"\x00" * 32


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened at a lane and changed it.

    Attributes:
        n: its number; 1 and up, without a gap.
        s: seconds of the lane's clock.
        stamp: the same moment on the clocks of the box.
        session: whose it was; empty between two.
        book: the version of the price book that it was judged by.
        input: what happened.
    """

    n: int
    s: float
    stamp: Stamp
    session: str
    book: str
    input: AnyInput

    @property
    def at(self) -> Instant:
        """When, as a step is given it."""
        return Instant(self.s, self.stamp.wall)


@dataclass(frozen=True)
class Resumed:
    """Where a journal stands.

    Attributes:
        state: of its newest snapshot.
        last: the number of the entry that the snapshot was made after; 0 for none.
        entries: what happened since.
    """

    state: LaneState
    last: int
    entries: tuple[Entry, ...]


def encode(entry: Entry) -> bytes:
    """An entry as JSON."""
    return msgspec.json.encode(entry)


def decode(data: bytes) -> Entry:
    """An entry from JSON.

    Raises:
        msgspec.DecodeError: it is none.
    """
    return msgspec.json.decode(data, type=Entry)


def link(before: bytes, data: bytes) -> bytes:
    """The SHA-256 that an entry has in the chain.

    Args:
        before: that of the entry before it; `GENESIS` for the first.
        data: the entry, encoded.
    """
    return hashlib.sha256(before + data).digest()


def good_rows(before: bytes, rows: Iterable[tuple[int, bytes, bytes]], first: int) -> int:
    """How many rows of (n, entry, link) are a chain without a gap, and can be read, before the first that is not.

    Args:
        before: the link that the first one hangs on.
        rows: in the order of their numbers.
        first: the number of the first one.
    """
    good = 0
    for n, data, kept in rows:
        before = link(before, data)
        if n != first + good or before != kept or not _is_entry(n, data):
            break
        good += 1
    return good


def _is_entry(n: int, data: bytes) -> bool:
    try:
        return decode(data).n == n
    except msgspec.MsgspecError:
        return False
