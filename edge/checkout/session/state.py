"""The state of a lane: all that has to survive a crash. Pure."""

from enum import StrEnum

import msgspec

from edge.checkout.bagging.bag import Bag
from edge.checkout.payment.adapter import Outcome
from edge.checkout.session.inputs import Article, Device, Instant
from edge.checkout.session.phase import Phase
from edge.checkout.session.screen import Call, Prompt


class CartLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a bill.

    Attributes:
        number: 1 and up; never used twice in a session.
        article: what it is, with its weight where it is sold by weight.
        quantity: pieces or packages.
        voided: taken off the bill.
    """

    number: int
    article: Article
    quantity: int = 1
    voided: bool = False


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One try to pay.

    Attributes:
        id: the same for every repetition.
        amount: minor units.
        outcome: where it stands.
        method: how it was paid, as the terminal says.
        reference: the terminal's number of it.
        badge: of the attendant who settled it; empty when the terminal did.
    """

    id: str
    amount: int
    outcome: Outcome = Outcome.PENDING
    method: str = ""
    reference: str = ""
    badge: str = ""


class Level(StrEnum):
    """Who was told: the shopper by a nudge, or the attendant."""

    NUDGE = "nudge"
    ATTENDANT = "attendant"


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """Something that looks wrong.

    Attributes:
        id: unique in the gateway.
        cause: from `edge.checkout.alerts.Cause`.
        level: who was told.
        at: when, in seconds of the lane's clock.
        resolution: how it ended; empty while it is open.
    """

    id: str
    cause: str
    level: Level
    at: float
    resolution: str = ""


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """One shopper.

    Attributes:
        id: unique in the gateway.
        opened: when; prices are those of this time.
        version: of the price book.
        lines: in the order they came, voided ones too.
        coupons: keys of those that were shown.
        member: keyed hash; empty for none.
        consent: whether the sale may name the member.
        attempts: to pay; only the last may be without a final outcome.
        alerts: the latest ones, open and settled.
        nudges: how many there were.
        raised: how many alerts there were; numbers the next.
        age_ok: badge of who saw the shopper's age; empty while nobody did.
        bag_ok: badge of who looked into the bag after everything else was done; empty while nobody did.
        last_scan_s: when the last code came.
        touched_s: when the shopper last did anything.
        voided_s: when a line was voided last.
        false_alarm: an attendant said that an alert of this session was none.
        receipt: the number of its receipt; empty before it is paid.
        printed: whether that was printed, as far as anyone knows.
    """

    id: str
    opened: Instant
    version: str
    lines: tuple[CartLine, ...] = ()
    coupons: tuple[str, ...] = ()
    member: str = ""
    consent: bool = False
    attempts: tuple[Attempt, ...] = ()
    alerts: tuple[Alert, ...] = ()
    nudges: int = 0
    raised: int = 0
    age_ok: str = ""
    bag_ok: str = ""
    last_scan_s: float | None = None
    touched_s: float = 0.0
    voided_s: float = 0.0
    false_alarm: bool = False
    receipt: str = ""
    printed: bool = False

    @property
    def on_bill(self) -> tuple[CartLine, ...]:
        """The lines that were not voided."""
        return tuple(line for line in self.lines if not line.voided)

    @property
    def open_alerts(self) -> tuple[Alert, ...]:
        """What is not settled."""
        return tuple(alert for alert in self.alerts if not alert.resolution)

    @property
    def pending(self) -> Attempt | None:
        """The attempt to pay whose outcome is open."""
        return next((one for one in self.attempts if one.outcome in {Outcome.PENDING, Outcome.UNKNOWN}), None)


class LaneState(msgspec.Struct, frozen=True, kw_only=True):
    """One lane.

    Attributes:
        phase: where it stands.
        since_s: since when, in seconds of the lane's clock.
        session: the shopper's; None when there is none.
        bag: the bagging area.
        prompt: what the shopper is asked for now.
        call: what an attendant is called for.
        weighing: WEIGH_PRODUCE: what is to be weighed.
        paying: REVIEW, AGE_CHECK, ATTENDANT: the shopper wants to pay; that goes on when nothing is in the way.
        asked_s: PAY_PENDING, PAY_UNKNOWN: when the terminal was asked last.
        due: when to look again; None for never.
        parked: suspended sessions, the oldest first.
        sessions: how many there were; numbers the next.
        receipts: how many there were; numbers the next.
        down: devices that are gone.
        stray: attempts that were settled without the terminal, whose money goes back should it come.
        false_rate: share of the latest sessions with an alert that was false.
        scale_z: mean error of the latest matches, in standard deviations: what a faulty scale shows.
    """

    phase: Phase = Phase.IDLE
    since_s: float = 0.0
    session: Session | None = None
    bag: Bag = Bag()
    prompt: Prompt = Prompt.WELCOME
    call: Call | None = None
    weighing: Article | None = None
    paying: bool = False
    asked_s: float = 0.0
    due: float | None = None
    parked: tuple[Session, ...] = ()
    sessions: int = 0
    receipts: int = 0
    down: tuple[Device, ...] = ()
    stray: tuple[str, ...] = ()
    false_rate: float = 0.0
    scale_z: float = 0.0
