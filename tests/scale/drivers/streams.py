"""Streams as scales send them, with what they say, and ways to spoil them."""

import random
import struct
from binascii import crc_hqx
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import pairwise
from operator import xor

from edge.scale.driver import DriverCounts, DriverSettings
from edge.scale.drivers import DRIVERS
from edge.scale.drivers.modbus_frames import with_crc
from edge.scale.reading import Status, WeightReading

# Address, grams (a bridge's counts), status.
Said = tuple[int, float | None, Status]
# A frame's bytes, and the reading that they bring.
Sent = tuple[bytes, Said]
Dice = random.Random


@dataclass(frozen=True)
class Stream:
    """One form of one protocol.

    Attributes:
        driver: its row in the table.
        frame: throws one frame.
        alphabet: the bytes that it is made of.
        checked: whether its frames hold a check.
        asked: whether a frame counts only as the answer to a question.
    """

    name: str
    driver: str
    frame: Callable[[Dice], Sent]
    alphabet: bytes
    checked: bool = False
    asked: bool = False
    settings: DriverSettings = field(default_factory=DriverSettings)

    def throw(self, seed: int, frames: int) -> list[Sent]:
        dice = Dice(seed)
        return [self.frame(dice) for _ in range(frames)]


def said(readings: Iterable[WeightReading]) -> list[Said]:
    return [(one.address, one.weight_g if one.counts is None else float(one.counts), one.status) for one in readings]


def read(
    driver: str, data: bytes, cuts: Iterable[int] = (), settings: DriverSettings | None = None
) -> tuple[list[Said], DriverCounts]:
    """What a new driver makes of `data`, given in pieces."""
    parser = DRIVERS[driver](settings or DriverSettings())
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    readings = [reading for start, end in pairwise(edges) for reading in parser.receive(data[start:end], end / 1000)]
    return said(readings), replace(parser.counts)


def converse(stream: Stream, frames: Iterable[bytes]) -> tuple[list[Said], DriverCounts]:
    """What a new driver makes of `frames`, each given a minute after the last, as answers to its questions."""
    parser = DRIVERS[stream.driver](stream.settings)
    readings = []
    for n, frame in enumerate(frames):
        parser.request(60.0 * n)
        readings += parser.receive(frame, 60.0 * n + 0.1)
    return said(readings), replace(parser.counts)


def milli(dice: Dice) -> int:
    """Grams within 10 kg, of any sign."""
    return dice.randrange(-9999, 10_000)


def mt_sics(dice: Dice) -> Sent:
    if dice.random() < 0.1:
        return dice.choice(
            [
                (b"S I\r\n", (0, None, Status.NOT_READY)),
                (b"S +\r\n", (0, None, Status.OVERLOAD)),
                (b"S -\r\n", (0, None, Status.UNDERLOAD)),
            ]
        )
    tenths, stable = milli(dice), dice.random() < 0.5
    line = b"S %c %10.1f g\r\n" % (b"DS"[stable], tenths / 10)
    return line, (0, tenths / 10, Status.STABLE if stable else Status.UNSTABLE)


def toledo_8217(dice: Dice) -> Sent:
    if dice.random() < 0.2:
        return dice.choice(
            [
                (b"\x02?a\r", (0, None, Status.UNSTABLE)),
                (b"\x02?b\r", (0, None, Status.OVERLOAD)),
                (b"\x02?l\r", (0, None, Status.UNDERLOAD)),
                (b"\x02?p\r", (0, 0.0, Status.ZERO)),
            ]
        )
    grams = abs(milli(dice))
    return b"\x02%06.3f\r" % (grams / 1000), (0, float(grams), Status.STABLE)


def toledo_frame(a: int, b: int, c: int, weight: int, tare: int) -> bytes:
    return b"\x02%c%c%c%6d%6d\r" % (a, b, c, weight, tare)


def toledo_check(frame: bytes) -> bytes:
    return bytes([-sum(frame) & 0x7F])


def toledo(dice: Dice) -> Sent:
    if dice.random() < 0.1:
        return toledo_frame(0x2D, 0x34, 0x20, 999_999, 0), (0, None, Status.OVERLOAD)
    weight, tare, motion, net = milli(dice), dice.randrange(3000), dice.random() < 0.5, dice.random() < 0.5
    b = 0x30 | net | (weight < 0) << 1 | motion << 3
    frame = toledo_frame(0x2D, b, 0x20, abs(weight), tare)
    return frame, (0, float(weight + net * tare), Status.UNSTABLE if motion else Status.STABLE)


