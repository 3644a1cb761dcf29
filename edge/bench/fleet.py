"""A fleet of gateways, one broker and one database: what comes through, how soon, and what an outage costs.

Every gateway is a session of its own with the product's flow control (`edge.bench.fleet_gateway`). The broker is
stopped for a while, and the gateways go on accepting events meanwhile. Afterwards every row is held against what was
accepted. When a row was committed, the database itself says (`track_commit_timestamp`).
"""

import contextlib
import gc
import multiprocessing
import os
import resource
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from pathlib import Path
from typing import Any

from edge.bench.fleet_clients import Orders, Told, work
from edge.bench.fleet_gateway import NEVER
from edge.bench.fleet_report import Course, Life, calm, outage
from edge.bench.ingest import BROKER, compare
from edge.bench.ingest_crew import Crew
from edge.bench.ingest_fleet import Said, say
from edge.bench.processor import cpu_s
from edge.clock import Clock, SystemClock
from edge.errors import ConfigError, DeviceError
from edge.ingest.database import Database
from edge.sim.broker import Broker, BrokerOptions, start_broker
from edge.sim.postgres import start_postgres

# Sessions of one process: one address of loopback has some 28,000 ports for them.
SESSIONS = 5000
PROCESSES = 2
CONNECT_S, DRAIN_S = 120.0, 1800.0
# Files that a process has open beside its sessions.
OTHER_FILES = 200
BATCH = 500
POLL_S = 0.2


@dataclass(frozen=True)
class Plan:
    """What is to be done.

    Attributes:
        gateways: how many.
        rate: events of each in a second.
        seconds: of calm before the outage, and of events after it.
        away_s: how long the broker is away; 0 leaves it there.
        workers: of the ingest.
        receipts: gateways keep an event until the database has it, else until the broker has it.
        seed: of the events, and of pauses.
    """

    gateways: int = 1000
    rate: float = 0.3
    seconds: float = 120.0
    away_s: float = 600.0
    workers: int = 2
    receipts: bool = True
    seed: int = 1

    @property
    def per_s(self) -> float:
        """Events of the fleet."""
        return self.gateways * self.rate

    @property
    def events(self) -> int:
        """Of the whole run, at least one a gateway."""
        calm_s = self.seconds if not self.away_s else 2 * self.seconds
        return max(self.gateways, round(self.per_s * (calm_s + self.away_s)))


def run(plan: Plan) -> Mapping[str, Any]:
    """Measure.

    Returns:
        Figures, and how the database compares.

    Raises:
        ConfigError: this process may not open so many files.
        DeviceError: there is no mosquitto or PostgreSQL, or the gateways do not come up.
    """
    _allow_files(plan.gateways + OTHER_FILES)
    said = say(plan.seed, plan.events, plan.gateways)
    clock, load = SystemClock(), os.getloadavg()[0]
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(start_postgres({"track_commit_timestamp": "on"}))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fleet-")))
        broker = stack.enter_context(start_broker(_keeping(folder)))
        store = stack.enter_context(Database(server.url))
        store.upgrade()
        crew = stack.enter_context(Crew(broker.url, server.url, plan.workers, BATCH, folder))
        fleet = stack.enter_context(_started(plan, said, broker))
        connected = fleet.connected()
        memory_before = _resident_bytes(broker.pid)
        parts = {"gateways": fleet.pids, "workers": crew.pids, "database": [server.pid]}
        before = {name: sum(map(cpu_s, pids)) for name, pids in parts.items()}
        began_s = clock.monotonic_s() + 0.5
        fleet.begin(began_s)
        down_s, up_s = _take_away(broker, plan, began_s, clock)
        told = fleet.ended()
        in_database = _await(store, len(said), clock)
        used = {name: sum(map(cpu_s, pids)) - before[name] for name, pids in parts.items()}
        used["broker, since it was back"] = cpu_s(broker.pid)
        differences = compare(store, said)
        committed = _committed(store, clock)
    course = Course(
        began_s=began_s,
        down_s=down_s,
        up_s=up_s,
        ended_s=began_s + (plan.events - 1) / plan.per_s,
        served_s={number: times for one in told for number, times in one.served_s.items()},
    )
    lives = _lives(said, told, committed, plan, began_s)
    return {
        "gateways": plan.gateways,
        "connected": connected,
        "accepted": len(said),
        "in_database": in_database,
        "lost": len(said) - len(lives),
        "still_kept": sum(one.pending for one in told),
        "sent_again": sum(one.repeated for one in told),
        "identical": not differences,
        "differences": differences,
        **calm(lives, course),
        **outage(lives, course),
        # Other work on the machine blurs this less than it does times and rates.
        "cpu_us_per_event": {name: round(1e6 * seconds / len(said)) for name, seconds in used.items()},
        "memory_kb_per_client": round(sum(one.memory_bytes for one in told) / 1024 / plan.gateways, 1),
        "broker_kb_per_client": round(memory_before / 1024 / plan.gateways, 1),
        "receipts": plan.receipts,
        "workers": plan.workers,
        "seed": plan.seed,
        "cpus": os.cpu_count(),
        "load_before": round(load, 2),
        "load_after": round(os.getloadavg()[0], 2),
    }


