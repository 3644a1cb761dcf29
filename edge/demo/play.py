"""Run the demo: the real supervisor, agents, outbox and uplink, a broker on loopback, and two witnesses.

    clip ─▶ camera agent ┐
    pty  ─▶ shelf agent  ┼▶ outbox ─▶ uplink ─▶ tap ─▶ broker ─▶ subscriber
    ptys ─▶ lane agent   ┘
               counted                       published            received

The tap on the wire notes what the broker acknowledged; the subscriber is another client. Neither asks the gateway.
"""

import contextlib
import signal
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from rich.console import Console

from edge.agent.roster import UPLINK, outbox_path
from edge.clock import SystemClock
from edge.codec import parse
from edge.config.gateway import Config
from edge.demo.arrivals import Arrived, arrived
from edge.demo.figures import (
    CAMERA_AGENT,
    LANE_AGENT,
    SHELF_AGENT,
    agent_of,
    flow_of,
    inside_of,
    number,
    sold_of,
    stock_of,
    view_of,
)
from edge.demo.ledger import CameraLedger, LaneLedger, Ledger, OccupancyLedger, ShelfLedger
from edge.demo.picture import draw_run
from edge.demo.scene import CAMERA, Plan, store_toml
from edge.demo.shop import SHELF, Shop
from edge.demo.sums import NOBODY, NOTHING, Sold, true_flow
from edge.demo.till import LANE, Till
from edge.demo.view import Screen, ledger_table, say
from edge.errors import StoreEdgeError
from edge.events import AgentStatus
from edge.gateway_thread import running
from edge.outbox.outbox import Outbox
from edge.sim.broker import start_broker
from edge.sim.subscriber import Subscriber
from edge.sim.tap import Tap
from edge.supervisor.jobs import ConfigFile
from edge.supervisor.snapshot import AgentSnapshot, Snapshot
from edge.supervisor.supervisor import Supervisor
from edge.vision.annotate import save_picture

TURN_S = 0.2
# Once the camera has ended and nothing is pending, the last figures have this long to be told.
SENT_S = 0.5
# How long the last events may be on their way once the camera has ended.
ARRIVE_S = 5.0


def play(plan: Plan, console: Console | None = None) -> Ledger:
    """Play a plan, show it, and say how it went.

    Raises:
        KeyboardInterrupt: Ctrl-C or SIGTERM; everything that was started has ended.
        StoreEdgeError: the camera's agent cannot work.
    """
    console = console or Console()
    with _sigterm_is_ctrl_c(), tempfile.TemporaryDirectory(prefix="store-edge-demo-") as folder:
        ledger = _run(plan, Path(folder), console)
    console.print(ledger_table(ledger))
    if (image := draw_run(plan)) is not None:
        plan.picture.parent.mkdir(parents=True, exist_ok=True)
        save_picture(plan.picture, image)
        say(console, ["", f"A picture of what the camera saw: {plan.picture}"])
    return ledger


def _run(plan: Plan, folder: Path, console: Console) -> Ledger:
    with contextlib.ExitStack() as stack:
        broker = stack.enter_context(start_broker())
        reader = stack.enter_context(Subscriber(broker.host, broker.port))
        tap = stack.enter_context(Tap(broker.host, broker.port))
        shop = stack.enter_context(Shop(folder, plan.seconds))
        till = stack.enter_context(Till(folder))
        file = folder / "store.toml"
        file.write_text(store_toml(plan, folder / "data", tap.port, shop.toml() + till.toml()), encoding="utf-8")
        read = ConfigFile.read(file)
        config = read.config
        witnesses = Witnesses(tap, reader)
        with running(read, folder / "agents.log") as supervisor, Screen(console) as screen:
            first_s = _watch(plan, supervisor, witnesses, screen, Visitors(shop, till))
        _await_arrival(config, witnesses)
        return _settle(plan, config, supervisor.snapshot(), witnesses, first_s, Visitors(shop, till))


@dataclass(frozen=True)
class Visitors:
    """Who comes to the shelf and to the lane."""

    shop: Shop
    till: Till

    def leave(self) -> None:
        """Nobody moves anything any more."""
        self.shop.leave()
        self.till.leave()


@dataclass(frozen=True)
class Witnesses:
    """Who saw what went over the wire."""

    tap: Tap
    reader: Subscriber

    def published(self) -> Arrived:
        """What the broker acknowledged."""
        return arrived(parse(one) for one in self.tap.acknowledged() if "/evt/" in one.topic)

    def received(self) -> Arrived:
        """What the subscriber has."""
        return arrived(self.reader.received())