def toledo_checked(dice: Dice) -> Sent:
    frame, meant = toledo(dice)
    return frame + toledo_check(frame), meant


def header(dice: Dice) -> tuple[bytes, Status]:
    return dice.choice([(b"ST", Status.STABLE), (b"US", Status.UNSTABLE)])


def and_balance(dice: Dice) -> Sent:
    if dice.random() < 0.1:
        return b"OL,+9999999E+19\r\n", (0, None, Status.OVERLOAD)
    (head, status), grams = header(dice), milli(dice) / 100
    return b"%s,%+09.2f  g\r\n" % (head, grams), (0, grams, status)


def and_18(dice: Dice) -> Sent:
    (head, status), grams = header(dice), milli(dice)
    return b"%s,GS,%+08.3fkg\r\n" % (head, grams / 1000), (0, float(grams), status)


def dini(dice: Dice) -> Sent:
    (head, status), grams, address = header(dice), milli(dice), dice.choice([1, 12])
    return b"%02d%s,GS,%8.3f,kg\r\n" % (address, head, grams / 1000), (address, float(grams), status)


def cas_22(dice: Dice) -> Sent:
    (head, status), grams, address = header(dice), milli(dice), dice.choice([1, 2])
    lamp = 0xC4 if status is Status.STABLE else 0x84
    frame = b"%s,GS,%c%c,%08.3f kg\r\n" % (head, 0x30 + address, lamp, grams / 1000)
    return frame, (address, float(grams), status)


def cas_10(dice: Dice) -> Sent:
    grams = milli(dice)
    return b"%08.3f\r\n" % (grams / 1000), (0, float(grams), Status.UNSTABLE)


def nci(dice: Dice) -> Sent:
    if dice.random() < 0.2:
        return dice.choice(
            [
                (b"\nS10\r\x03", (0, None, Status.UNSTABLE)),
                (b"\nS01\r\x03", (0, None, Status.UNDERLOAD)),
                (b"\nS02\r\x03", (0, None, Status.OVERLOAD)),
                (b"\nS20\r\x03", (0, 0.0, Status.ZERO)),
            ]
        )
    grams, moves = milli(dice), dice.random() < 0.3
    frame = b"\n%7.3fKG\r\nS%c0\r\x03" % (grams / 1000, b"01"[moves])
    return frame, (0, float(grams), Status.UNSTABLE if moves else Status.STABLE)


def xored(body: bytes) -> bytes:
    return b"%02X" % reduce(xor, body)


def yaohua_signed(dice: Dice) -> Sent:
    grams = milli(dice)
    body = b"%+07d3" % grams
    return b"\x02" + body + xored(body) + b"\x03", (0, float(grams), Status.UNSTABLE)


def yaohua_named(dice: Dice) -> Sent:
    if dice.random() < 0.1:
        return b"         OL23\r\n", (0, None, Status.OVERLOAD)
    grams = milli(dice)
    body = b"WG%07.3fkg" % (grams / 1000)
    return body + xored(body) + b"\r\n", (0, float(grams), Status.UNSTABLE)


def yaohua_reversed(dice: Dice) -> Sent:
    grams = milli(dice)
    return b"=" + (b"%08.3f" % (grams / 1000))[::-1], (0, float(grams), Status.UNSTABLE)


def modbus(dice: Dice) -> Sent:
    grams, stable = milli(dice), dice.random() < 0.5
    # Status and gross weight of a Laumas transmitter; bit 7 is the sign, bit 11 rest.
    word = (grams < 0) << 7 | stable << 11
    frame = with_crc(b"\x01\x03\x06" + struct.pack(">HI", word, abs(grams)))
    return frame, (1, float(grams), Status.STABLE if stable else Status.UNSTABLE)


def bridge(dice: Dice) -> Sent:
    counts, sequence, address = dice.randrange(-(2**23) + 1, 2**23 - 1), dice.randrange(2**16), dice.choice([1, 2])
    body = b"L,%d,%d,%d,%d,0" % (sequence, dice.randrange(2**16), address, counts)
    return b"$%s*%04X\n" % (body, crc_hqx(body, 0xFFFF)), (address, float(counts), Status.UNSTABLE)


def on(*addresses: int) -> DriverSettings:
    return DriverSettings(addresses=addresses)


HEADERS = b"STUSOLGN,+-. 0123456789kg\r\n"


