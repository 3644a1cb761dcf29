"""What the shopper and the attendant are shown. Pure: made from the state, never kept."""

from enum import StrEnum

import msgspec

from edge.checkout.session.phase import Phase


class Prompt(StrEnum):
    """What a shopper is asked for; a shop's screen has the words.

    SCAN_IT, CHECK_IT and TAKE_OUT are nudges: something in the bagging area is not as the bill says.
    """

    WELCOME = "welcome"
    SCAN = "scan"
    BAG_IT = "bag_it"
    SCAN_IT = "scan_it"
    CHECK_IT = "check_it"
    PUT_BACK = "put_back"
    TAKE_OUT = "take_out"
    PLACE_BAG = "place_bag"
    WEIGH_IT = "weigh_it"
    NOT_READ = "not_read"
    NOT_FOR_SALE = "not_for_sale"
    STILL_THERE = "still_there"
    WAIT = "wait"
    PAY = "pay"
    PAYING = "paying"
    DECLINED = "declined"
    TAKE_GOODS = "take_goods"
    CLOSED = "closed"


NUDGES = frozenset({Prompt.SCAN_IT, Prompt.CHECK_IT, Prompt.TAKE_OUT})


class Call(StrEnum):
    """What an attendant is called for."""

    HELP = "help"
    UNKNOWN_ITEM = "unknown_item"
    AGE = "age"
    BAG = "bag"
    PAYMENT = "payment"
    RECEIPT = "receipt"
    SCALE = "scale"
    WALKED_OFF = "walked_off"
    LEFT_GOODS = "left_goods"


class ShownLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the bill.

    Attributes:
        line: its number.
        name: of the product.
        quantity: pieces.
        amount: minor units, discounts taken off.
        bagged: whether all of it lies in the bagging area, as far as the scale can tell.
    """

    line: int
    name: str
    quantity: int
    amount: int
    bagged: bool


class Screen(msgspec.Struct, frozen=True, kw_only=True):
    """All that a screen needs.

    Attributes:
        phase: where the lane stands.
        prompt: what the shopper is asked for.
        session: empty when there is none.
        lines: of the bill, without those that were voided.
        total: to be paid, in minor units.
        currency: ISO 4217.
        call: what an attendant is called for; None when nobody is.
        detail: for the attendant: what was found, one line a channel.
        receipt: the number of the last receipt of this session; empty before it.
    """

    phase: Phase
    prompt: Prompt
    session: str = ""
    lines: tuple[ShownLine, ...] = ()
    total: int = 0
    currency: str = ""
    call: Call | None = None
    detail: tuple[str, ...] = ()
    receipt: str = ""
