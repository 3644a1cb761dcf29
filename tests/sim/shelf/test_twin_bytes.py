"""What the twins send, byte for byte, against the frames that the manuals print."""

import pytest

from edge.scale.driver import DriverSettings
from edge.scale.drivers import DRIVERS
from edge.scale.reading import Status
from edge.sim.shelf.twins.and_continuous import AndContinuousTwin
from edge.sim.shelf.twins.hx711_bridge import COUNTS_PER_G, ZERO_COUNTS, Hx711BridgeTwin, sealed
from edge.sim.shelf.twins.modbus_rtu import ModbusRtuTwin, crc16
from edge.sim.shelf.twins.mt_sics import MtSicsTwin
from edge.sim.shelf.twins.nci import NciTwin
from edge.sim.shelf.twins.toledo_8217 import Toledo8217Twin
from edge.sim.shelf.twins.toledo_continuous import ToledoContinuousTwin
from edge.sim.shelf.twins.twin import Plates, Shown, Twin
from edge.sim.shelf.twins.yaohua import YaohuaTwin


def plates(shown: Shown, address: int = 0) -> Plates:
    return {address: lambda: shown}


REST, MOVING, OVER = Shown(4139.0), Shown(4139.0, stable=False), Shown(4139.0, overload=True)
BELOW, BROKEN = Shown(-1000.0), Shown(0.0, broken=True)

STREAMED = [
    (AndContinuousTwin(plates(REST)), b"ST,GS,  4.1390kg\r\n"),
    (AndContinuousTwin(plates(MOVING)), b"US,GS,  4.1390kg\r\n"),
    (AndContinuousTwin(plates(OVER)), b"OL,GS,  4.1390kg\r\n"),
    (YaohuaTwin(plates(REST)), b"WG004.139kg3D\r\n"),
    (YaohuaTwin(plates(OVER)), b"         OL23\r\n"),
    (YaohuaTwin(plates(REST), "signed"), b"\x02+004139317\x03"),
    (YaohuaTwin(plates(Shown(3000.0)), "reversed"), b"=000.3000"),
    (YaohuaTwin(plates(BELOW), "reversed"), b"=000.100-"),
    (ToledoContinuousTwin(plates(REST)), bytes.fromhex("02 2d 30 20 303034313339 303030303030 0d 23")),
    (ToledoContinuousTwin(plates(BELOW), check=False), bytes.fromhex("02 2d 32 20 303031303030 303030303030 0d")),
    *[
        (make(plates(BROKEN)), b"")
        for make in (AndContinuousTwin, YaohuaTwin, ToledoContinuousTwin, MtSicsTwin, NciTwin, Toledo8217Twin)
    ],
]


@pytest.mark.parametrize(("twin", "expected"), STREAMED)
def test_what_is_sent_unasked(twin: Twin, expected: bytes) -> None:
    assert twin.stream() == expected


ANSWERED = [
    (MtSicsTwin(plates(REST)), b"SI\r\n", b"S S     4139.0 g\r\n"),
    (MtSicsTwin(plates(MOVING)), b"SI\r\n", b"S D     4139.0 g\r\n"),
    (MtSicsTwin(plates(OVER)), b"SI\r\n", b"S +\r\n"),
    (MtSicsTwin(plates(REST)), b"SOS\r\n", b"ES\r\n"),
    (Toledo8217Twin(plates(REST)), b"W", b"\x0204.139\r"),
    (Toledo8217Twin(plates(MOVING)), b"W", b"\x02?\x61\r"),
    (Toledo8217Twin(plates(OVER)), b"W", b"\x02?\x62\r"),
    (NciTwin(plates(REST)), b"W\r", b"\n04.139KG\r\nS00\r\x03"),
    (NciTwin(plates(OVER)), b"W\r", b"\nS02\r\x03"),
]


@pytest.mark.parametrize(("twin", "question", "expected"), ANSWERED)
def test_what_is_answered(twin: Twin, question: bytes, expected: bytes) -> None:
    assert twin.answer(question) == expected
    assert b"".join(twin.answer(question[n : n + 1]) for n in range(len(question))) == expected


