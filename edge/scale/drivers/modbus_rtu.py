"""Weighing transmitters on a Modbus RTU bus. Pure."""

from collections import Counter
from typing import NamedTuple

from edge.scale.driver import DriverCounts, DriverSettings
from edge.scale.drivers.modbus_frames import (
    LONGEST,
    REFUSAL_LENGTH,
    answer_head,
    find_answer,
    foreign_frames,
    read_request,
)
from edge.scale.drivers.modbus_maps import Block, blocks_of
from edge.scale.polling import PollSchedule
from edge.scale.reading import Status, WeightReading

# Slaves know a new question by the silence before it: 3.5 characters, at 9600 baud 3.7 ms.
SILENCE_S = 0.004
# Rubbish is kept until an answer or a time-out tells what it was, but no more of it than this.
LONGEST_RUBBISH = 4 * LONGEST


class _Question(NamedTuple):
    """What is sent to a slave, how its answer begins, and what that says."""

    frame: bytes
    head: bytes
    block: Block


class ModbusRtu:
    """Asks each slave in turn for one block of holding registers (function 03) and never writes any.

    Source: see `modbus_frames` for the protocol and `modbus_maps` for the registers and the meaning of addresses.
    Tested against pymodbus's server on bytes of the manuals; no transmitter has been seen.

    An answer counts when slave, function, byte count and CRC are those of the question. Whatever else arrives is
    dropped: as foreign when it is an answer in order, come too late or from elsewhere; as a bad frame when it stood in
    an answer's place until the time-out (two slaves with one address look like that). `settings.unit` is not used: a
    map has its own.

    Attributes:
        counts: what went through so far.
        exceptions: how often each exception code came; the slave that sends one is NOT_READY.
    """

    def __init__(self, settings: DriverSettings) -> None:
        """Plan the questions.

        Raises:
            ConfigError: the map or an address cannot be.
        """
        self.counts = DriverCounts()
        self.exceptions: Counter[int] = Counter()
        self._timeout_s = settings.timeout_s
        self._questions = {
            block.slave: _Question(
                read_request(block.slave, block.start, block.count), answer_head(block.slave, block.count), block
            )
            for block in blocks_of(settings)
        }
        self._schedule = PollSchedule(self._questions, settings.interval_s)
        self._buffer = bytearray()
        self._awaited: _Question | None = None
        self._asked = self._heard = float("-inf")

    def request(self, at: float) -> bytes:
        """The next question when it is due."""
        if self._awaited is not None:
            if at - self._asked < self._timeout_s:
                return b""
            self._give_up(self._awaited)
        if at - self._heard < SILENCE_S:
            return b""
        slave = self._schedule.take(at)
        if slave is None:
            return b""
        self._drop(len(self._buffer))
        self._awaited, self._asked = self._questions[slave], at
        return self._awaited.frame

    def receive(self, data: bytes, at: float) -> list[WeightReading]:
        """The readings that `data` completes: none, or one for each plate of the slave that was asked."""
        self._buffer += data
        question = self._awaited
        answer = None if question is None else find_answer(self._buffer, question.head)
        if question is None or answer is None:
            self._drop(len(self._buffer) - LONGEST_RUBBISH)
            return []
        self._awaited, self._heard = None, at
        self._schedule.answered(question.block.slave)
        self.counts.frames += 1
        self._drop(answer.start)
        del self._buffer[: answer.end - answer.start]
        if answer.refusal is not None:
            self.exceptions[answer.refusal] += 1
            return question.block.without_weight(Status.NOT_READY, at)
        return question.block.readings(answer.data, at)

    def reset(self) -> None:
        """Begin anew: every slave is due."""
        self._buffer.clear()
        self._awaited = None
        self._asked = self._heard = float("-inf")
        self._schedule.reset()

    def _give_up(self, question: _Question) -> None:
        self.counts.timeouts += 1
        # Not when it was noticed: a stall of ours is no fault of the slave's.
        self._schedule.missed(question.block.slave, self._asked + self._timeout_s)
        self._awaited = None
        if self._drop(len(self._buffer)) >= REFUSAL_LENGTH:
            self.counts.bad_frames += 1

    def _drop(self, length: int) -> int:
        """Take so many bytes from the buffer's front; says how many of them were rubbish."""
        if length <= 0:
            return 0
        frames, rubbish = foreign_frames(self._buffer[:length])
        del self._buffer[:length]
        self.counts.foreign_frames += frames
        self.counts.skipped_bytes += rubbish
        return rubbish
