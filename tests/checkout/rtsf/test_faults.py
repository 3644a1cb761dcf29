"""The eight faults of the RTSF reconciler: the rule has each, and our lane has none.

Where a fault is one of its cameras, ours is asked what a lane without cameras can be asked of the same shopper.
"""

from decimal import Decimal

import msgspec

from edge.checkout.session.inputs import Action, ItemUnknown, Key, Restarted
from edge.checkout.session.phase import Phase
from edge.checkout.session.screen import Call, Prompt
from edge.checkout.session.state import LaneState, Level
from edge.events import CheckoutAlertRaised, CheckoutCompleted
from tests.checkout.books import BOOK, MILK, TEA
from tests.checkout.rtsf.rtsf_rule import SCANNER, Range, RtsfRule
from tests.checkout.session.lane import WEIGHTS, Lane

TEA_G, MILK_G, BOOK_G = (WEIGHTS[one.key] for one in (TEA, MILK, BOOK))
ONE = Decimal(1)
APPLE, MIX, WINE = "apple", "mix", "wine"
RANGES = {
    APPLE: Range(Decimal("1.0"), Decimal("1.1")),
    MIX: Range(Decimal("2.0"), Decimal("2.1")),
    WINE: Range(Decimal("3.0"), Decimal("3.1")),
}
TEN_MINUTES_MS = 600_000


def rtsf(*, without: str = "") -> RtsfRule:
    """The rule, with a basket open; a product may be one whose look-up fails."""
    rule = RtsfRule({key: weight for key, weight in RANGES.items() if key != without})
    rule.basket_opened()
    return rule


def scan(rule: RtsfRule, product: str, at_ms: int = 0) -> None:
    rule.scanned(product, product, ONE, at_ms)


def causes(lane: Lane) -> list[str]:
    return [one.cause for one in lane.events(CheckoutAlertRaised)]


def levels(lane: Lane) -> list[Level]:
    session = lane.state.session
    return [] if session is None else [alert.level for alert in session.open_alerts]


class TestTime:
    """1: a window of five seconds that is 58 days."""

    def test_rtsf(self) -> None:
        rule = rtsf()
        rule.saw(APPLE, SCANNER, 0, entered=True)
        scan(rule, APPLE, at_ms=TEN_MINUTES_MS)
        rule.payment_started()
        assert rule.told_seen == ()  # an apple of ten minutes ago is the one that was scanned now

    def test_ours(self) -> None:
        """Seconds are seconds: a nudge after the grace, the attendant after the patience, neither before."""
        lane = Lane()
        lane.buy(TEA)
        lane.put(BOOK_G)
        since = lane.now_s - 0.4
        grace, patience = lane.settings.grace_s, lane.settings.escalate_s
        lane.wait(since + grace - 0.1 - lane.now_s)
        assert levels(lane) == []
        lane.wait(0.2)
        assert levels(lane) == [Level.NUDGE]
        lane.wait(patience - 0.5)
        assert levels(lane) == [Level.NUDGE]
        lane.wait(1.0)
        assert levels(lane) == [Level.ATTENDANT]

    def test_ours_does_not_explain_weight_by_a_scan_of_another_shopper(self) -> None:
        """However near in time: a line is that of a session."""
        lane = Lane()
        lane.scan(TEA)
        lane.press(Key.VOID)
        lane.press(Key.CANCEL)
        assert lane.is_in(Phase.IDLE)
        lane.buy(MILK)
        lane.put(TEA_G)
        lane.wait(30.0)
        assert causes(lane) == ["unexpected_item"]


class TestLanes:
    """2: an event's lane is not used, so two lanes mix."""

    def test_rtsf(self) -> None:
        """A scan at one lane explains what is put down at the other."""
        rule = rtsf()
        scan(rule, APPLE)  # lane 1
        rule.weighed(ONE)  # lane 2
        rule.payment_started()
        assert rule.told == ()

    def test_ours(self) -> None:
        one, other = Lane(), Lane()
        one.scan(TEA)
        other.buy(MILK)
        other.put(TEA_G)
        for lane in (one, other):
            lane.wait(30.0)
        assert causes(one) == []
        assert causes(other) == ["unexpected_item"]


class TestTwoAlike:
    """3: two cans are one object."""

    def test_rtsf(self) -> None:
        rule = rtsf()
        for at_ms in (0, 1000):
            rule.saw("can", SCANNER, at_ms, entered=True)
        rule.scanned(APPLE, "can", ONE, 1000)
        rule.payment_started()
        assert rule.told_seen == ()

    def test_ours(self) -> None:
        """By weight: two pieces of one scan are one too many, of two scans none."""
        for scans, wanted in ((1, 1), (2, 0)):
            lane = Lane()
            for _ in range(scans):
                lane.scan(TEA)
            lane.put(TEA_G)
            lane.put(TEA_G)
            lane.wait(30.0)
            assert len(causes(lane)) == wanted
            assert len(lane.state.bag.placed) == scans