def test_a_modbus_slave_answers_with_status_and_gross_weight() -> None:
    def asked(shown: Shown) -> bytes:
        answer = ModbusRtuTwin(plates(shown, 1)).answer(bytes.fromhex("010300060003e5ca"))
        assert crc16(answer[:-2]) == answer[-2:]
        return answer[:-2]

    # Status bits of the Laumas manuals: 11 stable, 7 negative gross, 3 above 110 %, 0 cell error.
    assert asked(Shown(70_000.0)) == bytes.fromhex("010306 0800 0001 1170")
    assert asked(Shown(-70_000.0, stable=False)) == bytes.fromhex("010306 0080 0001 1170")
    assert asked(Shown(0.0, overload=True)) == bytes.fromhex("010306 0808 0000 0000")
    assert asked(Shown(0.0, broken=True)) == bytes.fromhex("010306 0801 0000 0000")


def test_a_modbus_slave_refuses_what_it_has_not_and_hears_no_other() -> None:
    twin = ModbusRtuTwin(plates(REST, 1))

    def asked(question: str) -> bytes:
        frame = bytes.fromhex(question)
        return twin.answer(frame + crc16(frame))[:-2]

    assert asked("01 03 0064 0002") == bytes.fromhex("018302")
    assert asked("01 04 0006 0002") == bytes.fromhex("018401")
    assert asked("02 03 0006 0002") == b""


def test_the_bridge_seals_as_its_description_does() -> None:
    # The worked example, and the board's line, of deploy/firmware/hx711-bridge.md.
    assert sealed("L,0,15,3,-123456,0") == b"$L,0,15,3,-123456,0*4E99\n"
    assert sealed("I,1,shelf-8,8,10") == b"$I,1,shelf-8,8,10*065E\n"


def test_the_bridge_greets_counts_and_tells_what_is_wrong() -> None:
    lanes = {1: lambda: REST, 2: lambda: OVER, 3: lambda: BROKEN, 4: lambda: Shown(-1e6)}
    twin = Hx711BridgeTwin(lanes)
    greeting, *lines = twin.stream().split(b"\n")[:-1]
    assert greeting + b"\n" == sealed("I,1,twin-4,4,10") == twin.answer(b"?\n")
    raw = ZERO_COUNTS + round(4139 * COUNTS_PER_G)
    bodies = [f"L,0,100,1,{raw},0", "L,1,100,2,8388607,1", "L,2,100,3,0,8", "L,3,100,4,-8388608,2"]
    assert [line + b"\n" for line in lines] == [sealed(body) for body in bodies]
    together = Hx711BridgeTwin(lanes, together=True)
    together.stream()
    assert together.stream() == sealed(f"M,1,200,0{raw:06X}17FFFFF80000002800000")


def test_the_bridge_heeds_nothing_but_its_query_however_it_is_cut() -> None:
    twin = Hx711BridgeTwin(plates(REST, 1))
    assert twin.answer(b"x?\r\nW\r?") == b""
    assert twin.answer(b"\n") == sealed("I,1,twin-1,1,10")
    assert twin.answer(b"\n") == b""


def test_lanes_that_are_sent_together_begin_at_one() -> None:
    with pytest.raises(ValueError, match="expected lanes 1 to 1"):
        Hx711BridgeTwin(plates(REST, 2), together=True)


@pytest.mark.parametrize(
    ("protocol", "twin"),
    [
        ("toledo_continuous", ToledoContinuousTwin(plates(BELOW))),
        ("toledo_continuous", ToledoContinuousTwin(plates(BELOW), check=False)),
        ("yaohua", YaohuaTwin(plates(BELOW))),
        ("yaohua", YaohuaTwin(plates(BELOW), "signed")),
        ("yaohua", YaohuaTwin(plates(BELOW), "reversed")),
    ],
)
def test_its_driver_reads_each_form(protocol: str, twin: Twin) -> None:
    driver = DRIVERS[protocol](DriverSettings())
    read = [reading for n in range(10) for reading in driver.receive(twin.stream(), n / 10)]
    assert len(read) >= 6
    assert {reading.weight_g for reading in read} == {-1000.0}
    assert not any(reading.status is Status.OVERLOAD for reading in read)
