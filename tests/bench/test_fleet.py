"""The bench of a fleet: its gateways, its figures, and a short run of the whole."""

import json
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.bench import fleet_gateway
from edge.bench.fleet import Plan, run
from edge.bench.fleet_gateway import LightGateway, Phase
from edge.bench.fleet_report import Course, Life, calm, outage
from edge.bench.ingest_fleet import say
from edge.codec import messages
from edge.ingest.packets import (
    CONNACK,
    PUBLISH,
    SUBSCRIBE,
    Connect,
    PacketReader,
    connect,
    publish,
    read_publish,
    subscribe,
)
from edge.sim.broker import BrokerOptions, mosquitto_path, start_broker
from edge.sim.postgres import programs
from edge.uplink.flight import NO_MATCHING_SUBSCRIBERS

needs_mosquitto = pytest.mark.skipif(mosquitto_path() is None, reason="mosquitto is not on this machine")
SAID = say(2, 30, 1)


class Peer:
    """A broker that is called, with a window of its own; it takes everything until told otherwise."""

    def __init__(self, gateway: LightGateway, window: int = 20) -> None:
        self.gateway, self.reader = gateway, PacketReader(65_536)
        self.events: list[tuple[str, int]] = []
        self.unanswered: list[tuple[int, bool]] = []
        assert self.reader.feed(gateway.connect())[0][0] >> 4 == 1
        connack = b"\x00\x00\x03\x21" + window.to_bytes(2)
        self.take(gateway.feed(bytes([CONNACK << 4, len(connack)]) + connack, 0.0))

    def take(self, data: bytes) -> None:
        for first, body in self.reader.feed(data):
            if first >> 4 == PUBLISH:
                came = read_publish(first, body)
                self.unanswered.append((came.packet, "/evt/" in came.topic))
                if "/evt/" in came.topic:
                    said = dict(came.properties)
                    self.events.append((said["source"], int(said["sequence"])))

    def answer(self, event: int = 0, now: float = 1.0) -> None:
        """Answer all that came: events so, everything else with success."""
        answers, self.unanswered = self.unanswered, []
        data = b"".join(
            b"\x40\x03" + number.to_bytes(2) + bytes([event if is_event else 0]) for number, is_event in answers
        )
        self.take(self.gateway.feed(data, now))


def drained(peer: Peer, start: float = 1.0) -> None:
    for turn in range(200):
        peer.take(peer.gateway.fill(start + turn))
        peer.answer(now=start + turn)


def keys() -> list[tuple[str, int]]:
    return [(f"/bench/sh-0000/gw-1/{one.record.source}", one.record.sequence) for one in SAID]


@given(st.integers(1, 30), st.integers(1, 70))
def test_everything_goes_out_once_in_order_and_never_more_than_the_window(accepted: int, window: int) -> None:
    gateway = LightGateway(SAID, receipts=False)
    peer = Peer(gateway, window)
    peer.answer()  # the birth
    for _ in range(accepted):
        gateway.accept()
    for turn in range(60):
        peer.take(gateway.fill(float(turn)))
        assert len(peer.unanswered) <= min(64, window)
        peer.answer(now=float(turn))
    assert peer.events == keys()[:accepted]
    assert gateway.pending == gateway.repeated == 0
    assert gateway.is_over == (accepted == len(SAID))


def test_what_was_not_acknowledged_goes_again_on_the_next_connection() -> None:
    gateway = LightGateway(SAID, receipts=False)
    peer = Peer(gateway)
    peer.answer()
    for _ in range(5):
        gateway.accept()
    peer.take(gateway.fill(1.0))  # one: the window begins there
    sent = len(peer.events)
    gateway.lost()
    assert gateway.phase is Phase.AWAY
    gateway.accept()
    assert gateway.fill(2.0) == b""
    again = Peer(gateway)
    again.answer()
    drained(again)
    assert again.events == keys()[:6]
    assert gateway.repeated == sent == 1


