"""Messages: what is taken in, and why the rest is not."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.birth import Birth
from edge.codec import encode_event
from edge.events import EVENT_TYPES, ClockState, Event, EventType
from edge.ingest.arrivals import Answered, Arrival, Born, DeadLetter, Reply, take
from edge.ingest.packets import Publish
from tests.event_strategies import typed_events
from tests.ingest.made import CROSSED, EPOCH, GATEWAY, published, record

BIRTH = Birth(status="online", session="s", version="1", config_hash="h", epoch=EPOCH, clock_state=ClockState.TRUSTED)


@given(typed_events())
def test_every_event_of_the_contract_is_taken_in(one: tuple[EventType, Event]) -> None:
    row, event = one
    made = msgspec.structs.replace(record(CROSSED, 1), type=row.name, data=encode_event(event))
    found = take(published(made))
    assert isinstance(found, Arrival)
    assert (found.received.event, found.received.record, found.received.gateway) == (event, made, GATEWAY)
    assert row.name in EVENT_TYPES


def test_births_and_answers_are_told_from_events() -> None:
    born = take(Publish(1, f"{GATEWAY.prefix}/birth", BIRTH.encode(), ()))
    assert born == Born(GATEWAY, BIRTH)
    answered = take(Publish(1, f"{GATEWAY.prefix}/reply/ingest", b'{"ok":true,"resent":3,"asked":4}', (), b"1:2"))
    assert answered == Answered(GATEWAY, b"1:2", Reply(ok=True, resent=3))


def changed(one: Publish, **properties: str) -> Publish:
    return one._replace(properties=tuple((dict(one.properties) | properties).items()))


SOUND = published(record(CROSSED, 7))


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (SOUND._replace(topic="v1/acme/sh-1"), "expected an event, a birth or a reply"),
        (SOUND._replace(topic=SOUND.topic.replace("v1/", "v2/")), "expected a topic v1/"),
        (SOUND._replace(topic=SOUND.topic.replace("acme", "a b")), "expected a name of 1 to 64"),
        (SOUND._replace(topic=SOUND.topic.replace("camera", "toaster")), "toaster"),
        (
            SOUND._replace(topic=SOUND.topic.replace("crossed.v1", "crossed.v2")),
            "expected the type footfall.crossed.v1",
        ),
        (SOUND._replace(payload=b"{"), "footfall.crossed.v1"),
        (SOUND._replace(payload=b'{"line":"\xff"}'), "footfall.crossed.v1"),
        (SOUND._replace(properties=()), "'time' is missing"),
        (changed(SOUND, sequence="0"), "expected a sequence from 1"),
        (changed(SOUND, sequence=str(2**63)), "expected a sequence from 1"),
        (changed(SOUND, sequence="seven"), "seven"),
        (changed(SOUND, type="footfall.crossed.v9"), "footfall.crossed.v9"),
        (changed(SOUND, time="2026-11-02T09:00:00"), "expected RFC 3339"),
        (changed(SOUND, epoch="../x"), "expected a name of 1 to 64"),
        (changed(SOUND, bootid=""), "expected a name of 1 to 64"),
        (Publish(1, "v1/a/b/c/birth", b"{}", ()), "missing required field"),
        (Publish(1, "v1/a/b/c/reply/ingest", b"[]", ()), "Expected `object`"),
    ],
)
def test_what_cannot_be_taken_in_says_why(message: Publish, reason: str) -> None:
    letter = take(message)
    assert isinstance(letter, DeadLetter)
    assert reason in letter.reason
    assert (letter.topic, letter.payload) == (message.topic, message.payload)
    assert [tuple(pair) for pair in msgspec.json.decode(letter.properties)] == list(message.properties)


@given(st.text(max_size=60), st.binary(max_size=60), st.lists(st.tuples(st.text(), st.text()), max_size=4))
def test_nothing_that_comes_is_an_exception(topic: str, payload: bytes, pairs: list[tuple[str, str]]) -> None:
    assert isinstance(take(Publish(1, topic, payload, tuple(pairs))), DeadLetter)


def test_of_a_huge_message_only_the_begin_is_kept() -> None:
    letter = take(SOUND._replace(payload=b"x" * 1_000_000))
    assert isinstance(letter, DeadLetter)
    assert len(letter.payload) == 64 * 1024


def test_json_without_a_bottom_is_refused() -> None:
    deep = b'{"line":"d","direction":"in","confidence":0.5,"new":' + b"[" * 50_000
    assert "nested too deeply" in letter_of(SOUND._replace(payload=deep)).reason


def letter_of(message: Publish) -> DeadLetter:
    letter = take(message)
    assert isinstance(letter, DeadLetter)
    return letter


def test_not_a_number_is_refused() -> None:
    assert isinstance(take(changed(SOUND, monotonic="nan")), DeadLetter)


@pytest.mark.parametrize("monotonic", ["-1", "inf", "1e300"])
def test_seconds_of_no_boot_are_refused(monotonic: str) -> None:
    assert isinstance(take(changed(SOUND, monotonic=monotonic)), DeadLetter)
