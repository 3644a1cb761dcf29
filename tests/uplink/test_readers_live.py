"""Readers that go away and come back, at a real broker; the gateway waits for no receipts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from edge.config.gateway import UplinkConfig
from edge.outbox.outbox import Outbox
from edge.sim.broker import Broker, BrokerOptions, start_broker
from edge.sim.subscriber import Subscriber
from tests.uplink.test_uplink import CROSSED, DOOR, STAMP, eventually, needs_mosquitto, running

SHARED = "$share/ingest/v1/+/+/+/evt/#"

pytestmark = needs_mosquitto


@pytest.fixture
def broker() -> Iterator[Broker]:
    with start_broker(BrokerOptions(mosquitto=True)) as one:
        yield one


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    with Outbox(tmp_path / "outbox.db", quota_bytes=2**30) as one:
        yield one


def accept(outbox: Outbox, count: int) -> None:
    for _ in range(count):
        outbox.append(DOOR, CROSSED, STAMP)


def reader(broker: Broker) -> Subscriber:
    return Subscriber(broker.host, broker.port, SHARED)


def numbers(*readers: Subscriber) -> list[int]:
    return sorted(one.record.sequence for reader in readers for one in reader.received())


def test_what_comes_while_the_reader_is_away_is_there_when_it_is_back(broker: Broker, outbox: Outbox) -> None:
    with capture_logs() as told, running(outbox, UplinkConfig(url=broker.url)) as watched:
        with reader(broker) as before:
            accept(outbox, 20)
            eventually(lambda: len(before.received()) == 20 and outbox.depth().rows == 0)
        accept(outbox, 100)
        eventually(lambda: watched.figures["unread"] == 1)
        assert watched.figures["link"] == "connected"
        assert "events wait for a reader" in str(watched.figures["link_reason"])
        assert outbox.depth().rows == 100
        with reader(broker) as after:
            accept(outbox, 5)
            eventually(lambda: outbox.depth().rows == 0)
            eventually(lambda: watched.figures["unread"] == 0)
            assert watched.figures["link_reason"] == ""
            eventually(lambda: numbers(before, after) == list(range(1, 126)))
    names = [one["event"] for one in told if one["event"].startswith("reader")]
    assert names == ["reader_missed", "reader_back"]


def test_a_broker_that_has_lost_its_readers_over_a_restart_loses_no_event(broker: Broker, outbox: Outbox) -> None:
    with running(outbox, UplinkConfig(url=broker.url, backoff_max_s=0.2)) as watched:
        with reader(broker) as before:
            accept(outbox, 20)
            eventually(lambda: len(before.received()) == 20 and outbox.depth().rows == 0)
        broker.restart()
        accept(outbox, 30)
        eventually(lambda: watched.figures["unread"] == 1)
        with reader(broker) as after:
            eventually(lambda: outbox.depth().rows == 0)
            eventually(lambda: numbers(before, after) == list(range(1, 51)))


def test_a_broker_that_nobody_ever_read_keeps_no_event_back(broker: Broker, outbox: Outbox) -> None:
    with running(outbox, UplinkConfig(url=broker.url)) as watched:
        accept(outbox, 20)
        eventually(lambda: outbox.depth().rows == 0, within_s=2)
        assert watched.figures["unread"] == 0
