"""A real MQTT 5 broker on loopback for demos and tests: mosquitto where it is on the machine, else iotcore.

It runs in a process of its own, so that it can be killed like one, and dies with the process that started it. Neither
keeps anything on disk unless it is told to: after a restart it knows nothing.
"""

import contextlib
import ctypes
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from edge.clock import SystemClock
from edge.errors import DeviceError

START_S, STOP_S = 10.0, 60.0
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)  # loaded before any fork


@dataclass(frozen=True)
class BrokerOptions:
    """How a broker is to be; files as mosquitto takes them.

    Attributes:
        settings: further lines of mosquitto's configuration (password_file, acl_file, cafile, …).
        mosquitto: True insists on mosquitto, False on iotcore, None takes what is there.
    """

    settings: tuple[str, ...] = ()
    mosquitto: bool | None = None


@dataclass
class Broker:
    """A broker that runs."""

    name: str
    host: str
    port: int
    _command: list[str]
    _log: Path
    _process: "subprocess.Popen[bytes] | None" = field(default=None)

    @property
    def url(self) -> str:
        """Where to connect."""
        return f"mqtt://{self.host}:{self.port}"

    @property
    def pid(self) -> int:
        """Of its process; 0 while it does not run."""
        return 0 if self._process is None else self._process.pid

    def start(self) -> None:
        """Start it, and wait until it takes connections.

        Raises:
            DeviceError: it does not come up.
        """
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - no threads of ours hold a lock that the child needs
            )
        clock, pause = SystemClock(), threading.Event()
        until = clock.monotonic_s() + START_S
        while clock.monotonic_s() < until and self._process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection((self.host, self.port), 0.5):
                return
            pause.wait(0.02)
        raise DeviceError(f"{self.name}: expected a broker on {self.host}:{self.port}, found: {self._last_words()}")

    def kill(self) -> None:
        """SIGKILL: what a power cut is to a broker."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        """SIGTERM, as a service manager does it: with `persistence true` it keeps its sessions.

        Raises:
            DeviceError: it does not end.
        """
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            raise DeviceError(f"{self.name}: expected it to end within {STOP_S:g} s of SIGTERM") from None
        self._process = None

    def restart(self) -> None:
        """Kill it and start it again on the same port."""
        self.kill()
        self.start()

    def _last_words(self) -> str:
        lines = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1] if lines else "no word"


def mosquitto_path() -> str | None:
    """Where mosquitto is, if it is on this machine."""
    return shutil.which("mosquitto", path=None) or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")


@contextlib.contextmanager
def start_broker(options: BrokerOptions | None = None, *, port: int = 0) -> Iterator[Broker]:
    """A broker for as long as the context lasts.

    Args:
        options: how it is to be.
        port: 0 takes a free one.

    Raises:
        DeviceError: there is no broker on this machine, or it does not come up.
    """
    options = options or BrokerOptions()
    with tempfile.TemporaryDirectory(prefix="broker-") as folder:
        broker = _plan(options, port or free_port(), Path(folder))
        try:
            broker.start()
            yield broker
        finally:
            broker.kill()


def _plan(options: BrokerOptions, port: int, folder: Path) -> Broker:
    mosquitto = mosquitto_path() if options.mosquitto is not False else None
    log = folder / "broker.log"
    if mosquitto is not None:
        file = folder / "mosquitto.conf"
        file.write_text("\n".join(_mosquitto_settings(options, port)) + "\n", encoding="utf-8")
        return Broker("mosquitto", "127.0.0.1", port, [mosquitto, "-c", str(file)], log)
    if options.mosquitto or options.settings:
        raise DeviceError("expected mosquitto on this machine, found none; install the package mosquitto")
    file = folder / "iotcore.toml"
    file.write_text(IOTCORE.format(port=port), encoding="utf-8")
    return Broker("iotcore", "127.0.0.1", port, [sys.executable, "-m", "edge.sim.iotcore_process", str(file)], log)


def _mosquitto_settings(options: BrokerOptions, port: int) -> list[str]:
    settings = [
        f"listener {port} 127.0.0.1",
        "max_queued_messages 0",
        "persistence false",
        "user root",
        *options.settings,
    ]
    if not any(line.startswith(("password_file", "allow_anonymous")) for line in options.settings):
        settings.append("allow_anonymous true")
    return settings


def free_port() -> int:
    """A TCP port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
    return number


def die_with_parent() -> None:
    """Between fork and exec: the kernel kills this process when its parent is gone (prctl(2))."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


IOTCORE = """\
id = 0

[router]
id = 0
max_connections = 1000
max_outgoing_packet_count = 2000
max_segment_size = 10485760
max_segment_count = 20

[v5.1]
name = "v5-1"
listen = "127.0.0.1:{port}"
next_connection_delay_ms = 1
    [v5.1.connections]
    connection_timeout_ms = 60000
    max_payload_size = 1048576
    max_inflight_count = 200
    dynamic_filters = true
"""
