"""Whose turn it is on a bus, with dead plates and without."""

from collections import Counter, defaultdict
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from edge.scale.polling import LATE_S, PollSchedule

STEP_S = 0.002  # how often the shell looks


class Bus:
    """Slaves that answer after `answer_s`, or never; asked one at a time in simulated seconds."""

    def __init__(self, count: int, interval_s: float, answer_s: float = 0.01, timeout_s: float = 0.3) -> None:
        self.schedule = PollSchedule(range(1, count + 1), interval_s)
        self.answer_s, self.timeout_s = answer_s, timeout_s
        self.at = 0.0
        self.asked: defaultdict[int, list[float]] = defaultdict(list)
        self.answered: Counter[int] = Counter()

    def run(self, seconds: float, alive: Callable[[int], bool] = lambda _: True) -> None:
        until = self.at + seconds
        while self.at < until:
            address = self.schedule.take(self.at)
            if address is None:
                self.at += STEP_S
                continue
            self.asked[address].append(self.at)
            if alive(address):
                self.at += self.answer_s
                self.schedule.answered(address)
                self.answered[address] += 1
            else:
                self.at += self.timeout_s
                self.schedule.missed(address, self.at)


counts = st.integers(2, 16)
intervals = st.sampled_from([0.0, 0.02, 0.1, 0.25])
answers = st.floats(0.003, 0.04)


@given(count=counts, interval_s=intervals, answer_s=answers)
@settings(max_examples=40, deadline=None)
def test_all_have_the_same_rate_and_none_exceeds_its_beat(count: int, interval_s: float, answer_s: float) -> None:
    bus = Bus(count, interval_s, answer_s)
    bus.run(6)
    asked = [len(bus.asked[address]) for address in range(1, count + 1)]
    assert max(asked) - min(asked) <= 1
    possible = 6 / max(interval_s, count * answer_s)
    assert min(asked) >= 0.93 * possible - 1
    if interval_s:
        assert max(asked) <= (6 + LATE_S) / interval_s + 1


@given(count=st.integers(1, 8))
def test_a_full_bus_goes_round(count: int) -> None:
    schedule = PollSchedule(range(count), 0)
    taken = [schedule.take(n * 0.01) for n in range(3 * count)]
    assert taken == 3 * list(range(count))


@given(
    count=counts,
    interval_s=intervals,
    answer_s=answers,
    timeout_s=st.floats(0.05, 0.35),
    data=st.data(),
)
@example(count=10, interval_s=0.0, answer_s=0.01, timeout_s=0.3, data=None)
@example(count=10, interval_s=0.1, answer_s=0.01, timeout_s=0.3, data=None)
@settings(max_examples=40, deadline=None)
def test_one_dead_address_costs_the_others_little(
    count: int, interval_s: float, answer_s: float, timeout_s: float, data: st.DataObject | None
) -> None:
    dead = 3 if data is None else data.draw(st.integers(1, count))
    whole, broken = Bus(count, interval_s, answer_s, timeout_s), Bus(count, interval_s, answer_s, timeout_s)
    for bus, alive in ((whole, lambda _: True), (broken, lambda address: address != dead)):
        bus.run(5, alive)
        bus.answered.clear()
        bus.run(20, alive)
    for address in range(1, count + 1):
        if address != dead:
            assert broken.answered[address] >= 0.9 * whole.answered[address] - 2


@given(count=counts, interval_s=intervals, away_s=st.floats(0.5, 60), data=st.data())
@settings(max_examples=40, deadline=None)
def test_a_returned_address_is_found_soon(count: int, interval_s: float, away_s: float, data: st.DataObject) -> None:
    address = data.draw(st.integers(1, count))
    bus = Bus(count, interval_s)
    bus.run(1)
    bus.run(away_s, lambda other: other != address)
    back = bus.at
    bus.run(3)
    assert min(at for at in bus.asked[address] if at >= back) - back <= 2.1
    recent = [at for at in bus.asked[address] if at > bus.at - 0.8]
    assert len(recent) >= 0.8 / max(interval_s, count * bus.answer_s) - 2


def test_the_first_lost_answer_does_not_slow_an_address() -> None:
    schedule = PollSchedule((1,), 0.1)
    assert schedule.take(0.0) == 1
    schedule.missed(1, 0.3)
    assert schedule.take(0.3) == 1
    schedule.missed(1, 0.6)
    assert schedule.take(0.7) is None


def test_many_dead_ones_leave_three_quarters_of_the_bus() -> None:
    bus = Bus(10, 0.0)
    bus.run(10, lambda address: address == 4)
    bus.answered.clear()
    bus.run(40, lambda address: address == 4)
    assert bus.answered[4] * bus.answer_s >= 0.74 * 40
    silent = [address for address in range(1, 11) if address != 4]
    assert min(len(bus.asked[address]) for address in silent) >= 3


def test_on_a_dead_bus_nobody_waits_for_a_share() -> None:
    bus = Bus(4, 0.1)
    bus.run(10, lambda _: False)
    back = bus.at
    bus.run(2.5)
    assert all(min(at for at in bus.asked[address] if at >= back) - back < 2.2 for address in range(1, 5))


def test_after_a_reset_all_are_due_at_once() -> None:
    bus = Bus(3, 0.1)
    bus.run(10, lambda _: False)
    bus.schedule.reset()
    taken = [bus.schedule.take(bus.at + n * 0.01) for n in range(4)]
    assert set(taken[:3]) == {1, 2, 3}
    assert taken[3] is None


@pytest.mark.parametrize("stall_s", [3.0, 3600.0])
def test_what_a_long_stall_held_up_is_not_made_good(stall_s: float) -> None:
    bus = Bus(2, 0.1)
    bus.run(1)
    bus.at += stall_s
    before = len(bus.asked[1])
    bus.run(1)
    assert 9 <= len(bus.asked[1]) - before <= 11


def test_an_address_that_is_dead_for_years_is_still_asked() -> None:
    schedule = PollSchedule((1,), 0)
    for n in range(5000):
        assert schedule.take(10.0 * n) == 1
        schedule.missed(1, 10.0 * n + 0.3)


def test_an_empty_bus_asks_nobody() -> None:
    assert PollSchedule((), 0.1).take(0.0) is None
