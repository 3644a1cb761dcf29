"""Which registers hold what: the transmitters that are known by name, and how a block of registers is read. Pure.

An address stands for a slave, but with `channels`, whose boards have 16 plates on one slave: there address 1 to 16 are
the channels of slave 1, 17 to 32 those of slave 2, and so on to 240.

Weights are whole numbers without a decimal point. The known maps take one step for one gram: set the transmitter so,
or give a map of your own with its `unit_g`.
"""

import struct
from collections.abc import Iterable

from edge.errors import ConfigError
from edge.scale.driver import DriverSettings, RegisterMap
from edge.scale.drivers.modbus_frames import MOST_REGISTERS, SLAVES
from edge.scale.reading import Status, WeightReading

CHANNELS = 16
LAST_REGISTER = 0xFFFF
# By the number of plates on one slave: 240 is channel 16 of slave 15.
LAST_ADDRESS = {1: SLAVES[-1], CHANNELS: SLAVES[-1] // CHANNELS * CHANNELS}
WITHOUT_WEIGHT = {Status.OVERLOAD, Status.NOT_READY}

MAPS: dict[str, RegisterMap] = {
    # Laumas TLB and TLU manuals, Modbus RTU: 40007 status, 40008-9 gross; the sign is a status bit. Rice Lake
    # SCT-10, CAS CI-600D and Bosche WTS are similar: compare with their manuals.
    "laumas": RegisterMap(
        weight=7,
        signed=False,
        status=6,
        error_bits=(0, 1),  # load cell, converter
        overload_bits=(2, 3, 4, 5),  # 9 divisions above the maximum, above 110 %, gross and net too long to show
        negative_bit=7,
        stable_bit=11,
        zero_bit=12,
    ),
    # PT113 manual, section 9.1.2.1: 40003 status, 40006-7 gross. D0 is busy, D13-15 hold the number of an error.
    "pt113": RegisterMap(weight=5, status=2, moving_bit=2, zero_bit=12, error_bits=(0, 13, 14, 15)),
    # The 16-channel board for cabinets: channel n in two registers from 2(n - 1), no status.
    "channels": RegisterMap(weight=0),
}


class Block:
    """The registers of one slave that one question reads, and what they say.

    Attributes:
        slave: 1 to 247.
        start: the first register's wire address.
        count: how many, 1 to 125.
        addresses: whose weights are among them, in the order of their registers.
    """

    def __init__(self, registers: RegisterMap, slave: int, plates: dict[int, int]) -> None:
        """Plan what to read.

        Args:
            registers: the map.
            slave: whose registers.
            plates: address → the first register of its weight.

        Raises:
            ConfigError: the registers do not fit into one answer, or do not exist.
        """
        wanted = [first + n for first in plates.values() for n in range(registers.count)]
        if registers.status is not None:
            wanted.append(registers.status)
        self.slave, self.start, last = slave, min(wanted), max(wanted)
        self.count = last - self.start + 1
        if self.count > MOST_REGISTERS or last > LAST_REGISTER:
            raise ConfigError(
                f"expected weight and status within {MOST_REGISTERS} registers, none above {LAST_REGISTER}, "
                f"found {self.start} to {last}",
                "registers",
            )
        self.addresses = tuple(sorted(plates, key=plates.__getitem__))
        self._pairs = registers.count > 1 and not registers.high_word_first
        self._weights = struct.Struct(
            _layout(registers, [plates[one] - self.start for one in self.addresses], self.count)
        )
        self._map = registers
        self._error, self._overload = _mask(*registers.error_bits), _mask(*registers.overload_bits)
        self._zero, self._negative = _mask(registers.zero_bit), _mask(registers.negative_bit)
        # At rest: of these bits just these are set.
        self._motion, self._rest = _mask(registers.stable_bit, registers.moving_bit), _mask(registers.stable_bit)

    def readings(self, data: bytes, at: float) -> list[WeightReading]:
        """What the block's registers say, `count` of them in `data`; one reading a plate."""
        word = 0
        if self._map.status is not None:
            first = 2 * (self._map.status - self.start)
            word = data[first] << 8 | data[first + 1]
        status = self._status(word)
        if status in WITHOUT_WEIGHT:
            return self.without_weight(status, at)
        steps: Iterable[int] = self._weights.unpack(data)
        if self._pairs:
            words = iter(steps)
            steps = [high << 16 | low for low, high in zip(words, words, strict=True)]
        unit_g = -self._map.unit_g if word & self._negative else self._map.unit_g
        return [
            WeightReading(address, at, unit_g * count, status)
            for address, count in zip(self.addresses, steps, strict=True)
        ]

    def without_weight(self, status: Status, at: float) -> list[WeightReading]:
        """The same state for each plate."""
        return [WeightReading(address, at, None, status) for address in self.addresses]

    def _status(self, word: int) -> Status:
        if word & self._error:
            return Status.NOT_READY
        if word & self._overload:
            return Status.OVERLOAD
        if not self._motion or word & self._motion != self._rest:
            return Status.UNSTABLE
        return Status.ZERO if word & self._zero else Status.STABLE


def blocks_of(settings: DriverSettings) -> tuple[Block, ...]:
    """What to read of each slave, in the order of the addresses.

    Raises:
        ConfigError: a map that is not known or cannot be read, or an address that no slave can have.
    """
    name, per_slave = settings.registers, 1
    if isinstance(name, RegisterMap):
        registers = name
    elif name in MAPS:
        registers, per_slave = MAPS[name], CHANNELS if name == "channels" else 1
    else:
        raise ConfigError(f"expected {', '.join(MAPS)} or a map of your own, found {name!r}", "registers")
    _check(registers)
    slaves: dict[int, dict[int, int]] = {}
    for address in settings.addresses:
        slave, channel = (address - 1) // per_slave + 1, (address - 1) % per_slave
        if address not in range(1, LAST_ADDRESS[per_slave] + 1):
            raise ConfigError(
                f"expected 1 to {LAST_ADDRESS[per_slave]}, found {address}: give each plate its own", "address"
            )
        slaves.setdefault(slave, {})[address] = registers.weight + channel * registers.count
    return tuple(Block(registers, slave, plates) for slave, plates in slaves.items())


def _check(registers: RegisterMap) -> None:
    bits = _mask(
        registers.stable_bit,
        registers.moving_bit,
        registers.zero_bit,
        registers.negative_bit,
        *registers.overload_bits,
        *registers.error_bits,
    )
    if registers.status is None and bits:
        raise ConfigError(
            "expected the register of the status word that the bits belong to, found none", "registers.status"
        )
    if registers.count not in {1, 2}:
        raise ConfigError(f"expected 1 or 2 registers a weight, found {registers.count}", "registers.count")


def _layout(registers: RegisterMap, offsets: list[int], count: int) -> str:
    """A `struct` format for weights that begin at the offsets, in rising order, of a block of `count` registers."""
    if registers.count == 1:
        weight = "h" if registers.signed else "H"
    elif registers.high_word_first:
        weight = "i" if registers.signed else "I"
    else:
        weight = "Hh" if registers.signed else "HH"
    ends = [offset + registers.count for offset in offsets]
    gaps = [offset - end for offset, end in zip(offsets, [0, *ends], strict=False)]
    return ">" + "".join(f"{2 * gap}x{weight}" for gap in gaps) + f"{2 * (count - ends[-1])}x"


def _mask(*bits: int | None) -> int:
    return sum({1 << bit for bit in bits if bit is not None})
