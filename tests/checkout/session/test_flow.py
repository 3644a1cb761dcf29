"""A shopper's way through a lane, step by step."""

from decimal import Decimal

import pytest

from edge.checkout.payment.adapter import Outcome
from edge.checkout.price_rules import Coupon
from edge.checkout.printer_status import PrinterState
from edge.checkout.scan import Stop
from edge.checkout.session.effects import Beep, Closed, Learn, Opened, Print
from edge.checkout.session.inputs import (
    Action,
    CodeRefused,
    CouponShown,
    Device,
    DeviceChanged,
    ItemStopped,
    ItemUnknown,
    Key,
    MemberShown,
    Printed,
    ProduceWeighed,
    Restarted,
    Weighed,
)
from edge.checkout.session.phase import Phase
from edge.checkout.session.screen import Call, Prompt
from edge.checkout.session.state import LaneState
from edge.checkout.session.terms import LaneSettings, OnScaleFault
from edge.events import (
    CheckoutAlertRaised,
    CheckoutAlertResolved,
    CheckoutCompleted,
    CheckoutItemScanned,
    CheckoutItemVoided,
    CheckoutSessionClosed,
    CheckoutSessionOpened,
    CheckoutStatusChanged,
    SessionEnd,
)
from tests.checkout.books import BANANAS, BOOK, EGGS, MILK, SPIRITS, TEA, book_of
from tests.checkout.session.lane import WEIGHTS, Lane


def test_an_honest_shopper_is_left_in_peace() -> None:
    lane = Lane()
    for product in (TEA, MILK, BOOK):
        lane.buy(product)
    assert lane.screen.total == 350 + 599 + 4500
    assert all(line.bagged for line in lane.screen.lines)
    lane.pay()
    assert lane.is_in(Phase.CLEAR_BAG)
    lane.take_all()
    assert lane.is_in(Phase.IDLE)
    sale = lane.events(CheckoutCompleted)[0]
    assert (sale.total, sale.receipt_number, sale.business_date) == (5449, "j1-000001", "2026-11-23")
    assert [line.price for line in sale.lines] == [350, 599, 4500]
    assert sum(tax.gross for tax in sale.taxes) == sale.total
    assert lane.events(CheckoutSessionClosed)[0].reason is SessionEnd.COMPLETED
    assert not lane.events(CheckoutAlertRaised)
    assert [type(one) for one in lane.effects if isinstance(one, Opened | Closed)] == [Opened, Closed]


def test_the_order_of_scan_and_bag_does_not_matter() -> None:
    lane = Lane()
    lane.put(WEIGHTS[TEA.key])
    lane.scan(TEA)
    lane.scan(MILK)
    lane.scan(BOOK)
    lane.put(WEIGHTS[MILK.key] + WEIGHTS[BOOK.key])
    assert not lane.state.bag.open
    assert not lane.state.bag.changes
    assert lane.state.session is not None
    assert lane.state.session.nudges == 0


def test_what_is_not_scanned_gets_a_nudge_then_the_attendant() -> None:
    lane = Lane()
    lane.buy(TEA)
    lane.put(300)
    lane.wait(1.0)
    assert (lane.phase, lane.screen.prompt) == (Phase.MISMATCH, Prompt.SCAN_IT)
    assert not lane.events(CheckoutAlertRaised)
    lane.wait(lane.settings.escalate_s + 1)
    assert (lane.phase, lane.screen.call) == (Phase.ATTENDANT, Call.BAG)
    alert = lane.events(CheckoutAlertRaised)[0]
    assert alert.cause == "unexpected_item"
    assert alert.likelihood > 0.99
    assert {"weight", "gap", "order", "scale"} <= set(alert.evidence)
    assert lane.screen.detail


def test_a_nudge_that_is_followed_is_forgotten() -> None:
    lane = Lane()
    lane.put(WEIGHTS[MILK.key])
    lane.scan(TEA)
    lane.put(WEIGHTS[TEA.key])
    lane.wait(3)
    assert lane.is_in(Phase.MISMATCH)
    lane.scan(MILK)
    assert lane.is_in(Phase.SCANNING)
    lane.pay()
    assert lane.is_in(Phase.CLEAR_BAG)
    assert not lane.events(CheckoutAlertRaised)


