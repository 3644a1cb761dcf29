"""How fast events get from a broker into a database, and whether the database is the truth afterwards.

The truth is made beforehand; then some of it is published twice and much of it out of order, several worker
processes write it, and may be killed over it; and every row is held against what was made.
"""

import contextlib
import multiprocessing
import os
import tempfile
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from edge.bench.ingest_crew import Crew
from edge.bench.ingest_fleet import Said, packets, say, shuffled
from edge.bench.ingest_publisher import publish
from edge.bench.processor import cpu_s
from edge.clock import SystemClock
from edge.codec import format_time
from edge.errors import DeviceError
from edge.events import CheckoutCompleted, ClockState, FootfallCounted, StockCounted
from edge.ingest.database import Database
from edge.sim.broker import BrokerOptions, start_broker
from edge.sim.postgres import start_postgres

DOUBLED, WINDOW_OF_ORDER = 0.05, 500
PUBLISH_WINDOW = 2000
KILL_EVERY_S = 0.8
LONGEST_S = 900.0
POLL_S = 0.05
# mosquitto sends 20 at a time unless it is told that the worker's own Receive Maximum is what counts.
BROKER = BrokerOptions(mosquitto=True, settings=("max_inflight_messages 0", "max_queued_bytes 0"))


def run(
    *, events: int = 100_000, workers: int = 2, kills: int = 0, batch: int = 500, seed: int = 1, database: str = ""
) -> Mapping[str, Any]:
    """Measure.

    Args:
        events: different ones.
        workers: processes.
        kills: SIGKILLs of a worker by lot, while events come.
        batch: messages of one transaction, at most.
        seed: of events, order and kills.
        database: URL of an empty database; a PostgreSQL of its own when empty.

    Returns:
        Rate, what was published and how the database compares.

    Raises:
        DeviceError: there is no mosquitto or PostgreSQL, or the events do not arrive.
    """
    said = say(seed, events, gateways=min(100, events))
    order = shuffled(seed, events, doubled=DOUBLED, window=WINDOW_OF_ORDER)
    rate = len(order) / (kills * KILL_EVERY_S) if kills else 0.0
    load = os.getloadavg()[0]
    with contextlib.ExitStack() as stack:
        server = None if database else stack.enter_context(start_postgres())
        url = database if server is None else server.url
        broker = stack.enter_context(start_broker(BROKER))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ingest-")))
        store = stack.enter_context(Database(url))
        store.upgrade()
        with Crew(broker.url, url, workers, batch, folder) as crew, crew.killed(kills, KILL_EVERY_S, seed) as victims:
            parts = {"workers": crew.pids, "broker": [broker.pid], "database": [server.pid] if server else []}
            before = _used(parts)
            began, acked = _published((broker.host, broker.port), said, order, rate)
            ended = _await(store, events, lambda: len(victims) >= kills)
            used = {name: seconds - before[name] for name, seconds in _used(parts).items()}
        differences = compare(store, said)
    return {
        "events": events,
        "published": len(order),
        "workers": workers,
        "batch": batch,
        "database": url.partition(":")[0],
        "kills": len(victims),
        "events_per_s": round(events / (ended - began)),
        "messages_per_s": round(len(order) / (ended - began)),
        "publish_s": round(acked - began, 2),
        "seconds": round(ended - began, 2),
        # Of processes that lived through it all. Other work on the machine blurs it less than it does a rate.
        "cpu_us_per_event": None if kills else {name: round(1e6 * s / events, 1) for name, s in used.items() if s},
        "identical": not differences,
        "differences": differences,
        "cpus": os.cpu_count(),
        "load_before": round(load, 2),
        "load_after": round(os.getloadavg()[0], 2),
    }


def _used(parts: Mapping[str, Sequence[int]]) -> dict[str, float]:
    """Processor seconds so far."""
    return {name: sum(map(cpu_s, pids)) for name, pids in parts.items()}


def _published(
    address: tuple[str, int], said: Sequence[Said], order: Sequence[int], rate: float
) -> tuple[float, float]:
    """Publish from a process of its own; when the first was sent and the last was acknowledged."""
    context = multiprocessing.get_context("fork")
    mine, theirs = context.Pipe()
    prepared = list(packets(said))

    def work() -> None:
        theirs.send(publish(address, prepared, order, PUBLISH_WINDOW, rate))

    process = context.Process(target=work)
    process.start()
    theirs.close()
    try:
        times: tuple[float, float] = mine.recv()
    except EOFError:
        raise DeviceError("expected the publisher to come to its end, found that it died") from None
    process.join()
    return times


