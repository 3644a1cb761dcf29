"""A whole gateway steered from afar: real processes, a real broker, a shelf on a pseudo terminal."""

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import pytest
from paho.mqtt.client import Client, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from edge.config.read import config_hash
from edge.sim.broker import Broker, BrokerOptions, mosquitto_path, start_broker
from tests.media import REPO
from tests.scale.ptys import Line
from tests.shelf.test_agent import Plate

PREFIX = "v1/acme/sh-1/gw-1"
CONFIG = """
[store]
tenant = "acme"
store = "sh-1"
gateway = "gw-1"
data_dir = "{folder}/data"
[uplink]
url = "{url}"
backoff_max_s = 1
[health]
port = 0
[supervisor]
backoff_initial_s = 0.2
backoff_max_s = 0.5
[remote]
commands = ["status", "diagnose", "restart", "log_level", "zero", "tare", "resend", "price_book"]
config = true
price_books = true
allow = ["mqtt://127.0.0.1"]
trial_s = 8
[[shelf]]
id = "aisle"
port = "{folder}/tty"
driver = "and_continuous"
[[shelf.plate]]
id = "p1"
capacity_g = 15000
[[shelf.plate.product]]
gtin = "06901234567892"
unit_weight_g = 330.0
unit_weight_sd_g = 2.0
[[lane]]
id = "sco-1"
scanner = {{ port = "{folder}/scanner" }}
price_book = "{folder}/book.csv"
currency = "CNY"
"""
BOOK = "code,name,price,tax,unit_weight_g\n6901234567892,Green tea,3.50,standard,520\n"
WAIT_S = 25.0


