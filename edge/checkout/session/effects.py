"""What is to be done after an input. Pure: a shell does it, after the input is in the journal."""

import msgspec

from edge.checkout.receipt import Receipt
from edge.events import Event


class Effect(msgspec.Struct, frozen=True, kw_only=True, tag_field="effect", tag=str.lower):
    """Anything that is to be done."""


class Publish(Effect, frozen=True, kw_only=True):
    """Emit an event."""

    event: Event


class StartPayment(Effect, frozen=True, kw_only=True):
    """Let the terminal charge. To be repeated with the same id as often as one likes."""

    attempt: str
    amount: int
    currency: str


class AskPayment(Effect, frozen=True, kw_only=True):
    """Ask the terminal how an attempt stands."""

    attempt: str


class CancelPayment(Effect, frozen=True, kw_only=True):
    """Ask the terminal to end an attempt that nobody paid yet."""

    attempt: str


class ReversePayment(Effect, frozen=True, kw_only=True):
    """Give the money of an attempt back: it came after the sale was settled without it."""

    attempt: str


class Print(Effect, frozen=True, kw_only=True):
    """Print a receipt."""

    receipt: Receipt


class Beep(Effect, frozen=True, kw_only=True):
    """Let the scanner sound.

    Attributes:
        good: the code is on the bill.
    """

    good: bool


class Learn(Effect, frozen=True, kw_only=True):
    """One piece was weighed alone, and nothing was amiss.

    Attributes:
        key: of the product.
        weight_g: what it weighed.
        session: where.
        vouched: an attendant let it pass; it did not fit by itself.
    """

    key: str
    weight_g: float
    session: str
    vouched: bool = False


class Opened(Effect, frozen=True, kw_only=True):
    """A session began: keep its price book for it."""

    session: str
    version: str


class Closed(Effect, frozen=True, kw_only=True):
    """A session is over: its price book may go."""

    session: str


AnyEffect = (
    Publish | StartPayment | AskPayment | CancelPayment | ReversePayment | Print | Beep | Learn | Opened | Closed
)
__all__ = [
    "AnyEffect",
    "AskPayment",
    "Beep",
    "CancelPayment",
    "Closed",
    "Effect",
    "Learn",
    "Opened",
    "Print",
    "Publish",
    "ReversePayment",
    "StartPayment",
]
