"""From the supervisor's snapshot to the view."""

from dataclasses import replace
from io import StringIO

from rich.console import Console

from edge.agent.roster import OCCUPANCY
from edge.demo.arrivals import Arrived
from edge.demo.figures import CAMERA_AGENT, LANE_AGENT, SHELF_AGENT, flow_of, number, stock_of, view_of
from edge.demo.ledger import CameraLedger, Ledger, OccupancyLedger
from edge.demo.scene import CAMERA, LINE, Plan, bundled_scene
from edge.demo.shop import SHELF
from edge.demo.sums import Flow
from edge.demo.view import Screen, ledger_table, plain, render
from edge.events import AgentStatus
from edge.supervisor.snapshot import AgentSnapshot, Snapshot

FIGURES: dict[str, float | int | str] = {
    f"in.{LINE}": 3.0,
    f"out.{LINE}": 2.0,
    "fps": 9.96,
    "latency_s": 0.0421,
    "camera": "online",
}

GOODS: dict[str, float | int | str] = {
    "status": "online",
    "moves": 3,
    "readings_per_s": 19.8,
    "stock.06901234567892": 5,
    "stock.00000096385074": 9,
}


TILL: dict[str, float | int | str] = {"status": "online", "phase": "scanning", "sales": 2, "taken": 1410, "alerts": 1}


def snapshot(figures: dict[str, float | int | str], link: str = "connected") -> Snapshot:
    camera = AgentSnapshot(name=CAMERA_AGENT, status=AgentStatus.RUNNING, figures=figures)
    shelf = AgentSnapshot(name=SHELF_AGENT, status=AgentStatus.RUNNING, figures=GOODS)
    lane = AgentSnapshot(name=LANE_AGENT, status=AgentStatus.RUNNING, figures=TILL)
    shop = AgentSnapshot(name=OCCUPANCY, status=AgentStatus.RUNNING, figures={"occupancy": 1})
    uplink = AgentSnapshot(name="uplink", status=AgentStatus.RUNNING, figures={"link": link, "pending": 4})
    return Snapshot(agents=(camera, shelf, lane, shop, uplink), uptime_s=3.0)


def printed(thing: object) -> str:
    out = StringIO()
    Console(file=out, width=110).print(thing)
    return out.getvalue()


def test_the_view_shows_what_the_agents_say() -> None:
    view = view_of(snapshot(FIGURES), Plan(bundled_scene()), at_s=12.3, published=6, received=5)
    assert plain(view) == (
        f"  12 s  {CAMERA}: online, in 3, out 2, 10.0 fps, 42 ms  shop: 1 inside  {SHELF}: online, 14 units, 3 moves"
        "  sco-1: scanning, 2 sales, 1 alerts  outbox 4  link connected  published 6  received 5"
    )
    text = printed(render(view))
    assert all(
        word in text
        for word in (CAMERA, "in the shop 1", "online", "42 ms", "…7892 5", "20/s", "14.10", "4 pending", "connected")
    )


def test_before_the_first_heartbeat_nobody_is_counted() -> None:
    names = (CAMERA_AGENT, SHELF_AGENT, LANE_AGENT, OCCUPANCY, "uplink")
    agents = tuple(AgentSnapshot(name=name, status=None) for name in names)
    view = view_of(Snapshot(agents=agents), Plan(bundled_scene()), at_s=0.0, published=0, received=0)
    assert view.cameras[0].counted == Flow()
    assert (view.cameras[0].status, view.link) == ("starting", "starting")


def test_a_figure_that_is_text_is_no_number() -> None:
    assert number({"fps": "many"}, "fps", default=1.0) == 1.0
    assert number({}, "pending", default=1.0) == 1.0
    assert flow_of({}) == Flow()
    assert stock_of({"status": "online"}) == {}


def test_without_a_terminal_a_line_comes_now_and_then() -> None:
    out = StringIO()
    plan = Plan(bundled_scene())
    with Screen(Console(file=out, width=80)) as screen:
        for tenth in range(120):
            screen.show(view_of(snapshot(FIGURES), plan, at_s=tenth / 10, published=0, received=0))
    lines = out.getvalue().splitlines()
    assert [line.split()[0] for line in lines] == ["0", "5", "10"]


def test_on_a_terminal_the_view_is_live() -> None:
    out = StringIO()
    with Screen(Console(file=out, width=100, force_terminal=True)) as screen:
        screen.show(view_of(snapshot(FIGURES), Plan(bundled_scene()), at_s=1.0, published=0, received=0))
    assert "online" in out.getvalue()


def test_the_ledger_says_whether_all_agree() -> None:
    flow = Flow(9, 5)
    camera = CameraLedger(None, flow, flow, flow, flow)
    good = Ledger({"door": camera}, accepted=0, delivered=0, pending=0, arrived=Arrived())
    text = printed(ledger_table(good))
    assert "9 in, 5 out" in text
    assert "unknown" in text
    assert "agree" in text
    bad = Ledger(
        {"door": CameraLedger(flow, flow, flow, flow, Flow(9, 4)), "back": camera},
        accepted=1,
        delivered=0,
        pending=0,
        arrived=Arrived(),
    )
    text = printed(ledger_table(bad))
    assert "inside" not in text
    shop = OccupancyLedger(truth=None, counted=4, published=4, received=None)
    rows = printed(ledger_table(replace(good, occupancy=shop))).splitlines()
    assert [row.split() for row in rows if row.startswith("shop")] == [
        ["shop", "unknown", "4", "inside", "4", "inside", "unknown", "differ"]
    ]
    assert "differ" in text
    assert "lost 1" in text
    assert "18 in, 10 out" in text