def _await(store: Database, events: int, done: Any) -> float:  # noqa: ANN401 - a plain predicate
    """When the last event was seen to be committed."""
    clock, pause = SystemClock(), threading.Event()
    until = clock.monotonic_s() + LONGEST_S
    complete = 0.0
    while not (complete and done()):
        with store.transaction() as transaction:
            count = int(transaction.one("SELECT coalesce(sum(newest - missing_count), 0) FROM stream"))
        now = clock.monotonic_s()
        if count >= events and not complete:
            complete = now
        if now > until:
            raise DeviceError(f"expected {events} events in the database within {LONGEST_S:g} s, found {count}")
        pause.wait(POLL_S)
    return complete


def compare(store: Database, said: Sequence[Said]) -> list[str]:
    """Where the database is not the truth: rows, watermarks and what the views add up to; empty when it is."""
    expected = {_key(one): _content(one) for one in said}
    found = dict(_rows(store))
    wrong = [f"missing: {key}" for key in expected.keys() - found.keys()]
    wrong += [f"invented: {key}" for key in found.keys() - expected.keys()]
    wrong += [f"changed: {key}" for key in expected.keys() & found.keys() if expected[key] != found[key]]
    with store.transaction() as transaction:
        count = int(transaction.one("SELECT count(*) FROM event"))
        holes = int(transaction.one("SELECT coalesce(sum(missing_count), 0) FROM stream"))
        dead = int(transaction.one("SELECT count(*) FROM dead_letter"))
        traffic = transaction.rows("SELECT coalesce(sum(came_in), 0), coalesce(sum(went_out), 0) FROM footfall_15min")
        pool = transaction.rows("SELECT gtin, quantity FROM stock_pool ORDER BY gtin")
        sales = transaction.rows("SELECT coalesce(sum(sales), 0), coalesce(sum(total), 0) FROM sales_day")
    figures: dict[str, tuple[object, object]] = {
        "rows": (len(said), count),
        "holes": (0, holes),
        "dead letters": (0, dead),
        "footfall": (_traffic(said), tuple(map(int, traffic[0]))),
        "stock": (_stock(said), [(gtin, int(quantity)) for gtin, quantity in pool]),
        "sales": (_sales(said), tuple(map(int, sales[0]))),
    }
    wrong += [f"{name}: expected {truth}, found {was}" for name, (truth, was) in figures.items() if truth != was]
    return sorted(wrong)[:20]


def _key(one: Said) -> tuple[object, ...]:
    gateway, record = one.gateway, one.record
    return (
        gateway.tenant,
        gateway.store,
        gateway.gateway,
        str(record.source.kind),
        record.source.id,
        record.epoch,
        record.sequence,
    )


def _content(one: Said) -> tuple[object, ...]:
    record, stamp = one.record, one.record.stamp
    trusted = stamp.clock_state is ClockState.TRUSTED
    data = msgspec.json.decode(record.data)
    return record.type, format_time(stamp.wall), round(stamp.monotonic_s, 6), trusted, stamp.boot_id, data


def _rows(store: Database) -> Iterator[tuple[tuple[object, ...], tuple[object, ...]]]:
    with store.transaction() as transaction:
        rows = transaction.rows(
            "SELECT g.tenant, g.store, g.gateway, s.kind, s.source, s.epoch, e.sequence, e.type, e.time,"
            " e.monotonic_s, e.trusted, b.boot_id, e.data FROM event e JOIN stream s ON s.id = e.stream"
            " JOIN gateway g ON g.id = s.gateway_id JOIN boot b ON b.id = e.boot"
        )
    for row in rows:
        kind, time, monotonic_s, trusted, boot, data = row[7:]
        when = format_time(time) if isinstance(time, datetime) else time
        told = msgspec.json.decode(data) if isinstance(data, str) else data
        yield tuple(row[:7]), (kind, when, round(monotonic_s, 6), bool(trusted), boot, told)


def _traffic(said: Sequence[Said]) -> tuple[int, int]:
    counts = [one.event for one in said if isinstance(one.event, FootfallCounted)]
    return sum(one.in_ for one in counts), sum(one.out for one in counts)


def _sales(said: Sequence[Said]) -> tuple[int, int]:
    sales = [one.event for one in said if isinstance(one.event, CheckoutCompleted)]
    return len(sales), sum(one.total for one in sales)


def _stock(said: Sequence[Said]) -> list[tuple[str, int]]:
    """The last count of every plate, over all shops."""
    last: dict[tuple[object, str], int] = {}
    for one in said:
        if isinstance(one.event, StockCounted):
            last[one.gateway, one.event.gtin] = one.event.quantity
    pool: defaultdict[str, int] = defaultdict(int)
    for (_, gtin), quantity in last.items():
        pool[gtin] += quantity
    return sorted(pool.items())