class TestTakenOut:
    """4: a confirmed item that is taken out raises nothing, and stays confirmed."""

    def test_rtsf(self) -> None:
        rule = rtsf()
        scan(rule, MIX)
        rule.weighed(Decimal(2))
        rule.weighed(Decimal(0))
        rule.payment_started()
        assert rule.told == ()
        assert rule.lines[0].is_confirmed

    def test_ours(self) -> None:
        """Its line is open again: the screen shows it, and the same weight put back is it."""
        lane = Lane()
        lane.buy(TEA)
        lane.buy(MILK)
        lane.put(-TEA_G)
        assert [line.bagged for line in lane.screen.lines] == [False, True]
        assert [piece.was_placed for piece in lane.state.bag.open] == [True]
        lane.put(TEA_G)
        assert [line.bagged for line in lane.screen.lines] == [True, True]
        lane.wait(30.0)
        assert causes(lane) == []

    def test_ours_is_told_of_what_takes_its_place(self) -> None:
        lane = Lane()
        lane.buy(TEA)
        lane.put(-TEA_G)
        lane.put(MILK_G)
        lane.wait(30.0)
        assert len(causes(lane)) == 1


class TestVoided:
    """5: a voided item may stay in the bag."""

    def test_rtsf(self) -> None:
        rule = rtsf()
        scan(rule, APPLE)
        rule.weighed(ONE)
        scan(rule, MIX)
        rule.weighed(Decimal(3))
        rule.removed(MIX)
        rule.payment_started()
        assert rule.told == ()

    def test_ours(self) -> None:
        lane = Lane()
        lane.buy(TEA)
        lane.buy(MILK)
        lane.press(Key.VOID)
        lane.press(Key.PAY)
        assert lane.asks(Prompt.TAKE_OUT)
        assert not lane.started
        lane.wait(30.0)
        assert causes(lane) == ["voided_not_removed"]
        lane.put(-MILK_G)
        assert levels(lane) == []
        assert [one.amount for one in lane.started] == [TEA.price]


class TestNextShopper:
    """6: what was not resolved is carried over to the next basket."""

    def test_rtsf(self) -> None:
        rule = rtsf()
        scan(rule, APPLE)
        rule.weighed(ONE)
        rule.weighed(Decimal(4))
        rule.payment_started()
        assert rule.told == (Decimal(3),)
        rule.basket_opened()
        scan(rule, MIX)
        rule.weighed(Decimal(6))
        rule.payment_started()
        assert rule.told == (Decimal(3),)  # of an innocent one

    def test_ours(self) -> None:
        """The first leaves something behind that was never scanned, and the second buys on top of it."""
        lane = Lane()
        lane.buy(TEA)
        lane.put(BOOK_G)
        lane.press(Key.PAY)
        lane.wait(30.0)
        assert causes(lane) == ["unexpected_item"]
        lane.attend(Action.ACCEPT)
        lane.pay()
        lane.put(-TEA_G)
        lane.wait(10 * lane.settings.clear_s)
        assert lane.is_in(Phase.IDLE)
        before = len(causes(lane))
        lane.buy(MILK)
        lane.pay()
        lane.put(-MILK_G)
        lane.wait(10 * lane.settings.clear_s)
        assert len(causes(lane)) == before
        assert [one.total for one in lane.events(CheckoutCompleted)] == [TEA.price, MILK.price]


class TestLookUp:
    """7: a look-up that fails drops the scan, and its weight is suspect."""

    def test_rtsf(self) -> None:
        rule = rtsf(without=WINE)
        scan(rule, WINE)
        rule.weighed(Decimal(3))
        rule.payment_started()
        assert rule.told == (Decimal(3),)
        assert rule.lines == []

    def test_ours_without_a_weight(self) -> None:
        """Nobody knows yet what it weighs: it is on the bill, its weight is taken for it, and nobody is alarmed."""
        lane = Lane()
        lane.scan_unknown_weight(TEA)
        lane.put(TEA_G)
        lane.wait(30.0)
        lane.pay()
        assert causes(lane) == []
        assert [one.total for one in lane.events(CheckoutCompleted)] == [TEA.price]

    def test_ours_without_a_product(self) -> None:
        """A good code that the price book does not have: an attendant says what it is; it is never free."""
        lane = Lane()
        lane.buy(MILK)
        lane.send(ItemUnknown(key="06901234567939"))
        assert lane.is_in(Phase.ATTENDANT)
        assert lane.calls(Call.UNKNOWN_ITEM)
        lane.press(Key.PAY)
        assert not lane.started


class TestInTime:
    """8: suspects appear only at payment, and are lost with the process."""

    def test_rtsf(self) -> None:
        rule = rtsf()
        scan(rule, APPLE)
        rule.weighed(ONE)
        rule.weighed(Decimal(4))
        assert rule.told == ()
        again = rtsf()
        again.weighed(Decimal(4))
        again.payment_started()
        assert rule.suspects == [Decimal(3)]
        assert again.told == (Decimal(4),)  # what was explained is suspect, and what was suspect is not known

    def test_ours_before_payment(self) -> None:
        lane = Lane()
        lane.buy(TEA)
        lane.put(BOOK_G)
        lane.wait(2.0)
        assert levels(lane) == [Level.NUDGE]
        assert lane.is_in(Phase.MISMATCH)

    def test_ours_after_a_restart(self) -> None:
        """The state is what the journal gives: as bytes and back, it still knows."""
        lane = Lane()
        lane.buy(TEA)
        lane.put(BOOK_G)
        lane.wait(2.0)
        lane.state = msgspec.json.decode(msgspec.json.encode(lane.state), type=LaneState)
        lane.send(Restarted())
        lane.put(0.0)
        lane.press(Key.PAY)
        assert not lane.started
        lane.wait(30.0)
        assert len(causes(lane)) == 1
        assert [line.bagged for line in lane.screen.lines] == [True]
