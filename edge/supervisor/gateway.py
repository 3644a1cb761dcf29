"""A whole gateway in one process tree: the supervisor, with the gateway's own events, health, systemd and orders."""

import contextlib
import fcntl
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import structlog

from edge import logs
from edge.agent.roster import outbox_path, quota_bytes
from edge.clock import SystemClock, kernel_error_s
from edge.config.gateway import Config
from edge.errors import ConfigError
from edge.events import ConfigApplied, Event, GatewayStarted
from edge.fleet.steward import Steward, configuration_in_force
from edge.supervisor.announcer import Announcer
from edge.supervisor.clock_watch import ClockWatch
from edge.supervisor.health import HealthServer
from edge.supervisor.jobs import ConfigFile, jobs_of
from edge.supervisor.process import Job
from edge.supervisor.supervisor import Supervisor
from edge.supervisor.systemd import Notifier
from edge.version import VERSION

OUTBOX_WAIT_S = 10.0
ANNOUNCER_WAIT_S = 0.5

_log = structlog.get_logger()


def run_gateway(config_path: Path) -> int:
    """Run a gateway until SIGTERM or SIGINT. Call it in the main thread.

    Returns:
        The exit status: 0 after a stop that was asked for.

    Raises:
        ConfigError: the configuration is wrong, or another gateway runs on the same data directory.
    """
    logs.configure(agent="supervisor")
    own = ConfigFile.read(config_path)
    in_force, refused = configuration_in_force(own)
    return run_jobs(jobs_of(in_force), in_force, own=own, first=[refused] if refused else [])


def run_jobs(
    jobs: Sequence[Job], file: ConfigFile, *, own: ConfigFile | None = None, first: Sequence[Event] = ()
) -> int:
    """Run jobs as a gateway until SIGTERM or SIGINT: with its own events, health and systemd. Main thread only.

    Args:
        jobs: what to run.
        file: the configuration in force, for everything but the jobs.
        own: the box's own configuration; with it the gateway may be steered from afar, as far as that allows.
        first: events to tell at the start.

    Returns:
        The exit status.

    Raises:
        ConfigError: another gateway runs on the same data directory, or health's port is taken.
    """
    config = file.config
    stop, notifier = threading.Event(), Notifier()
    announcer = Announcer(outbox_path(config), quota_bytes(config), SystemClock())
    clock, corrections = SystemClock(), ClockWatch()

    def alive(at: float) -> None:
        notifier.alive(at)
        for correction in corrections.look(clock.now(), kernel_error_s):
            announcer.announce(correction)

    supervisor = Supervisor(jobs, config.supervisor, announce=announcer.announce, alive=alive)
    with alone(Path(config.store.data_dir)), _signals(stop, notifier), _health(config, supervisor):
        announcer.start(OUTBOX_WAIT_S)
        announcer.announce(GatewayStarted(version=VERSION, config_hash=file.digest))
        announcer.announce(ConfigApplied(config_hash=file.digest))
        for event in first:
            announcer.announce(event)
        notifier.ready()
        _log.info("gateway_started", version=VERSION, config_hash=file.digest, agents=[job.name for job in jobs])
        with _steered(own, file, supervisor, announcer):
            supervisor.run(stop)
        announcer.close(ANNOUNCER_WAIT_S)
    return 0


@contextlib.contextmanager
def _steered(own: ConfigFile | None, file: ConfigFile, supervisor: Supervisor, announcer: Announcer) -> Iterator[None]:
    """Let the gateway be steered from afar, where its own configuration says so."""
    if own is None or own.config.remote is None:
        yield
        return
    with Steward(own, file, supervisor, announcer.announce, SystemClock()):
        yield


@contextlib.contextmanager
def alone(data_dir: Path) -> Iterator[None]:
    """Hold the data directory: two gateways on one would count everybody twice. The lock dies with the process.

    Raises:
        ConfigError: it is held by another, or cannot be made.
    """
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        fd = os.open(data_dir / "gateway.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise ConfigError(f"expected a directory that can be written, found: {error}", "store.data_dir") from None
    try:
        _lock(fd, data_dir)
        yield
    finally:
        os.close(fd)


def _lock(fd: int, data_dir: Path) -> None:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise ConfigError(
            f"expected a data directory of its own, found {data_dir} in use by another gateway; stop that one first",
            "store.data_dir",
        ) from None


@contextlib.contextmanager
def _signals(stop: threading.Event, notifier: Notifier) -> Iterator[None]:
    def ask(_number: int, _frame: object) -> None:
        notifier.stopping()
        stop.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _health(config: Config, supervisor: Supervisor) -> Iterator[None]:
    if not config.health.port:
        yield
        return
    with HealthServer(supervisor.snapshot, config.health.host, config.health.port):
        yield