def magellan(dice: Dice) -> Sent:
    grams = dice.randrange(1, 15_000)
    weight = f"S144{grams:05d}\r".encode(), (0, float(grams), Status.STABLE)
    # Every state there is: a gap in a weight leaves any of them.
    states = (
        (b"S140\r", (0, None, Status.NOT_READY)),
        (b"S141\r", (0, None, Status.UNSTABLE)),
        (b"S142\r", (0, None, Status.OVERLOAD)),
        (b"S143\r", (0, 0.0, Status.ZERO)),
        (b"S145\r", (0, None, Status.UNDERLOAD)),
    )
    return weight if dice.random() < 0.4 else dice.choice(states)


def sasi(dice: Dice) -> Sent:
    grams = dice.randrange(0, 15_000)
    weight = f"\x02{grams / 1000:06.3f}\r".encode(), (0, float(grams), Status.STABLE)
    return dice.choice([weight, weight, (b"\x02?A\r", (0, None, Status.UNSTABLE))])


STREAMS = (
    Stream("mt_sics", "mt_sics", mt_sics, b"SDI +-.0123456789g\r\n"),
    Stream("toledo_8217", "toledo_8217", toledo_8217, b"\x02?abp .0123456789N\r"),
    Stream("toledo_continuous", "toledo_continuous", toledo, b"\x02()-02468 \r", checked=False),
    Stream("toledo_continuous, check", "toledo_continuous", toledo_checked, b"\x02()-02468 \r\x7f", checked=True),
    Stream("A&D balance", "and_continuous", and_balance, HEADERS),
    Stream("A&D indicator", "and_continuous", and_18, HEADERS),
    Stream("Dini Argeo", "and_continuous", dini, HEADERS, settings=on(1, 12)),
    Stream("CAS 22 bytes", "and_continuous", cas_22, HEADERS + b"\x84\xc4", settings=on(1, 2)),
    Stream("CAS 10 bytes", "and_continuous", cas_10, b"0123456789-.\r\n"),
    Stream("nci", "nci", nci, b"\n\r\x03S0123KG. -456789"),
    Stream("yaohua, signed", "yaohua", yaohua_signed, b"\x02\x03+-0123456789ABCDEF", checked=True),
    Stream("yaohua, named", "yaohua", yaohua_named, b"WGNkg -.0123456789ABCDEFOL\r\n", checked=True),
    Stream("yaohua, reversed", "yaohua", yaohua_reversed, b"=-.0123456789"),
    Stream("modbus_rtu", "modbus_rtu", modbus, bytes(range(9)), checked=True, asked=True, settings=on(1)),
    Stream("magellan", "magellan", magellan, b"S0123456789\r"),
    Stream("sasi", "sasi", sasi, b"\x02?ABCD.0123456789\r"),
    Stream("hx711_bridge", "hx711_bridge", bridge, b"$L,*0123456789ABCDEF-\r\n", checked=True, settings=on(1, 2)),
)


def delete(dice: Dice, frame: bytes) -> bytes:
    n = dice.randrange(len(frame))
    return frame[:n] + frame[n + 1 :]


def double(dice: Dice, frame: bytes) -> bytes:
    n = dice.randrange(len(frame))
    return frame[:n] + frame[n : n + 1] + frame[n:]


def gap(dice: Dice, frame: bytes) -> bytes:
    start, end = sorted(dice.sample(range(len(frame)), 2))
    return frame[:start] + frame[end:]


def flip(dice: Dice, frame: bytes) -> bytes:
    n = dice.randrange(len(frame))
    return frame[:n] + bytes([frame[n] ^ 1 << dice.randrange(8)]) + frame[n + 1 :]


def garble(dice: Dice, frame: bytes) -> bytes:
    n = dice.randrange(len(frame))
    return frame[:n] + dice.randbytes(1) + frame[n + 1 :]


def swap(dice: Dice, frame: bytes) -> bytes:
    n = dice.randrange(len(frame) - 1)
    return frame[:n] + frame[n : n + 2][::-1] + frame[n + 2 :]


Fault = Callable[[Dice, bytes], bytes]
# What shows in the layout, and what a check shows too.
LAYOUT_FAULTS: Sequence[Fault] = (delete, double, gap)
CHECK_FAULTS: Sequence[Fault] = (*LAYOUT_FAULTS, flip, garble)
ALL_FAULTS: Sequence[Fault] = (*CHECK_FAULTS, swap)


def spoil(sent: Sequence[Sent], seed: int, faults: Sequence[Fault], share: float) -> list[bytes]:
    """The frames of `sent`, `share` of its frames with one fault each; the first frames are whole."""
    dice = Dice(seed)
    whole = 4
    return [
        dice.choice(faults)(dice, frame) if n >= whole and dice.random() < share else frame
        for n, (frame, _) in enumerate(sent)
    ]
