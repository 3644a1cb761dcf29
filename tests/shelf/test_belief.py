"""What is thought of a plate, at first and after a change."""

import time

import pytest

from edge.shelf.belief import change, first_belief, weigh
from edge.shelf.moves import Counts, prior
from edge.shelf.planogram import Product
from edge.shelf.room import REMEMBERED, Room

CAPACITY_G = 15_000.0


def goods(*weights: float, spread: float = 0.008) -> tuple[Product, ...]:
    return tuple(Product(f"{n:014d}", weight, spread * weight, spread * weight) for n, weight in enumerate(weights))


def load(counts: Counts, products: tuple[Product, ...]) -> float:
    return sum(count * one.unit_g for count, one in zip(counts, products, strict=True))


@pytest.mark.parametrize("told", [(16, 4, 13, 9), (0, 0, 0, 24), (24, 0, 12, 1)])
def test_counts_that_were_told_and_fit_are_believed_whatever_else_weighs_the_same(told: Counts) -> None:
    products = goods(178.6, 792.2, 214.3, 112.5)
    belief = first_belief(load(told, products) + 6.0, products, CAPACITY_G, told)
    assert belief[0].counts == told


def test_counts_that_were_told_wrongly_give_way_to_the_nearest_that_fit() -> None:
    products = goods(330.0, 120.0)
    belief = first_belief(load((7, 9), products), products, CAPACITY_G, (8, 9))
    assert belief[0].counts == (7, 9)


def test_many_light_products_are_counted_at_first_within_two_seconds() -> None:
    products = goods(10.0, 10.7, 11.4, 12.1, 12.8)
    began = time.perf_counter()
    belief = first_belief(29_000.0, products, 30_000.0, None)
    assert abs(load(belief[0].counts, products) - 29_000.0) < 100
    assert time.perf_counter() - began < 2


def test_a_bag_that_weighs_as_much_as_more_than_ever_stood_there_is_a_bag() -> None:
    products = goods(34.7)
    before = first_belief(20 * 34.7, products, CAPACITY_G, (20,))
    fresh, known = Room((24,)), Room((24,), REMEMBERED)

    def best(room: Room) -> Counts:
        belief = change(before, 40 * 34.7, 0.5, products, CAPACITY_G, room)
        return weigh(belief, 60 * 34.7, products, CAPACITY_G)[0].hypothesis.counts

    assert best(fresh) == (60,)
    assert best(known) == (20,)


def test_a_full_plate_that_was_never_fuller_is_no_surprise() -> None:
    room = Room((24,), REMEMBERED)
    assert room.surprise((24,)) == 0
    assert room.surprise((25,)) < -2


def test_what_a_plate_has_room_for_is_learned_from_what_is_put_there() -> None:
    room = Room((3, 3))
    assert room.after((-1, 0), (2, 3)) is room
    room = room.after((2, 0), (5, 3))
    assert (room.most, room.puts) == ((5, 3), 1)
    for _ in range(2 * REMEMBERED):
        room = room.after((1, 0), (5, 3))
    assert room.puts == REMEMBERED


def test_five_at_once_are_rarer_than_three_and_a_sweep_takes_all() -> None:
    assert prior((-5,), (20,)) < prior((-3,), (20,)) < prior((-1,), (20,))
    assert prior((-20,), (20,)) > prior((-19,), (20,))
