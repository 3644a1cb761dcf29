"""Shoppers at a lane that believes everything: what they do, and whether their truth tells it."""

import pytest

from edge.sim.lane.attendant import Attendant
from edge.sim.lane.goods import Shop
from edge.sim.lane.plan import Plan, shopper, shoppers
from edge.sim.lane.rates import RATES, Rates, Slip, Theft
from edge.sim.lane.shopper import Shopper
from tests.sim.lane.stand_in import StandIn

SHOP = Shop(1)
PLAIN = Rates(per_item={}, per_session={}, dishonest=0.0)


def of(kind: Theft) -> Rates:
    return Rates(per_item={}, per_session={}, dishonest=1.0, two_thefts=0.0, thefts={kind: 1.0})


def visit(plan: Plan, rates: Rates, lane: StandIn | None = None) -> tuple[Shopper, StandIn]:
    lane = lane or StandIn(SHOP)
    one = Shopper(lane, plan, SHOP, rates)
    for wait in one.shop():
        assert wait >= 0
        lane.at += wait
    return one, lane


@pytest.mark.parametrize("number", range(25))
def test_an_honest_visit_pays_for_all_that_it_takes(number: int) -> None:
    one, lane = visit(shopper(1, number, SHOP, PLAIN), PLAIN)
    assert one.visit.paid
    assert not one.visit.thefts
    assert len(one.visit.sales) == len(one.plan.things)
    assert lane.bag_g == pytest.approx(0, abs=1e-6)


def test_slips_are_honest_too() -> None:
    seen: set[Slip] = set()
    often = dict.fromkeys(RATES.per_session, 0.15)
    for plan in shoppers(2, SHOP, 300, Rates(per_session=often, dishonest=0.0)):
        one, lane = visit(plan, RATES)
        seen |= one.visit.slips
        assert one.visit.paid or one.visit.walked_off or one.visit.stuck
        assert not one.visit.thefts
        if one.visit.paid:
            assert lane.bag_g == pytest.approx(0, abs=1e-6)
            assert all(thing.line in one.visit.sales for thing in one.visit.things if thing.in_bag)
    assert seen >= set(Slip) - {Slip.WALKS_OFF, Slip.SLOW_PAYMENT, Slip.LATE_MEMBER}


@pytest.mark.parametrize("kind", sorted(Theft))
def test_each_theft_shows_in_the_truth(kind: Theft) -> None:
    rates, found = of(kind), 0
    for plan in shoppers(3, SHOP, 12, rates):
        one, _ = visit(plan, rates)
        assert {theft.kind for theft in one.visit.thefts} <= {kind}
        found += len(one.visit.thefts)
        for theft in one.visit.thefts:
            assert theft.grams > 0
            assert (theft.label_g is not None) == (kind is Theft.TICKET_SWITCHED)
    assert found >= 6


def test_shoppers_are_the_same_whoever_came_before() -> None:
    drawn = list(shoppers(5, SHOP, 8))
    alone = shopper(5, 7, SHOP)
    assert [thing.grams for thing in drawn[7].things] == [thing.grams for thing in alone.things]
    assert drawn[7].thefts == alone.thefts


def test_an_honest_shopper_puts_a_forgotten_code_right() -> None:
    lane = StandIn(SHOP)
    plan = shopper(1, 0, SHOP, PLAIN)
    one = Shopper(lane, plan, SHOP, PLAIN)
    thing = plan.things[0]
    one.put(thing)
    lane.prompt = "scan_it"
    for _ in one.obey():
        if thing.line is not None:
            lane.prompt = "scan"
    assert thing.line in one.visit.sales


def test_a_dishonest_shopper_mostly_does_not() -> None:
    rates = of(Theft.NOT_SCANNED_ALONE)
    ignored = 0
    for plan in shoppers(4, SHOP, 40, rates):
        lane = StandIn(SHOP)
        one = Shopper(lane, plan, SHOP, rates)
        one.put(plan.things[0])
        lane.prompt = "scan_it"
        ignored += not list(one.obey())
    assert 20 <= ignored <= 38


def test_an_attendant_finds_what_was_not_scanned() -> None:
    lane = StandIn(SHOP)
    plan = shopper(1, 0, SHOP, PLAIN)
    one = Shopper(lane, plan, SHOP, PLAIN)
    one.put(plan.things[0])
    lane.call, lane.prompt = "bag", "wait"
    for _ in Attendant(lane, one, RATES, lambda: True).come():
        pass
    assert not one.visit.unpaid
    assert lane.attended == ["accept"]


def test_an_attendant_says_when_nothing_was_wrong() -> None:
    lane = StandIn(SHOP)
    one = Shopper(lane, shopper(1, 0, SHOP, PLAIN), SHOP, PLAIN)
    lane.call, lane.prompt = "bag", "wait"
    for _ in Attendant(lane, one, RATES, lambda: True).come():
        pass
    assert lane.attended == ["false_alarm"]


@pytest.mark.parametrize(("came", "action"), [(True, "paid"), (False, "not_paid")])
def test_an_attendant_settles_a_payment_by_the_terminal(came: bool, action: str) -> None:
    lane = StandIn(SHOP)
    one = Shopper(lane, shopper(1, 0, SHOP, PLAIN), SHOP, PLAIN)
    lane.call = "payment"
    for _ in Attendant(lane, one, RATES, lambda: came).come():
        pass
    assert lane.attended == [action]