def test_another_product_under_a_label_is_a_mismatch() -> None:
    lane = Lane()
    lane.scan(TEA)
    lane.put(WEIGHTS[TEA.key] * 1.16)
    lane.wait(2)
    assert lane.asks(Prompt.CHECK_IT)
    lane.press(Key.PAY)
    lane.wait(lane.settings.review_s + 1)
    assert lane.events(CheckoutAlertRaised)[0].cause == "weight_mismatch"
    assert not lane.started


def test_what_is_voided_has_to_leave_the_bag() -> None:
    lane = Lane()
    lane.buy(TEA)
    lane.buy(MILK)
    lane.press(Key.VOID, line=1)
    assert lane.screen.total == 599
    lane.wait(lane.settings.remove_s + 1)
    assert lane.asks(Prompt.TAKE_OUT)
    lane.press(Key.PAY)
    assert lane.is_in(Phase.REVIEW)
    assert not lane.started
    lane.put(-WEIGHTS[TEA.key])
    assert lane.is_in(Phase.PAY_PENDING)
    assert lane.events(CheckoutItemVoided)[0].gtin == TEA.key


def test_what_is_taken_out_again_is_asked_for_and_may_come_back() -> None:
    lane = Lane()
    lane.buy(TEA)
    lane.buy(MILK)
    lane.put(-WEIGHTS[TEA.key])
    assert [line.bagged for line in lane.screen.lines] == [False, True]
    assert lane.asks(Prompt.PUT_BACK)
    lane.put(WEIGHTS[TEA.key])
    assert all(line.bagged for line in lane.screen.lines)


def test_a_child_that_leans_on_the_scale_is_gone_and_forgotten() -> None:
    lane = Lane()
    lane.buy(TEA)
    lane.put(8000)
    lane.put(-8000)
    lane.pay()
    assert lane.is_in(Phase.CLEAR_BAG)
    assert not lane.events(CheckoutAlertRaised)


def test_a_bag_of_ones_own_once_and_not_too_heavy() -> None:
    lane = Lane()
    lane.press(Key.OWN_BAG)
    lane.put(120)
    lane.buy(TEA)
    assert not lane.state.bag.changes
    lane.press(Key.OWN_BAG)
    lane.put(110)
    lane.wait(2)
    assert lane.asks(Prompt.SCAN_IT)
    other = Lane()
    other.press(Key.OWN_BAG)
    other.put(other.settings.own_bag_limit_g + 50)
    other.wait(2)
    assert other.asks(Prompt.SCAN_IT)


def test_own_bag_told_after_it_was_put_down() -> None:
    lane = Lane()
    lane.press(Key.START)
    lane.put(140)
    lane.wait(2)
    assert lane.is_in(Phase.MISMATCH)
    lane.press(Key.OWN_BAG)
    assert lane.is_in(Phase.SCANNING)


def test_goods_by_weight_on_the_bagging_scale_and_on_their_own() -> None:
    lane = Lane()
    lane.scan(BANANAS)
    assert lane.asks(Prompt.WEIGH_IT)
    lane.put(812)
    assert lane.screen.total == 624
    other = Lane(LaneSettings(weigh_on_bag=False))
    other.scan(BANANAS)
    other.send(ProduceWeighed(weight_g=BANANAS.tare_g + 800))
    assert other.screen.total == 624
    other.put(813)
    assert all(line.bagged for line in other.screen.lines)
    assert other.events(CheckoutItemScanned)[0].weight_g == "800"


def test_packaging_alone_weighs_nothing() -> None:
    lane = Lane(LaneSettings(weigh_on_bag=False))
    lane.scan(BANANAS)
    lane.send(ProduceWeighed(weight_g=BANANAS.tare_g))
    assert lane.is_in(Phase.WEIGH_PRODUCE)
    lane.press(Key.BACK)
    assert lane.is_in(Phase.SCANNING)
    assert not lane.screen.lines


@pytest.mark.parametrize("wanted", [0, -3, 1000, 10**9])
def test_absurd_quantities_change_nothing(wanted: int) -> None:
    lane = Lane()
    lane.buy(TEA)
    lane.press(Key.QUANTITY, quantity=wanted)
    assert lane.screen.total == 350
    assert lane.asks(Prompt.NOT_FOR_SALE)


