"""A certificate that is renewed while the uplink runs, against a real broker that asks for one."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from edge.agent.protocol import Host
from edge.check.broker import ask_broker
from edge.clock import SystemClock
from edge.config.gateway import UplinkConfig
from edge.events import CertificateChanged, CertificateExpiring, Event, Stamp
from edge.outbox.outbox import Outbox
from edge.sim.broker import mosquitto_path
from edge.uplink import certificates
from edge.uplink.certificates import Certificates, expires_at
from edge.uplink.uplink import Uplink
from tests.authority import Authority, authority
from tests.uplink.test_tls import tls_broker
from tests.uplink.test_uplink import GATEWAY, Watched, eventually

pytestmark = pytest.mark.skipif(mosquitto_path() is None, reason="mosquitto is not on this machine")


@dataclass
class Told:
    events: list[Event] = field(default_factory=list)

    def __call__(self, event: Event, stamp: Stamp) -> None:  # noqa: ARG002 - as `Emit` has it
        self.events.append(event)

    def changes(self) -> list[bool]:
        return [one.accepted for one in self.events if isinstance(one, CertificateChanged)]


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(certificates, "LOOK_EVERY_S", 0.1)
    (tmp_path / "box").mkdir()
    return tmp_path / "box"


@contextmanager
def running(url: str, ca: Authority, box: Path, told: Told) -> Iterator[Watched]:
    config = UplinkConfig(
        url=url, ca_file=str(ca.cert), cert_file=str(box / "gw.pem"), key_file=str(box / "gw.key"), backoff_max_s=0.1
    )
    stop, watched, clock = threading.Event(), Watched(), SystemClock()
    chosen = Certificates(config, box / "tls", lambda one: ask_broker(one, "gw-1"), clock)
    with Outbox(box / "outbox.db", quota_bytes=2**24) as outbox:
        uplink = Uplink(config, GATEWAY, outbox, clock, birth=lambda: b"{}", certificates=chosen)
        thread = threading.Thread(target=uplink.run, args=(Host(told, watched, clock, stop),))
        thread.start()
        try:
            yield watched
        finally:
            stop.set()
            thread.join(10)
            assert not thread.is_alive()


def place(pair: tuple[Path, Path], box: Path) -> None:
    for source, name in zip(pair, ("gw.pem", "gw.key"), strict=True):
        shutil.copy(source, box / name)


def connected(watched: Watched) -> bool:
    return watched.figures.get("link") == "connected"


def test_a_new_pair_is_tried_first_and_a_bad_one_ends_nothing(tmp_path: Path, box: Path) -> None:
    (tmp_path / "ca").mkdir()
    ca = authority(tmp_path / "ca")
    (tmp_path / "stranger").mkdir()
    stranger = authority(tmp_path / "stranger", "stranger")
    told = Told()
    place(ca.sign("first"), box)
    with tls_broker(ca, "require_certificate true", f"cafile {ca.cert}") as broker:
        with running(broker.url, ca, box, told) as watched:
            eventually(lambda: connected(watched))
            (warning,) = [one for one in told.events if isinstance(one, CertificateExpiring)]
            assert warning.days_left in {1, 2}
            place(stranger.sign("bad"), box)
            eventually(lambda: told.changes() == [False])
            assert watched.figures["reconnects"] == 0, "the link that works was not given up"
            place(ca.sign("second"), box)
            eventually(lambda: told.changes() == [False, True])
            eventually(lambda: connected(watched) and watched.figures["reconnects"] == 1)
            place(stranger.sign("worse"), box)
            eventually(lambda: told.changes() == [False, True, False])
        with running(broker.url, ca, box, Told()) as watched:
            eventually(lambda: connected(watched))
        (box / "gw.key").unlink()
        with running(broker.url, ca, box, Told()) as watched:
            eventually(lambda: connected(watched))
    assert (box / "tls" / "key.pem").stat().st_mode & 0o077 == 0


def test_when_a_certificate_ends(tmp_path: Path) -> None:
    cert, _ = authority(tmp_path).sign("gw")
    left = (expires_at(cert) or datetime.min.replace(tzinfo=UTC)) - datetime.now(UTC)
    assert timedelta(days=1, hours=23) < left < timedelta(days=2)
    assert expires_at(tmp_path / "none.pem") is None
    (tmp_path / "rubbish.pem").write_text("-----BEGIN CERTIFICATE-----\n", encoding="utf-8")
    assert expires_at(tmp_path / "rubbish.pem") is None
