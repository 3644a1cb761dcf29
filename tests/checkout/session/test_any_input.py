"""Any input in any order: a step never fails, and what a lane must never do, it does not."""

from decimal import Decimal

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.checkout.payment.adapter import Outcome, PaymentResult
from edge.checkout.printer_status import PrinterState
from edge.checkout.scan import Stop
from edge.checkout.session import inputs
from edge.checkout.session.effects import Publish
from edge.checkout.session.inputs import AnyInput, Instant
from edge.checkout.session.state import LaneState
from edge.checkout.session.step import step
from edge.checkout.session.terms import LaneSettings, OnScaleFault
from edge.codec import encode_event
from edge.events import CheckoutCompleted, CheckoutSessionClosed, CheckoutSessionOpened
from tests.checkout.books import BANANAS, EVERYTHING, NOON
from tests.checkout.session.lane import Lane, article

GRAMS = st.floats(-9000, 9000, allow_nan=False)
ATTEMPTS = [f"sco-1-j1-00000{n}-{k}" for n in (1, 2) for k in (1, 2)]
EVENTS: st.SearchStrategy[AnyInput] = st.one_of(
    st.builds(
        inputs.ItemScanned,
        article=st.sampled_from([article(product) for product in EVERYTHING]),
        version=st.just("v1"),
        quantity=st.sampled_from([1, 1, 1, 6, 0, -1, 5000]),
    ),
    st.just(inputs.ItemScanned(article=article(BANANAS, 512.0), version="v1")),
    st.builds(inputs.CodeRefused, reason=st.just("?")),
    st.builds(inputs.ItemUnknown, key=st.just("1")),
    st.builds(inputs.ItemStopped, key=st.just("1"), reason=st.sampled_from(list(Stop))),
    st.builds(inputs.CouponShown, key=st.just("none"), version=st.just("v1")),
    st.builds(inputs.MemberShown, member=st.just("m"), consent=st.booleans()),
    st.builds(
        inputs.Weighed,
        weight_g=GRAMS,
        delta_g=st.one_of(GRAMS, st.sampled_from([520.0, -520.0, 1030.0])),
        sd_g=st.floats(0, 50),
        since_s=st.floats(0, 1e6),
        refined=st.booleans(),
        unseen=st.booleans(),
    ),
    st.builds(inputs.Disturbed, excess_g=GRAMS),
    st.builds(inputs.ProduceWeighed, weight_g=st.integers(-5, 200_000).map(Decimal)),
    st.builds(
        inputs.Pressed,
        key=st.sampled_from(list(inputs.Key)),
        line=st.none() | st.integers(-1, 4),
        quantity=st.none() | st.integers(-2, 2000),
    ),
    st.builds(
        inputs.Attended,
        action=st.sampled_from(list(inputs.Action)),
        badge=st.just("b"),
        reason=st.sampled_from(["", "seen"]),
        line=st.none() | st.integers(0, 3),
    ),
    st.builds(
        inputs.PaymentSaid,
        result=st.builds(
            PaymentResult, attempt_id=st.sampled_from([*ATTEMPTS, "x"]), outcome=st.sampled_from(list(Outcome))
        ),
    ),
    st.builds(
        inputs.Printed, receipt=st.just("j1-000001"), sent=st.booleans(), state=st.sampled_from(list(PrinterState))
    ),
    st.builds(
        inputs.DeviceChanged,
        device=st.sampled_from(list(inputs.Device)),
        up=st.booleans(),
        reason=st.just("cable"),
    ),
    st.just(inputs.TimePassed()),
    st.just(inputs.Restarted()),
)
SETTINGS = st.builds(
    LaneSettings,
    on_scale_fault=st.sampled_from(list(OnScaleFault)),
    has_scale=st.booleans(),
    weigh_on_bag=st.booleans(),
    terminal=st.booleans(),
)


@settings(max_examples=150, deadline=None)
@given(SETTINGS, st.lists(st.tuples(EVENTS, st.floats(0, 100)), max_size=40))
def test_any_input_in_any_phase(lane_settings: LaneSettings, happenings: list[tuple[AnyInput, float]]) -> None:
    lane = Lane(lane_settings)
    for event, pause in happenings:
        lane.now_s += pause
        lane.send(event)
        assert lane.screen.phase is lane.state.phase
        assert (lane.state.session is None) is (lane.state.phase in {"idle", "out_of_service"})
    for one in lane.effects:
        if isinstance(one, Publish):
            encode_event(one.event)
    opened = [event.session for event in lane.events(CheckoutSessionOpened)]
    closed = [event.session for event in lane.events(CheckoutSessionClosed)]
    sold = [event.session for event in lane.events(CheckoutCompleted)]
    assert len(set(closed)) == len(closed)
    assert len(set(sold)) == len(sold)
    assert set(closed) <= set(opened)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(EVENTS, st.floats(0, 100)), max_size=30))
def test_a_state_survives_being_written_down(happenings: list[tuple[AnyInput, float]]) -> None:
    """The same inputs, with the state and the inputs encoded and decoded on the way, give the same state."""
    lane = Lane()
    state = lane.state
    at_s = lane.now_s
    for event, pause in happenings:
        at_s += pause
        at = Instant(at_s, NOON)
        lane.state, effects = step(lane.state, event, at, lane.terms)
        read = msgspec.json.decode(msgspec.json.encode(event), type=AnyInput)
        kept = msgspec.json.decode(msgspec.json.encode(state), type=LaneState)
        state, again = step(kept, read, at, lane.terms)
        assert state == lane.state
        assert again == effects


@settings(max_examples=150, deadline=None)
@given(SETTINGS, st.lists(st.tuples(EVENTS, st.floats(0, 100)), max_size=40))
def test_no_timer_goes_off_for_ever(lane_settings: LaneSettings, happenings: list[tuple[AnyInput, float]]) -> None:
    """Once time has passed there is nothing more to be done at this moment."""
    lane = Lane(lane_settings)
    for event, pause in happenings:
        lane.now_s += pause
        lane.send(event)
        for _ in range(4):
            if lane.state.due is None or lane.state.due > lane.now_s:
                break
            lane.send(inputs.TimePassed())
        assert lane.state.due is None or lane.state.due > lane.now_s