def test_quantity_opens_pieces_and_closes_them() -> None:
    lane = Lane()
    lane.scan(TEA)
    lane.press(Key.QUANTITY, quantity=24)
    lane.put(24 * WEIGHTS[TEA.key], sd_g=2.0)
    assert not lane.state.bag.open
    lane.press(Key.QUANTITY, quantity=23)
    lane.put(-WEIGHTS[TEA.key])
    lane.pay()
    assert lane.events(CheckoutCompleted)[0].total == 23 * 350
    scanned = sum(event.quantity for event in lane.events(CheckoutItemScanned))
    assert scanned - sum(event.quantity for event in lane.events(CheckoutItemVoided)) == 23


def test_a_number_that_does_not_fit_its_package_is_not_sold() -> None:
    lane = Lane()
    lane.scan(EGGS)
    assert not lane.screen.lines
    assert lane.effects[-1] == Beep(good=False)


def test_age_is_seen_by_an_attendant_before_the_money() -> None:
    lane = Lane()
    lane.buy(SPIRITS)
    lane.press(Key.PAY)
    assert (lane.phase, lane.screen.call) == (Phase.AGE_CHECK, Call.AGE)
    lane.attend(Action.AGE_OK)
    assert lane.is_in(Phase.PAY_PENDING)
    young = Lane()
    young.buy(SPIRITS)
    young.buy(TEA)
    young.press(Key.PAY)
    young.attend(Action.AGE_REFUSED)
    assert [line.name for line in young.screen.lines] == [TEA.name]
    assert young.is_in(Phase.SCANNING)


def test_an_unknown_item_is_never_free() -> None:
    lane = Lane()
    lane.send(ItemUnknown(key="01234567890128"))
    assert (lane.phase, lane.screen.call) == (Phase.ATTENDANT, Call.UNKNOWN_ITEM)
    lane.press(Key.PAY)
    assert not lane.started
    lane.scan(TEA)
    assert lane.is_in(Phase.SCANNING)
    assert lane.screen.total == 350


@pytest.mark.parametrize(
    ("event", "prompt"),
    [
        (CodeRefused(reason="check digit"), Prompt.NOT_READ),
        (ItemStopped(key=TEA.key, reason=Stop.RECALLED), Prompt.NOT_FOR_SALE),
    ],
)
def test_what_may_not_be_sold_is_not(event: CodeRefused | ItemStopped, prompt: Prompt) -> None:
    lane = Lane()
    lane.send(event)
    assert lane.asks(prompt)
    assert lane.effects == [Beep(good=False)]


def test_a_member_is_named_only_with_consent() -> None:
    for consent in (True, False):
        lane = Lane()
        lane.send(MemberShown(member="ab12", consent=consent))
        lane.buy(TEA)
        lane.pay()
        assert lane.events(CheckoutCompleted)[0].member == ("ab12" if consent else "")


def test_a_coupon_is_kept_once() -> None:
    lane = Lane(book=book_of(rules=[Coupon(id="ten", percent=Decimal(10))]))
    lane.buy(TEA)
    for _ in range(2):
        lane.send(CouponShown(key="ten", version="v1"))
    assert lane.screen.total == 315
    lane.send(CouponShown(key="none", version="v1"))
    lane.pay()
    assert lane.events(CheckoutCompleted)[0].total == 315


def test_only_what_is_weighed_alone_and_undisputed_teaches() -> None:
    lane = Lane()
    lane.buy(TEA)
    lane.scan(MILK)
    lane.scan(BOOK)
    lane.put(WEIGHTS[MILK.key] + WEIGHTS[BOOK.key])
    assert [one.key for one in lane.effects if isinstance(one, Learn)] == [TEA.key]


def test_goods_of_unknown_weight_are_learned_and_alert_nobody() -> None:
    lane = Lane()
    lane.scan_unknown_weight(TEA)
    lane.put(777)
    lane.wait(5)
    assert lane.is_in(Phase.SCANNING)
    assert [one.weight_g for one in lane.effects if isinstance(one, Learn)] == [777]


def test_what_an_attendant_lets_pass_is_told_as_such() -> None:
    lane = Lane()
    lane.scan(TEA)
    lane.put(600)
    lane.wait(20)
    lane.attend(Action.ACCEPT, reason="promotional pack")
    assert lane.is_in(Phase.SCANNING)
    assert [(one.weight_g, one.vouched) for one in lane.effects if isinstance(one, Learn)] == [(600, True)]
    resolved = lane.events(CheckoutAlertResolved)[0]
    assert (resolved.resolution, resolved.badge, resolved.reason) == ("accept", "b7", "promotional pack")


