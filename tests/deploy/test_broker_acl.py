"""deploy/broker against a real mosquitto: a certificate's name is the only prefix that its gateway can touch."""

import os
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from paho.mqtt.client import Client, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion

from edge.config.gateway import UplinkConfig
from edge.outbox.outbox import Outbox
from edge.sim.broker import Broker, free_port, mosquitto_path
from tests.authority import KEY, NAMES, Authority, authority, openssl
from tests.media import REPO
from tests.uplink.test_uplink import CROSSED, DOOR, GATEWAY, STAMP, eventually, running

pytestmark = pytest.mark.skipif(mosquitto_path() is None, reason="mosquitto is not on this machine")

FOLDER = REPO / "deploy" / "broker"
MINE, OTHERS = GATEWAY.prefix, "v1/acme/sh-2/gw-1"
NOT_AUTHORIZED = 0x87
WAIT_S = 10


@dataclass
class Peer:
    """A client with a certificate.

    Attributes:
        got: the topics that reached it.
    """

    client: Client
    got: list[str] = field(default_factory=list)
    _answers: dict[int, int] = field(default_factory=dict)
    _told: threading.Condition = field(default_factory=threading.Condition)

    def publish(self, topic: str) -> int:
        """The reason code of its PUBACK."""
        return self._answer(self.client.publish(topic, b"{}", qos=1).mid)

    def subscribe(self, pattern: str) -> None:
        mid = self.client.subscribe(pattern, qos=1)[1]
        assert mid is not None
        self._answer(mid)

    def answered(self, mid: int, reason: int) -> None:
        with self._told:
            self._answers[mid] = reason
            self._told.notify_all()

    def _answer(self, mid: int) -> int:
        with self._told:
            assert self._told.wait_for(lambda: mid in self._answers, WAIT_S), "no answer"
            return self._answers.pop(mid)


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def broker(ca: Authority) -> Iterator[Broker]:
    """The files as they are, but for where they lie and where they listen."""
    named(ca, "broker", "localhost")
    named(ca, "stolen", "acme/sh-9/gw-1")
    revoke(ca, "stolen")
    port, conf = free_port(), ca.folder / "mosquitto.conf"
    text = (FOLDER / "mosquitto.conf").read_text("utf-8")
    text = text.replace("listener 8883", f"listener {port} 127.0.0.1").replace("/etc/mosquitto/certs", str(ca.folder))
    text = text.replace("/etc/mosquitto/store-edge.acl", str(ca.folder / "acl"))
    conf.write_text(text + ("user root\n" if os.getuid() == 0 else ""), "utf-8")
    (ca.folder / "acl").write_bytes((FOLDER / "acl").read_bytes())
    (ca.folder / "acl").chmod(0o600)
    path = mosquitto_path()
    assert path is not None
    one = Broker("mosquitto", "127.0.0.1", port, [path, "-c", str(conf)], ca.folder / "broker.log")
    one.start()
    yield one
    one.kill()


def named(ca: Authority, file: str, name: str) -> tuple[Path, Path]:
    """A certificate whose CN may hold slashes."""
    cert, key, asked = (ca.folder / f"{file}.{kind}" for kind in ("pem", "key", "csr"))
    (ca.folder / "names").write_text(NAMES, "utf-8")
    escaped = name.replace("/", "\\/").replace("+", "\\+")
    openssl("req", *KEY, "-subj", f"/CN={escaped}", "-keyout", key, "-out", asked)
    signer = ("-CA", ca.cert, "-CAkey", ca.key, "-CAcreateserial")
    openssl("x509", "-req", "-in", asked, *signer, "-days", "2", "-extfile", ca.folder / "names", "-out", cert)
    return cert, key


def revoke(ca: Authority, file: str) -> None:
    """A revocation list that names one certificate."""
    (ca.folder / "index").touch()
    (ca.folder / "crlnumber").write_text("01\n", "utf-8")
    settings = ca.folder / "ca.conf"
    settings.write_text(
        f"[ca]\ndefault_ca = one\n[one]\ndatabase = {ca.folder}/index\ncrlnumber = {ca.folder}/crlnumber\n"
        f"default_md = sha256\ndefault_crl_days = 2\ncertificate = {ca.cert}\nprivate_key = {ca.key}\n",
        "utf-8",
    )
    openssl("ca", "-config", settings, "-revoke", ca.folder / f"{file}.pem")
    openssl("ca", "-config", settings, "-gencrl", "-out", ca.folder / "revoked.pem")


@contextmanager
def connected(ca: Authority, broker: Broker, name: str) -> Iterator[Peer]:
    cert, key = named(ca, name.replace("/", "-"), name)
    client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTv5)
    context = ssl.create_default_context(cafile=str(ca.cert))
    context.load_cert_chain(cert, key)
    client.tls_set_context(context)
    peer = Peer(client)
    client.on_publish = lambda _c, _u, mid, reason, _p: peer.answered(mid, reason.value)
    client.on_subscribe = lambda _c, _u, mid, reasons, _p: peer.answered(mid, reasons[0].value)
    client.on_message = lambda _c, _u, message: heard(peer, message)
    client.connect("localhost", broker.port)
    client.loop_start()
    try:
        yield peer
    finally:
        client.disconnect()
        client.loop_stop()


