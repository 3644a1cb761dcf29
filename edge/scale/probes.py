"""What may be sent to a device that nobody has named yet, and how its line may be set. Pure.

Behind the port may be anything: a scale of another make, a printer, a payment terminal. Only what stands here is sent.
Never sent: Z and T (zero and tare), @ (reset), x (the blocking menu of SparkFun's OpenScale).
"""

from typing import NamedTuple

from edge.scale.drivers.line_defaults import LineDefaults
from edge.scale.drivers.modbus_frames import read_request

# Single letters are commands to some scales, with or without the parity bit.
LETTERS = frozenset(b"@ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
MODBUS_START = 6  # 40007, where many transmitters keep their status; where it is not, the refusal is an answer too
# Slaves from 64 on have letters for addresses.
MODBUS_SLAVES = range(1, 64)


class Probe(NamedTuple):
    """A question to one protocol.

    Attributes:
        driver: its name.
        sends: all that may be sent.
        harmless: why it changes nothing, whoever reads it.
        lines: how the line may be set, likeliest first.
    """

    driver: str
    sends: tuple[bytes, ...]
    harmless: str
    lines: tuple[LineDefaults, ...]


class ModbusRead(NamedTuple):
    """A question to one slave: its bytes, and how many registers it asks for."""

    frame: bytes
    registers: int


def _lines(*lines: tuple[int, str]) -> tuple[LineDefaults, ...]:
    return tuple(LineDefaults(baud, form) for baud, form in lines)


def _modbus_read(slave: int) -> ModbusRead:
    """A read of so many registers that no byte of the check is a letter."""
    for count in range(3, 33):
        frame = read_request(slave, MODBUS_START, count)
        if not LETTERS & {byte & 0x7F for byte in frame}:
            return ModbusRead(frame, count)
    raise ValueError(f"expected a harmless read of slave {slave}, found none")


MODBUS_READS = {slave: _modbus_read(slave) for slave in MODBUS_SLAVES}

# In the order in which they are sent: each leaves the device as it was for the next one.
PROBES = (
    Probe(
        "mt_sics",
        (b"SI\r\n",),
        "asks for the weight now (MT-SICS level 0); to others an unknown word, ended by CR LF",
        _lines((9600, "8N1"), (9600, "7E1"), (2400, "7E1"), (4800, "8N1"), (19200, "8N1"), (38400, "8N1")),
    ),
    Probe(
        "toledo_8217",
        (b"W",),
        "asks for the weight; W alone changes nothing in any protocol we know",
        _lines((9600, "7E1"), (9600, "8N1"), (4800, "7E1"), (19200, "7E1")),
    ),
    Probe(
        "nci",
        (b"W\r",),
        "asks for the weight; ends the W before it, which is then an unknown word",
        _lines((9600, "7E1"), (9600, "8N1"), (4800, "7E1"), (2400, "7E1"), (19200, "8N1")),
    ),
    Probe(
        "hx711_bridge",
        (b"?\n",),
        "asks the board for its name; a question mark is a question, or nothing, everywhere",
        _lines((115_200, "8N1"), (9600, "8N1"), (57_600, "8N1")),
    ),
    Probe(
        "modbus_rtu",
        tuple(read.frame for read in MODBUS_READS.values()),
        "function 03 reads registers, and writes none; no byte is a letter, with or without its top bit",
        _lines((9600, "8N1"), (19200, "8E1"), (19200, "8N1"), (38400, "8N1"), (115_200, "8N1")),
    ),
)
ALLOWED = frozenset(data for probe in PROBES for data in probe.sends)

# These speak by themselves, MT-SICS after SIR.
STREAMING = ("hx711_bridge", "yaohua", "toledo_continuous", "and_continuous", "mt_sics")
LISTEN_LINES = _lines(
    (9600, "8N1"),
    (9600, "7E1"),
    (2400, "7E1"),
    (115_200, "8N1"),
    (4800, "8N1"),
    (4800, "7E1"),
    (19200, "8N1"),
    (19200, "7E1"),
    (38400, "8N1"),
    (57_600, "8N1"),
    (2400, "8N1"),
    (1200, "8N1"),
    (1200, "7E1"),
)
