"""Measurements of speed and exactness."""

from pathlib import Path
from typing import Annotated

import typer

from edge import show
from edge.errors import ConfigError
from edge.exit_status import NO, OK
from edge.verbs.options import Changes, Json, Model
from edge.vision.models import DEFAULT

app = typer.Typer()


@app.callback()
def bench() -> None:
    """Measure speed and exactness on this machine."""
    from edge import logs

    # Standard output is for the figures alone.
    logs.configure()


@app.command("shelf")
def bench_shelf(
    seed: Annotated[int, typer.Option(help="Of all that is simulated.")] = 1,
    quick: Annotated[bool, typer.Option("--quick", help="A tenth of the days.")] = False,
    recordings: Annotated[Path | None, typer.Option(help="The folder of real load-cell recordings.")] = None,
    plot: Annotated[
        Path | None, typer.Option(help="Draw one simulated hour into this PNG, and measure nothing.")
    ] = None,
    json: Json = False,
) -> int:
    """How well shelves count: simulated plate-days, recordings, latency, load; beside a moving average."""
    from edge.bench import shelf

    if plot is not None:
        from edge.bench import shelf_plot

        show.files([shelf_plot.draw_hour(plot, seed)])
        return OK
    show.facts(shelf.run(seed, quick=quick, recordings=recordings), as_json=json)
    return OK


@app.command("checkout")
def bench_checkout(
    seed: Annotated[int, typer.Option(help="Of all that is simulated.")] = 1,
    quick: Annotated[bool, typer.Option("--quick", help="A tenth of the sessions.")] = False,
    photos: Annotated[Path | None, typer.Option(help="The folder of photos of barcodes.")] = None,
    journal: Annotated[Path | None, typer.Option(help="Try settings on a lane's journal instead.")] = None,
    config: Annotated[Path | None, typer.Option(help="The configuration that has that lane.")] = None,
    changes: Changes = None,
    live: Annotated[
        bool, typer.Option("--live", help="Instead: how soon a real lane answers while a camera counts beside it.")
    ] = False,
    json: Json = False,
) -> int:
    """How well lanes tell honest shoppers from others: simulated sessions, beside a plain rule."""
    if live:
        from edge.bench import checkout_live

        show.facts(checkout_live.run(quick=quick), as_json=json)
        return OK
    if journal is not None:
        from edge import lane_journal

        if config is None:
            raise ConfigError("expected --config beside --journal, found none; the lane's settings are there")
        show.facts(lane_journal.tried(journal, config, changes or ()), as_json=json)
        return OK
    from edge.bench import checkout

    show.facts(checkout.run(seed, quick=quick, photos=photos), as_json=json)
    return OK


@app.command("ingest")
def bench_ingest(
    *,
    events: Annotated[int, typer.Option(help="Different events; one in twenty is published twice.", min=1)] = 100_000,
    workers: Annotated[int, typer.Option(help="Worker processes.", min=1)] = 2,
    kills: Annotated[int, typer.Option(help="SIGKILLs of a worker by lot meanwhile.", min=0)] = 0,
    batch: Annotated[int, typer.Option(help="Messages of one transaction, at most.", min=1)] = 500,
    seed: Annotated[int, typer.Option(help="Of events, order and kills.")] = 1,
    database: Annotated[str, typer.Option(help="An empty one; a PostgreSQL of its own when left out.")] = "",
    json: Json = False,
) -> int:
    """From a broker into a database: events a second, and whether every row is the truth afterwards."""
    from edge.bench import ingest as bench

    result = bench.run(events=events, workers=workers, kills=kills, batch=batch, seed=seed, database=database)
    show.facts(result, as_json=json)
    return OK if result["identical"] else NO


