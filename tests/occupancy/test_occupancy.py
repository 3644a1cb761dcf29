"""The shop's count: never negative, and every person in it is counted in or repaired in."""

import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.events import OccupancyRepaired, Repair
from edge.occupancy.ledger import Ledger
from edge.occupancy.occupancy import DoorCount, Occupancy, State

DOORS = ("front/door", "side/door")
counts = st.lists(
    st.builds(
        DoorCount,
        line=st.sampled_from(DOORS),
        in_=st.integers(0, 20),
        out=st.integers(0, 20),
        in_variance=st.floats(0, 9),
        out_variance=st.floats(0, 9),
        told_s=st.just(60.0),
        watched_s=st.floats(0, 60),
        unwatched_s=st.floats(0, 60),
    ),
    max_size=3,
)
days = st.lists(st.one_of(counts, st.just("close")), max_size=40)


@given(days)
def test_never_negative_and_the_repairs_add_up(day: list[list[DoorCount] | str]) -> None:
    shop, ins, outs, repairs = Occupancy(), 0, 0, list[OccupancyRepaired]()
    for step in day:
        if isinstance(step, str):
            repairs.append(shop.close())
        else:
            ins, outs = ins + sum(one.in_ for one in step), outs + sum(one.out for one in step)
            repairs += shop.counted(step)
        assert shop.state.occupancy >= 0
        assert math.isfinite(shop.sd)
        assert ins - outs + sum(one.after - one.before for one in repairs) == shop.state.occupancy


@given(days)
def test_a_restart_in_between_changes_nothing(day: list[list[DoorCount] | str]) -> None:
    one, other = Occupancy(), Occupancy()
    for step in day:
        other = Occupancy(msgspec.json.decode(msgspec.json.encode(other.state), type=State))
        happened = [(shop.close() if isinstance(step, str) else shop.counted(step)) for shop in (one, other)]
        assert happened[0] == happened[1]


def front(in_: int, out: int, sd: float = 1.0) -> DoorCount:
    return DoorCount(
        line="front/door", in_=in_, out=out, in_variance=sd**2, out_variance=sd**2, told_s=60.0, watched_s=60.0
    )


def test_more_out_than_in_is_repaired_and_told() -> None:
    shop = Occupancy()
    assert shop.counted([front(3, 1)]) == []
    (repair,) = shop.counted([front(0, 4)])
    assert (repair.reason, repair.before, repair.after) == (Repair.NEGATIVE, -2, 0)
    assert 0 < repair.sd_after < repair.sd_before == 2


def test_who_errs_never_is_certain_even_below_zero() -> None:
    (repair,) = Occupancy().counted([front(0, 4, sd=0)])
    assert (repair.sd_before, repair.sd_after) == (0, 0)


def test_uncertainty_grows_until_the_shop_closes() -> None:
    shop = Occupancy()
    shop.counted([front(9, 0)])
    shop.counted([front(0, 2)])
    assert shop.sd == pytest.approx(2.0)
    repair = shop.close()
    assert (repair.reason, repair.before, repair.after, repair.sd_before, repair.sd_after) == ("closing", 7, 0, 2.0, 0)
    assert (shop.state.occupancy, shop.sd) == (0, 0)


def test_at_closing_the_doors_are_made_to_agree() -> None:
    shop = Occupancy()
    side = DoorCount(line="side/door", in_=50, out=56, in_variance=1, out_variance=1, told_s=60, watched_s=60)
    shop.counted([front(100, 90, sd=3.0), side])
    front_door, side_door = shop.close().doors
    assert front_door.balanced_in + side_door.balanced_in == pytest.approx(
        front_door.balanced_out + side_door.balanced_out, abs=0.02
    )
    assert abs(front_door.balanced_in - 100) > abs(side_door.balanced_in - 50), "the unsure door gives way"
    assert front_door.in_sd < 3.0


def test_a_door_that_nobody_watched_makes_the_count_unsure() -> None:
    shop = Occupancy()
    shop.counted([front(60, 0, sd=0)])
    shop.counted([DoorCount(line="front/door", unwatched_s=60.0)])
    assert shop.sd == pytest.approx(math.sqrt(60.5 + 0.5)), "a Poisson rate of 60 a minute in, and next to none out"


def test_sums_that_only_rise_are_read_once() -> None:
    ledger = Ledger()
    total = front(5, 2)
    assert [one.in_ for one in ledger.read(DOORS, {"front/door": total}, 60.0, 65.0)] == [5, 0]
    assert [one.in_ for one in ledger.read(DOORS, {"front/door": total}, 60.0, 65.0)] == [0, 0]
    assert [one.in_ for one in ledger.read(DOORS, {"front/door": total.plus(total)}, 60.0, 65.0)] == [5, 0]


def test_a_book_that_began_anew_is_read_from_its_beginning() -> None:
    ledger = Ledger()
    twice = front(5, 2).plus(front(5, 2))
    ledger.read(DOORS, {"front/door": twice}, 120.0, 65.0)
    assert ledger.read(DOORS, {"front/door": front(1, 0)}, 60.0, 65.0)[0].in_ == 1


@given(st.lists(st.booleans(), min_size=1, max_size=30))
def test_all_time_is_told_of_or_unwatched_or_still_waited_for(tells: list[bool]) -> None:
    ledger, total, told_s, unwatched_s = Ledger(), DoorCount(line="front/door"), 0.0, 0.0
    for tell in tells:
        if tell:
            total, told_s = total.plus(front(0, 0)), told_s + 60.0
        (one,) = ledger.read(DOORS[:1], {"front/door": total}, 60.0, 65.0)
        unwatched_s += one.unwatched_s
    waited_s = ledger.owed_s["front/door"]
    assert waited_s <= 65.0
    assert told_s + unwatched_s + waited_s == pytest.approx(60.0 * len(tells))
