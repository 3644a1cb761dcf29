"""When a code is believed."""

from edge.checkout.agreement import MOST_CODES, Ballot, FrameAgreement


def test_a_code_needs_three_votes_and_three_times_the_next() -> None:
    ballot = Ballot()
    ballot.cast(["a", "a"])
    ballot.cast(["a"])
    assert ballot.winner() is None
    ballot.cast(["a"])
    assert ballot.winner() == "a"
    assert ballot.is_unanimous()
    ballot.cast(["b"])
    assert (ballot.winner(), ballot.is_unanimous()) == ("a", False)
    ballot.cast(["b"])
    assert ballot.winner() is None


def test_rubbish_does_not_pile_up() -> None:
    agreement = FrameAgreement()
    for n in range(5):
        assert agreement.see([(f"{n}.{one}", 2) for one in range(500)], 0.01 * n) == []
    assert len(agreement._seen) == MOST_CODES


def test_a_code_is_told_with_each_frame_once_it_is_believed() -> None:
    agreement = FrameAgreement(0.5)
    assert [agreement.see([("a", 2)], at) for at in (0.0, 0.1, 0.2, 0.9)] == [[], ["a"], ["a"], []]
