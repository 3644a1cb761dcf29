"""Zebra's Simple Serial Interface: packets with a checksum, each code acknowledged. Pure."""

from collections.abc import Mapping

from edge.checkout.scanners.driver import LONGEST, ScannerCounts, ScannerSettings
from edge.checkout.scanners.reading import ScanFrame
from edge.checkout.scanners.ssi_packets import CONTINUES, RETRANSMIT, Opcode, Packet, PacketReader, encode
from edge.checkout.symbology import Symbology

# The first byte of DECODE_DATA. A type that is not here leaves the judgement to the text.
SYMBOLOGIES: Mapping[int, Symbology] = {
    0x03: Symbology.CODE_128,
    0x06: Symbology.ITF,
    0x08: Symbology.UPC_A,
    0x09: Symbology.UPC_E,
    0x0A: Symbology.EAN_8,
    0x0B: Symbology.EAN_13,
    0x0F: Symbology.GS1_128,
    0x10: Symbology.UPC_E,
    0x16: Symbology.EAN_13,  # Bookland
    0x1B: Symbology.DATA_MATRIX,
    0x1C: Symbology.QR,
    0x30: Symbology.DATABAR,
    0x31: Symbology.DATABAR,
    0x32: Symbology.DATABAR,
    0x48: Symbology.EAN_WITH_ADD_ON,
    0x4B: Symbology.EAN_WITH_ADD_ON,
    0x88: Symbology.EAN_WITH_ADD_ON,
    0x8B: Symbology.EAN_WITH_ADD_ON,
}
# UPC-A with an add-on: an EAN-13 whose leading zero is not sent.
UPC_A_WITH_ADD_ON = frozenset({0x48, 0x88})
NO_READ = b"NR"
AIM_FLAG = b"]"

ACKNOWLEDGED = frozenset({Opcode.DECODE_DATA, Opcode.EVENT, Opcode.PARAM_SEND})
RESEND = b"\x01"
ATTEMPTS = 3
# The decoder waits two seconds for our ACK by default, and tries again so often; then it gives up.
REPEATS_WITHIN_S = 2.0 * ATTEMPTS + 1.0
# Characters within a packet follow each other faster; the guide's host character time-out is longer than any USB delay.
CHARACTER_TIMEOUT_S = 0.2
# One short high beep, one long low one.
BEEP_GOOD, BEEP_REFUSED = b"\x00", b"\x0f"
# Answers that nobody fetches are of no use after a while.
MOST_OWED = 16


