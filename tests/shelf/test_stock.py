"""From rests to moves and counts."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.events import ShelfDisturbed, ShelfFault, ShelfSwept, StockCounted, StockMoved
from edge.scale.reading import Status
from edge.shelf.planogram import Product
from tests.shelf.signals import COLA, SOAP, Rig, of, plate

PICK, PUT_BACK, RESTOCK, UNOBSERVED = "pick", "put_back", "restock", "unobserved"


def stocked(units: int, *products: Product, keeps_zero: bool = False) -> Rig:
    several = products or (COLA,)
    rig = Rig(plate(*several, keeps_zero=keeps_zero, start=(units,) * len(several)))
    for product in several:
        rig.put(product, units)
    rig.rest(10)
    return rig


def test_the_first_rest_is_a_count_and_no_move() -> None:
    rig = stocked(8)
    assert rig.counted == {COLA.gtin: 8}
    assert rig.moves == []


@pytest.mark.parametrize("units", [1, 2, 3, 6])
def test_what_is_taken_is_picked_and_what_comes_back_is_put_back(units: int) -> None:
    rig = stocked(8)
    rig.put(COLA, -units)
    rig.rest()
    rig.put(COLA, units)
    rig.rest()
    assert rig.moves == [(COLA.gtin, -units, PICK), (COLA.gtin, units, PUT_BACK)]
    assert rig.counted == {COLA.gtin: 8}


def test_more_than_was_taken_is_a_restock() -> None:
    rig = stocked(3)
    rig.put(COLA, 12)
    rig.rest(12)
    assert rig.moves == [(COLA.gtin, 12, RESTOCK)]


def test_a_move_is_told_within_a_second_of_rest() -> None:
    rig = stocked(8)
    began = rig.at
    rig.put(COLA, -1)
    while not rig.moves:
        rig.rest(0.1)
    assert rig.at - began <= 1.0


def test_a_hand_that_leans_changes_nothing() -> None:
    rig = stocked(8)
    for _ in range(30):
        rig.rest(0.1, extra_g=rig.random.uniform(2000, 5000))
    rig.rest()
    assert rig.moves == []


def test_a_hand_that_leans_quite_still_is_waited_out() -> None:
    rig = stocked(8)
    rig.rest(3, extra_g=2345)
    rig.rest()
    assert rig.moves == []
    assert not of(ShelfDisturbed, [one.event for one in rig.told])


def test_a_foreign_thing_is_told_when_it_comes_and_when_it_goes_and_is_no_stock() -> None:
    rig = stocked(8)
    (came,) = of(ShelfDisturbed, rig.rest(12, extra_g=777))
    assert isinstance(came, ShelfDisturbed)
    assert came.cause == "foreign"
    assert came.weight_delta_g == pytest.approx(777, abs=3)
    (went,) = of(ShelfDisturbed, rig.rest(12))
    assert isinstance(went, ShelfDisturbed)
    assert went.cause == "cleared"
    assert rig.moves == []


def test_goods_are_picked_from_beside_a_foreign_thing() -> None:
    rig = stocked(8)
    rig.rest(12, extra_g=777)
    rig.put(COLA, -2)
    rig.rest(12, extra_g=777)
    assert rig.moves == [(COLA.gtin, -2, PICK)]


def test_many_at_once_are_a_sweep() -> None:
    rig = stocked(8)
    rig.put(COLA, -7)
    (swept,) = of(ShelfSwept, rig.rest(12))
    assert isinstance(swept, ShelfSwept)
    assert swept.quantity == 7
    assert rig.moves == [(COLA.gtin, -7, PICK)]


def test_two_products_on_one_plate_are_told_apart() -> None:
    rig = stocked(6, COLA, SOAP)
    rig.put(SOAP, -1)
    rig.rest()
    rig.put(COLA, -2)
    rig.rest()
    assert rig.moves == [(SOAP.gtin, -1, PICK), (COLA.gtin, -2, PICK)]
    assert rig.counted == {COLA.gtin: 4, SOAP.gtin: 5}


def test_one_product_exchanged_for_another_is_two_moves() -> None:
    rig = stocked(6, COLA, SOAP)
    rig.put(COLA, -1)
    rig.put(SOAP, 1)
    rig.rest(12)
    assert sorted(move[:2] for move in rig.moves) == [(SOAP.gtin, 1), (COLA.gtin, -1)]


def test_products_that_weigh_nearly_the_same_leave_a_doubt_that_is_told() -> None:
    near = Product("00000000000017", 332.0, 2.0, 2.0)
    rig = stocked(4, COLA, near)
    rig.put(COLA, -1)
    (event,) = of(StockMoved, rig.rest())
    assert isinstance(event, StockMoved)
    assert event.confidence < 0.9
    assert [(one.gtin, one.quantity) for one in event.alternatives] == [
        (near.gtin if event.gtin == COLA.gtin else COLA.gtin, -1)
    ]


def test_a_restart_finds_what_changed_meanwhile_and_calls_it_unobserved() -> None:
    before = stocked(8)
    before.put(COLA, -3)
    after = Rig(before.planogram, load_g=before.load_g, memory=before.shelf.memory, random=Random(7))
    after.rest(10)
    assert after.moves == [(COLA.gtin, -3, UNOBSERVED)]
    assert after.counted == {COLA.gtin: 5}


def test_a_restart_at_which_nothing_changed_invents_nothing() -> None:
    before = stocked(8)
    after = Rig(before.planogram, load_g=before.load_g + 1.5, memory=before.shelf.memory, random=Random(7))
    after.rest(10)
    assert after.moves == []
    assert after.counted == {COLA.gtin: 8}


@pytest.mark.parametrize("restart", [True, False])
def test_a_scale_that_zeroed_itself_with_goods_on_it_loses_no_stock(restart: bool) -> None:
    rig = stocked(8)
    tared = rig.load_g
    if restart:
        rig = Rig(rig.planogram, memory=rig.shelf.memory)
    else:
        rig.silence(5)
    rig.load_g = 0.0
    told = of(ShelfDisturbed, rig.rest(10))
    assert [event.cause for event in told if isinstance(event, ShelfDisturbed)] == ["zero_lost"]
    assert rig.moves == []
    rig.load_g = 0.0
    rig.put(COLA, -2)
    rig.rest()
    assert rig.moves == [(COLA.gtin, -2, PICK)]
    assert rig.counted == {COLA.gtin: 6}
    assert tared > 2000


@pytest.mark.parametrize("watched", [True, False])
def test_a_zero_that_comes_back_brings_no_stock(watched: bool) -> None:
    rig = stocked(8)
    goods = rig.load_g
    rig.silence(5)
    rig.load_g = 0.0
    rig.rest(10)
    if not watched:
        rig.silence(5)
    rig.load_g = goods
    told = of(ShelfDisturbed, rig.rest(10))
    assert [event.cause for event in told if isinstance(event, ShelfDisturbed)] == ["zero_restored"]
    assert rig.moves == []
    assert rig.counted == {COLA.gtin: 8}


def test_a_cell_that_is_short_circuited_is_a_fault_within_three_seconds_and_no_stock() -> None:
    rig = stocked(8)
    goods, rig.load_g = rig.load_g, -800.0
    began = rig.at
    (fault,) = of(ShelfFault, rig.rest(8))
    assert isinstance(fault, ShelfFault)
    assert (fault.fault, fault.recovered) == ("below_zero", False)
    assert next(one.at for one in rig.told if one.event is fault) - began < 3
    rig.load_g = goods
    (over,) = of(ShelfFault, rig.rest(8))
    assert isinstance(over, ShelfFault)
    assert over.recovered
    assert rig.moves == []


def test_a_bridge_that_keeps_its_zero_is_believed_when_all_is_gone() -> None:
    before = stocked(3, keeps_zero=True)
    after = Rig(before.planogram, load_g=0.0, memory=before.shelf.memory)
    after.rest(10)
    assert after.moves == [(COLA.gtin, -3, UNOBSERVED)]


def test_silence_is_a_fault_and_what_happened_in_it_is_unobserved() -> None:
    rig = stocked(8)
    faults = of(ShelfFault, rig.silence(5))
    rig.put(COLA, -1)
    faults += of(ShelfFault, rig.rest(10))
    assert [(event.fault, event.recovered) for event in faults if isinstance(event, ShelfFault)] == [
        ("silent", False),
        ("silent", True),
    ]
    assert rig.moves == [(COLA.gtin, -1, UNOBSERVED)]


def test_an_overload_is_a_fault_and_no_move() -> None:
    rig = stocked(8)
    faults = of(ShelfFault, rig.rest(3, extra_g=30_000, status=Status.OVERLOAD))
    faults += of(ShelfFault, rig.rest(10))
    assert [event.fault for event in faults if isinstance(event, ShelfFault)] == ["overload", "overload"]
    assert rig.moves == []


def test_a_person_who_told_the_counts_is_believed() -> None:
    near = Product("00000000000017", 331.0, 2.0, 2.0)
    rig = Rig(plate(COLA, near, start=(2, 5)))
    rig.put(COLA, 2)
    rig.put(near, 5)
    rig.rest(10)
    assert rig.counted == {COLA.gtin: 2, near.gtin: 5}


def test_what_a_person_told_may_be_a_unit_old() -> None:
    rig = Rig(plate(COLA, start=(8,)))
    rig.put(COLA, 7)
    rig.rest(10)
    rig.put(COLA, 1)
    rig.rest(10)
    assert rig.moves == [(COLA.gtin, 1, RESTOCK)]
    assert rig.counted == {COLA.gtin: 8}


def test_other_products_than_remembered_begin_anew() -> None:
    before = stocked(8)
    after = Rig(plate(SOAP), load_g=4 * SOAP.unit_g, memory=before.shelf.memory)
    after.rest(10)
    assert after.moves == []
    assert after.counted == {SOAP.gtin: 4}


@given(
    seed=st.integers(0, 1000),
    steps=st.lists(st.tuples(st.sampled_from([COLA, SOAP]), st.integers(-3, 3)), min_size=1, max_size=8),
)
@settings(max_examples=25, deadline=None)
def test_the_moves_are_the_differences_of_the_counts(seed: int, steps: list[tuple[Product, int]]) -> None:
    rig = Rig(plate(COLA, SOAP, start=(8, 8)), random=Random(seed))
    truth = {COLA.gtin: 8, SOAP.gtin: 8}
    for product in (COLA, SOAP):
        rig.put(product, 8)
    rig.rest(10)
    first = rig.counted
    for product, units in steps:
        moved = max(units, -truth[product.gtin])
        truth[product.gtin] += moved
        rig.put(product, moved)
        rig.rest(8)
    summed = dict(first)
    for event in (one.event for one in rig.told):
        if isinstance(event, StockMoved):
            summed[event.gtin] += event.quantity
        if isinstance(event, StockCounted):
            assert summed[event.gtin] == event.quantity
    assert summed == rig.counted == dict(rig.shelf.counts) == truth


def test_something_too_light_for_any_of_the_goods_does_not_spoil_their_count() -> None:
    heavy = Product("06901234567892", 1235.0, 5.0, 5.0)
    rig = stocked(8, heavy)
    rig.load_g += 250.0
    rig.rest(10)
    assert rig.moves == []
    rig.put(heavy, -6)
    rig.rest(10)
    assert rig.moves == [(heavy.gtin, -6, PICK)]
    rig.load_g -= 250.0
    rig.rest(10)
    assert rig.counted == {heavy.gtin: 2}
    assert len(rig.moves) == 1
