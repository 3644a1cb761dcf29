"""Money: one attempt at a time, one sale at most, and no answer that is believed twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.checkout.payment.adapter import Outcome, PaymentResult
from edge.checkout.session.effects import AskPayment, CancelPayment, ReversePayment, StartPayment
from edge.checkout.session.inputs import Action, Key, PaymentSaid, Restarted
from edge.checkout.session.phase import PAYMENT, Phase
from edge.checkout.session.screen import Call, Prompt
from edge.checkout.session.terms import LaneSettings
from edge.events import CheckoutCompleted
from tests.checkout.books import TEA
from tests.checkout.session.lane import Lane


def paying(settings: LaneSettings | None = None) -> Lane:
    lane = Lane(settings or LaneSettings())
    lane.buy(TEA)
    lane.press(Key.PAY)
    return lane


def test_one_id_an_attempt_and_a_new_one_only_after_a_final_answer() -> None:
    lane = paying()
    lane.press(Key.PAY)
    assert [one.attempt for one in lane.started] == ["sco-1-j1-000001-1"]
    lane.answer(Outcome.DECLINED)
    assert (lane.phase, lane.screen.prompt) == (Phase.TENDER, Prompt.DECLINED)
    lane.press(Key.PAY)
    assert [one.attempt for one in lane.started] == ["sco-1-j1-000001-1", "sco-1-j1-000001-2"]


def test_answers_that_come_twice_or_late_change_nothing() -> None:
    lane = paying()
    first = lane.started[0].attempt
    lane.answer(Outcome.DECLINED)
    lane.press(Key.PAY)
    lane.answer(Outcome.PENDING, first)
    lane.answer(Outcome.DECLINED, first)
    assert lane.is_in(Phase.PAY_PENDING)
    lane.answer(Outcome.APPROVED)
    lane.answer(Outcome.APPROVED)
    assert len(lane.events(CheckoutCompleted)) == 1


def test_a_terminal_that_never_answers_is_asked_and_then_an_attendant() -> None:
    lane = paying()
    lane.wait(lane.settings.pay_patience_s + 1)
    assert (lane.phase, lane.screen.call) == (Phase.PAY_UNKNOWN, Call.PAYMENT)
    asked = [one for one in lane.effects if isinstance(one, AskPayment)]
    assert len(asked) >= lane.settings.pay_patience_s / lane.settings.ask_every_s - 1
    assert {one.attempt for one in asked} == {lane.started[0].attempt}


@pytest.mark.parametrize("reason", ["", "slip seen"])
def test_unknown_ends_by_the_terminal_or_an_attendant_with_a_reason_only(reason: str) -> None:
    lane = paying()
    lane.send(Restarted())
    assert lane.is_in(Phase.PAY_UNKNOWN)
    for key in Key:
        lane.press(key)
    lane.attend(Action.ACCEPT)
    lane.attend(Action.CANCEL)
    lane.attend(Action.DISMISS)
    lane.wait(600)
    assert lane.is_in(Phase.PAY_UNKNOWN)
    lane.attend(Action.PAID, reason=reason)
    assert lane.is_in(Phase.CLEAR_BAG if reason else Phase.PAY_UNKNOWN)


def test_a_restart_asks_at_once() -> None:
    lane = paying()
    assert AskPayment(attempt=lane.started[0].attempt) in lane.send(Restarted())


def test_money_that_comes_after_an_attendant_said_no_goes_back() -> None:
    lane = paying()
    first = lane.started[0].attempt
    lane.send(Restarted())
    lane.attend(Action.NOT_PAID)
    assert lane.is_in(Phase.TENDER)
    lane.press(Key.PAY)
    second = lane.started[-1].attempt
    lane.answer(Outcome.APPROVED, first)
    assert lane.effects[-1] == ReversePayment(attempt=first)
    assert lane.is_in(Phase.PAY_PENDING)
    lane.answer(Outcome.APPROVED, second)
    lane.answer(Outcome.REVERSED, first)
    assert lane.state.stray == ()
    assert [tender.amount for tender in lane.events(CheckoutCompleted)[0].tenders] == [350]


def test_another_sum_than_asked_for_is_not_believed() -> None:
    lane = paying()
    lane.answer(Outcome.APPROVED, amount=349)
    assert (lane.phase, lane.screen.call) == (Phase.PAY_UNKNOWN, Call.PAYMENT)
    assert not lane.events(CheckoutCompleted)


def test_to_give_up_is_for_the_terminal_to_confirm() -> None:
    lane = paying()
    lane.press(Key.BACK)
    assert lane.effects[-1] == CancelPayment(attempt=lane.started[0].attempt)
    assert lane.is_in(Phase.PAY_PENDING)
    lane.answer(Outcome.CANCELLED)
    lane.press(Key.BACK)
    assert lane.is_in(Phase.SCANNING)


def test_without_a_terminal_an_attendant_takes_the_money() -> None:
    lane = paying(LaneSettings(terminal=False))
    assert (lane.phase, lane.screen.call) == (Phase.TENDER, Call.PAYMENT)
    lane.attend(Action.PAID)
    sale = lane.events(CheckoutCompleted)[0]
    assert [(tender.method, tender.amount) for tender in sale.tenders] == [("attendant", 350)]
    assert not lane.started


@given(
    st.lists(
        st.one_of(
            st.sampled_from(list(Outcome)),
            st.sampled_from([Key.PAY, Key.BACK, Key.CANCEL]),
            st.sampled_from([Action.PAID, Action.NOT_PAID]),
            st.just("restart"),
            st.floats(0.1, 200),
        ),
        max_size=25,
    )
)
def test_whatever_comes_a_sale_is_charged_once(happenings: list[Outcome | Key | Action | str | float]) -> None:
    lane = paying()
    for one in happenings:
        if isinstance(one, Outcome):
            for started in lane.started:
                lane.send(PaymentSaid(result=PaymentResult(attempt_id=started.attempt, outcome=one)))
        elif isinstance(one, Key):
            lane.press(one)
        elif isinstance(one, Action):
            lane.attend(one)
        elif isinstance(one, float):
            lane.wait(one)
        else:
            lane.send(Restarted())
        pending = (
            [] if lane.state.session is None else [a for a in lane.state.session.attempts if a.outcome == "pending"]
        )
        assert len(pending) <= 1
        assert lane.phase in PAYMENT or not pending
    sales = lane.events(CheckoutCompleted)
    assert len(sales) <= 1
    for sale in sales:
        assert sum(tender.amount for tender in sale.tenders) == sale.total
    ids = [one.attempt for one in lane.effects if isinstance(one, StartPayment)]
    assert len(ids) == len(set(ids))