def heard(peer: Peer, message: MQTTMessage) -> None:
    peer.got.append(message.topic)


@pytest.mark.parametrize(
    "topic", ["evt/camera/door/footfall.crossed.v1", "state/camera/door/occupancy", "birth", "cfg/reported", "reply/1"]
)
def test_a_gateway_speaks_below_its_own_prefix_only(ca: Authority, broker: Broker, topic: str) -> None:
    with connected(ca, broker, "acme/sh-1/gw-1") as gateway, connected(ca, broker, "ingest") as ingest:
        ingest.subscribe("v1/+/+/+/evt/#")
        assert gateway.publish(f"{MINE}/{topic}") < 0x80
        assert gateway.publish(f"{OTHERS}/{topic}") == NOT_AUTHORIZED
        assert gateway.publish(topic) == NOT_AUTHORIZED
        # What was refused cannot come after what is taken now.
        assert gateway.publish(f"{MINE}/evt/gateway/gw-1/last") < 0x80
        eventually(lambda: f"{MINE}/evt/gateway/gw-1/last" in ingest.got)
        assert not [one for one in ingest.got if one.startswith(OTHERS)]


@pytest.mark.parametrize("topic", ["cmd/tare", "cfg/desired", "rcpt"])
def test_a_gateway_cannot_command_anybody(ca: Authority, broker: Broker, topic: str) -> None:
    with connected(ca, broker, "acme/sh-1/gw-1") as gateway:
        assert gateway.publish(f"{MINE}/{topic}") == NOT_AUTHORIZED
        assert gateway.publish(f"{OTHERS}/{topic}") == NOT_AUTHORIZED


def test_a_gateway_hears_its_own_orders_only(ca: Authority, broker: Broker) -> None:
    with connected(ca, broker, "acme/sh-1/gw-1") as gateway, connected(ca, broker, "operator") as operator:
        for pattern in ("#", "v1/#", "v1/+/+/+/cmd/#", f"{OTHERS}/#", f"{MINE}/#"):
            gateway.subscribe(pattern)
        assert operator.publish(f"{OTHERS}/cmd/tare") < 0x80
        assert operator.publish(f"{OTHERS}/cfg/desired") < 0x80
        assert operator.publish(f"{MINE}/cmd/tare") < 0x80
        eventually(lambda: f"{MINE}/cmd/tare" in gateway.got)
        assert set(gateway.got) == {f"{MINE}/cmd/tare"}


@pytest.mark.parametrize("name", ["acme/sh-1/+", "#", "acme/#", "+/+/+"])
def test_a_name_with_a_wildcard_opens_nothing(ca: Authority, broker: Broker, name: str) -> None:
    with connected(ca, broker, name) as forged, connected(ca, broker, "operator") as operator:
        forged.subscribe("v1/#")
        assert forged.publish(f"{MINE}/birth") == NOT_AUTHORIZED
        assert operator.publish(f"{MINE}/cmd/tare") < 0x80
        assert forged.got == []


def test_ingest_reads_and_acknowledges_and_no_more(ca: Authority, broker: Broker) -> None:
    with connected(ca, broker, "ingest") as ingest:
        assert ingest.publish(f"{MINE}/rcpt") < 0x80
        for topic in ("cmd/tare", "cfg/desired", "evt/camera/door/footfall.crossed.v1"):
            assert ingest.publish(f"{MINE}/{topic}") == NOT_AUTHORIZED


@pytest.mark.parametrize("name", ["stolen", None])
def test_a_revoked_certificate_and_none_at_all_are_refused(ca: Authority, broker: Broker, name: str | None) -> None:
    context = ssl.create_default_context(cafile=str(ca.cert))
    if name is not None:
        context.load_cert_chain(ca.folder / f"{name}.pem", ca.folder / f"{name}.key")
    with pytest.raises((ssl.SSLError, ConnectionError)):
        first_read(context, broker.port)


def first_read(context: ssl.SSLContext, port: int) -> None:
    """Shake hands and read: in TLS 1.3 the refusal of a client comes then."""
    with (
        socket.create_connection(("localhost", port), WAIT_S) as connection,
        context.wrap_socket(connection, server_hostname="localhost") as tls,
    ):
        if tls.recv(1) == b"":
            raise ConnectionResetError


def test_the_product_s_uplink_passes(ca: Authority, broker: Broker, tmp_path: Path) -> None:
    cert, key = named(ca, "uplink", "acme/sh-1/gw-1")
    url = f"mqtts://localhost:{broker.port}"
    config = UplinkConfig(url=url, ca_file=str(ca.cert), cert_file=str(cert), key_file=str(key))
    with (
        Outbox(tmp_path / "outbox.db", quota_bytes=2**30) as outbox,
        connected(ca, broker, "ingest") as ingest,
    ):
        ingest.subscribe(f"{MINE}/birth")
        ingest.subscribe(f"{MINE}/evt/#")
        outbox.append(DOOR, CROSSED, STAMP)
        with running(outbox, config):
            eventually(lambda: {one.removeprefix(MINE) for one in ingest.got} >= {"/birth", EVENT})
            eventually(lambda: not outbox.depth().rows)


EVENT = "/evt/camera/door/footfall.crossed.v1"
