"""Zebra SSI: packets after the guide, and two from the tests of the public driver motorola-ssi-scanner."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.checkout.scanners.driver import LONGEST, ScannerCounts, ScannerSettings
from edge.checkout.scanners.reading import ScanFrame
from edge.checkout.scanners.ssi import REPEATS_WITHIN_S, SYMBOLOGIES, Ssi
from edge.checkout.scanners.ssi_packets import CONTINUES, DECODER, RETRANSMIT, Opcode, checksum, encode
from edge.checkout.symbology import Symbology
from tests.checkout.scanners.traces import COLA, LABEL, decode_data

ACK, NAK_RESEND = bytes.fromhex("04d00400ff28"), bytes.fromhex("05d1040001ff25")
NO_READ = bytes.fromhex("07f30000014e52fe65")


def driver() -> Ssi:
    return Ssi(ScannerSettings())


def codes(frames: list[ScanFrame]) -> list[bytes]:
    return [frame.data for frame in frames]


@pytest.mark.parametrize("packet", [bytes.fromhex("0500040000fff7"), NO_READ])
def test_checksums_of_recorded_packets(packet: bytes) -> None:
    assert checksum(packet[:-2]) == packet[-2:]


def test_a_code_is_passed_on_and_acknowledged() -> None:
    ssi = driver()
    # 5 + 13 bytes: length 12h, DECODE_DATA, decoder, first transmission, EAN-13.
    wire = bytes.fromhex("12f300000b") + COLA
    assert ssi.receive(wire + checksum(wire), 1.0) == [ScanFrame(COLA, Symbology.EAN_13, 1.0)]
    assert ssi.reply() == ACK
    assert ssi.reply() == b""


@pytest.mark.parametrize(("kind", "symbology"), sorted(SYMBOLOGIES.items()))
def test_types_are_named(kind: int, symbology: Symbology) -> None:
    (frame,) = driver().receive(decode_data(kind, COLA), 1.0)
    assert frame.symbology is symbology


def test_a_upc_a_with_an_add_on_is_an_ean_13_with_one() -> None:
    (frame,) = driver().receive(decode_data(0x48, b"03600029145212"), 1.0)
    assert frame == ScanFrame(b"003600029145212", Symbology.EAN_WITH_ADD_ON, 1.0)


def test_a_type_of_no_goods_is_left_to_its_text() -> None:
    (frame,) = driver().receive(decode_data(0x01, b"STAFF-7"), 1.0)
    assert frame.symbology is None


def test_no_read_is_acknowledged_and_no_code() -> None:
    ssi = driver()
    assert ssi.receive(NO_READ, 1.0) == []
    assert ssi.reply() == ACK
    assert ssi.counts == ScannerCounts()


def test_a_wrong_checksum_is_refused_and_asked_for_again() -> None:
    ssi = driver()
    wire = bytearray(decode_data(0x0B, COLA))
    wire[8] ^= 1
    assert ssi.receive(bytes(wire), 1.0) == []
    assert ssi.reply() == NAK_RESEND
    assert codes(ssi.receive(decode_data(0x0B, COLA, RETRANSMIT), 1.1)) == [COLA]
    assert ssi.reply() == ACK
    assert ssi.counts.bad_frames == 1


def test_a_packet_that_comes_again_though_taken_is_no_second_scan() -> None:
    ssi = driver()
    ssi.receive(decode_data(0x0B, COLA), 1.0)
    assert ssi.receive(decode_data(0x0B, COLA, RETRANSMIT), 3.0) == []
    assert ssi.reply() == ACK + ACK
    assert ssi.counts == ScannerCounts(frames=1, repeats=1)


def test_an_equal_code_that_was_damaged_and_came_again_is_a_second_scan() -> None:
    ssi = driver()
    ssi.receive(decode_data(0x0B, COLA), 1.0)
    damaged = decode_data(0x0B, COLA)[:-1] + b"\x00"
    assert ssi.receive(damaged, 2.0) == []
    assert codes(ssi.receive(decode_data(0x0B, COLA, RETRANSMIT), 2.1)) == [COLA]


def test_another_code_marked_as_sent_again_is_a_scan() -> None:
    ssi = driver()
    ssi.receive(decode_data(0x0B, COLA), 1.0)
    assert codes(ssi.receive(decode_data(0x0B, LABEL, RETRANSMIT), 1.1)) == [LABEL]
    late = 1.1 + REPEATS_WITHIN_S + 1
    assert codes(ssi.receive(decode_data(0x0B, LABEL, RETRANSMIT), late)) == [LABEL]


def test_an_equal_code_sent_for_the_first_time_is_a_scan() -> None:
    ssi = driver()
    assert codes(ssi.receive(decode_data(0x0B, COLA) * 2, 1.0)) == [COLA, COLA]


def test_a_long_code_comes_in_packets_each_of_which_is_acknowledged() -> None:
    ssi = driver()
    link = b"https://id.example.com/01/09521234543213?17=" + b"2" * 400
    parts = [link[n : n + 200] for n in range(0, len(link), 200)]
    for part in parts[:-1]:
        assert ssi.receive(decode_data(0x1C, part, CONTINUES), 1.0) == []
        assert ssi.receive(decode_data(0x1C, part, CONTINUES | RETRANSMIT), 1.1) == []
    assert ssi.receive(decode_data(0x1C, parts[-1]), 1.2) == [ScanFrame(link, Symbology.QR, 1.2)]
    assert ssi.reply() == ACK * 5


def test_a_long_code_whose_rest_never_comes_is_dropped() -> None:
    ssi = driver()
    ssi.receive(decode_data(0x1C, b"https://", CONTINUES), 1.0)
    assert codes(ssi.receive(decode_data(0x0B, COLA), 1.1)) == [COLA]
    ssi.receive(decode_data(0x0B, b"54", CONTINUES), 2.0)
    assert codes(ssi.receive(decode_data(0x0B, COLA), 60.0)) == [COLA]
    assert ssi.counts.bad_frames == 2


def test_a_code_longer_than_any_is_dropped() -> None:
    ssi = driver()
    for n in range(LONGEST // 200 + 2):
        ssi.receive(decode_data(0x1C, b"%3d" % n + b"x" * 197, CONTINUES), 1.0)
    assert ssi.receive(decode_data(0x1C, b"x"), 1.0) == []
    assert ssi.counts.bad_frames == 1


def test_half_a_packet_is_asked_for_again() -> None:
    ssi = driver()
    wire = decode_data(0x0B, COLA)
    assert ssi.receive(wire[:9], 1.0) + ssi.tick(1.1) == []
    assert ssi.reply() == b""
    assert ssi.tick(1.3) == []
    assert ssi.reply() == NAK_RESEND
    assert codes(ssi.receive(decode_data(0x0B, COLA, RETRANSMIT), 1.4)) == [COLA]
    assert ssi.counts.skipped_bytes == 9


def test_a_packet_behind_rubbish_is_found() -> None:
    ssi = driver()
    assert codes(ssi.receive(b"\xff\x00\x05hello" + decode_data(0x0B, COLA), 1.0)) == [COLA]
    assert ssi.counts.skipped_bytes == 8


def test_a_command_that_was_garbled_is_sent_again_at_most_three_times() -> None:
    ssi = driver()
    assert ssi.disable() == bytes.fromhex("04ea0400ff0e")
    garbled = encode(Opcode.NAK, b"\x01", source=DECODER)
    for _ in range(3):
        ssi.receive(garbled, 1.0)
        assert ssi.reply() == bytes.fromhex("04ea0401ff0d")
    ssi.receive(garbled, 1.0)
    assert ssi.reply() == b""
    assert ssi.counts.refused == 1


def test_a_command_that_is_denied_is_counted() -> None:
    ssi = driver()
    ssi.enable()
    ssi.receive(encode(Opcode.NAK, b"\x06", source=DECODER), 1.0)
    assert ssi.reply() == b""
    assert ssi.counts.refused == 1


def test_what_we_say_ourselves_is_not_heard() -> None:
    ssi = driver()
    echo = encode(Opcode.DECODE_DATA, b"\x0b" + COLA)
    assert ssi.receive(echo, 1.0) == []


@given(st.binary(min_size=1, max_size=60), st.integers(0, 10_000), st.integers(1, 255))
def test_a_changed_byte_never_passes(data: bytes, where: int, change: int) -> None:
    wire = bytearray(decode_data(0x0B, data))
    where %= len(wire)
    wire[where] ^= change
    assert all(frame.data != data or where == 3 for frame in driver().receive(bytes(wire), 1.0))