def test_an_override_needs_a_reason() -> None:
    lane = Lane()
    lane.buy(TEA)
    lane.put(300)
    lane.wait(20)
    lane.attend(Action.ACCEPT, reason=" ")
    assert lane.is_in(Phase.ATTENDANT)


def test_an_attendant_scans_what_was_not() -> None:
    lane = Lane()
    lane.buy(TEA)
    lane.put(WEIGHTS[MILK.key])
    lane.wait(20)
    lane.scan(MILK)
    assert lane.is_in(Phase.SCANNING)
    assert lane.events(CheckoutAlertResolved)[0].resolution == "self_corrected"


def test_goods_added_after_the_money_are_an_alert() -> None:
    lane = Lane()
    lane.buy(TEA)
    lane.pay()
    lane.put(250)
    lane.wait(2)
    assert lane.calls(Call.BAG)
    assert lane.events(CheckoutAlertRaised)[0].cause == "added_after_payment"
    lane.put(-250)
    assert lane.calls(None)


def test_goods_may_be_packed_again_after_paying() -> None:
    lane = Lane()
    lane.buy(TEA)
    lane.buy(MILK)
    lane.pay()
    lane.put(-WEIGHTS[MILK.key])
    lane.put(WEIGHTS[MILK.key])
    lane.take_all()
    assert lane.is_in(Phase.IDLE)
    assert not lane.events(CheckoutAlertRaised)


def test_nothing_is_carried_over_to_the_next_shopper() -> None:
    lane = Lane()
    lane.buy(TEA)
    lane.put(300)
    lane.wait(20)
    lane.attend(Action.CANCEL)
    assert lane.is_in(Phase.CLEAR_BAG)
    lane.wait(200)
    assert lane.is_in(Phase.IDLE)
    assert lane.calls(Call.LEFT_GOODS)
    lane.buy(MILK)
    lane.wait(5)
    assert lane.is_in(Phase.SCANNING)
    lane.pay()
    assert lane.is_in(Phase.CLEAR_BAG)
    assert [alert.session for alert in lane.events(CheckoutAlertRaised)] == ["j1-000001"]


def test_a_scale_that_shows_nothing_is_empty_whatever_the_session_began_from() -> None:
    """The lane came up with goods on their way: the first weight that it ever saw was no empty scale's."""
    lane = Lane()
    lane.state = LaneState()
    lane.scan(TEA)
    lane.level_g = 520.0
    lane.send(Weighed(weight_g=lane.level_g, delta_g=0.0, sd_g=0.5, since_s=lane.now_s, unseen=True))
    lane.buy(MILK)
    lane.attend(Action.CANCEL)
    lane.take_all()
    assert lane.is_in(Phase.IDLE)


def test_who_walks_off_leaves_an_alert_or_nothing() -> None:
    lane = Lane()
    lane.buy(TEA)
    lane.wait(91)
    assert lane.asks(Prompt.STILL_THERE)
    lane.wait(46)
    assert lane.calls(Call.WALKED_OFF)
    lane.attend(Action.CANCEL)
    assert lane.events(CheckoutSessionClosed)[0].reason is SessionEnd.ABANDONED
    empty = Lane()
    empty.press(Key.START)
    empty.wait(200)
    assert empty.is_in(Phase.IDLE)
    assert not empty.events(CheckoutAlertRaised)


def test_the_next_shopper_need_not_wait_for_the_last_ones_goods() -> None:
    lane = Lane()
    lane.buy(TEA)
    lane.pay()
    lane.buy(MILK)
    assert lane.screen.total == 599
    assert len(lane.events(CheckoutSessionOpened)) == 2
    lane.wait(3)
    assert lane.is_in(Phase.SCANNING)


def test_a_suspended_bill_is_taken_up_again() -> None:
    lane = Lane()
    lane.buy(TEA)
    lane.buy(MILK)
    lane.attend(Action.SUSPEND)
    assert lane.is_in(Phase.IDLE)
    lane.take_all()
    lane.attend(Action.RESUME)
    assert lane.screen.total == 949
    lane.put(WEIGHTS[TEA.key] + WEIGHTS[MILK.key])
    lane.pay()
    assert lane.events(CheckoutCompleted)[0].total == 949