def test_with_receipts_an_event_is_kept_until_the_database_has_it_and_goes_again_when_nobody_took_it() -> None:
    gateway = LightGateway(SAID, receipts=True)
    peer = Peer(gateway)
    data = gateway.feed(b"\x40\x02\x00\x01", 0.0)  # the birth is acknowledged
    assert PacketReader(4096).feed(data)[0][0] >> 4 == SUBSCRIBE
    peer.unanswered.clear()
    gateway.accept()
    peer.take(gateway.fill(1.0))
    peer.answer(NO_MATCHING_SUBSCRIBERS, 1.0)
    drained(peer, 4.0)
    assert peer.events == keys()[:1] * 2
    assert gateway.pending == 1
    record = SAID[0].record
    told = [{"source": str(record.source), "epoch": record.epoch, "through": 1}]
    gateway.feed(publish("v1/bench/sh-0000/gw-1/rcpt", json.dumps(told).encode()), 300.0)
    assert gateway.pending == 0


def test_figures_of_a_course_that_is_known() -> None:
    course = Course(began_s=0, down_s=100, up_s=200, ended_s=300, served_s={0: [-5.0, 203.0], 1: [-5.0, 210.0]})
    calm_lives = [Life(n % 2, n, n, n + 0.02) for n in range(100)]
    waiting = [Life(n % 2, n, 205 + n / 100, 205.5 + n / 100) for n in range(100, 200)]
    live = [Life(0, 204, 204, 204.1), Life(1, 205, 210, 210.5)]  # the second accepted before its gateway was back
    lives = [*calm_lives, *waiting, *live]
    found = calm(lives, course)
    assert (found["calm_s"], found["calm_per_s"], found["calm_committed_ms_p95"]) == (96, 1, 20)
    found = outage(lives, course)
    assert (found["away_s"], found["backlog"], found["reconnected"], found["reconnect_all_s"]) == (100, 100, 2, 10)
    assert found["drained_s"] == 7.5
    assert (found["live_in_drain"], found["live_committed_ms_max"]) == (1, 100)
    assert found["drain_best_per_s"] == 101 / 5 // 1


def test_without_an_outage_nothing_is_said_of_one() -> None:
    assert outage([], Course(0, None, None, 10, {})) == {}


@needs_mosquitto
def test_a_broker_publishes_the_will_when_the_gateway_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fleet_gateway, "WILL_DELAY_S", 0)
    gateway = LightGateway(SAID, receipts=False)
    with start_broker(BrokerOptions(mosquitto=True)) as broker:
        address = broker.host, broker.port
        with socket.create_connection(address) as watcher:
            watcher.settimeout(10)
            watcher.sendall(connect(Connect("watcher", 60, 0, 10)) + subscribe(1, ["v1/+/+/+/birth"]))
            with socket.create_connection(address) as wire:
                wire.settimeout(10)
                wire.sendall(gateway.connect())
                wire.sendall(gateway.feed(wire.recv(100), 0.0))
                gateway.feed(wire.recv(100), 0.0)
                assert gateway.phase is Phase.SERVING
                assert next_birth(watcher) == ("online", "session-1")
            assert next_birth(watcher) == ("offline", "session-1")


def next_birth(wire: socket.socket) -> tuple[str, str]:
    """Status and session of the next one that comes."""
    reader = PacketReader(65_536)
    while True:
        for first, body in reader.feed(wire.recv(4096)):
            if first >> 4 == PUBLISH:
                said = json.loads(read_publish(first, body).payload)
                return said["status"], said["session"]


@needs_mosquitto
@pytest.mark.slow
@pytest.mark.skipif(programs() is None, reason="PostgreSQL is not on this machine")
def test_a_small_fleet_loses_nothing_over_an_outage() -> None:
    result = run(Plan(gateways=50, rate=1, seconds=5, away_s=3))
    assert result["identical"], result["differences"]
    assert (result["connected"], result["reconnected"], result["lost"], result["still_kept"]) == (50, 50, 0, 0)
    assert result["backlog"] >= 100


def test_a_stock_count_brings_its_state_along() -> None:
    assert any(len(messages(one.gateway, one.record)) == 2 for one in SAID), "the window is not tried with two"
