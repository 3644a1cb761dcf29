"""What may go next, where the answer says that nobody was there to take an event."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.codec import Record, Source
from edge.events import Kind
from edge.outbox.rows import Row
from edge.uplink import parked
from edge.uplink.flight import NO_MATCHING_SUBSCRIBERS, RETRY_S, Flight, Lane, Verdict
from edge.uplink.readers import READER_GONE_S, Readers, topic_of
from tests.uplink.test_uplink import STAMP

WINDOW = 10
NOBODY, SOMEBODY = NO_MATCHING_SUBSCRIBERS, 0


def row(number: int, kind: str = "x") -> Row:
    record = Record(source=Source(Kind.CAMERA, "door"), epoch="e", sequence=number, type=kind, stamp=STAMP, data=b"{}")
    return Row(number, record)


def nothing(_after: int, _limit: int) -> list[Row]:
    return []


class Trial:
    """A connection whose broker answers as it is told, at once.

    Attributes:
        went: every row that went out, in order.
        kept: accepted, and not delivered.
    """

    def __init__(self, readers: Readers) -> None:
        self.readers = readers
        self.accepted: dict[int, Row] = {}
        self.kept: set[int] = set()
        self.went: list[int] = []
        self.packet = 0
        self.connect()

    def connect(self) -> None:
        newest = max(self.accepted, default=0)
        self.flight = Flight(WINDOW, Lane(0, newest), Lane(newest, None), self.readers, limit=WINDOW)

    def accept(self, kind: str = "x") -> int:
        number = len(self.accepted) + 1
        self.accepted[number] = row(number, kind)
        self.kept.add(number)
        return number

    def fetch(self, after: int, limit: int) -> list[Row]:
        return [self.accepted[number] for number in sorted(self.kept) if number > after][:limit]

    def turn(self, at: float, read: Iterable[str]) -> list[int]:
        """Send all that may go, the broker having readers of these types; what was delivered."""
        delivered, read = [], set(read)
        while (one := self.flight.next(self.fetch, 256, at)) is not None:
            self.packet += 1
            self.flight.sent(self.flight.begin(one, 1), self.packet, at)
            self.went.append(one.rowid)
            answer = self.flight.answered(self.packet, SOMEBODY if one.record.type in read else NOBODY, at)
            assert answer is not None
            if answer[0] is Verdict.DELIVERED:
                self.kept.discard(one.rowid)
                delivered.append(one.rowid)
        return delivered


def answered(answers: list[int], *, certain: bool) -> tuple[Flight, Verdict]:
    """A row of so many messages, with these answers; what became of it."""
    one = Flight(WINDOW, Lane(0, None), Lane(0, None), Readers(certain=certain))
    entry = one.begin(row(1), len(answers))
    for packet in range(len(answers)):
        one.sent(entry, packet, 0.0)
    found = [one.answered(packet, reason, 1.0) for packet, reason in enumerate(answers)]
    assert found[-1] is not None
    return one, found[-1][0]


@pytest.mark.parametrize(
    ("answers", "certain", "verdict"),
    [
        ([NOBODY], True, Verdict.RETRY),
        ([NOBODY, SOMEBODY], True, Verdict.RETRY),
        ([SOMEBODY, NOBODY], True, Verdict.DELIVERED),  # nobody need read the state beside it
        ([NOBODY], False, Verdict.DELIVERED),
        ([SOMEBODY], True, Verdict.DELIVERED),
        ([NOBODY, 0x87], True, Verdict.RETRY),
        ([NOBODY, 0x99], True, Verdict.NEVER),
    ],
)
def test_an_event_that_nobody_took_is_kept_where_a_cloud_is_known_to_read(
    answers: list[int], certain: bool, verdict: Verdict
) -> None:
    assert answered(answers, certain=certain)[1] is verdict


def test_it_goes_again_after_a_pause() -> None:
    one, _ = answered([NOBODY], certain=True)
    assert one.next(nothing, 1, 1.0 + RETRY_S / 2) is None
    assert one.next(nothing, 1, 1.0 + RETRY_S) == row(1)


def test_a_broker_that_never_had_a_reader_is_believed() -> None:
    trial = Trial(Readers(certain=False))
    for at in range(3):
        number = trial.accept()
        assert trial.turn(float(at), []) == [number]
    assert trial.readers.missed == 0


def test_a_reader_that_goes_is_waited_for_and_its_return_lets_everything_go_in_order() -> None:
    trial = Trial(Readers(certain=False))
    first = trial.accept()
    assert trial.turn(0.0, "x") == [first]
    waiting = [trial.accept() for _ in range(50)]
    for at in range(1, 60):
        waiting.append(trial.accept())
        assert trial.turn(float(at), []) == []
    assert trial.readers.missed == 1
    asked = len(trial.went) - 1
    assert asked < WINDOW + 60 / RETRY_S, "one is tried at a time, not the whole window again and again"
    assert trial.turn(60.0 + RETRY_S, "x") == waiting
    assert (trial.readers.missed, trial.readers.given_up) == (0, 0)
    assert trial.kept == set()


def test_a_night_without_an_event_does_not_make_a_reader_forgotten() -> None:
    trial = Trial(Readers(certain=False))
    trial.accept()
    trial.turn(0.0, "x")
    trial.accept()
    assert trial.turn(50 * READER_GONE_S, []) == []
    assert trial.turn(50 * READER_GONE_S + RETRY_S, "x") == [2]


def test_a_reader_that_stays_away_is_given_up_and_the_broker_believed_again() -> None:
    trial = Trial(Readers(certain=False))
    trial.accept()
    trial.turn(0.0, "x")
    waiting, at = [trial.accept() for _ in range(30)], 0.0
    while not (delivered := trial.turn(at, [])):
        at += 0.5
    assert READER_GONE_S <= at <= READER_GONE_S + 2 * RETRY_S
    assert sorted(delivered) == waiting
    assert (trial.readers.missed, trial.readers.given_up) == (0, 1)
    assert trial.turn(at + 1, []) == []
    last = trial.accept()
    assert trial.turn(at + 2, []) == [last]


def test_while_the_link_is_down_nobody_is_given_up() -> None:
    trial = Trial(Readers(certain=False))
    trial.accept()
    trial.turn(0.0, "x")
    missed = trial.accept()
    for at in (1.0, 3.0):
        assert trial.turn(at, []) == []
    later = 3 * READER_GONE_S
    trial.connect()
    assert trial.turn(later, []) == []
    assert trial.turn(later + RETRY_S, "x") == [missed]


def test_a_topic_that_nobody_reads_holds_up_no_other() -> None:
    trial = Trial(Readers(certain=False))
    for kind in "xy":
        trial.accept(kind)
    assert trial.turn(0.0, "xy") == [1, 2]
    missed = [trial.accept("y") for _ in range(5 * WINDOW)]
    for at in range(1, 30):
        number = trial.accept("x")
        assert trial.turn(float(at), "x") == [number]
    assert trial.turn(60.0, "xy") == missed


def test_more_than_is_held_in_memory_waits_in_the_outbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parked, "MOST", 20)
    trial = Trial(Readers(certain=False))
    trial.accept()
    trial.turn(0.0, "x")
    waiting = [trial.accept() for _ in range(100)]
    for at in range(1, 20):
        assert trial.turn(float(at), []) == []
    assert len(trial.flight._parked) <= 20 + WINDOW
    assert trial.turn(60.0, "x") == waiting


def test_the_topics_that_are_remembered_have_an_end() -> None:
    readers = Readers(certain=False)
    for number in range(5000):
        readers.taken(topic_of(row(1, f"type-{number}")))
    assert not readers.unheard(topic_of(row(1, "type-0")), 0.0)
    assert readers.unheard(topic_of(row(1, "type-4999")), 0.0)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("accept"), st.sampled_from("xyz")),
        st.tuples(st.just("readers"), st.sampled_from(["", "x", "xy", "xyz"])),
        st.tuples(st.just("wait"), st.sampled_from([0.5, RETRY_S, 20.0])),
        st.tuples(st.just("connect"), st.just("")),
    ),
    max_size=60,
)


@given(STEPS)
def test_what_was_read_once_is_lost_to_no_absence_and_everything_leaves_in_the_end(
    steps: list[tuple[str, str | float]],
) -> None:
    """No absence here is asked about for as long as a reader is waited for (60 steps of at most 5 s)."""
    trial, read, at = Trial(Readers(certain=False)), "", 0.0
    known: set[str] = set()
    for name, value in steps:
        match name, value:
            case "accept", str(kind):
                trial.accept(kind)
            case "readers", str(kinds):
                read = kinds
            case "wait", float(seconds):
                at += seconds
            case _:
                trial.connect()
        for number in trial.turn(at, read):
            kind = trial.accepted[number].record.type
            assert kind in read or kind not in known, "taken for nobody, where somebody had read before"
            known |= {kind} & set(read)
    trial.turn(at + RETRY_S, "xyz")
    assert trial.kept == set()
    assert trial.readers.missed == 0