@pytest.mark.parametrize("on_fault", list(OnScaleFault))
def test_a_lane_without_its_scale(on_fault: OnScaleFault) -> None:
    lane = Lane(LaneSettings(on_scale_fault=on_fault))
    lane.buy(TEA)
    lane.send(DeviceChanged(device=Device.SCALE, up=False, reason="unplugged"))
    assert lane.events(CheckoutStatusChanged)[0].up is False
    if on_fault is OnScaleFault.ATTENDED:
        lane.scan(MILK)
        lane.press(Key.PAY)
    assert (lane.phase, lane.screen.call) == (Phase.ATTENDANT, Call.SCALE)
    lane.attend(Action.ACCEPT, reason="looked into the bag")
    if on_fault is OnScaleFault.CLOSE:
        lane.press(Key.PAY)
    lane.answer(Outcome.APPROVED)
    lane.wait(61)
    closed = on_fault is OnScaleFault.CLOSE
    assert lane.is_in(Phase.OUT_OF_SERVICE if closed else Phase.IDLE)
    lane.send(DeviceChanged(device=Device.SCALE, up=True, reason="back"))
    assert lane.is_in(Phase.IDLE)


def test_weight_that_came_while_the_scale_was_gone_is_seen() -> None:
    lane = Lane()
    lane.buy(TEA)
    lane.send(DeviceChanged(device=Device.SCALE, up=False, reason="unplugged"))
    lane.wait(2)
    lane.send(DeviceChanged(device=Device.SCALE, up=True, reason="back"))
    lane.send(Weighed(weight_g=WEIGHTS[TEA.key] + 400, delta_g=0, sd_g=0.5, since_s=lane.now_s))
    lane.wait(2)
    assert lane.asks(Prompt.SCAN_IT)


def test_weight_that_came_while_the_software_was_gone_is_seen() -> None:
    lane = Lane()
    lane.buy(TEA)
    lane.send(Restarted())
    lane.send(Weighed(weight_g=WEIGHTS[TEA.key] + 400, delta_g=0, sd_g=0.5, since_s=lane.now_s))
    lane.wait(2)
    assert lane.asks(Prompt.SCAN_IT)


def test_a_dead_printer_calls_the_attendant_and_holds_nobody_up() -> None:
    lane = Lane()
    lane.buy(TEA)
    lane.pay()
    number = lane.state.session.receipt if lane.state.session else ""
    lane.send(Printed(receipt=number, sent=False, state=PrinterState.PAPER_OUT))
    assert lane.calls(Call.RECEIPT)
    lane.take_all()
    assert lane.is_in(Phase.IDLE)


def test_a_receipt_that_nobody_saw_printed_is_printed_after_a_restart() -> None:
    lane = Lane()
    lane.buy(TEA)
    lane.pay()
    lane.send(Restarted())
    receipts = [one.receipt.number for one in lane.effects if isinstance(one, Print)]
    assert receipts == ["j1-000001", "j1-000001"]
    assert len(lane.events(CheckoutCompleted)) == 1


def test_something_on_an_idle_lane_is_told_and_forgotten_when_it_goes() -> None:
    lane = Lane()
    lane.put(200)
    lane.wait(130)
    assert lane.calls(Call.LEFT_GOODS)
    lane.put(-200)
    assert lane.calls(None)


def test_help_and_back() -> None:
    lane = Lane()
    lane.buy(TEA)
    lane.press(Key.HELP)
    assert lane.calls(Call.HELP)
    lane.attend(Action.DISMISS)
    assert lane.is_in(Phase.SCANNING)
    lane.press(Key.CANCEL)
    assert lane.calls(Call.HELP)
    lane.press(Key.BACK)
    assert lane.is_in(Phase.SCANNING)


def test_an_attendant_who_does_not_come_is_told_to_the_shop() -> None:
    lane = Lane()
    lane.press(Key.START)
    lane.press(Key.HELP)
    lane.wait(301)
    assert "attendant" in lane.events(CheckoutStatusChanged)[0].reason


def test_out_of_service_and_open() -> None:
    lane = Lane()
    lane.attend(Action.CLOSE)
    lane.scan(TEA)
    assert lane.is_in(Phase.OUT_OF_SERVICE)
    lane.attend(Action.OPEN)
    lane.scan(TEA)
    assert lane.is_in(Phase.SCANNING)
