"""How often things happen at the simulated lane: one table. All of it is assumed; no shop was observed.

Dishonest sessions are far more frequent than in any shop, so that finding them can be measured at all.
"""

from dataclasses import dataclass, field
from enum import StrEnum


class Slip(StrEnum):
    """What honest shoppers do that is not scan, bag, scan, bag. The values are used in reports."""

    RESCAN = "rescan"
    DOUBLE_SCAN = "double_scan"
    SAME_AGAIN = "same_again"
    TWO_AT_ONCE = "two_at_once"
    SEVERAL_SCANNED = "several_scanned"
    BAG_FIRST = "bag_first"
    BAG_FIRST_SLOW = "bag_first_slow"
    LIFTED = "lifted"
    TROLLEY = "trolley"
    QUANTITY = "quantity"
    VOIDED = "voided"
    OWN_BAG_TOLD = "own_bag_told"
    OWN_BAG_UNTOLD = "own_bag_untold"
    LEANING = "leaning"
    PURSE = "purse"
    LATE_MEMBER = "late_member"
    SLOW_PAYMENT = "slow_payment"
    WALKS_OFF = "walks_off"


class Theft(StrEnum):
    """What dishonest shoppers do."""

    NOT_SCANNED_ALONE = "not_scanned_alone"
    NOT_SCANNED_WITH_ANOTHER = "not_scanned_with_another"
    NOT_SCANNED_BETWEEN = "not_scanned_between"
    TICKET_SWITCHED = "ticket_switched"
    CHEAPER_PRODUCE = "cheaper_produce"
    VOIDED_LEFT = "voided_left"
    ADDED_AFTER_PAYING = "added_after_paying"
    PUT_BACK_AFTER_PAYING = "put_back_after_paying"


NOT_SCANNED = frozenset({Theft.NOT_SCANNED_ALONE, Theft.NOT_SCANNED_WITH_ANOTHER, Theft.NOT_SCANNED_BETWEEN})


@dataclass(frozen=True)
class Rates:
    """The table. Times in seconds, (least, most).

    Attributes:
        per_item: chance of a slip at one item; at most one happens.
        per_session: chance of a slip in one session; each by itself.
        dishonest: share of the sessions.
        thefts: of a dishonest session, how likely each kind is, in parts.
        two_thefts: share of the dishonest sessions with two of them.
        complies: share of nudges that a dishonest shopper follows.
        items: median number of items; the spread is log-normal.
        to_next: between one item and the next.
        to_bag: from the scan to the bag.
        reaction: from a nudge to doing something.
        attendant: from a call to the lane.
        paying: from the payment's start to the card.
        paying_slowly: the same, of those who search for it.
        late_scan: how much later a code is delivered than it was read; weights come at once.
        member: share of members.
    """

    per_item: dict[Slip, float] = field(
        default_factory=lambda: {
            Slip.RESCAN: 0.04,
            Slip.DOUBLE_SCAN: 0.004,
            Slip.SAME_AGAIN: 0.03,
            Slip.TWO_AT_ONCE: 0.03,
            Slip.SEVERAL_SCANNED: 0.03,
            Slip.BAG_FIRST: 0.01,
            Slip.BAG_FIRST_SLOW: 0.001,
            Slip.LIFTED: 0.008,
            Slip.TROLLEY: 0.015,
            Slip.QUANTITY: 0.01,
            Slip.VOIDED: 0.005,
        }
    )
    per_session: dict[Slip, float] = field(
        default_factory=lambda: {
            Slip.OWN_BAG_TOLD: 0.15,
            Slip.OWN_BAG_UNTOLD: 0.008,
            Slip.LEANING: 0.015,
            Slip.PURSE: 0.005,
            Slip.LATE_MEMBER: 0.05,
            Slip.SLOW_PAYMENT: 0.05,
            Slip.WALKS_OFF: 0.002,
        }
    )
    dishonest: float = 0.15
    thefts: dict[Theft, float] = field(
        default_factory=lambda: {
            Theft.NOT_SCANNED_ALONE: 28,
            Theft.NOT_SCANNED_WITH_ANOTHER: 20,
            Theft.NOT_SCANNED_BETWEEN: 10,
            Theft.TICKET_SWITCHED: 24,
            Theft.CHEAPER_PRODUCE: 6,
            Theft.VOIDED_LEFT: 6,
            Theft.ADDED_AFTER_PAYING: 4,
            Theft.PUT_BACK_AFTER_PAYING: 2,
        }
    )
    two_thefts: float = 0.25
    complies: float = 0.25
    items: float = 6.0
    to_next: tuple[float, float] = (1.2, 4.0)
    to_bag: tuple[float, float] = (0.7, 2.5)
    reaction: tuple[float, float] = (2.0, 6.0)
    attendant: tuple[float, float] = (8.0, 30.0)
    paying: tuple[float, float] = (2.0, 9.0)
    paying_slowly: tuple[float, float] = (30.0, 110.0)
    late_scan: tuple[float, float] = (0.0, 0.3)
    member: float = 0.3


RATES = Rates()
