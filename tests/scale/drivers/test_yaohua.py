"""Yaohua: vectors from the XK3190-A23p, A26 and A12(E) manuals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.scale.driver import DriverCounts, DriverSettings
from edge.scale.drivers.yaohua import Yaohua
from edge.scale.reading import Status
from tests.scale.drivers.splits import Disorder, assert_same_in_pieces, disorder
from tests.scale.drivers.streams import Said, read, xored


def signed(body: bytes) -> bytes:
    return b"\x02" + body + xored(body) + b"\x03"


def named(body: bytes) -> bytes:
    return body + xored(body) + b"\r\n"


@pytest.mark.parametrize(
    ("frame", "reading"),
    [
        # The A12(E) manual's examples: a weight with check 3D, overload and underload with check 23.
        (b"WG004.139kg3D\r\n", (0, 4139.0, Status.UNSTABLE)),
        (b"         OL23\r\n", (0, None, Status.OVERLOAD)),
        (b"         LO23\r\n", (0, None, Status.UNDERLOAD)),
        (named(b"WN-04.139kg"), (0, -4139.0, Status.UNSTABLE)),
        (named(b"WG004139 kg"), (0, 4_139_000.0, Status.UNSTABLE)),
        (named(b"WG0001.50lb"), (0, pytest.approx(680.388555), Status.UNSTABLE)),
        (signed(b"+0012343"), (0, 1234.0, Status.UNSTABLE)),
        (signed(b"-0012340"), (0, -1_234_000.0, Status.UNSTABLE)),
        # The A26 manual's examples of format 1; the next frame's start ends this one.
        (b"=000.3000=", (0, 3000.0, Status.UNSTABLE)),
        (b"=00.1000-=", (0, -1000.0, Status.UNSTABLE)),
    ],
)
def test_frames(frame: bytes, reading: Said) -> None:
    assert read("yaohua", frame) == ([reading], DriverCounts(frames=1))


def test_the_unit_is_told_by_the_settings_where_the_frame_names_none() -> None:
    settings = DriverSettings(unit="g")
    assert read("yaohua", signed(b"+0012341"), settings=settings)[0] == [(0, 123.4, Status.UNSTABLE)]
    assert read("yaohua", b"=000.3000=", settings=settings)[0] == [(0, 3.0, Status.UNSTABLE)]


@pytest.mark.parametrize(
    "frame",
    [
        b"WG004.138kg3D\r\n",
        b"         OL24\r\n",
        named(b"WG004.1.9kg"),
        named(b"WG004.139xx"),
        named(b"WG004 139kg"),
        signed(b"+0012345"),
        signed(b"00012343"),
        signed(b"+00x2343"),
        b"\x02+001234301\x03",
        signed(b"+0012343").replace(b"4", b"5"),
    ],
)
def test_a_wrong_check_or_number_is_counted_and_dropped(frame: bytes) -> None:
    readings, counts = read("yaohua", frame + signed(b"+0012343"))
    assert readings == [(0, 1234.0, Status.UNSTABLE)]
    assert counts == DriverCounts(frames=1, bad_frames=1)


@pytest.mark.parametrize(
    "frame", [b"=00.3000", b"=000.3300", b"=000.33000", b"=0000.300", b"=0000.3000", b"=000..000", b"=000.300-5"]
)
def test_a_lost_or_doubled_byte_shows_in_the_form_without_a_check(frame: bytes) -> None:
    good = b"=000.3210"
    readings, _ = read("yaohua", 2 * good + frame + 2 * good + b"=")
    assert set(readings) <= {(0, 123_000.0, Status.UNSTABLE), (0, 33_000.0, Status.UNSTABLE)}
    if len(frame) != 9:
        assert set(readings) == {(0, 123_000.0, Status.UNSTABLE)}


def test_after_a_frame_with_a_check_the_form_without_is_believed_only_when_it_stays() -> None:
    readings, counts = read("yaohua", signed(b"+0012343") + 20 * b"=000.3000" + b"=")
    assert [weight for _, weight, _ in readings] == [1234.0] + 4 * [3000.0]
    assert counts.bad_frames == 16


def test_a_change_of_unit_is_counted() -> None:
    _, counts = read("yaohua", named(b"WG004.139kg") + named(b"WG004.139lb"))
    assert counts.unit_changes == 1


def test_it_never_asks_and_reset_voids_half_a_frame() -> None:
    driver = Yaohua(DriverSettings())
    assert driver.request(0.0) == b""
    driver.receive(b"WG004.", 0.0)
    driver.reset()
    assert driver.receive(b"139kg3D\r\n", 0.1) == []


@given(disorder("yaohua"))
def test_any_split_gives_the_same(chaos: Disorder) -> None:
    assert_same_in_pieces(chaos)


@given(st.integers(-99_999, 999_999))
def test_every_weight_comes_through_in_every_form(grams: int) -> None:
    meant = [(0, float(grams), Status.UNSTABLE)]
    assert read("yaohua", signed(b"%+07d3" % grams))[0] == meant
    assert read("yaohua", b"=" + (b"%08.3f" % (grams / 1000))[::-1] + b"=")[0] == meant
    assert read("yaohua", named(b"WG%07.3fkg" % (grams / 1000)))[0] == meant
