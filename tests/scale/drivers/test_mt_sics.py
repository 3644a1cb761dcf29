"""MT-SICS: vectors from Mettler Toledo's manuals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.scale.driver import DriverCounts, DriverSettings
from edge.scale.drivers.mt_sics import MtSics
from edge.scale.reading import Status
from tests.scale.drivers.splits import Disorder, assert_same_in_pieces, disorder
from tests.scale.drivers.streams import Said, read


@pytest.mark.parametrize(
    ("line", "reading"),
    [
        # The example of command S in the AT, JS and ML manuals.
        (b"S S 100.00 g", (0, 100.0, Status.STABLE)),
        (b"S S     100.00 g", (0, 100.0, Status.STABLE)),
        (b"S D      -0.125 kg", (0, -125.0, Status.UNSTABLE)),
        (b"S D      - 1.5 lb ", (0, pytest.approx(-680.388555), Status.UNSTABLE)),
        (b"S I", (0, None, Status.NOT_READY)),
        (b"S +", (0, None, Status.OVERLOAD)),
        (b"S -", (0, None, Status.UNDERLOAD)),
    ],
)
def test_answers(line: bytes, reading: Said) -> None:
    assert read("mt_sics", line + b"\r\n") == ([reading], DriverCounts(frames=1))


@pytest.mark.parametrize("line", [b"ES", b"ET", b"EL"])
def test_an_error_is_an_answer_without_a_reading(line: bytes) -> None:
    assert read("mt_sics", line + b"\r\n") == ([], DriverCounts(frames=1))


@pytest.mark.parametrize(
    "line",
    [
        b"S S 1e5 g",
        b"S S nan g",
        b"S S 1.0.0 g",
        b"S S 100.00 pcs",
        b"S S100.00 g",
        b"S S 100.00",
        b"S X 1.0 g",
        b"Z A",
        b"S S  10S S 100.00 g",
        b"S S \xb100.00 g",
    ],
)
def test_what_is_no_answer_is_counted_and_dropped(line: bytes) -> None:
    assert read("mt_sics", line + b"\r\nS S 5.00 g\r\n") == (
        [(0, 5.0, Status.STABLE)],
        DriverCounts(frames=1, bad_frames=1),
    )


def test_a_lost_digit_shows_in_the_width_of_the_line() -> None:
    good, short = b"S S     123.45 g\r\n", b"S S     13.45 g\r\n"
    assert read("mt_sics", good + short + good)[0] == [(0, 123.45, Status.STABLE)] * 2


def test_a_model_that_pads_nothing_is_followed_to_new_widths() -> None:
    data = b"".join(b"S S %.2f g\r\n" % value for value in [99.98] * 3 + [100.02] * 6 + [99.97, 100.01])
    weights = [weight for _, weight, _ in read("mt_sics", data)[0]]
    assert weights == [99.98] * 3 + [100.02] * 3 + [99.97, 100.01]


def test_it_asks_for_the_weight_of_now_and_asks_on() -> None:
    driver = MtSics(DriverSettings(interval_s=0.1, timeout_s=0.3))
    assert driver.request(0.0) == b"SI\r\n"
    assert driver.request(0.1) == b""
    assert driver.receive(b"S S 1.0 g\r\n", 0.15)[0].at == 0.15
    assert driver.request(0.15) == b"SI\r\n"
    assert driver.request(0.5) == b"SI\r\n"
    assert driver.counts.timeouts == 1


def test_reset_voids_half_an_answer() -> None:
    driver = MtSics(DriverSettings())
    driver.receive(b"S S 10", 0.0)
    driver.reset()
    assert driver.receive(b"0.00 g\r\n", 0.1) == []


@given(disorder("mt_sics"))
def test_any_split_gives_the_same(chaos: Disorder) -> None:
    assert_same_in_pieces(chaos)


@given(st.integers(-99_999, 99_999), st.booleans())
def test_every_weight_comes_through(tenths: int, stable: bool) -> None:
    line = b"S %c %10.1f g\r\n" % (b"DS"[stable], tenths / 10)
    assert read("mt_sics", line)[0] == [(0, tenths / 10, Status.STABLE if stable else Status.UNSTABLE)]