@dataclass
class Operator:
    """Somebody at the other end of the broker."""

    broker: Broker
    messages: list[tuple[str, bytes, bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTv5)
        self._client.on_message = self._came
        self._client.on_connect = lambda client, *_: client.subscribe(f"{PREFIX}/#", qos=1)

    def __enter__(self) -> Self:
        self._client.connect(self.broker.host, self.broker.port)
        self._client.loop_start()
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _came(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        correlation = bytes(getattr(message.properties, "CorrelationData", b""))
        self.messages.append((message.topic.removeprefix(PREFIX + "/"), bytes(message.payload), correlation))

    def put(self, topic: str, text: str, *, retain: bool = False) -> None:
        self._client.publish(f"{PREFIX}/{topic}", text, 1, retain).wait_for_publish(WAIT_S)

    def send(self, name: str, correlation: bytes = b"", **body: object) -> bytes:
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # the library has no types here
        properties.ResponseTopic = f"{PREFIX}/reply/ops"
        mark = correlation or uuid.uuid4().bytes
        properties.CorrelationData = mark
        self._client.publish(f"{PREFIX}/cmd/{name}", json.dumps(body), 1, properties=properties)
        return mark

    def replies(self, correlation: bytes) -> list[dict[str, Any]]:
        return [json.loads(data) for topic, data, mark in self.messages if topic == "reply/ops" and mark == correlation]

    def ask(self, name: str, **body: object) -> dict[str, Any]:
        correlation = self.send(name, b"", **body)
        eventually(lambda: self.replies(correlation), f"an answer to {name}")
        return self.replies(correlation)[0]

    def reported(self, status: str) -> list[dict[str, Any]]:
        told = [json.loads(data) for topic, data, _ in self.messages if topic == "cfg/reported"]
        return [one for one in told if one["status"] == status]

    def events(self, name: str) -> list[dict[str, Any]]:
        return [
            json.loads(data) for topic, data, _ in self.messages if topic.startswith("evt/") and topic.endswith(name)
        ]


def eventually(fact: Callable[[], object], what: str) -> None:
    until = time.monotonic() + WAIT_S
    while not fact():
        assert time.monotonic() < until, f"expected {what}"
        time.sleep(0.03)


@dataclass
class Box:
    """The gateway's machine."""

    folder: Path
    text: str

    @contextlib.contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        file = self.folder / "store.toml"
        file.write_text(self.text, encoding="utf-8")
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen([sys.executable, "-m", "edge", "run", str(file)], cwd=REPO, stderr=log)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(WAIT_S)


@pytest.fixture
def broker() -> Iterator[Broker]:
    if mosquitto_path() is None:
        pytest.skip("mosquitto is not on this machine")
    with start_broker(BrokerOptions(mosquitto=True)) as one:
        yield one


@pytest.fixture
def operator(broker: Broker) -> Iterator[Operator]:
    with Operator(broker) as one:
        yield one


@pytest.fixture
def box(tmp_path: Path, broker: Broker) -> Iterator[Box]:
    (tmp_path / "book.csv").write_text(BOOK, encoding="utf-8")
    with Line(tmp_path / "tty") as line, Line(tmp_path / "scanner"):
        plate = Plate(line, 5 * 330.0)
        yield Box(tmp_path, CONFIG.format(folder=tmp_path, url=broker.url))
        plate.stop.set()
        plate.thread.join()


def counted(operator: Operator) -> list[int]:
    return [one["quantity"] for one in operator.events("stock.counted.v1")]


def test_commands_are_done_once_and_answered(box: Box, operator: Operator) -> None:
    with box.running():
        eventually(lambda: counted(operator) == [5], "a count")
        eventually(lambda: operator.ask("status")["health"]["ok"], "health")
        status = operator.ask("status")
        assert set(status["health"]["agents"]) == {"shelf/aisle", "checkout/sco-1", "uplink"}
        before = status["health"]["agents"]["shelf/aisle"]["pid"]

        tared = operator.ask("tare", plate="aisle/p1")
        assert (tared["ok"], tared["counts"]) == (True, {"06901234567892": 5})
        emptied = operator.ask("zero", plate="aisle/p1")
        assert (emptied["ok"], emptied["counts"]) == (True, {"06901234567892": 0})
        eventually(lambda: counted(operator)[-1] == 0, "the count as it was declared")
        assert operator.events("stock.moved.v1")[-1]["cause"] == "correction"
        assert not operator.ask("zero", plate="aisle/p9")["ok"]

        again = operator.send("zero", b"same", plate="aisle/p1")
        eventually(lambda: operator.replies(again), "an answer")
        corrections = len(operator.events("stock.counted.v1"))
        operator.send("zero", b"same", plate="aisle/p1")
        eventually(lambda: len(operator.replies(again)) == 2, "the same answer again")
        assert len(operator.events("stock.counted.v1")) == corrections, "it was done once"

        assert operator.ask("log_level", agent="shelf/aisle", level="debug")["ok"]
        assert "expected a command" in operator.ask("reboot")["error"]
        assert operator.ask("restart", agent="shelf/aisle")["ok"]
        eventually(
            lambda: operator.ask("status")["health"]["agents"]["shelf/aisle"]["pid"] not in {None, before}, "it anew"
        )

        bundle = operator.ask("diagnose")
        assert bundle["system"]["cores"] == os.cpu_count()
        assert {"shelf/aisle"} <= {line["source"] for line in bundle["outbox"]["ledger"]}
        assert str(box.folder) not in json.dumps(bundle["devices"])


def test_a_price_book_comes_from_afar_and_stays(box: Box, operator: Operator) -> None:
    topic = "cfg/price_book/sco-1"
    reported = "cfg/reported/price_book/sco-1"

    def outcomes() -> list[dict[str, Any]]:
        return [json.loads(data) for where, data, _ in operator.messages if where == reported]

    def version() -> str:
        figures = operator.ask("status")["health"]["agents"]["checkout/sco-1"]["figures"]
        return str(figures.get("price_book", ""))

    with box.running():
        eventually(lambda: operator.events("gateway.started.v1"), "a gateway")
        operator.put(topic, BOOK.replace("3.50", "3.70"), retain=True)
        eventually(lambda: outcomes() and outcomes()[-1]["ok"], "the new book")
        first = version()
        assert first == outcomes()[-1]["version"]
        operator.put(topic, BOOK.replace("3.50", "free"))
        eventually(lambda: not outcomes()[-1]["ok"], "a refusal")
        assert "free" in outcomes()[-1]["error"]
        assert version() == first
    with box.running():
        eventually(lambda: len(operator.events("gateway.started.v1")) == 2, "the gateway again")
        eventually(version, "a lane")
        assert version() == first, "the file on the box is older"


@pytest.mark.slow
def test_a_configuration_is_tried_kept_or_taken_back(box: Box, operator: Operator) -> None:
    better = box.text.replace("unit_weight_g = 330.0", "unit_weight_g = 330.0\nlow = 5")
    with box.running():
        eventually(lambda: counted(operator) == [5], "a count")
        agents = operator.ask("status")["health"]["agents"]
        operator.put("cfg/desired", better, retain=True)
        eventually(
            lambda: [one for one in operator.reported("applied") if one["config_hash"] == config_hash(better)],
            "it kept",
        )
        after = operator.ask("status")["health"]["agents"]
        assert after["shelf/aisle"]["pid"] != agents["shelf/aisle"]["pid"]
        assert after["checkout/sco-1"]["pid"] == agents["checkout/sco-1"]["pid"], "what it does not touch runs on"
        eventually(lambda: operator.events("config.applied.v1")[-1]["config_hash"] == config_hash(better), "an event")

        # A shelf that nobody finds at its port, and a broker that is none: the link itself is at stake.
        for bad in (
            better.replace(f'port = "{box.folder}/tty"', f'port = "{box.folder}/scanner"'),
            better.replace(f'url = "mqtt://127.0.0.1:{operator.broker.port}"', 'url = "mqtt://127.0.0.1:9"'),
        ):
            assert bad != better
            rejected = len(operator.reported("rejected"))
            operator.put("cfg/desired", bad)
            eventually(lambda n=rejected: len(operator.reported("rejected")) > n, "it refused")  # type: ignore[misc]  # a default argument binds the loop's value
            assert operator.reported("rejected")[-1]["config_hash"] == config_hash(better)
            eventually(lambda: operator.ask("status")["health"]["ok"], "health again")

        operator.put("cfg/desired", better.replace(str(box.folder / "book.csv"), "/etc/passwd"))
        eventually(lambda: "lane[0].price_book" in operator.reported("rejected")[-1]["reason"], "a file refused")
        operator.put("cfg/desired", "[store")
        eventually(lambda: "TOML" in operator.reported("rejected")[-1]["reason"], "rubbish refused")
        sequences = [one["quantity"] for one in operator.events("stock.moved.v1")]
        assert sequences == [], "no buffer and no count was touched"
    with box.running():
        eventually(
            lambda: operator.events("config.applied.v1")[-1]["config_hash"] == config_hash(better), "it after a restart"
        )
    box.text += "\n# edited on the box\n"
    with box.running():
        eventually(
            lambda: operator.events("config.applied.v1")[-1]["config_hash"] == config_hash(box.text), "the box's own"
        )


def test_with_receipts_a_wiped_broker_loses_nothing(tmp_path: Path) -> None:
    if mosquitto_path() is None:
        pytest.skip("mosquitto is not on this machine")
    with start_broker(BrokerOptions(mosquitto=True)) as broker, Line(tmp_path / "tty") as line:
        text = CONFIG.partition("[[lane]]")[0].format(folder=tmp_path, url=broker.url)
        text = text.replace("backoff_max_s = 1\n", "backoff_max_s = 1\nreceipts = true\nreceipt_timeout_s = 1\n", 1)
        plate, box = Plate(line, 5 * 330.0), Box(tmp_path, text)
        with box.running():
            with Operator(broker) as first:
                eventually(lambda: counted(first), "a count that no database has")
            broker.kill()
            broker.start()
            with Operator(broker) as second:
                eventually(lambda: counted(second), "it again")
                assert second.ask("status")["outbox"]["pending"] > 0
                ledger = second.ask("diagnose")["outbox"]["ledger"]
                receipts = [
                    {"source": one["source"], "epoch": one["epoch"], "through": one["accepted"]} for one in ledger
                ]

                def emptied() -> bool:
                    # As the ingest does with what arrives again: a backlog comes a few at a time.
                    second.put("rcpt", json.dumps(receipts))
                    time.sleep(1)
                    return bool(second.ask("status")["outbox"]["pending"] == 0)

                eventually(emptied, "an empty outbox")
                first_row = receipts[0]
                resent = second.ask(
                    "resend", source=first_row["source"], epoch=first_row["epoch"], **{"from": 1, "to": 9}
                )
                assert (resent["ok"], resent["resent"]) == (True, 0), "they are gone, and it says so"
        plate.stop.set()
        plate.thread.join()


def test_a_gateway_and_a_worker_with_a_database_need_nobody_between_them(tmp_path: Path, broker: Broker) -> None:
    """Receipts come from the real ingest; what it committed leaves the box, and nothing else does."""
    with Line(tmp_path / "tty") as line:
        text = CONFIG.partition("[[lane]]")[0].format(folder=tmp_path, url=broker.url)
        text = text.replace("backoff_max_s = 1\n", "backoff_max_s = 1\nreceipts = true\nreceipt_timeout_s = 2\n", 1)
        plate, box = Plate(line, 5 * 330.0), Box(tmp_path, text)
        database = tmp_path / "shops.db"
        command = ["ingest", "--broker", broker.url, "--database", f"sqlite:///{database}"]
        with box.running(), Operator(broker) as operator:
            eventually(lambda: counted(operator), "a count")
            assert operator.ask("status")["outbox"]["pending"] > 0, "no database has it yet"
            with (tmp_path / "ingest.log").open("ab") as log:
                worker = subprocess.Popen([sys.executable, "-m", "edge", *command], cwd=REPO, stderr=log, stdout=log)
            try:
                until = time.monotonic() + WAIT_S
                while operator.ask("status")["outbox"]["pending"]:
                    assert time.monotonic() < until, "the database's word does not empty the outbox"
                    time.sleep(1.0)
                ledger = {one["source"]: one["accepted"] for one in operator.ask("diagnose")["outbox"]["ledger"]}
            finally:
                worker.terminate()
                worker.wait(WAIT_S)
        plate.stop.set()
        plate.thread.join()
    with contextlib.closing(sqlite3.connect(database)) as db:
        query = "SELECT s.kind || '/' || s.source, count(*) FROM event e JOIN stream s ON s.id = e.stream GROUP BY 1"
        found = dict(db.execute(query).fetchall())
    assert found["shelf/aisle"] == ledger["shelf/aisle"]
