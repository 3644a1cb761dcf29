"""TLS between the uplink and a real broker, with certificates of an authority of the test's own."""

import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from structlog.testing import capture_logs

from edge.check.check import probe_config
from edge.config.gateway import Config, StoreConfig, UplinkConfig
from edge.outbox.outbox import Outbox
from edge.sim.broker import BrokerOptions, free_port, mosquitto_path, start_broker
from edge.sim.subscriber import Subscriber
from tests.authority import Authority, authority
from tests.faults.broker import is_listening
from tests.uplink.test_uplink import CROSSED, DOOR, STAMP, Watched, eventually, running

pytestmark = pytest.mark.skipif(mosquitto_path() is None, reason="mosquitto is not on this machine")


class TlsBroker(NamedTuple):
    """A broker with TLS on one port and, for the subscriber, none on the other."""

    url: str
    open_port: int


@pytest.fixture
def ca(tmp_path: Path) -> Authority:
    return authority(tmp_path)


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    with Outbox(tmp_path / "outbox.db", quota_bytes=2**30) as one:
        yield one


@contextmanager
def tls_broker(ca: Authority, *more: str) -> Iterator[TlsBroker]:
    cert, key = ca.sign("broker")
    open_port = free_port()
    settings = (f"certfile {cert}", f"keyfile {key}", *more, f"listener {open_port} 127.0.0.1")
    with start_broker(BrokerOptions(settings=settings)) as broker:
        eventually(lambda: is_listening(open_port))
        yield TlsBroker(f"mqtts://localhost:{broker.port}", open_port)


def accept(outbox: Outbox, count: int) -> None:
    for _ in range(count):
        outbox.append(DOOR, CROSSED, STAMP)


def state(watched: Watched) -> tuple[str, str]:
    return str(watched.figures.get("link")), str(watched.figures.get("link_reason"))


def probed(uplink: UplinkConfig, tmp_path: Path) -> tuple[bool, str]:
    """What `check --probe` says of the broker."""
    store = StoreConfig(tenant="acme", store="sh-1", gateway="gw-1", data_dir=str(tmp_path / "data"))
    (finding,) = probe_config(Config(store=store, uplink=uplink))
    assert "\n" not in str(finding)
    return finding.ok, finding.text


def test_the_right_authority_connects_and_delivers(ca: Authority, outbox: Outbox, tmp_path: Path) -> None:
    accept(outbox, 20)
    with tls_broker(ca) as broker, Subscriber("127.0.0.1", broker.open_port) as reader:
        config = UplinkConfig(url=broker.url, ca_file=str(ca.cert))
        assert probed(config, tmp_path)[0]
        with running(outbox, config) as watched:
            eventually(lambda: len(reader.received()) == 20 and outbox.depth().rows == 0)
            eventually(lambda: state(watched) == ("connected", ""))


def test_a_wrong_authority_is_told_once_loses_nothing_and_can_be_mended_while_it_runs(
    ca: Authority, outbox: Outbox, tmp_path: Path
) -> None:
    trusted = tmp_path / "trusted.pem"
    shutil.copy(authority(tmp_path, "stranger").cert, trusted)
    accept(outbox, 10)
    with tls_broker(ca) as broker, Subscriber("127.0.0.1", broker.open_port) as reader, capture_logs() as log:
        config = UplinkConfig(url=broker.url, ca_file=str(trusted), backoff_max_s=0.05)
        reason = "found a certificate that ca_file does not vouch for (unable to get local issuer certificate)"
        told = broker.url.removeprefix("mqtts://")
        assert probed(config, tmp_path) == (False, f"expected a broker at {told}, {reason}")
        with running(outbox, config) as watched:
            eventually(lambda: state(watched) == ("backing_off", f"{told}: expected a broker, {reason}"))
            accept(outbox, 10)
            eventually(lambda: watched.figures.get("pending") == 20)
            assert [line["reason"] for line in log] == [f"{told}: expected a broker, {reason}"]
            assert reader.received() == ()
            shutil.copy(ca.cert, trusted)
            eventually(lambda: outbox.depth().rows == 0)
        assert sorted(one.record.sequence for one in reader.received()) == list(range(1, 21))


def test_a_broker_that_wants_a_certificate_gets_one_or_says_so(ca: Authority, outbox: Outbox, tmp_path: Path) -> None:
    cert, key = ca.sign("gateway")
    other_cert, other_key = authority(tmp_path, "stranger").sign("other")
    accept(outbox, 10)
    with (
        tls_broker(ca, f"cafile {ca.cert}", "require_certificate true") as broker,
        Subscriber("127.0.0.1", broker.open_port) as reader,
    ):
        without = UplinkConfig(url=broker.url, ca_file=str(ca.cert), backoff_max_s=0.05)
        strange = UplinkConfig(
            url=broker.url, ca_file=str(ca.cert), cert_file=str(other_cert), key_file=str(other_key), backoff_max_s=0.05
        )
        for config, alert in ((without, "certificate required"), (strange, "unknown ca")):
            ok, said = probed(config, tmp_path)
            assert (ok, alert in said, said.count("cert_file")) == (False, True, 1)
            with running(outbox, config) as watched:
                eventually(lambda watched=watched: watched.figures.get("link") == "refused")  # type: ignore[misc]  # bound now
                assert alert in state(watched)[1]
                assert "give a cert_file and key_file" in state(watched)[1]
        assert outbox.depth().rows == 10
        right = UplinkConfig(url=broker.url, ca_file=str(ca.cert), cert_file=str(cert), key_file=str(key))
        assert probed(right, tmp_path)[0]
        with running(outbox, right):
            eventually(lambda: len(reader.received()) == 10 and outbox.depth().rows == 0)


def test_a_peer_that_is_silent_in_the_handshake_is_left_in_time(outbox: Outbox) -> None:
    accept(outbox, 1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"mqtts://127.0.0.1:{silent.getsockname()[1]}"
        with running(outbox, UplinkConfig(url=url, connect_timeout_s=0.3, backoff_max_s=0.05)) as watched:
            eventually(lambda: "timed out" in state(watched)[1], within_s=3)
    assert outbox.depth().rows == 1
