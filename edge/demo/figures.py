"""From what the supervisor says to what the demo shows. Pure."""

from collections.abc import Mapping

from edge.agent.roster import OCCUPANCY, UPLINK
from edge.demo.scene import CAMERA, LINE, Plan
from edge.demo.shop import SHELF
from edge.demo.sums import Flow, Sold
from edge.demo.till import LANE
from edge.demo.view import CameraView, LaneView, ShelfView, View
from edge.supervisor.snapshot import AgentSnapshot, Snapshot

CAMERA_AGENT, SHELF_AGENT = f"camera/{CAMERA}", f"shelf/{SHELF}"
LANE_AGENT = f"checkout/{LANE}"
STOCK = "stock."

Figures = Mapping[str, float | int | str]


def agent_of(snapshot: Snapshot, name: str) -> AgentSnapshot:
    """One agent, by name; the demo has started it, so it is there."""
    return next(agent for agent in snapshot.agents if agent.name == name)


def flow_of(figures: Figures) -> Flow:
    """What a camera's agent says that it has counted."""
    return Flow(in_=round(number(figures, f"in.{LINE}")), out=round(number(figures, f"out.{LINE}")))


def number(figures: Figures, name: str, default: float = 0.0) -> float:
    """A figure that is a number; `default` while the agent has not said it."""
    value = figures.get(name, default)
    return default if isinstance(value, str) else float(value)


def stock_of(figures: Figures) -> dict[str, int]:
    """What a shelf's agent says that stands there, by GTIN."""
    return {name.removeprefix(STOCK): round(number(figures, name)) for name in figures if name.startswith(STOCK)}


def sold_of(figures: Figures) -> Sold:
    """What a lane's agent says that it has sold."""
    return Sold(round(number(figures, "sales")), round(number(figures, "taken")))


def inside_of(snapshot: Snapshot) -> int:
    """How many people are in the shop, by the word of the agent that counts it."""
    return round(number(agent_of(snapshot, OCCUPANCY).figures, "occupancy"))


def view_of(snapshot: Snapshot, plan: Plan, at_s: float, published: int, received: int) -> View:
    """The live view of a moment.

    Args:
        snapshot: the supervisor's.
        plan: what is played.
        at_s: seconds since the begin.
        published: events that the broker has acknowledged.
        received: events that the subscriber has.
    """
    camera, uplink = agent_of(snapshot, CAMERA_AGENT), agent_of(snapshot, UPLINK)
    row = CameraView(
        id=CAMERA,
        status=str(camera.figures.get("camera", camera.trouble() or "starting")),
        counted=flow_of(camera.figures),
        fps=number(camera.figures, "fps"),
        latency_s=number(camera.figures, "latency_s"),
    )
    shelf = agent_of(snapshot, SHELF_AGENT)
    goods = ShelfView(
        id=SHELF,
        status=str(shelf.figures.get("status", shelf.trouble() or "starting")),
        stock=stock_of(shelf.figures),
        moves=round(number(shelf.figures, "moves")),
        readings_per_s=number(shelf.figures, "readings_per_s"),
    )
    lane = agent_of(snapshot, LANE_AGENT)
    till = LaneView(
        id=LANE,
        status=str(lane.figures.get("phase", lane.trouble() or "starting")),
        sales=sold_of(lane.figures).sales,
        taken=sold_of(lane.figures).taken,
        alerts=round(number(lane.figures, "alerts")),
    )
    return View(
        at_s=at_s,
        length_s=plan.seconds,
        cameras=(row,),
        shelves=(goods,),
        lanes=(till,),
        inside=inside_of(snapshot),
        pending=round(number(uplink.figures, "pending")),
        link=str(uplink.figures.get("link", "starting")),
        published=published,
        received=received,
    )