class Fleet:
    """The processes of the gateways."""

    def __init__(self, processes: Sequence[tuple[ForkProcess, Connection]]) -> None:
        self._processes = processes

    @property
    def pids(self) -> list[int]:
        """Of the processes."""
        return [process.pid or 0 for process, _ in self._processes]

    def connected(self) -> int:
        """How many gateways are, once all of them are."""
        return sum(int(_received(wire, CONNECT_S)) for _, wire in self._processes)

    def begin(self, at: float) -> None:
        """The first event is accepted at this monotonic second."""
        for _, wire in self._processes:
            wire.send(at)

    def ended(self) -> list[Told]:
        """What each process gives back at its end."""
        return [_received(wire, None) for _, wire in self._processes]


@contextlib.contextmanager
def _started(plan: Plan, said: Sequence[Said], broker: Broker) -> Iterator[Fleet]:
    """Processes that connect, each with its share of the gateways; ended with the context."""
    context = multiprocessing.get_context("fork")
    count = min(plan.gateways, max(PROCESSES, -(-plan.gateways // SESSIONS)))
    processes = []
    # What is there before the fork is shared, unless the collector touches it.
    gc.freeze()
    try:
        for n in range(count):
            orders = Orders(
                broker=(broker.host, broker.port),
                own_address=f"127.0.0.{2 + n}",
                said={number: said[number :: plan.gateways] for number in range(n, plan.gateways, count)},
                gateways=plan.gateways,
                per_s=plan.per_s,
                receipts=plan.receipts,
                seed=plan.seed + n,
                longest_s=DRAIN_S,
            )
            mine, theirs = context.Pipe()
            process = context.Process(target=work, args=(orders, theirs))
            process.start()
            theirs.close()
            processes.append((process, mine))
        yield Fleet(processes)
    finally:
        gc.unfreeze()
        for process, wire in processes:
            wire.close()
            process.terminate()
            process.join()


def _received(wire: Connection, longest_s: float | None) -> Any:  # noqa: ANN401 - what a process says
    if not wire.poll(longest_s):
        raise DeviceError(f"expected the gateways to connect within {longest_s:g} s, found some that did not")
    try:
        return wire.recv()
    except EOFError:
        raise DeviceError("expected a process of gateways to come to its end, found that it died") from None


def _keeping(folder: Path) -> BrokerOptions:
    """A broker that keeps, over a stop, what it has acknowledged and not yet passed on."""
    kept = folder / "broker"
    kept.mkdir()
    return BrokerOptions(
        mosquitto=True, settings=(*BROKER.settings, "persistence true", f"persistence_location {kept}/")
    )


def _take_away(broker: Broker, plan: Plan, began_s: float, clock: Clock) -> tuple[float | None, float | None]:
    """When the broker went away and was back."""
    if not plan.away_s:
        return None, None
    pause = threading.Event()
    pause.wait(max(0.0, began_s + plan.seconds - clock.monotonic_s()))
    down_s = clock.monotonic_s()
    broker.stop()
    pause.wait(max(0.0, down_s + plan.away_s - clock.monotonic_s()))
    broker.start()
    return down_s, clock.monotonic_s()


def _await(store: Database, events: int, clock: Clock) -> int:
    """How many events the database has, once it has all or does not get more for long."""
    pause, found, moved_s = threading.Event(), -1, clock.monotonic_s()
    while found < events and clock.monotonic_s() - moved_s < CONNECT_S:
        with store.transaction() as transaction:
            count = int(transaction.one("SELECT count(*) FROM event"))
        if count != found:
            found, moved_s = count, clock.monotonic_s()
        pause.wait(POLL_S)
    return found


def _committed(store: Database, clock: Clock) -> dict[tuple[str, str, int], float]:
    """When each row was committed, in monotonic seconds, by shop, source and sequence."""
    with store.transaction() as transaction:
        rows = transaction.rows(
            "SELECT g.store, s.kind || '/' || s.source, e.sequence,"
            " extract(epoch FROM pg_xact_commit_timestamp(e.xmin))"
            " FROM event e JOIN stream s ON s.id = e.stream JOIN gateway g ON g.id = s.gateway_id"
        )
    now = clock.now()
    shift_s = now.monotonic_s - now.wall.timestamp()
    return {(shop, source, sequence): float(at) + shift_s for shop, source, sequence, at in rows}


def _lives(
    said: Sequence[Said],
    told: Sequence[Told],
    committed: Mapping[tuple[str, str, int], float],
    plan: Plan,
    began_s: float,
) -> list[Life]:
    """Of the events that arrived."""
    sent_s = {number: times for one in told for number, times in one.sent_s.items()}
    lives = []
    for n, one in enumerate(said):
        at = committed.get((one.gateway.store, str(one.record.source), one.record.sequence))
        sent = sent_s[n % plan.gateways][n // plan.gateways]
        if at is not None and sent != NEVER:
            lives.append(Life(n % plan.gateways, began_s + n / plan.per_s, sent, at))
    return lives


def _allow_files(count: int) -> None:
    """Let this process, and those it starts, open so many files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < count:
        if hard != resource.RLIM_INFINITY and hard < count:
            raise ConfigError(
                f"expected that {count} files may be open at a time, found a limit of {hard}; raise it with ulimit -n",
                "--gateways",
            )
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))


def _resident_bytes(pid: int) -> int:
    """Of a process (proc(5), statm)."""
    return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * resource.getpagesize()
