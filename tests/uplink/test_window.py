"""The uplink's side of MQTT 5, against a broker whose every answer the test decides."""

import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from edge.config.gateway import UplinkConfig
from edge.events import CameraStatus, CameraStatusChanged
from edge.outbox.ledger import LedgerLine
from edge.outbox.outbox import Outbox
from edge.uplink import flight
from tests.mqtt_peer import Arrival, Deed, MqttPeer, take
from tests.uplink.test_uplink import CROSSED, DOOR, STAMP, Watched, eventually, running

NEVER_TAKEN = 0x99  # payload format invalid


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    with Outbox(tmp_path / "outbox.db", quota_bytes=2**30) as one:
        yield one


def config(peer: MqttPeer, **more: float) -> UplinkConfig:
    fields: dict[str, object] = {"url": peer.url, "backoff_max_s": 0.05} | more
    return UplinkConfig(**fields)  # type: ignore[arg-type]  # any field of the model


def accept(outbox: Outbox, count: int) -> None:
    for _ in range(count):
        outbox.append(DOOR, CROSSED, STAMP)


def accept_with_state(outbox: Outbox) -> None:
    """An event of two messages: itself, and the retained state that it brings about."""
    outbox.append(DOOR, CameraStatusChanged(status=CameraStatus.ONLINE, reason="frames come"), STAMP)


def silent_for_events(arrival: Arrival) -> int | Deed:
    return Deed.NOTHING if arrival.is_event else 0


def account(outbox: Outbox) -> LedgerLine:
    (line,) = [line for line in outbox.ledger() if line.source == DOOR]
    return line


def link_of(watched: Watched) -> tuple[str, str]:
    return str(watched.figures.get("link")), str(watched.figures.get("link_reason"))


def all_delivered(outbox: Outbox, peer: MqttPeer) -> None:
    """Wait until everything is, and hold the account against what went over the wire."""
    eventually(lambda: outbox.depth().rows == 0)
    line = account(outbox)
    assert (line.delivered, line.pending, line.evicted) == (line.accepted, 0, {})
    assert {arrival.key[2] for arrival in peer.arrivals()} == set(range(1, line.accepted + 1))


@pytest.mark.parametrize(("granted", "ours", "window"), [(3, 64, 3), (1, 64, 1), (64, 2, 2), (None, 3, 3)])
def test_the_smaller_of_both_windows_holds(outbox: Outbox, granted: int | None, ours: int, window: int) -> None:
    for _ in range(3):
        accept(outbox, 1)
        accept_with_state(outbox)
    with MqttPeer(receive_maximum=granted) as peer, running(outbox, config(peer, window=ours)):
        all_delivered(outbox, peer)
    (link,) = peer.links
    assert link.clean_start
    assert link.most_unanswered == window


def test_a_smaller_window_after_a_reconnect_holds_from_the_first_message_on(outbox: Outbox) -> None:
    accept(outbox, 24)
    peer = MqttPeer(receive_maximum=8, answer=lambda one: Deed.NOTHING if one.link == 0 and half_way() else 0)

    def half_way() -> bool:
        return len(peer.arrivals()) > 12

    with peer, running(outbox, config(peer)):
        eventually(half_way)
        accept(outbox, 10)
        eventually(lambda: peer.links[0].most_unanswered == 8)
        peer.receive_maximum = 3
        peer.hang_up()
        all_delivered(outbox, peer)
        assert [link.most_unanswered for link in peer.links] == [8, 3]
        assert all(link.clean_start for link in peer.links)
        assert not any(arrival.duplicate for arrival in peer.arrivals()), "in a session of its own nothing is a repeat"


def test_the_birth_takes_its_place_in_the_window(outbox: Outbox) -> None:
    accept(outbox, 3)
    with MqttPeer(receive_maximum=1) as peer, running(outbox, config(peer)):
        all_delivered(outbox, peer)
    assert peer.links[0].published[0].message.topic.endswith("/birth")
    assert peer.links[0].most_unanswered == 1


@pytest.mark.parametrize("silent_from", ["birth", "event"])
def test_a_broker_that_never_acknowledges_is_left_in_time(outbox: Outbox, silent_from: str) -> None:
    accept(outbox, 5)

    def answer(arrival: Arrival) -> int | Deed:
        silent = arrival.link == 0 and (silent_from == "birth" or arrival.is_event)
        return Deed.NOTHING if silent else 0

    with MqttPeer(answer=answer) as peer, running(outbox, config(peer, ack_timeout_s=0.4)) as watched:
        eventually(lambda: bool(peer.links) and bool(peer.links[0].published))
        began_s = time.monotonic()
        eventually(lambda: "connected, but no PUBACK" in link_of(watched)[1])
        eventually(lambda: len(peer.links) == 2)
        assert 0.3 < time.monotonic() - began_s < 1.5
        all_delivered(outbox, peer)


def test_waiting_in_the_middle_of_an_event_the_uplink_is_alive_and_can_be_stopped(outbox: Outbox) -> None:
    accept_with_state(outbox)
    with MqttPeer(receive_maximum=1, answer=silent_for_events) as peer:
        with running(outbox, config(peer, ack_timeout_s=60)) as watched:
            eventually(lambda: bool(peer.arrivals()))
            watched.figures.clear()
            eventually(lambda: watched.figures.get("link") == "connected", within_s=3)
            began_s = time.monotonic()
        assert time.monotonic() - began_s < 2
    assert account(outbox).pending == 1


