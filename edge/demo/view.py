"""What the demo shows while it plays, and at its end."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from edge.demo.ledger import Ledger
from edge.demo.sums import Flow, Sold

LINE_EVERY_S = 5.0  # on no terminal: one plain line this often


@dataclass(frozen=True)
class CameraView:
    """How one camera is."""

    id: str
    status: str
    counted: Flow
    fps: float
    latency_s: float


@dataclass(frozen=True)
class ShelfView:
    """How one shelf is: its stock by GTIN, and the moves told so far."""

    id: str
    status: str
    stock: Mapping[str, int]
    moves: int
    readings_per_s: float


@dataclass(frozen=True)
class LaneView:
    """How one lane is: what it is doing, its sales and alerts so far."""

    id: str
    status: str
    sales: int
    taken: int
    alerts: int


@dataclass(frozen=True)
class View:
    """How the whole gateway is.

    Attributes:
        at_s: seconds since the begin.
        length_s: how long it will take at most.
        cameras: one row each.
        shelves: one row each.
        lanes: one row each.
        inside: people in the shop.
        pending: events in the outbox.
        link: the uplink's state.
        published: events that the broker acknowledged.
        received: events that the subscriber has.
    """

    at_s: float
    length_s: float
    cameras: tuple[CameraView, ...]
    shelves: tuple[ShelfView, ...]
    lanes: tuple[LaneView, ...]
    inside: int
    pending: int
    link: str
    published: int
    received: int


class Screen:
    """A live view on a terminal, a line now and then elsewhere."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live(console=console, auto_refresh=False, transient=True) if console.is_terminal else None
        self._said_s = -LINE_EVERY_S

    def __enter__(self) -> Self:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()

    def show(self, view: View) -> None:
        """Show how it is now."""
        if self._live is not None:
            self._live.update(render(view), refresh=True)
        elif view.at_s - self._said_s >= LINE_EVERY_S:
            self._said_s = view.at_s
            self._console.print(plain(view), highlight=False, markup=False, soft_wrap=True)


def render(view: View) -> RenderableType:
    """The live view."""
    cameras = _table("camera", "", "in", "out", "fps", "latency")
    for camera in view.cameras:
        counted = (str(camera.counted.in_), str(camera.counted.out))
        rates = (f"{camera.fps:.1f}", f"{camera.latency_s * 1000:.0f} ms")
        cameras.add_row(camera.id, camera.status, *(f"[bold]{n}[/]" for n in counted), *rates)
    shelves = _table("shelf", "", "stock", "moves", "readings")
    for shelf in view.shelves:
        goods = "  ".join(f"…{gtin[-4:]} [bold]{count}[/]" for gtin, count in shelf.stock.items())
        shelves.add_row(shelf.id, shelf.status, goods, str(shelf.moves), f"{shelf.readings_per_s:.0f}/s")
    lanes = _table("lane", "", "sales", "taken", "alerts")
    for lane in view.lanes:
        lanes.add_row(lane.id, lane.status, f"[bold]{lane.sales}[/]", _money(lane.taken), str(lane.alerts))
    shop = Text.assemble(("in the shop ", "dim"), (str(view.inside), "bold"))
    way = Text.assemble(
        ("outbox ", "dim"), f"{view.pending} pending", ("   link ", "dim"), (view.link, _link_style(view.link)),
        ("   published ", "dim"), str(view.published), ("   received ", "dim"), str(view.received),
    )  # fmt: skip
    bar = ProgressBar(total=view.length_s, completed=min(view.at_s, view.length_s), width=48)
    return Group(cameras, shop, Text(), shelves, Text(), lanes, Text(), way, Text(), bar)


def plain(view: View) -> str:
    """The same in one line."""
    cameras = "  ".join(
        f"{one.id}: {one.status}, in {one.counted.in_}, out {one.counted.out}, {one.fps:.1f} fps,"
        f" {one.latency_s * 1000:.0f} ms"
        for one in view.cameras
    )
    shelves = "  ".join(
        f"{one.id}: {one.status}, {sum(one.stock.values())} units, {one.moves} moves" for one in view.shelves
    )
    lanes = "  ".join(f"{one.id}: {one.status}, {one.sales} sales, {one.alerts} alerts" for one in view.lanes)
    return (
        f"{view.at_s:4.0f} s  {cameras}  shop: {view.inside} inside  {shelves}  {lanes}  outbox {view.pending}"
        f"  link {view.link}  published {view.published}  received {view.received}"
    )


def ledger_table(ledger: Ledger) -> RenderableType:
    """The figures of the whole way, side by side."""
    table = _table("", "truth", "counted", "published", "received", "")
    for name, camera in ledger.cameras.items():
        flows = (camera.truth, camera.counted, camera.published, camera.received)
        table.add_row(name, *map(_flow, flows), _verdict(camera.ok))
    if (shop := ledger.occupancy) is not None:
        people = (shop.truth, shop.counted, shop.published, shop.received)
        table.add_row("shop", *map(_inside, people), _verdict(shop.ok))
    for name, shelf in ledger.shelves.items():
        stocks = (shelf.truth, shelf.counted, shelf.published, shelf.received)
        table.add_row(name, *map(_stock, stocks), _verdict(shelf.ok))
    for name, lane in ledger.lanes.items():
        sold = (lane.truth, lane.counted, lane.published, lane.received)
        table.add_row(name, *map(_sold, sold), _verdict(lane.ok))
    if len(ledger.cameras) > 1:
        columns = ("truth", "counted", "published", "received")
        table.add_row("all", *(_flow(ledger.total(column)) for column in columns), _verdict(ledger.ok))
    return Group(table, Text(), Text(_summary(ledger), style="" if ledger.ok else "red"))


def _summary(ledger: Ledger) -> str:
    arrived = ledger.arrived
    return (
        f"{ledger.accepted} events accepted, {arrived.unique} received, {ledger.pending} pending; lost {ledger.lost},"
        f" gaps {arrived.gaps}, duplicates {arrived.duplicates}"
    )


def _flow(flow: Flow | None) -> str:
    return "unknown" if flow is None else f"{flow.in_} in, {flow.out} out"


def _inside(people: int | None) -> str:
    return "unknown" if people is None else f"{people} inside"


def _stock(stock: Mapping[str, int]) -> str:
    """Units of each product, in the order of the GTINs."""
    return " + ".join(str(stock[gtin]) for gtin in sorted(stock)) + " left" if stock else "unknown"


def _sold(sold: Sold) -> str:
    return f"{sold.sales} sales, {_money(sold.taken)}"


def _money(minor: int) -> str:
    """In the demo's currency, which has two decimals."""
    return f"{minor // 100}.{minor % 100:02d}"


def _verdict(ok: bool) -> str:
    return "[green]agree[/]" if ok else "[red]differ[/]"


def _link_style(link: str) -> str:
    return "green" if link == "connected" else "yellow"


def _table(*heads: str) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 3, 0, 0))
    for head in heads:
        table.add_column(head)
    return table


def say(console: Console, lines: Iterable[str]) -> None:
    """Print plain lines."""
    for one in lines:
        console.print(one, highlight=False, markup=False, soft_wrap=True)
