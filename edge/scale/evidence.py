"""Whether bytes prove a protocol. Pure.

A claim without proof is worse than none: every device would be a scale.
"""

from collections.abc import Iterable

from edge.scale.driver import DriverSettings, ScaleDriver
from edge.scale.drivers import DRIVERS
from edge.scale.drivers.modbus_frames import answer_head, find_answer
from edge.scale.probes import MODBUS_READS
from edge.scale.reading import WeightReading

# A 16-bit check proves a frame by itself: one in 65,536 pieces of rubbish has a right one.
CHECKED = frozenset({"hx711_bridge"})
FRAMES = 3
# Listening begins in the middle of a frame: that one is bad, and no proof against.
STRAY_BYTES, STRAY_FRAMES = 64, 1
# Of the bytes beyond that, this share must belong to frames.
EXPLAINED = 0.9
ASK_EVERY_S, ANSWER_S = 0.05, 0.3


class Witness:
    """One driver that listens to a device nobody has named yet.

    Attributes:
        name: the driver's.
        driver: asks, and is given what came by `receive` only.
        bytes: that came.
    """

    def __init__(self, name: str, addresses: Iterable[int]) -> None:
        """Begin to listen.

        Args:
            name: of the driver.
            addresses: any that may be found.
        """
        self.name = name
        self.driver: ScaleDriver = DRIVERS[name](
            DriverSettings(addresses=tuple(addresses), interval_s=ASK_EVERY_S, timeout_s=ANSWER_S)
        )
        self.bytes = 0
        self._addresses: set[int] = set()
        self._readings = 0
        self._last: WeightReading | None = None

    def receive(self, data: bytes, at: float) -> None:
        """Bytes came."""
        self.bytes += len(data)
        for reading in self.driver.receive(data, at):
            self._readings += 1
            self._addresses.add(reading.address)
            self._last = reading

    @property
    def addresses(self) -> tuple[int, ...]:
        """Whose readings came."""
        return tuple(sorted(self._addresses))

    @property
    def proven(self) -> bool:
        """Whether what came can hardly be anything else."""
        counts = self.driver.counts
        if self._readings < (1 if self.name in CHECKED else FRAMES):
            return False
        return (
            counts.bad_frames <= STRAY_FRAMES + (1 - EXPLAINED) * counts.frames
            and counts.skipped_bytes <= STRAY_BYTES + (1 - EXPLAINED) * self.bytes
        )

    @property
    def evidence(self) -> str:
        """The proof, for a person."""
        counts, last = self.driver.counts, self._last
        check = ", each with a right CRC" if self.name in CHECKED else ""
        said = "" if last is None else f"; last: {_shown(last)}"
        return f"{counts.frames} frames in {self.bytes} bytes{check}, {counts.bad_frames} bad{said}"


class ModbusWitness:
    """Which slaves answer the reads of `probes.MODBUS_READS`.

    Attributes:
        addresses: slaves that did, also with a refusal, which has a CRC too.
    """

    def __init__(self) -> None:
        self.addresses: list[int] = []
        self._slave = 0
        self._buffer = b""

    def asks(self, slave: int) -> bytes:
        """The question for a slave, after which only its answer counts."""
        self._slave, self._buffer = slave, b""
        return MODBUS_READS[slave].frame

    def receive(self, data: bytes) -> bool:
        """Bytes came; whether the slave has answered now."""
        self._buffer += data
        if find_answer(self._buffer, answer_head(self._slave, MODBUS_READS[self._slave].registers)) is None:
            return False
        self.addresses.append(self._slave)
        return True

    @property
    def evidence(self) -> str:
        """The proof, for a person."""
        return (
            "answers to reads of holding registers, each with a right CRC; which registers hold the weight is not"
            " proven: compare a reading with the display"
        )


def best(witnesses: Iterable[Witness]) -> Witness | None:
    """The one whose proof explains most; None when none has a proof."""
    proven = [one for one in witnesses if one.proven]
    return max(proven, key=lambda one: (one.name in CHECKED, -one.driver.counts.skipped_bytes), default=None)


def _shown(reading: WeightReading) -> str:
    if reading.weight_g is not None:
        return f"{reading.weight_g:g} g {reading.status.value}"
    return reading.status.value if reading.counts is None else f"{reading.counts} counts"
