"""Weighing transmitters of the Laumas kind on a Modbus RTU bus: one slave a plate.

Registers 40007 (status) and 40008-9 (gross, high word first, the sign in the status) of the TLB manual; one step is one
gram.
"""

import struct

from edge.sim.shelf.twins.twin import Plates, Shown

READ_HOLDING, REQUEST_BYTES = 0x03, 8
STATUS_ADDRESS, REGISTERS = 6, 16
CELL_ERROR, ABOVE_MAX, NEGATIVE, STABLE = 1 << 0, 1 << 3, 1 << 7, 1 << 11
ILLEGAL_FUNCTION, ILLEGAL_ADDRESS = 0x01, 0x02


class ModbusRtuTwin:
    """Answers function 3 for the slaves that are there."""

    def __init__(self, plates: Plates) -> None:
        self._plates, self._rest = plates, b""

    def answer(self, data: bytes) -> bytes:
        """One answer for each whole question of a slave of ours."""
        self._rest = (self._rest + data)[-4 * REQUEST_BYTES :]
        answers = b""
        while len(self._rest) >= REQUEST_BYTES:
            if crc16(self._rest[: REQUEST_BYTES - 2]) != self._rest[REQUEST_BYTES - 2 : REQUEST_BYTES]:
                self._rest = self._rest[1:]
                continue
            question, self._rest = self._rest[:REQUEST_BYTES], self._rest[REQUEST_BYTES:]
            answers += self._answer(question)
        return answers

    def stream(self) -> bytes:
        """Nothing: slaves wait to be asked."""
        return b""

    def _answer(self, question: bytes) -> bytes:
        slave, function, start, count = struct.unpack(">BBHH", question[:6])
        if slave not in self._plates:
            return b""
        if function != READ_HOLDING:
            return _sealed(bytes([slave, function | 0x80, ILLEGAL_FUNCTION]))
        if not 0 < count <= REGISTERS or start + count > REGISTERS:
            return _sealed(bytes([slave, function | 0x80, ILLEGAL_ADDRESS]))
        registers = _registers(self._plates[slave]())[start : start + count]
        return _sealed(bytes([slave, function, 2 * count]) + struct.pack(f">{count}H", *registers))


def _registers(shown: Shown) -> list[int]:
    grams = abs(round(shown.grams))
    status = CELL_ERROR if shown.broken else ABOVE_MAX if shown.overload else 0
    status |= (NEGATIVE if shown.grams < 0 else 0) | (STABLE if shown.stable else 0)
    registers = [0] * REGISTERS
    registers[STATUS_ADDRESS : STATUS_ADDRESS + 3] = [status, grams >> 16, grams & 0xFFFF]
    return registers


def _sealed(frame: bytes) -> bytes:
    return frame + crc16(frame)


def crc16(data: bytes) -> bytes:
    """CRC-16 of Modbus over serial line V1.02, section 6.2.2: polynomial 0xA001 reflected, low byte first."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
    return struct.pack("<H", crc)