class Ssi:
    """Reads DECODE_DATA, acknowledges it, and asks for damaged packets again.

    Source: Zebra, Simple Serial Interface Programmer's Guide (72E-40451); code types as in the guide's table.
    Known to work on bytes made after the guide and on recorded ones of a public driver, on no scanner.

    Set the scanner to send packeted data (parameter EEh = 1) with software handshaking (9Fh = 1). A packet that comes
    again although it was taken, for our ACK was lost, is acknowledged again and is no second scan. Each packet of a
    long code repeats the code's type. SCAN_ENABLE is taken as E9h and SCAN_DISABLE as EAh; one public header has them
    the other way round, so try them on the device.
    """

    def __init__(self, settings: ScannerSettings) -> None:
        self.counts = ScannerCounts()
        self._gap_s = max(settings.idle_gap_s, CHARACTER_TIMEOUT_S)
        self._forget()

    def start(self) -> bytes:
        """Enable it: a restart may have found it disabled."""
        self._forget()
        return self._command(Opcode.SCAN_ENABLE)

    def receive(self, data: bytes, at: float) -> list[ScanFrame]:
        """The frames that `data` completes."""
        self.tick(at)
        if data:
            self._heard = at
        frames = []
        for packet in self._reader.feed(data):
            if packet is None:
                self.counts.bad_frames += 1
                self._ask_again()
            elif (frame := self._take(packet, at)) is not None:
                frames.append(frame)
        self._count_skipped()
        return frames

    def tick(self, at: float) -> list[ScanFrame]:
        """No frame; half a packet that stays half is asked for again."""
        if at - self._heard >= self._gap_s and self._reader.abandon():
            self._count_skipped()
            self._ask_again()
        return []

    def reply(self) -> bytes:
        """ACK, NAK, or our last command again."""
        owed = b"".join(self._owed)
        self._owed.clear()
        return owed

    def enable(self) -> bytes:
        """SCAN_ENABLE."""
        return self._command(Opcode.SCAN_ENABLE)

    def disable(self) -> bytes:
        """SCAN_DISABLE."""
        return self._command(Opcode.SCAN_DISABLE)

    def beep(self, good: bool) -> bytes:
        """BEEP: one short high one, or one long low one."""
        return self._command(Opcode.BEEP, BEEP_GOOD if good else BEEP_REFUSED)

    def _forget(self) -> None:
        self._reader = PacketReader()
        self._skipped = 0
        self._heard = float("-inf")
        self._owed: list[bytes] = []
        self._sent: tuple[Opcode, bytes] | None = None
        self._tries = 0
        self._damaged = False
        # The packet that was taken last, without its status, and when.
        self._taken: tuple[bytes, float] | None = None
        self._type, self._message = b"", b""

    def _command(self, opcode: Opcode, data: bytes = b"") -> bytes:
        self._sent, self._tries = (opcode, data), 0
        return encode(opcode, data)

    def _take(self, packet: Packet, at: float) -> ScanFrame | None:
        if packet.opcode in ACKNOWLEDGED:
            self._owe(encode(Opcode.ACK))
        frame = None
        if packet.opcode == Opcode.DECODE_DATA:
            frame = self._take_decode_data(packet, at)
        elif packet.opcode == Opcode.NAK:
            self._denied(packet.data)
        self._damaged = False
        return frame

    def _take_decode_data(self, packet: Packet, at: float) -> ScanFrame | None:
        if self._is_repeat(packet, at):
            self.counts.repeats += 1
            return None
        kind, part = packet.data[:1], packet.data[1:]
        if self._message and not self._goes_on(packet, at):
            self.counts.bad_frames += 1
            self._message = b""
        self._taken = packet.data, at
        self._type, message = kind, (self._message + part)[: LONGEST + 1]
        self._message = message if packet.status & CONTINUES else b""
        return None if packet.status & CONTINUES else self._frame(kind, message, at)

    def _is_repeat(self, packet: Packet, at: float) -> bool:
        """Whether it was taken already: marked as sent again, equal to the last one, and nothing lost in between."""
        if not packet.status & RETRANSMIT or self._damaged or self._taken is None:
            return False
        data, when = self._taken
        return data == packet.data and at - when < REPEATS_WITHIN_S

    def _goes_on(self, packet: Packet, at: float) -> bool:
        """Whether a packet is the next of the message that is half received; where one was lost, it comes marked."""
        complete = packet.status & RETRANSMIT or not (self._damaged or packet.slipped)
        in_time = self._taken is not None and at - self._taken[1] < REPEATS_WITHIN_S
        return bool(complete) and in_time and packet.data[:1] == self._type

    def _frame(self, kind: bytes, message: bytes, at: float) -> ScanFrame | None:
        if not message or len(message) > LONGEST:
            self.counts.bad_frames += 1
            return None
        symbology = SYMBOLOGIES.get(kind[0])
        if symbology is None and message == NO_READ:
            return None
        if kind[0] in UPC_A_WITH_ADD_ON and not message.startswith(AIM_FLAG):
            message = b"0" + message
        self.counts.frames += 1
        return ScanFrame(message, symbology, at)

    def _denied(self, cause: bytes) -> None:
        """Our command was not taken: once more where the decoder wishes it, at most so often."""
        if cause == RESEND and self._sent is not None and self._tries < ATTEMPTS:
            self._tries += 1
            opcode, data = self._sent
            self._owe(encode(opcode, data, RETRANSMIT))
            return
        self.counts.refused += 1

    def _ask_again(self) -> None:
        """NAK, once for each damage: a reader out of step stumbles more than once."""
        if not self._damaged:
            self._owe(encode(Opcode.NAK, RESEND))
        self._damaged = True

    def _owe(self, answer: bytes) -> None:
        self._owed = [*self._owed, answer][-MOST_OWED:]

    def _count_skipped(self) -> None:
        self.counts.skipped_bytes += self._reader.skipped_bytes - self._skipped
        self._skipped = self._reader.skipped_bytes
