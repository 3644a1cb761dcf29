"""The uplink against a real broker: everything arrives, whatever happens on the way."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge.agent.protocol import Host
from edge.clock import SystemClock
from edge.codec import Gateway, Record, Source, event_topic, messages, parse
from edge.config.gateway import UplinkConfig
from edge.errors import CodecError, DeviceError
from edge.events import CameraStatus, CameraStatusChanged, ClockState, Direction, Event, FootfallCrossed, Kind, Stamp
from edge.outbox.outbox import Outbox
from edge.outbox.rows import Row
from edge.sim.broker import Broker, BrokerOptions, mosquitto_path, start_broker
from edge.sim.subscriber import Subscriber
from edge.uplink.flight import Flight, Lane, Verdict
from edge.uplink.readers import Readers
from edge.uplink.uplink import Uplink

GATEWAY = Gateway("acme", "sh-1", "gw-1")
DOOR = Source(Kind.CAMERA, "door")
STAMP = Stamp(wall=datetime(2026, 11, 1, tzinfo=UTC), monotonic_s=1.0, boot_id="b", clock_state=ClockState.TRUSTED)
CROSSED = FootfallCrossed(line="door", direction=Direction.IN, confidence=0.9)

needs_mosquitto = pytest.mark.skipif(mosquitto_path() is None, reason="mosquitto is not on this machine")


@dataclass
class Watched:
    """The figures that an uplink beats, and every state of its link with the reason for it."""

    figures: dict[str, float | str] = field(default_factory=dict)
    links: set[tuple[str, str]] = field(default_factory=set)

    def __call__(self, **figures: float | str) -> None:
        self.figures |= figures
        self.links.add((str(figures["link"]), str(figures["link_reason"])))


def no_emit(event: Event, stamp: Stamp) -> None:
    raise AssertionError((event, stamp))


@contextmanager
def running(outbox: Outbox, config: UplinkConfig) -> Iterator[Watched]:
    stop, watched, clock = threading.Event(), Watched(), SystemClock()
    uplink = Uplink(config, GATEWAY, outbox, clock, birth=lambda: b'{"status": "online"}')
    thread = threading.Thread(target=uplink.run, args=(Host(no_emit, watched, clock, stop),))
    thread.start()
    try:
        yield watched
    finally:
        stop.set()
        thread.join(10)
        assert not thread.is_alive()


def eventually(fact: Callable[[], object], within_s: float = 20) -> None:
    until = time.monotonic() + within_s
    while not fact():
        assert time.monotonic() < until, "it did not come to pass"
        time.sleep(0.02)


@pytest.fixture(params=["mosquitto", "iotcore"])
def broker(request: pytest.FixtureRequest) -> Iterator[Broker]:
    if request.param == "mosquitto" and mosquitto_path() is None:
        pytest.skip("mosquitto is not on this machine")
    try:
        with start_broker(BrokerOptions(mosquitto=request.param == "mosquitto")) as one:
            yield one
    except DeviceError as error:
        pytest.skip(str(error))


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    with Outbox(tmp_path / "outbox.db", quota_bytes=2**30) as one:
        yield one


def test_all_that_waited_and_all_that_comes_arrives_once_and_in_order(broker: Broker, outbox: Outbox) -> None:
    for _ in range(200):
        outbox.append(DOOR, CROSSED, STAMP)
    with Subscriber(broker.host, broker.port) as reader, running(outbox, UplinkConfig(url=broker.url, window=20)):
        for _ in range(50):
            outbox.append(DOOR, CROSSED, STAMP)
        eventually(lambda: len(reader.received()) >= 250)
        eventually(lambda: outbox.depth().rows == 0)
        numbers = [one.record.sequence for one in reader.received()]
        assert sorted(numbers) == list(range(1, 251))
        assert not reader.rejected()


def test_a_broker_that_dies_in_the_middle_loses_nothing(broker: Broker, outbox: Outbox) -> None:
    with running(outbox, UplinkConfig(url=broker.url, window=8, backoff_max_s=0.5)) as watched:
        for _ in range(30):
            outbox.append(DOOR, CROSSED, STAMP)
        eventually(lambda: outbox.depth().rows == 0)
        broker.kill()
        for _ in range(30):
            outbox.append(DOOR, CROSSED, STAMP)
        eventually(lambda: watched.figures.get("link") != "connected")
        broker.start()
        eventually(lambda: outbox.depth().rows == 0)
        line = outbox.ledger()[0]
        assert (line.accepted, line.delivered, line.pending, line.evicted) == (60, 60, 0, {})


def test_a_broker_that_is_not_there_yet_is_waited_for(outbox: Outbox) -> None:
    outbox.append(DOOR, CROSSED, STAMP)
    with start_broker() as broker:
        broker.kill()
        with running(outbox, UplinkConfig(url=broker.url, backoff_max_s=0.3)) as watched:
            eventually(lambda: "expected a broker" in str(watched.figures.get("link_reason")))
            broker.start()
            eventually(lambda: outbox.depth().rows == 0)


@needs_mosquitto
def test_a_broker_that_refuses_to_publish_loses_nothing_and_says_so(outbox: Outbox, tmp_path: Path) -> None:
    acl = tmp_path / "acl"
    acl.write_text("topic read #\ntopic write v1/+/+/+/birth\n")
    acl.chmod(0o644)
    for _ in range(10):
        outbox.append(DOOR, CROSSED, STAMP)
    options = BrokerOptions(settings=(f"acl_file {acl}",))
    with start_broker(options) as broker, running(outbox, UplinkConfig(url=broker.url)) as watched:
        eventually(lambda: watched.figures.get("link") == "refused")
        assert "ACL" in str(watched.figures["link_reason"])
        assert outbox.depth().rows == 10


@needs_mosquitto
def test_a_wrong_password_is_told(outbox: Outbox, tmp_path: Path) -> None:
    passwords, secret = tmp_path / "passwords", tmp_path / "secret"
    passwords.touch(0o644)
    secret.write_text("wrong\n")
    options = BrokerOptions(settings=(f"password_file {passwords}", "allow_anonymous false"))
    with start_broker(options) as broker:
        config = UplinkConfig(url=broker.url, username="gw", password_file=str(secret))
        with running(outbox, config) as watched:
            eventually(lambda: watched.figures.get("link") == "refused")
            assert "refused" in str(watched.figures["link_reason"])


def row(number: int) -> Row:
    return Row(number, Record(source=DOOR, epoch="e", sequence=number, type="t", stamp=STAMP, data=b"{}"))


def fetch(after: int, limit: int) -> list[Row]:
    return [row(n) for n in range(after + 1, min(after + limit, 100) + 1)]


def test_the_window_is_never_exceeded_and_live_events_pass_the_backlog() -> None:
    flight, sent = Flight(8, Lane(0, 90), Lane(90, None), Readers(certain=False), limit=8), []
    while (one := flight.next(fetch, 256, 0.0)) is not None:
        flight.sent(flight.begin(one, 1), one.rowid, 0.0)
        sent.append(one.rowid)
    assert sent == list(range(91, 99))
    for number in sent:
        flight.answered(number, 0, 0.0)
    rest = []
    while (one := flight.next(fetch, 256, 1.0)) is not None:
        flight.sent(flight.begin(one, 1), one.rowid, 1.0)
        rest.append(one.rowid)
    assert rest == [99, 100, 1, 2, 3, 4]  # a quarter of the window stays free for live events


def test_the_first_message_goes_alone_and_the_window_opens_as_they_are_taken() -> None:
    flight, packet, turns = Flight(8, Lane(0, 0), Lane(0, None), Readers(certain=False)), 0, []
    for _ in range(5):
        sent = []
        while (one := flight.next(fetch, 256, 0.0)) is not None:
            packet += 1
            flight.sent(flight.begin(one, 1), packet, 0.0)
            sent.append(packet)
        turns.append(len(sent))
        for number in sent:
            flight.answered(number, 0, 0.0)
    assert turns == [1, 2, 8, 8, 8]


@pytest.mark.parametrize(
    ("reason", "verdict"),
    [(0x00, Verdict.DELIVERED), (0x10, Verdict.DELIVERED), (0x99, Verdict.NEVER), (0x97, Verdict.RETRY)],
)
def test_what_an_answer_means(reason: int, verdict: Verdict) -> None:
    flight = Flight(8, Lane(0, 0), Lane(0, None), Readers(certain=False))
    entry = flight.begin(row(1), 2)
    flight.sent(entry, 7, 0.0)
    flight.sent(entry, 8, 0.0)
    assert flight.answered(7, 0, 0.0) == (Verdict.WAIT, row(1))
    assert flight.answered(8, reason, 0.0) == (verdict, row(1))
    assert flight.answered(8, reason, 0.0) is None
    assert flight.unanswered == 0


def test_a_message_comes_apart_as_it_was_put_together() -> None:
    event = CameraStatusChanged(status=CameraStatus.ONLINE, reason="frames come")
    record = Record(
        source=DOOR,
        epoch="e",
        sequence=7,
        type="camera.status_changed.v1",
        stamp=STAMP,
        data=b'{"status":"online","reason":"frames come"}',
    )
    sent, state = messages(GATEWAY, record)
    assert (sent.retain, state.retain) == (False, True)
    assert state.topic == "v1/acme/sh-1/gw-1/state/camera/door/status"
    assert sent.topic == event_topic(GATEWAY, record)
    found = parse(sent)
    assert (found.gateway, found.record, found.event) == (GATEWAY, record, event)


@pytest.mark.parametrize("topic", ["", "v1/a/b", "v2/a/b/c/evt/camera/x/t", "v1/a/b/c/cmd/x/y"])
def test_what_is_none_of_ours_is_refused(topic: str) -> None:
    with pytest.raises(CodecError):
        parse(messages(GATEWAY, record_of())[0].__class__(topic=topic, payload=b"{}"))


def record_of() -> Record:
    return Record(source=DOOR, epoch="e", sequence=1, type="footfall.crossed.v1", stamp=STAMP, data=b'{"line":"l"}')
