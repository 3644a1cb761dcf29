"""Golden byte traces of scanners, and frames at random."""

import random
from dataclasses import dataclass

from edge.checkout.scanners.ssi_packets import CONTINUES, DECODER, Opcode, encode

# After Datalogic's and Honeywell's guides (prefix, AIM, suffix) and the Metrologic MS9520 manual (STX, ETX).
COLA, LABEL = b"5449000000996", b"2123455005005"
DIGITS = b"0123456789"


@dataclass(frozen=True)
class Sent:
    """Bytes of one frame, and the code that they carry."""

    wire: bytes
    code: bytes


def decode_data(kind: int, data: bytes, status: int = 0) -> bytes:
    return encode(Opcode.DECODE_DATA, bytes([kind]) + data, status, DECODER)


def digits(dice: random.Random) -> bytes:
    return bytes(dice.choices(DIGITS, k=dice.choice((8, 12, 13, 14))))


def plain(dice: random.Random) -> Sent:
    code = dice.choice((b"", b"]E0", b"]C1")) + digits(dice)
    start, end = dice.choice(((b"", b"\r"), (b"", b"\n"), (b"", b"\r\n"), (b"", b"\t"), (b"\x02", b"\x03")))
    return Sent(start + code + end, code)


def ssi(dice: random.Random) -> Sent:
    code = digits(dice)
    if dice.random() < 0.2:
        first = encode(Opcode.DECODE_DATA, b"\x1c" + code[:5], CONTINUES, DECODER)
        return Sent(first + decode_data(0x1C, code[5:]), code)
    return Sent(decode_data(0x0B, code), code)


def magellan(dice: random.Random) -> Sent:
    code = dice.choice((b"]E0", b"F", b"A")) + digits(dice)
    return Sent(b"S08" + code + b"\r", code if code.startswith(b"]") else code[1:])


MAKERS = {"plain": plain, "datalogic": plain, "honeywell": plain, "magellan": magellan, "ssi": ssi}
