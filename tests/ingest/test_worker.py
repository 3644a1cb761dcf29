"""A worker between a real broker and a real database."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from paho.mqtt.client import Client, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from edge.clock import SystemClock
from edge.codec import Record, messages
from edge.config.gateway import UplinkConfig
from edge.ingest.backfill import GONE, BackfillRule
from edge.ingest.batch import BatchRule
from edge.ingest.database import Database
from edge.ingest.settings import IngestSettings
from edge.ingest.worker import Worker
from edge.sim.broker import Broker, BrokerOptions, mosquitto_path, start_broker
from edge.sim.postgres import Postgres
from edge.uplink.link import PublishProperties
from tests.ingest.conftest import empty
from tests.ingest.made import CROSSED, EPOCH, GATEWAY, record
from tests.ingest.test_store import rows
from tests.media import REPO
from tests.uplink.test_uplink import eventually

pytestmark = pytest.mark.skipif(mosquitto_path() is None, reason="mosquitto is not on this machine")


@pytest.fixture
def broker() -> Iterator[Broker]:
    with start_broker(BrokerOptions(mosquitto=True)) as one:
        yield one


class Shop:
    """A gateway as seen from the cloud: publishes events and hears what it is told."""

    def __init__(self, broker: Broker) -> None:
        self.heard: list[MQTTMessage] = []
        self._client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTv5)
        self._client.reconnect_delay_set(1, 1)
        self._client.on_connect = lambda client, *_: client.subscribe(
            [(f"{GATEWAY.prefix}/rcpt", 1), (f"{GATEWAY.prefix}/cmd/#", 1)]
        )
        self._ready = threading.Event()
        self._client.on_subscribe = lambda *_: self._ready.set()
        self._client.on_message = lambda _c, _d, message: self.heard.append(message)
        self._client.connect(broker.host, broker.port)
        self._client.loop_start()
        assert self._ready.wait(10)

    def say(self, *records: Record) -> None:
        for one in records:
            message = messages(GATEWAY, one)[0]
            self.publish(message.topic, message.payload, PublishProperties(message.properties))

    def publish(self, topic: str, payload: bytes, properties: Any = None) -> None:  # noqa: ANN401 - the library's
        self._client.publish(topic, payload, 1, False, properties).wait_for_publish(10)

    def told(self, last: str) -> list[MQTTMessage]:
        return [one for one in self.heard if one.topic == f"{GATEWAY.prefix}/{last}"]

    @property
    def connected(self) -> bool:
        return self._client.is_connected()

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@pytest.fixture
def shop(broker: Broker) -> Iterator[Shop]:
    one = Shop(broker)
    yield one
    one.close()


def settings(broker: Broker, url: str, **changes: Any) -> IngestSettings:  # noqa: ANN401 - any setting
    made = IngestSettings(
        broker=UplinkConfig(url=broker.url),
        database=url,
        batch=BatchRule(most=10),
        receipts_every_s=0.05,
        backfill_every_s=0.1,
    )
    return msgspec.structs.replace(made, **changes)


@contextmanager
def working(one: IngestSettings) -> Iterator[Worker]:
    stop = threading.Event()
    worker = Worker(one, SystemClock(), stop)
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        eventually(lambda: figure(worker, "connected") == 1)
        yield worker
    finally:
        stop.set()
        thread.join(20)
        assert not thread.is_alive()


def figure(worker: Worker, name: str) -> float:
    """A counter of the worker, as Prometheus would read it."""
    samples = [sample for metric in worker.figures.registry.collect() for sample in metric.samples]
    return sum(
        one.value for one in samples if one.name in {f"store_edge_ingest_{name}", f"store_edge_ingest_{name}_total"}
    )


def sequences(database: Database) -> list[int]:
    return [number for (number,) in rows(database, "SELECT sequence FROM event ORDER BY sequence")]


def crossed(*numbers: int) -> list[Record]:
    return [record(CROSSED, n, at=n) for n in numbers]


def test_events_come_in_once_and_are_receipted(broker: Broker, shop: Shop, database: Database, url: str) -> None:
    with working(settings(broker, url)) as worker:
        shop.say(*crossed(*range(1, 41)), *crossed(7, 8), *crossed(43))
        eventually(lambda: len(sequences(database)) == 41)
        eventually(lambda: figure(worker, "duplicates") == 2)
        eventually(lambda: shop.told("rcpt"))
        eventually(lambda: json.loads(shop.told("rcpt")[-1].payload)[0].get("beyond"))
        (receipt,) = json.loads(shop.told("rcpt")[-1].payload)
        assert receipt == {"source": "camera/door", "epoch": EPOCH, "through": 40, "beyond": [[43, 43]]}


def test_receipts_can_be_turned_off(broker: Broker, shop: Shop, url: str) -> None:
    with working(settings(broker, url, receipts=False)) as worker:
        shop.say(*crossed(1, 2))
        eventually(lambda: figure(worker, "events") == 2)
    assert not shop.told("rcpt")


def test_a_message_that_cannot_be_read_is_set_aside_and_stops_nobody(
    broker: Broker, shop: Shop, database: Database, url: str
) -> None:
    with working(settings(broker, url)):
        shop.publish(f"{GATEWAY.prefix}/evt/camera/door/footfall.crossed.v1", b"{")
        shop.say(*crossed(1))
        eventually(lambda: sequences(database) == [1])
        eventually(lambda: rows(database, "SELECT reason FROM dead_letter"))


def test_what_is_missing_is_asked_for_until_it_is_gone(
    broker: Broker, shop: Shop, database: Database, url: str
) -> None:
    rule = BackfillRule(after_s=0, first_s=0.5)
    with working(settings(broker, url, backfill=rule)):
        shop.say(*crossed(1, 2, 6))
        eventually(lambda: shop.told("cmd/resend"))
        asked = shop.told("cmd/resend")[0]
        assert json.loads(asked.payload) == {"source": "camera/door", "epoch": EPOCH, "from": 3, "to": 5}
        properties: Any = asked.properties
        assert properties.ResponseTopic == f"{GATEWAY.prefix}/reply/ingest"
        shop.say(*crossed(4))
        eventually(lambda: answered(shop) and rows(database, "SELECT outcome FROM gap_state") == [(GONE,), (GONE,)])


def answered(shop: Shop) -> bool:
    """Answer all that was asked so far: there is nothing left of it."""
    for one in shop.told("cmd/resend"):
        asked: Any = one.properties
        reply_with(shop, asked.ResponseTopic, asked.CorrelationData)
    return True


def reply_with(shop: Shop, topic: str, correlation: bytes) -> None:
    said = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # the library's constructor has no types
    said.CorrelationData = correlation
    shop.publish(topic, b'{"ok":true,"resent":0,"asked":1}', said)


def test_births_say_who_is_online(broker: Broker, shop: Shop, database: Database, url: str) -> None:
    birth = {
        "status": "online",
        "session": "s",
        "version": "1",
        "config_hash": "h",
        "epoch": EPOCH,
        "clock_state": "trusted",
        "sources": [],
    }
    with working(settings(broker, url)):
        shop.publish(f"{GATEWAY.prefix}/birth", json.dumps(birth).encode())
        eventually(lambda: rows(database, "SELECT version FROM gateway_health WHERE online") == [("1",)])
        shop.publish(f"{GATEWAY.prefix}/birth", json.dumps(birth | {"status": "offline"}).encode())
        eventually(lambda: rows(database, "SELECT version FROM gateway_health WHERE NOT online") == [("1",)])


def test_a_database_that_is_away_loses_nothing(broker: Broker, shop: Shop, postgres: Postgres) -> None:
    empty(postgres)
    with Database(postgres.url) as database:
        with working(settings(broker, postgres.url)) as worker:
            shop.say(*crossed(*range(1, 11)))
            eventually(lambda: figure(worker, "events") == 10)
            postgres.kill()
            shop.say(*crossed(*range(11, 41)))
            eventually(lambda: figure(worker, "troubles") >= 2)
            assert figure(worker, "events") == 10
            postgres.start()
            eventually(lambda: figure(worker, "events") >= 40)
        database.close()
        assert sequences(database) == list(range(1, 41))


def test_a_broker_that_restarts_is_found_again(broker: Broker, shop: Shop, database: Database, url: str) -> None:
    with working(settings(broker, url)) as worker:
        shop.say(*crossed(1))
        eventually(lambda: sequences(database) == [1])
        broker.restart()
        eventually(lambda: figure(worker, "troubles") >= 1)
        eventually(lambda: figure(worker, "connected") == 1)
        # The broker kept nothing: what is said before the worker has subscribed again is lost to it, and backfilled.
        eventually(lambda: shop.connected and _said(shop, database))


def _said(shop: Shop, database: Database) -> bool:
    shop.say(*crossed(2))
    return sequences(database) == [1, 2]


def command(broker: Broker, url: str, *more: str) -> list[str]:
    return [sys.executable, "-m", "edge", "ingest", "--broker", broker.url, "--database", url, *more]


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(REPO)}


def test_a_killed_worker_leaves_what_it_had_not_committed_to_its_next_life(
    broker: Broker, shop: Shop, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/ingest.db"
    log = tmp_path / "log"
    with log.open("wb") as out:
        first = subprocess.Popen(command(broker, url), env=environment(), stderr=out)
        eventually(lambda: b"subscribed" in log.read_bytes())
        shop.say(*crossed(*range(1, 200)))
        first.send_signal(signal.SIGKILL)
        first.wait()
    shop.say(*crossed(*range(200, 301)))
    done = subprocess.run(command(broker, url, "--once-idle", "1"), env=environment(), check=False, timeout=60)
    assert done.returncode == 0
    with Database(url) as database:
        assert sequences(database) == list(range(1, 301))


def test_a_worker_stops_when_it_is_told_to(broker: Broker, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("wb") as out:
        worker = subprocess.Popen(command(broker, f"sqlite:///{tmp_path}/i.db"), env=environment(), stderr=out)
        eventually(lambda: b"subscribed" in log.read_bytes())
        began = time.monotonic()
        worker.terminate()
        assert worker.wait(10) == 0
        assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--broker", "mqtt://h", "--database", "mysql://x/y"), "expected sqlite or postgresql"),
        (("--broker", "http://h", "--database", "sqlite:///x"), "expected mqtt://HOST"),
        (("--broker", "mqtt://h", "--database", "sqlite:///x", "--worker", "a/b"), "--worker: expected 1 to 64"),
        (("--broker", "mqtt://h", "--database", "sqlite:///x", "--password-file", "nowhere"), "expected a secret in"),
    ],
)
def test_wrong_usage_is_one_line_and_two(arguments: tuple[str, ...], says: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "edge", "ingest", *arguments],
        env=environment(),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2, done
    assert says in done.stderr.splitlines()[-1]
