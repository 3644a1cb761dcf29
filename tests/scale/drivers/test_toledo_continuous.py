"""Toledo continuous: vectors after the Wildcat, Kern FTC and Rice Lake 680 manuals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.scale.driver import DriverCounts, DriverSettings
from edge.scale.drivers.toledo_continuous import ToledoContinuous
from edge.scale.reading import Status
from tests.scale.drivers.splits import Disorder, assert_same_in_pieces, disorder
from tests.scale.drivers.streams import Said, read, toledo_check, toledo_frame

# Word A: increments of one, three decimal places. Word B: kg, gross. Word C: as B says.
A, B, C = 0x2D, 0x30, 0x20


def checked(frame: bytes) -> bytes:
    return frame + toledo_check(frame)


@pytest.mark.parametrize(
    ("frame", "reading"),
    [
        (toledo_frame(A, B, C, 1234, 0), (0, 1234.0, Status.STABLE)),
        (toledo_frame(A, B | 8, C, 1234, 0), (0, 1234.0, Status.UNSTABLE)),
        (toledo_frame(A, B | 2, C, 1234, 0), (0, -1234.0, Status.STABLE)),
        # Net: the gross weight is net plus tare; in gross mode the tare field does not count.
        (toledo_frame(A, B | 1, C, 1000, 234), (0, 1234.0, Status.STABLE)),
        (toledo_frame(A, B | 3, C, 234, 234), (0, 0.0, Status.STABLE)),
        (toledo_frame(A, B, C, 1000, 234), (0, 1000.0, Status.STABLE)),
        (toledo_frame(A, B | 4, C, 999_999, 0), (0, None, Status.OVERLOAD)),
        (toledo_frame(A, B | 6, C, 20, 0), (0, None, Status.UNDERLOAD)),
        (toledo_frame(A, B | 0x40, C, 0, 0), (0, None, Status.NOT_READY)),
        (b"\x02-4       000000\r", (0, None, Status.OVERLOAD)),
        (b"\x02-0 001234      \r", (0, 1234.0, Status.STABLE)),
        # Decimal places from hundreds to five, increments of one, two and five; units.
        (toledo_frame(0x28, B, C, 12, 0), (0, 1_200_000.0, Status.STABLE)),
        (toledo_frame(0x31, B, C, 12, 0), (0, 120_000.0, Status.STABLE)),
        (toledo_frame(0x3A, B, C, 12, 0), (0, 12_000.0, Status.STABLE)),
        (toledo_frame(0x2F, B, C, 12, 0), (0, 0.12, Status.STABLE)),
        (toledo_frame(0x2C, 0x20, C, 150, 0), (0, pytest.approx(680.388555), Status.STABLE)),
        (toledo_frame(0x2B, B, 0x21, 125, 0), (0, 12.5, Status.STABLE)),
        (toledo_frame(0x2D, B, 0x22, 125, 0), (0, 125_000.0, Status.STABLE)),
    ],
)
def test_frames_with_a_check(frame: bytes, reading: Said) -> None:
    assert read("toledo_continuous", checked(frame)) == ([reading], DriverCounts(frames=1))


@pytest.mark.parametrize(
    "frame",
    [
        toledo_frame(0x25, B, C, 1234, 0),
        toledo_frame(0x6D, B, C, 1234, 0),
        toledo_frame(A, 0x50, C, 1234, 0),
        toledo_frame(A, B, 0x30, 1234, 0),
        toledo_frame(A, B, 0x27, 1234, 0),
        b"\x02-0   12 4000000\r",
        b"\x02-0        000000\r",
        b"\x02-0       000000\r",
        b"\x02-1 001234      \r",
        b"\x02-0 -01234000000\r",
        b"\x02-0 1_0234000000\r",
    ],
)
def test_what_is_no_frame_is_dropped(frame: bytes) -> None:
    good = checked(toledo_frame(A, B, C, 1, 0))
    readings, counts = read("toledo_continuous", good + checked(frame) + good)
    assert readings == [(0, 1.0, Status.STABLE)] * 2
    assert counts.bad_frames + counts.skipped_bytes > 0


def test_without_checks_three_frames_prove_it_and_later_ones_count_at_their_end() -> None:
    frames = [toledo_frame(A, B, C, n, 0) for n in range(1, 7)]
    readings, counts = read("toledo_continuous", b"".join(frames))
    assert [weight for _, weight, _ in readings] == [4.0, 5.0, 6.0]
    assert counts == DriverCounts(frames=6)


def test_once_a_check_has_held_it_is_required() -> None:
    frame = toledo_frame(A, B, C, 1234, 0)
    wrong = frame + bytes([toledo_check(frame)[0] ^ 1])
    readings, counts = read("toledo_continuous", checked(frame) + wrong + frame + checked(frame))
    assert readings == [(0, 1234.0, Status.STABLE)] * 2
    assert (counts.frames, counts.bad_frames, counts.skipped_bytes) == (2, 2, 1)


def test_checks_that_are_switched_off_or_on_are_noticed() -> None:
    frame = toledo_frame(A, B, C, 1234, 0)
    assert len(read("toledo_continuous", checked(frame) + 20 * frame)[0]) == 1 + 4
    readings, counts = read("toledo_continuous", 10 * frame + 10 * checked(frame) + 5 * frame)
    assert len(readings) == 7 + 10
    assert counts.bad_frames == 5 - 1


def frame_with_check(check: int) -> bytes:
    return next(
        frame for frame in (toledo_frame(A, B, C, n, 0) for n in range(9999)) if toledo_check(frame)[0] == check
    )


@pytest.mark.parametrize("check", [0x02, 0x0D])
def test_a_check_that_looks_like_stx_or_cr_is_told_by_its_place(check: int) -> None:
    odd, plain = frame_with_check(check), toledo_frame(A, B, C, 77, 0)
    got, counts = read("toledo_continuous", checked(plain) + 5 * checked(odd) + checked(plain))
    assert (len(got), counts.bad_frames, counts.skipped_bytes) == (7, 0, 0)
    got, counts = read("toledo_continuous", 4 * plain + 5 * odd + plain)
    assert (len(got), counts.bad_frames, counts.skipped_bytes) == (7, 0, 0)


def test_a_change_of_unit_is_counted() -> None:
    data = checked(toledo_frame(A, B, C, 1, 0)) + checked(toledo_frame(A, 0x20, C, 1, 0))
    readings, counts = read("toledo_continuous", data)
    assert [weight for _, weight, _ in readings] == [1.0, pytest.approx(0.45359237)]
    assert counts.unit_changes == 1


def test_it_never_asks_and_reset_voids_half_a_frame() -> None:
    driver, frame = ToledoContinuous(DriverSettings()), checked(toledo_frame(A, B, C, 1234, 0))
    assert driver.request(0.0) == b""
    driver.receive(frame[:9], 0.0)
    driver.reset()
    assert driver.receive(frame[9:], 0.1) == []
    assert len(driver.receive(frame, 0.2)) == 1


@given(disorder("toledo_continuous"))
def test_any_split_gives_the_same(chaos: Disorder) -> None:
    assert_same_in_pieces(chaos)


@given(st.integers(0, 999_999), st.integers(0, 999_999), st.integers(0, 15))
def test_every_weight_comes_through(weight: int, tare: int, bits: int) -> None:
    # The first frame shows that there are checks: one that looks like STX alone would not.
    first = checked(toledo_frame(A, B, C, 77, 0))
    (_, *readings), _ = read("toledo_continuous", first + checked(toledo_frame(A, B | bits & 11, C, weight, tare)))
    gross = (-weight if bits & 2 else weight) + (tare if bits & 1 else 0)
    assert readings == [(0, float(gross), Status.UNSTABLE if bits & 8 else Status.STABLE)]
