"""Our certificate towards the broker, and the next one: tried before the old one is dropped.

Who renews puts a new pair in place of `cert_file` and `key_file`. It is tried on a connection of its own; until the
broker has taken it the old pair stays in use, and a copy of that lies in the data directory, for a restart.

    tls/
        cert.pem, key.pem      the pair that the broker took last
"""

import hashlib
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import structlog
from cryptography import x509

from edge import whole_file
from edge.clock import Clock
from edge.config.gateway import UplinkConfig
from edge.errors import StoreEdgeError
from edge.events import CertificateChanged, CertificateExpiring, Event

LOOK_EVERY_S = 20.0
WARN_DAYS = 30
WARN_EVERY_S = 86_400.0
CERT, KEY = "cert.pem", "key.pem"

_log = structlog.get_logger()

Probe = Callable[[UplinkConfig], object]


@dataclass(frozen=True)
class Pair:
    """A certificate and its key.

    Attributes:
        digest: of both files; empty where one is not there.
    """

    cert: Path
    key: Path
    digest: str

    @classmethod
    def at(cls, cert: Path, key: Path) -> "Pair":
        """The pair that lies there now."""
        try:
            digest = hashlib.sha256(cert.read_bytes() + b"\0" + key.read_bytes()).hexdigest()
        except OSError:
            digest = ""
        return cls(cert, key, digest)


class Certificates:
    """Which pair the uplink uses.

    Args:
        config: of the uplink; without a `cert_file` there is nothing to choose.
        folder: for the copy; made when it is needed.
        probe: connects once with a configuration, and raises a StoreEdgeError when that fails.
        clock: for the pauses.
    """

    def __init__(self, config: UplinkConfig, folder: Path, probe: Probe, clock: Clock) -> None:
        self._config, self._folder, self._probe, self._clock = config, folder, probe, clock
        self._used: Pair | None = None
        # The digest of the pair that failed last: it is not tried again and again.
        self._failed = ""
        self._outcomes: queue.SimpleQueue[tuple[Pair, str]] = queue.SimpleQueue()
        self._trying = False
        self._looked_s = self._warned_s = float("-inf")

    def choose(self, *, refused: bool) -> UplinkConfig:
        """The configuration to connect with.

        Args:
            refused: the last connection was refused, by the broker or by the files' state.
        """
        own, kept = self._own(), self._kept()
        if own is None:
            return self._config
        if refused and self._used is not None:
            self._failed = self._used.digest
        self._used = own
        if kept.digest and kept.digest != own.digest and (not own.digest or own.digest == self._failed):
            self._used = kept
            # Both fail in turn, when the fault is elsewhere.
            self._failed = own.digest if self._failed != kept.digest else ""
        return self._with(self._used)

    def connected(self) -> list[Event]:
        """The broker took the pair in use: keep a copy of it; what there is to tell."""
        used, kept = self._used, self._kept()
        if used is None or not used.digest or used.digest == kept.digest:
            return []
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for source, name in ((used.key, KEY), (used.cert, CERT)):
            whole_file.replace(self._folder / name, source.read_bytes(), mode=0o600)
        _log.info("certificate_taken", expires=str(expires_at(used.cert)))
        if not kept.digest:
            return []
        return [CertificateChanged(accepted=True, expires=expires_at(used.cert))]

    def turn(self) -> tuple[list[Event], bool]:
        """Look after the files: what there is to tell, and whether to connect anew."""
        at = self._clock.monotonic_s()
        if self._used is None:
            return [], False
        told = self._warned(at)
        while not self._outcomes.empty():
            pair, complaint = self._outcomes.get()
            self._trying = False
            if not complaint:
                return told, True
            self._failed = pair.digest
            _log.error("certificate_refused", reason=complaint)
            told.append(CertificateChanged(accepted=False, reason=complaint, expires=expires_at(self._used.cert)))
        if at - self._looked_s >= LOOK_EVERY_S and not self._trying:
            self._looked_s = at
            self._look()
        return told, False

    def _look(self) -> None:
        own = self._own()
        used = self._used.digest if self._used else ""
        if own is None or not own.digest or own.digest in {used, self._failed}:
            return
        self._trying = True
        threading.Thread(target=self._try, args=(own,), name="certificate", daemon=True).start()

    def _try(self, pair: Pair) -> None:
        try:
            self._probe(self._with(pair))
        except (StoreEdgeError, OSError) as error:
            self._outcomes.put((pair, str(error)))
        else:
            self._outcomes.put((pair, ""))

    def _warned(self, at: float) -> list[Event]:
        if self._used is None or at - self._warned_s < WARN_EVERY_S:
            return []
        self._warned_s = at
        expires = expires_at(self._used.cert)
        if expires is None:
            return []
        days = (expires - self._clock.now().wall).days
        return [CertificateExpiring(expires=expires, days_left=days)] if days < WARN_DAYS else []

    def _own(self) -> Pair | None:
        cert, key = self._config.cert_file, self._config.key_file
        return None if cert is None or key is None else Pair.at(Path(cert), Path(key))

    def _kept(self) -> Pair:
        return Pair.at(self._folder / CERT, self._folder / KEY)

    def _with(self, pair: Pair) -> UplinkConfig:
        return msgspec.structs.replace(self._config, cert_file=str(pair.cert), key_file=str(pair.key))


def expires_at(cert: Path) -> datetime | None:
    """When a certificate (PEM) ends; None when it cannot be read."""
    try:
        found = x509.load_pem_x509_certificate(cert.read_bytes()).not_valid_after_utc
    except (OSError, ValueError):
        return None
    return found.astimezone(UTC)
