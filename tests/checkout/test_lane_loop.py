"""What a lane has said already, told from what is remembered and what its journal still has."""

import pytest

from edge.checkout.lane_loop import Published, known_upto, published


@pytest.mark.parametrize(
    ("known", "last", "upto"),
    [
        (Published("now", 5), 9, 5),
        (Published("now", 12), 9, 9),  # the tail with 10 to 12 is gone
        (Published("before", 12), 9, 9),
        (Published("before", 7), 9, 7),
        (Published("another", 12), 9, 0),
        (Published(), 9, 0),
    ],
)
def test_entries_that_are_told_of_are_not_told_of_again(known: Published, last: int, upto: int) -> None:
    assert known_upto(known, "now", "before", last) == upto


def test_a_journal_without_a_former_name_knows_no_other() -> None:
    assert known_upto(Published("", 4), "now", "", 9) == 0


def test_what_cannot_be_read_is_nothing() -> None:
    assert published(None) == published(b"\xff") == published(b"[]") == Published()
