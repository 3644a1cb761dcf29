"""Weighing transmitters as another implementation sees them: pymodbus's RTU server, a program of its own.

`python -m tests.scale.modbus_server PORT` says `ready` and serves until it is killed. A slave that is not here is
silent, as on a real bus; a register that is not here is refused.
"""

import asyncio
import logging
import sys

from pymodbus import FramerType, pymodbus_apply_logging_config
from pymodbus.server import ModbusSerialServer
from pymodbus.simulator import DataType, SimData, SimDevice

GRAMS = {1: 1234, 2: -98_765, 3: 70_000, 4: -1}
CHANNELS = {channel: 1000 * channel * (-1) ** channel for channel in range(1, 17)}
BOARD = 5  # the slave with the channels
REFUSING = 6  # has a register 0 and no more
STABLE, NEGATIVE, ZERO = 1 << 11, 1 << 7, 1 << 12


def words(value: int) -> list[int]:
    return [value >> 16 & 0xFFFF, value & 0xFFFF]


def device(slave: int, first: int, registers: list[int]) -> SimDevice:
    return SimDevice(slave, [SimData(first, values=list(registers), datatype=DataType.REGISTERS, readonly=True)])


def laumas(slave: int) -> SimDevice:
    """40006 command to 40014 divisions; gross without sign."""
    grams = GRAMS[slave]
    status = STABLE | (NEGATIVE if grams < 0 else 0)
    return device(slave, 5, [0, status, *words(abs(grams)), *words(7), *words(8), 6])


def pt113(slave: int) -> SimDevice:
    """40001 displayed to 40007 gross; D1 is "data ok"."""
    return device(slave, 0, [*words(5), 1 << 1 | ZERO, *words(6), *words(GRAMS[slave])])


DEVICES = [
    laumas(1),
    laumas(2),
    pt113(3),
    pt113(4),
    device(BOARD, 0, [word for grams in CHANNELS.values() for word in words(grams)]),
    device(REFUSING, 0, [0]),
]


def silence(sending: bool, frame: bytes) -> bytes:
    """Nothing for slaves that are not here: pymodbus 3.16.1 refuses in their name, whatever it is told."""
    return b"" if sending and frame[0] not in {one.id for one in DEVICES} else frame


async def serve(port: str) -> None:
    pymodbus_apply_logging_config(logging.CRITICAL)
    server = ModbusSerialServer(DEVICES, framer=FramerType.RTU, port=port, baudrate=115_200, trace_packet=silence)
    await server.serve_forever(background=True)
    print("ready", flush=True)  # noqa: T201 - a program's answer to the test
    await server.serving


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