@pytest.mark.parametrize("reason", [0x83, 0x97])
def test_what_the_broker_cannot_take_now_is_sent_again(
    outbox: Outbox, reason: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flight, "RETRY_S", 0.1)
    accept(outbox, 4)
    refused: set[tuple[str, str, int]] = set()

    def answer(arrival: Arrival) -> int:
        if arrival.is_event and arrival.key[2] % 2 and arrival.key not in refused:
            refused.add(arrival.key)
            return reason
        return 0

    with MqttPeer(answer=answer) as peer, running(outbox, config(peer)) as watched:
        all_delivered(outbox, peer)
        assert watched.figures.get("set_aside") == 0
    assert sorted(arrival.key[2] for arrival in peer.arrivals()) == [1, 1, 2, 3, 3, 4]
    assert len(peer.links) == 1


def test_not_authorised_keeps_everything_says_so_and_goes_on_when_that_is_mended(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flight, "REFUSED_RETRY_S", 0.1)
    accept(outbox, 5)
    with MqttPeer(answer=lambda one: 0x87 if one.is_event else 0) as peer, running(outbox, config(peer)) as watched:
        eventually(lambda: link_of(watched)[0] == "refused")
        assert "not authorized" in link_of(watched)[1]
        assert account(outbox).pending == 5
        peer.answer = take
        all_delivered(outbox, peer)
        eventually(lambda: link_of(watched) == ("connected", ""))


def test_what_the_broker_will_never_take_is_set_aside_with_its_reason_and_the_rest_goes_on(outbox: Outbox) -> None:
    accept(outbox, 5)
    with (
        MqttPeer(answer=lambda one: NEVER_TAKEN if one.is_event and one.key[2] == 3 else 0) as peer,
        running(outbox, config(peer)) as watched,
    ):
        eventually(lambda: outbox.depth().rows == 0)
        eventually(lambda: watched.figures.get("set_aside") == 1)
    line = account(outbox)
    assert (line.accepted, line.delivered, line.evicted) == (5, 4, {"broker: Payload format invalid": 1})


def test_a_broker_that_will_never_take_anything_does_not_keep_the_uplink_busy(outbox: Outbox) -> None:
    accept(outbox, 5)
    with MqttPeer(answer=lambda one: NEVER_TAKEN if one.is_event else 0) as peer, running(outbox, config(peer)):
        eventually(lambda: account(outbox).evicted == {"broker: Payload format invalid": 5}, within_s=2)
        eventually(lambda: outbox.depth().rows == 0, within_s=2)


@pytest.mark.parametrize(
    ("reason", "link", "says"),
    [
        (0x8B, "backing_off", "Server shutting down"),
        (0x8E, "backing_off", "Session taken over"),
        (0x87, "refused", "Not authorized"),
    ],
)
def test_a_broker_that_sends_us_away_says_why_and_is_tried_again(
    outbox: Outbox, reason: int, link: str, says: str
) -> None:
    accept(outbox, 3)
    with MqttPeer(answer=silent_for_events) as peer, running(outbox, config(peer)) as watched:
        eventually(lambda: bool(peer.arrivals()))
        peer.disconnect(reason)
        eventually(lambda: (link, f"127.0.0.1:{peer.port}: the connection was lost: {says}") in watched.links)
        peer.answer = take
        all_delivered(outbox, peer)
        assert len(peer.links) == 2


def test_what_was_cut_off_before_its_puback_comes_again_as_the_same_event(outbox: Outbox) -> None:
    accept(outbox, 12)
    with (
        MqttPeer(answer=lambda one: Deed.HANG_UP if one.link < 3 and one.is_event else 0) as peer,
        running(outbox, config(peer)),
    ):
        all_delivered(outbox, peer)
    arrivals = peer.arrivals()
    by_id = {dict(arrival.message.properties)["id"] for arrival in arrivals}
    assert len(arrivals) > 12
    assert len(by_id) == len({arrival.key for arrival in arrivals}) == 12
    first = [arrival for arrival in arrivals if arrival.key[2] == 1]
    assert [arrival.link for arrival in first] == [0, 1, 2, 3]
    assert all(one.message == two.message for one, two in pairwise(first))
    assert account(outbox).delivered == 12


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        (0x86, "Bad user name or password"),
        (0x87, "Not authorized"),
        (0x88, "Server unavailable"),
        (0x9F, "Connection rate exceeded"),
    ],
)
def test_a_broker_that_refuses_the_connection_says_why_and_is_tried_again(
    outbox: Outbox, reason: int, says: str
) -> None:
    accept(outbox, 3)
    with MqttPeer(connack=reason) as peer, running(outbox, config(peer)) as watched:
        eventually(lambda: link_of(watched)[0] == "refused")
        assert link_of(watched)[1] == f"127.0.0.1:{peer.port}: the broker refused the connection: {says}"
        eventually(lambda: len(peer.links) >= 2)
        assert account(outbox).pending == 3
        peer.connack = 0
        all_delivered(outbox, peer)
        eventually(lambda: link_of(watched) == ("connected", ""))