@app.command("fleet")
def bench_fleet(
    *,
    gateways: Annotated[int, typer.Option(help="How many.", min=1, max=50_000)] = 1000,
    rate: Annotated[float, typer.Option(help="Events of each in a second.", min=0.001)] = 0.3,
    seconds: Annotated[float, typer.Option(help="Before the outage, and after it.", min=1)] = 120,
    down_s: Annotated[float, typer.Option(help="So long the broker is away; 0: never.", min=0)] = 600,
    workers: Annotated[int, typer.Option(help="Worker processes of the ingest.", min=1)] = 2,
    receipts: Annotated[bool, typer.Option(help="Keep events until the database has them, not the broker.")] = True,
    seed: Annotated[int, typer.Option(help="Of events and pauses.")] = 1,
    json: Json = False,
) -> int:
    """Many gateways, one broker, one database, and an outage: losses, delays, and how long it takes to catch up."""
    from edge.bench import fleet as bench

    result = bench.run(bench.Plan(gateways, rate, seconds, down_s, workers, receipts, seed))
    show.facts(result, as_json=json)
    return OK if result["identical"] and not result["lost"] else NO


@app.command("vision")
def bench_vision(json: Json = False) -> int:
    """Decoding, detecting, tracking and the whole pipeline, on the bundled clip."""
    from edge.bench import vision

    show.facts(vision.run(), as_json=json)
    return OK


@app.command("cameras")
def bench_cameras(
    *,
    cameras: Annotated[int, typer.Option(help="How many.", min=1, max=64)] = 16,
    busy: Annotated[float, typer.Option(help="The share of them that people walk through.", min=0, max=1)] = 0.34,
    size: Annotated[str, typer.Option(metavar="WxH", help="Of the streams' pictures.")] = "640x360",
    fps: Annotated[float, typer.Option(help="Of the streams.", min=1, max=60)] = 10,
    analyse: Annotated[float, typer.Option(help="Pictures analysed per second, at most.", min=0.1)] = 10,
    model: Model = DEFAULT,
    gate: Annotated[bool, typer.Option(help="With the motion gate.")] = True,
    clips: Annotated[Path | None, typer.Option(help="A truth.json beside its clips.", metavar="FILE")] = None,
    keep: Annotated[Path | None, typer.Option(help="Leave the prepared clips here.", metavar="DIR")] = None,
    json: Json = False,
) -> int:
    """Many cameras at once in real time: rates, delays, counts and CPU time, busy and empty."""
    from edge.bench import cameras as bench

    plan = bench.Plan(cameras, busy, bench.parse_size(size), fps, analyse, model, gate)
    result = bench.run(plan, clips or bench.TRUTH, keep=keep)
    if json:
        show.facts(result, as_json=True)
    else:
        show.rows("cameras", result.pop("cameras"), as_json=False)
        show.facts(result, as_json=False)
    return OK if result["equal"] else NO


@app.command("zones")
def bench_zones(
    seed: Annotated[int, typer.Option(help="Of all that is simulated.")] = 1,
    quick: Annotated[bool, typer.Option("--quick", help="A sixth of the time.")] = False,
    json: Json = False,
) -> int:
    """How well zones, queues and lines are measured: simulated people and a detector that fails."""
    from edge.bench import zones

    show.facts(zones.run(seed, quick=quick), as_json=json)
    return OK


@app.command("staff")
def bench_staff(
    seed: Annotated[int, typer.Option(help="Of all that is simulated.")] = 1,
    quick: Annotated[bool, typer.Option("--quick", help="A fifth of the time.")] = False,
    json: Json = False,
) -> int:
    """How well the staff are left out, by their uniform and by where they come from: painted people."""
    from edge.bench import staff

    show.facts(staff.run(seed, quick=quick), as_json=json)
    return OK


@app.command("scenes")
def bench_scenes(
    clips: Annotated[Path, typer.Option(help="The folder of the rendered clips; what is missing is rendered.")],
    model: Model = DEFAULT,
    json: Json = False,
) -> int:
    """How well queues, zones, doors and camera health are measured on rendered scenes."""
    from edge.bench import scenes

    show.facts(scenes.run(clips, model), as_json=json)
    return OK


@app.command("outbox")
def bench_outbox(json: Json = False) -> int:
    """Durable commits and the drain to a broker, beside bare SQLite and other queues."""
    from edge.bench import outbox

    show.facts(outbox.run(), as_json=json)
    return OK
