"""Where a lane stands. Pure."""

from enum import StrEnum


class Phase(StrEnum):
    """What a lane is doing.

    MISMATCH is scanning with a nudge on the screen. PAY_UNKNOWN is left by the terminal's answer or an attendant only.
    """

    IDLE = "idle"
    SCANNING = "scanning"
    MISMATCH = "mismatch"
    WEIGH_PRODUCE = "weigh_produce"
    REVIEW = "review"
    AGE_CHECK = "age_check"
    ATTENDANT = "attendant"
    TENDER = "tender"
    PAY_PENDING = "pay_pending"
    PAY_UNKNOWN = "pay_unknown"
    CLEAR_BAG = "clear_bag"
    OUT_OF_SERVICE = "out_of_service"


# A shopper may add to the bill.
OPEN_CART = frozenset({Phase.SCANNING, Phase.MISMATCH, Phase.WEIGH_PRODUCE, Phase.REVIEW})
# Money may be on its way.
PAYMENT = frozenset({Phase.PAY_PENDING, Phase.PAY_UNKNOWN})
