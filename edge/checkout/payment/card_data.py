"""Takes card numbers out of whatever a terminal says. Pure.

Source: ISO/IEC 7812-1 (13 to 19 digits, the last by Luhn's formula); PCI DSS 3.4 (the last four may be shown).
"""

import re

SHORTEST, LONGEST = 13, 19
SHOWN = 4
# Digits with at most one space, point or hyphen between them.
RUN = re.compile(r"[0-9](?:[ .\-]?[0-9]){%d,}" % (SHORTEST - 1))  # noqa: UP031 - braces would need doubling
# The doubled digit's own digits, summed.
DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def masked(text: str) -> str:
    """`text` with every number that may be a card's made unreadable but for its last four digits.

    A number of another kind that happens to fit is masked too: one in ten of 13 to 19 digits.
    """
    return RUN.sub(_mask, text)


def _mask(found: re.Match[str]) -> str:
    run = found[0]
    digits = re.sub(r"[^0-9]", "", run)
    if not _holds_card_number(digits):
        return run
    return "*" * (len(digits) - SHOWN) + digits[-SHOWN:]


def _holds_card_number(digits: str) -> bool:
    """Whether the whole is a card's number; a longer run may have one anywhere within."""
    if len(digits) <= LONGEST:
        return is_luhn(digits)
    return any(
        is_luhn(digits[start : start + length])
        for length in range(SHORTEST, LONGEST + 1)
        for start in range(len(digits) - length + 1)
    )


def is_luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others by Luhn's formula."""
    values = [int(digit) for digit in reversed(digits)]
    return (sum(values[::2]) + sum(DOUBLED[value] for value in values[1::2])) % 10 == 0
