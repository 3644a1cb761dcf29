"""No card number gets through."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.checkout.payment.adapter import LONGEST_TEXT, Outcome, result
from edge.checkout.payment.card_data import is_luhn, masked

# Test numbers that the card schemes publish.
VISA, AMEX, UNIONPAY = "4111111111111111", "378282246310005", "6250947000000014"


@pytest.mark.parametrize("number", [VISA, AMEX, UNIONPAY])
@pytest.mark.parametrize("form", ["{}", "PAN={};", "x{}y", "{}=2512101", "%B{}^DOE/J^2512", "a\n{}\nb"])
def test_numbers_are_masked_wherever_they_stand(number: str, form: str) -> None:
    said = masked(form.format(number))
    assert number not in said
    assert "*" * (len(number) - 4) + number[-4:] in said


@pytest.mark.parametrize("text", ["4111 1111 1111 1111", "4111-1111-1111-1111", "4111.1111.1111.1111"])
def test_groups_are_one_number(text: str) -> None:
    assert masked(text) == "************1111"


def test_a_number_within_a_longer_run_is_masked_too() -> None:
    assert VISA[4:12] not in masked("99" + VISA + "000000")


@pytest.mark.parametrize("text", ["4111111111111112", "123456789012", "T000017", "2026-11-23 18:09", ""])
def test_other_numbers_stay(text: str) -> None:
    assert masked(text) == text


def test_luhn() -> None:
    # The example of ISO/IEC 7812-1, annex B.
    assert is_luhn("4992739871" + "6")
    assert not is_luhn("4992739871" + "7")


@given(st.integers(10**11, 10**18 - 1), st.text(max_size=20).filter(lambda text: not any(map(str.isdigit, text))))
def test_any_card_number_is_masked_in_every_field(payload: int, around: str) -> None:
    (number,) = (f"{payload}{digit}" for digit in range(10) if is_luhn(f"{payload}{digit}"))
    text = f"{around}|{number}|{around}"
    got = result("a", Outcome.APPROVED, currency=text, reference=text, method=text, message=text)
    shown = (got.currency, got.reference, got.method, got.message)
    assert not [field for field in shown if number in field] or len(number) < 13


def test_texts_are_cut_after_they_are_masked() -> None:
    got = result("a", Outcome.DECLINED, message="x" * (LONGEST_TEXT - 14) + VISA + "\x1b[2J")
    assert len(got.message) == LONGEST_TEXT
    assert "4111" not in got.message
    assert "\x1b" not in got.message
