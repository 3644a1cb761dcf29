"""What the driver of a scale is: bytes in, readings out, no I/O. Pure.

A driver is one class in `edge/scale/drivers/`, and one row of the table there. It is given whatever bytes arrived, in
whatever pieces, and answers with the readings that they complete. Bytes that are no frame are skipped and counted; a
frame whose check is wrong is dropped and counted; nothing is ever guessed, and nothing but a programming error raises.
"""

from dataclasses import dataclass
from typing import Protocol

import msgspec

from edge.scale.reading import WeightReading


@dataclass
class DriverCounts:
    """What went through a driver since it was made; each figure only grows.

    Attributes:
        frames: whole frames that were understood, also those that brought no reading.
        bad_frames: frames with a wrong check, or with a text where a number belongs.
        skipped_bytes: bytes that belonged to no frame.
        timeouts: requests that were not answered in time.
        unit_changes: how often the unit named in the stream became another one; the grams are right all the same.
        foreign_frames: frames in order, but of an address that is not ours.
    """

    frames: int = 0
    bad_frames: int = 0
    skipped_bytes: int = 0
    timeouts: int = 0
    unit_changes: int = 0
    foreign_frames: int = 0


class RegisterMap(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a Modbus weighing transmitter keeps its figures: wire addresses of holding registers, from 0.

    Attributes:
        weight: the first register of the gross weight.
        count: how many registers hold it: 1 or 2.
        high_word_first: the order of the two.
        signed: two's complement; else the status word or nothing holds the sign.
        unit_g: grams in one step of the weight.
        status: the register of the status word; None where there is none.
        stable_bit, moving_bit, zero_bit, negative_bit, overload_bits, error_bits: bits of the status word, from 0.
    """

    weight: int
    count: int = 2
    high_word_first: bool = True
    signed: bool = True
    unit_g: float = 1.0
    status: int | None = None
    stable_bit: int | None = None
    moving_bit: int | None = None
    zero_bit: int | None = None
    negative_bit: int | None = None
    overload_bits: tuple[int, ...] = ()
    error_bits: tuple[int, ...] = ()


@dataclass(frozen=True)
class DriverSettings:
    """What a driver is told about its bus.

    Attributes:
        addresses: the plates on the bus; (0,) where the protocol has no addresses.
        interval_s: how often each plate is asked, where the protocol asks; as fast as the bus can when 0.
        timeout_s: how long an answer may take.
        unit: the unit of the figures where the protocol names none: a key of `GRAMS_PER_UNIT`.
        registers: Modbus only: a known map's name, or a map.
    """

    addresses: tuple[int, ...] = (0,)
    interval_s: float = 0.1
    timeout_s: float = 0.3
    unit: str = "kg"
    registers: str | RegisterMap = "laumas"


class ScaleDriver(Protocol):
    """One protocol's parser, with its state. One instance a port."""

    @property
    def counts(self) -> DriverCounts:
        """What went through so far."""
        ...

    def request(self, at: float) -> bytes:
        """What to send now, at monotonic second `at`; empty when nothing is due or an answer is still awaited.

        Called again and again (every few milliseconds). What it returns counts as sent. It never returns a byte that
        changes a setting of the scale.
        """
        ...

    def receive(self, data: bytes, at: float) -> list[WeightReading]:
        """The readings that `data`, which arrived at `at`, completes; in the order of their frames.

        Any split of a stream into pieces gives the same readings but for their `at`.
        """
        ...

    def reset(self) -> None:
        """The port was opened anew: what was half received or awaited is void."""
        ...
