"""What may go next, where the answer says that nobody was there to take an event."""

import pytest

from edge.codec import Record, Source
from edge.events import Kind
from edge.outbox.outbox import Row
from edge.uplink import flight
from edge.uplink.flight import NO_MATCHING_SUBSCRIBERS, Flight, Lane, Verdict
from tests.uplink.test_uplink import STAMP

ROW = Row(1, Record(source=Source(Kind.CAMERA, "door"), epoch="e", sequence=1, type="x", stamp=STAMP, data=b"{}"))


def answered(answers: list[int], *, to_a_reader: bool) -> tuple[Flight, Verdict]:
    """A row of so many messages, with these answers; what became of it."""
    one = Flight(10, Lane(0, None), Lane(0, None), to_a_reader=to_a_reader)
    entry = one.begin(ROW, len(answers))
    for packet in range(len(answers)):
        one.sent(entry, packet, 0.0)
    found = [one.answered(packet, reason, 1.0) for packet, reason in enumerate(answers)]
    assert found[-1] is not None
    return one, found[-1][0]


def nothing(_after: int, _limit: int) -> list[Row]:
    return []


@pytest.mark.parametrize(
    ("answers", "to_a_reader", "verdict"),
    [
        ([NO_MATCHING_SUBSCRIBERS], True, Verdict.RETRY),
        ([NO_MATCHING_SUBSCRIBERS, 0], True, Verdict.RETRY),
        ([0, NO_MATCHING_SUBSCRIBERS], True, Verdict.DELIVERED),  # nobody need read the state beside it
        ([NO_MATCHING_SUBSCRIBERS], False, Verdict.DELIVERED),
        ([0], True, Verdict.DELIVERED),
    ],
)
def test_an_event_that_nobody_took_is_kept_where_a_cloud_is_known_to_read(
    answers: list[int], to_a_reader: bool, verdict: Verdict
) -> None:
    assert answered(answers, to_a_reader=to_a_reader)[1] is verdict


def test_it_goes_again_after_a_pause() -> None:
    one, _ = answered([NO_MATCHING_SUBSCRIBERS], to_a_reader=True)
    assert one.next(nothing, 1, 1.0 + flight.RETRY_S / 2) is None
    assert one.next(nothing, 1, 1.0 + flight.RETRY_S) == ROW