def _watch(
    plan: Plan, supervisor: Supervisor, witnesses: Witnesses, screen: Screen, visitors: Visitors
) -> float | None:
    """Show how it goes until the time is over, or the clip at its end, somebody has paid, and all of it has been sent.

    Returns:
        Seconds until the first count of an interval had been published and acknowledged; None when none was.
    """
    clock, pause = SystemClock(), threading.Event()
    began_s = clock.monotonic_s()
    ended_s, first_s = float("inf"), None
    while (at_s := clock.monotonic_s() - began_s) < plan.seconds:
        snapshot = supervisor.snapshot()
        published = witnesses.published()
        if first_s is None and published.intervals:
            first_s = at_s
        screen.show(view_of(snapshot, plan, at_s, published.unique, witnesses.received().unique))
        camera, uplink = agent_of(snapshot, CAMERA_AGENT), agent_of(snapshot, UPLINK)
        _must_work(camera)
        # A clip that is decoded as fast as it goes is over before anybody could have paid.
        if camera.status is AgentStatus.ENDED and visitors.till.sales:
            ended_s = min(ended_s, at_s)
            visitors.leave()
        told = inside_of(snapshot) == flow_of(camera.figures).inside
        sent = told and visitors.shop.is_settled and not number(uplink.figures, "pending", default=1)
        if at_s - ended_s > (SENT_S if sent else ARRIVE_S):
            break
        pause.wait(TURN_S)
    return first_s


def _must_work(camera: AgentSnapshot) -> None:
    """A camera's agent that cannot start will not mend itself while somebody watches a demo."""
    if camera.status in {AgentStatus.FAILED, AgentStatus.BACKING_OFF}:
        raise StoreEdgeError(camera.trouble())


def _await_arrival(config: Config, witnesses: Witnesses) -> None:
    """What was acknowledged may take a moment to reach the subscriber."""
    pause = threading.Event()
    for _ in range(round(ARRIVE_S / TURN_S)):
        totals = _outbox_totals(config)
        if witnesses.received().unique >= totals.accepted - totals.pending:
            return
        pause.wait(TURN_S)


def _settle(
    plan: Plan, config: Config, snapshot: Snapshot, witnesses: Witnesses, first_s: float | None, visitors: Visitors
) -> Ledger:
    figures = agent_of(snapshot, CAMERA_AGENT).figures
    published, received = witnesses.published(), witnesses.received()
    passages, played_s = plan.scene.passages, number(figures, "media_s")
    camera = CameraLedger(
        truth=None if passages is None else true_flow(passages, played_s),
        counted=flow_of(figures),
        published=published.intervals.get(CAMERA, NOBODY),
        received=received.intervals.get(CAMERA, NOBODY),
        received_crossings=received.crossings.get(CAMERA, NOBODY),
    )
    totals = _outbox_totals(config)
    occupancy = OccupancyLedger(
        truth=None if camera.truth is None else camera.truth.inside,
        counted=inside_of(snapshot),
        published=published.inside,
        received=received.inside,
    )
    shelf = ShelfLedger(
        truth=dict(visitors.shop.truth),
        counted=stock_of(agent_of(snapshot, SHELF_AGENT).figures),
        published=published.stock.get(SHELF, {}),
        received=received.stock.get(SHELF, {}),
        received_counts=received.counts.get(SHELF, {}),
    )
    lane = LaneLedger(
        truth=Sold(visitors.till.sales, visitors.till.taken),
        counted=sold_of(agent_of(snapshot, LANE_AGENT).figures),
        published=published.sold.get(LANE, NOTHING),
        received=received.sold.get(LANE, NOTHING),
    )
    return Ledger(
        cameras={CAMERA: camera},
        accepted=totals.accepted,
        delivered=totals.delivered,
        pending=totals.pending,
        arrived=received,
        first_s=first_s,
        shelves={SHELF: shelf},
        lanes={LANE: lane},
        occupancy=occupancy,
    )


class _Totals(NamedTuple):
    """Events of all sources."""

    accepted: int
    delivered: int
    pending: int


def _outbox_totals(config: Config) -> _Totals:
    with contextlib.closing(Outbox.open_readonly(outbox_path(config))) as outbox:
        lines = outbox.ledger()
    return _Totals(*(sum(getattr(line, name) for line in lines) for name in _Totals._fields))


@contextlib.contextmanager
def _sigterm_is_ctrl_c() -> Iterator[None]:
    """Let `kill` end the demo as orderly as Ctrl-C does."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
