"""What a payment terminal is: one attempt, one answer in the end. Pure."""

import re
from enum import StrEnum
from typing import Protocol

import msgspec

from edge.checkout.payment.card_data import masked
from edge.errors import ConfigError

ATTEMPT_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
# A terminal's texts are for a receipt; nothing of use is longer.
LONGEST_TEXT = 200


class Outcome(StrEnum):
    """Where an attempt stands.

    UNKNOWN is no answer of the terminal but the lack of one: it may have charged, and has to be asked again. APPROVED
    may still become REVERSED; DECLINED, CANCELLED and REVERSED are for good.
    """

    PENDING = "pending"
    APPROVED = "approved"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    REVERSED = "reversed"
    UNKNOWN = "unknown"


class PaymentResult(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one attempt. Made by `result`, which leaves no card number in it.

    Attributes:
        attempt_id: ours.
        outcome: where it stands.
        amount: what it is about, in minor units, as the terminal says; None where it does not.
        currency: ISO 4217, as the terminal says; empty where it does not.
        reference: the terminal's own number of it, for the receipt; empty where there is none.
        method: how it was paid, such as ``card`` or ``alipay``; empty where it is not told.
        message: what the terminal, or the adapter, has to say; for the attendant.
    """

    attempt_id: str
    outcome: Outcome
    amount: int | None = None
    currency: str = ""
    reference: str = ""
    method: str = ""
    message: str = ""


class PaymentTerminal(Protocol):
    """One terminal of one lane. None of the calls raises for what a terminal does or does not: that is UNKNOWN.

    An attempt has one id, which is sent again with every retry. A terminal knows it again: it charges once however
    often `start` comes, and answers with the first one's outcome. A new id is for a new attempt, after the one before
    has its final outcome. Results may be late and out of order: a final outcome is never undone by a later PENDING.
    """

    def start(self, attempt_id: str, amount: int, currency: str) -> PaymentResult:
        """Charge, or tell how the attempt of this id stands.

        Args:
            attempt_id: 1 to 64 of letters, digits, point, hyphen and underscore.
            amount: minor units, above zero.
            currency: ISO 4217.

        Raises:
            ConfigError: one of them cannot be; nothing was sent.
        """
        ...

    def status(self, attempt_id: str) -> PaymentResult:
        """How the attempt stands; changes nothing."""
        ...

    def cancel(self, attempt_id: str) -> PaymentResult:
        """End an attempt that is not approved yet.

        Of an id that the terminal never saw, CANCELLED is final too: should its `start` arrive late, it is refused.
        """
        ...

    def reverse(self, attempt_id: str) -> PaymentResult:
        """Give an approved amount back, whole."""
        ...


def result(
    attempt_id: str,
    outcome: Outcome,
    *,
    amount: int | None = None,
    currency: str = "",
    reference: str = "",
    method: str = "",
    message: str = "",
) -> PaymentResult:
    """A result whose texts are cut to a sane length and hold no card number."""
    return PaymentResult(
        attempt_id=attempt_id,
        outcome=outcome,
        amount=amount,
        currency=_clean(currency),
        reference=_clean(reference),
        method=_clean(method),
        message=_clean(message),
    )


def demand_attempt(attempt_id: str) -> None:
    """Refuse an id that a terminal may not carry.

    Raises:
        ConfigError: it is none.
    """
    if not ATTEMPT_ID.fullmatch(attempt_id):
        raise ConfigError(f"expected an attempt id of 1 to 64 letters, digits and . _ -, found {attempt_id[:80]!r}")


def demand_amount(amount: int, currency: str) -> None:
    """Refuse what nobody can pay.

    Raises:
        ConfigError: it is not above zero, or no currency.
    """
    if amount <= 0:
        raise ConfigError(f"expected an amount above zero in minor units, found {amount}; nothing is to be paid")
    if not re.fullmatch("[A-Z]{3}", currency):
        raise ConfigError(f"expected a currency by ISO 4217 such as 'CNY', found {currency[:20]!r}")


def _clean(text: str) -> str:
    """Masked before it is cut, so that no cut hides a card number's end."""
    return "".join(sign if sign.isprintable() else " " for sign in masked(text))[:LONGEST_TEXT]
