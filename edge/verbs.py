"""The verbs of `store-edge`: they take the arguments, call one function and show what it returns.

Each verb imports what it needs when it is called, so that `--help` and the small verbs start at once.
"""

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edge import show
from edge.errors import ConfigError
from edge.exit_status import NO, OK

if TYPE_CHECKING:
    from edge.update.releases import Releases
    from edge.update.service import Service

app = typer.Typer(
    help="Count people and goods in a shop and deliver the counts over MQTT; nothing lost, nothing counted twice.",
    add_completion=False,
    pretty_exceptions_enable=False,
)
model_app = typer.Typer(help="List, export and check detector models.")
outbox_app = typer.Typer(help="Look into a gateway's outbox.")
bench_app = typer.Typer(help="Measure speed and exactness on this machine.")
sim_app = typer.Typer(help="Simulated devices, to rehearse with.")
update_app = typer.Typer(help="Take a box to a signed release; make and sign releases.")
scale_app = typer.Typer(help="Find scales, calibrate plates, weigh products.")
app.add_typer(model_app, name="model")
app.add_typer(outbox_app, name="outbox")
app.add_typer(bench_app, name="bench")
app.add_typer(scale_app, name="scale")
app.add_typer(sim_app, name="sim")
app.add_typer(update_app, name="update")

Changes = Annotated[
    list[str] | None,
    typer.Option("--set", help="Journals only: try a setting, as in grace_s=2 or tolerance.sigmas=5; repeatable."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Model = Annotated[str, typer.Option(help="A bundled model's name, or an .onnx file.")]
Fps = Annotated[float, typer.Option(help="Pictures analysed per second of video, at most; 0 is every one.", min=0)]
LineText = Annotated[str, typer.Option("--line", metavar="X1,Y1,X2,Y2", help="The counting line, in pixels.")]
InText = Annotated[str, typer.Option("--in", metavar="NX,NY", help="A direction that points to the inside.")]
Anchor = Annotated[str, typer.Option(help="Which point of a person's box counts: foot or center.")]
OutboxFile = Annotated[Path, typer.Argument(help="The outbox.db in data_dir.", metavar="FILE")]
PlateName = Annotated[str, typer.Argument(help="As in aisle-3/p1.", metavar="SHELF/PLATE")]
ConfigOption = Annotated[Path, typer.Option("--config", help="The gateway's configuration (TOML).", metavar="FILE")]
ConfigFile = Annotated[Path, typer.Argument(help="The gateway's configuration (TOML).", metavar="FILE")]


@app.command()
def demo(
    *,
    seconds: Annotated[float, typer.Option(help="How long to play.", min=1)] = 40,
    fast: Annotated[bool, typer.Option("--fast", help="As fast as it decodes, instead of at real speed.")] = False,
    clip: Annotated[Path | None, typer.Option(help="A video of your own, with --line and --in.")] = None,
    line: LineText = "",
    inside: InText = "",
    anchor: Anchor = "foot",
    model: Model = "person",
    json: Annotated[Path | None, typer.Option(help="Also write the ledger to this file.")] = None,
    picture: Annotated[Path, typer.Option(help="Where to draw what was seen.")] = Path("out/demo.png"),
) -> int:
    """Watch people being counted and the counts arrive over MQTT: all of it, on this machine."""
    from edge.demo.play import play
    from edge.demo.scene import Plan, bundled_scene, own_scene

    scene = bundled_scene() if clip is None else own_scene(clip, line, inside, anchor)
    plan = Plan(scene=scene, seconds=seconds, fast=fast, model=model, picture=picture)
    ledger = play(plan)
    if json is not None:
        json.write_text(show.to_json(ledger.as_json()), "utf-8")
    return OK if ledger.ok else NO


@app.command()
def run(file: ConfigFile) -> int:
    """Run the gateway until it is told to stop."""
    from edge.supervisor import run_gateway

    return run_gateway(file)


@app.command()
def init(
    out: Annotated[Path, typer.Option(help="Where to write it.")] = Path("store.toml"),
    *,
    tenant: Annotated[str | None, typer.Option(help="The chain.")] = None,
    store: Annotated[str | None, typer.Option(help="The shop.")] = None,
    gateway: Annotated[str | None, typer.Option(help="This box.")] = None,
    timezone: Annotated[str | None, typer.Option(help="An IANA name.")] = None,
    data_dir: Annotated[str | None, typer.Option(help="The folder of the outbox.")] = None,
    broker: Annotated[str | None, typer.Option(help="mqtts://HOST; empty for none.")] = None,
    currency: Annotated[str | None, typer.Option(help="ISO 4217, of the lanes.")] = None,
    camera: Annotated[list[str] | None, typer.Option(help="A URL or device; repeatable.")] = None,
    shelf: Annotated[list[str] | None, typer.Option(help="PORT,DRIVER; repeatable.")] = None,
    lane: Annotated[list[str] | None, typer.Option(help="SCANNER[,SCALE]; repeatable.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing: what is not given has its usual value.")] = False,
    find: Annotated[bool, typer.Option("--find/--no-find", help="Look for cameras and serial ports.")] = True,
    probe: Annotated[bool, typer.Option("--probe", help="Open each device; leave out what does not answer.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> int:
    """Write a first configuration: finds what is connected, asks for the rest."""
    from edge.init import dialogue

    given = dialogue.Given(
        tenant, store, gateway, timezone, data_dir, broker, currency, camera or None, shelf or None, lane or None
    )
    ask = (lambda _question, usual: usual) if yes else (lambda question, usual: str(typer.prompt(question, usual)))
    say = lambda text: typer.echo(text, err=True)  # noqa: E731 - beside `ask`
    written = dialogue.write(given, out, ask=ask, say=say, search=find, force=force, probe=probe)
    show.line(f"{written}: next, store-edge check {written} --probe")
    return OK


@update_app.command("apply")
def update_apply(
    tarball: Annotated[Path, typer.Argument(help="The release, with its .minisig beside it.")],
    *,
    key: Annotated[Path, typer.Option(help="The trusted public keys.")] = Path("/etc/store-edge/release.pub"),
    config: Annotated[Path, typer.Option(help="Of this box.")] = Path("/etc/store-edge/store.toml"),
    recordings: Annotated[Path | None, typer.Option(help="Recordings, each with FILE.expected beside it.")] = None,
    older: Annotated[bool, typer.Option("--older", help="Go back to an older release.")] = False,
    within: Annotated[float, typer.Option(help="Seconds in which it has to come to health.", min=1)] = 120,
) -> int:
    """Take this box to a signed release; one that does not come to health is taken back."""
    from edge.update import apply

    plan = apply.Plan(tarball, key, config, recordings, older, within)
    version = apply.apply(plan, *_box(config), at_step=lambda step: show.line(f"{step} ..."))
    show.line(f"{version} runs")
    return OK


@update_app.command("confirm")
def update_confirm(
    config: Annotated[Path, typer.Option(help="Of this box.")] = Path("/etc/store-edge/store.toml"),
    within: Annotated[float, typer.Option(help="Seconds in which it has to come to health.", min=1)] = 300,
) -> int:
    """Keep or take back a release on trial, as after a boot in the middle of an update."""
    from edge.update import apply

    apply.confirm(*_box(config), within)
    return OK


@update_app.command("keygen")
def update_keygen(
    key: Annotated[Path, typer.Argument(help="Where to write the private key; FILE.pub gets the public one.")],
) -> int:
    """Make a key pair to sign releases with."""
    from edge.update import signing

    show.files(signing.make(key))
    return OK


@update_app.command("sign")
def update_sign(
    tarball: Annotated[Path, typer.Argument(help="The release.")],
    key: Annotated[Path, typer.Option(help="The private key.")],
) -> int:
    """Sign a release; minisign's own signatures are as good."""
    from edge.update import signing

    show.files([signing.sign(tarball, key)])
    return OK


@app.command()
def check(
    file: ConfigFile,
    probe: Annotated[bool, typer.Option("--probe", help="Also open each camera and reach the broker.")] = False,
    json: Json = False,
) -> int:
    """Say whether a configuration is right, and with --probe whether its devices are there."""
    from edge import check as checks

    report = checks.probe(file) if probe else checks.check(file)
    show.checked(report, as_json=json)
    return OK if report.ok else NO


@app.command()
def count(
    clip: Annotated[Path, typer.Argument(help="A video file.")],
    *,
    line: LineText,
    inside: InText,
    anchor: Anchor = "foot",
    model: Model = "person",
    fps: Fps = 10,
    json: Json = False,
    annotate: Annotated[
        Path | None, typer.Option(help="Also write the video with what was seen drawn in (.mp4, .gif).")
    ] = None,
) -> int:
    """Count who crosses a line in a video."""
    from edge.vision import count as counting
    from edge.vision.annotate import watching

    ruler = counting.parse_line(line, inside, anchor)
    drawing = watching(annotate, [ruler], fps or counting.DEFAULT_FPS) if annotate else nullcontext()
    with show.progress(clip.name) as progress, drawing as watch:
        counted = counting.count(clip, ruler, model=model, fps=fps or None, progress=progress, watch=watch)
    show.counted(counted, as_json=json)
    return OK


@app.command()
def validate(
    truth: Annotated[Path, typer.Argument(help="truth.json, beside its clips.")],
    *,
    model: Model = "person",
    fps: Fps = 10,
    json: Json = False,
    gate: Annotated[bool, typer.Option("--gate", help="With the motion gate, as `gate = true` of a camera.")] = False,
    html: Annotated[Path | None, typer.Option(help="Also write a page with a picture strip per mistake.")] = None,
    min_f1: Annotated[
        float | None, typer.Option("--min-f1", help="Exit status 1 when F1 over all clips is below.", min=0, max=1)
    ] = None,
) -> int:
    """Count the clips of a truth file and say how far the counts can be trusted."""
    from edge.vision import report
    from edge.vision.strips import cut_strips
    from edge.vision.truth import read
    from edge.vision.validate import validate as validate_clips

    with show.clip_progress() as progress:
        result = validate_clips(read(truth), truth.parent, model=model, fps=fps or None, gate=gate, progress=progress)
    if html is not None:
        html.write_text(report.page(result, {one.truth.file: cut_strips(one) for one in result.clips}), "utf-8")
    show.validated(result, as_json=json)
    return NO if min_f1 is not None and result.both.f1 < min_f1 else OK


@app.command()
def replay(
    file: Annotated[Path, typer.Argument(help="A recording (JSON Lines), or a lane's journal.")],
    config: ConfigOption,
    session: Annotated[str, typer.Option(help="Journals only: one session; all when left out.")] = "",
    changes: Changes = None,
    json: Json = False,
) -> int:
    """Feed recorded bytes back through driver and cores; or go through a lane's sessions again, alerts explained."""
    from edge import lane_journal
    from edge import replay as replays

    if lane_journal.is_journal(file):
        show.sessions(lane_journal.sessions(file, config, session, changes or ()), as_json=json)
        return OK
    show.events(replays.replay(file, config), as_json=json)
    return OK


@app.command()
def recount(
    config: ConfigOption,
    camera: Annotated[str, typer.Option(help="Its id.")],
    begin: Annotated[str, typer.Option("--from", help="As in 2026-11-24T09:00, in the shop's time zone.")],
    end: Annotated[str, typer.Option("--to", help="The same; not included.")],
    *,
    line: Annotated[list[str] | None, typer.Option(help="A line's id; repeatable.")] = None,
    zone: Annotated[list[str] | None, typer.Option(help="A zone's id; repeatable.")] = None,
    queue: Annotated[list[str] | None, typer.Option(help="A queue's id; repeatable.")] = None,
    json: Json = False,
) -> int:
    """Count a camera's past again, over the lines, zones and queues that the configuration has now."""
    from edge import recount as recounts

    wanted = recounts.Wanted(line or (), zone or (), queue or ())
    show.intervals(list(recounts.rows(recounts.recount(config, camera, begin, end, wanted))), as_json=json)
    return OK


@app.command()
def survey(
    source: Annotated[str, typer.Argument(help="A camera's id with --config; else a URL, a device or a clip.")],
    *,
    out: Annotated[Path, typer.Option(help="A folder for survey.html, survey.json and still.jpg.")],
    config: Annotated[Path | None, typer.Option(help="The gateway's configuration (TOML).", metavar="FILE")] = None,
    minutes: Annotated[float, typer.Option(help="How long to watch at most.", min=0)] = 5,
    fps: Annotated[float | None, typer.Option(help="Analysed pictures a second; the camera's own.", min=0.1)] = None,
    model: Model = "person",
    hfov: Annotated[
        float | None, typer.Option(help="The camera's horizontal field of view, degrees.", min=10, max=170)
    ] = None,
    walks: Annotated[str, typer.Option(help="Test walks: a file with lines such as '12.5 in', or in:5,out:5.")] = "",
    at: Annotated[str, typer.Option(help="When each of in:5,out:5 was, seconds from the begin: 10,22.5,…")] = "",
    json: Json = False,
) -> int:
    """How well a camera hangs for counting: angle, size, light, lines to paste, what to expect, what to do."""
    from edge import survey as surveys

    wanted = surveys.Wanted(source, out, config, minutes, fps, model, hfov, walks, at)
    surveyed = surveys.survey(wanted)
    show.surveyed(surveyed, as_json=json)
    return OK if all(one.right for one in surveyed.findings.walks[:1]) else NO


@app.command()
def heatmap(
    config: ConfigOption,
    camera: Annotated[str, typer.Option(help="Its id; it is opened for a still without people.")],
    begin: Annotated[str, typer.Option("--from", help="As in 2026-11-24T09:00, in the shop's time zone.")],
    end: Annotated[str, typer.Option("--to", help="The same; not included.")],
    *,
    out: Annotated[Path, typer.Option(help="The picture to write (.png).")] = Path("heatmap.png"),
    seconds: Annotated[float, typer.Option(help="How long the camera is watched for the still.", min=1)] = 30,
) -> int:
    """Draw where people stood in a past time."""
    from edge import heatmap as heatmaps

    show.files([heatmaps.heatmap(config, camera, begin, end, out, seconds=seconds)])
    return OK


@app.command()
def record(
    port: Annotated[str, typer.Option(help="A serial device, or any pyserial URL.")],
    out: Annotated[Path, typer.Option(help="Where to write; a recording that is there is not overwritten.")],
    source: Annotated[str, typer.Option(help="The shelf's id in the configuration that is to replay it.")] = "shelf-1",
    driver: Annotated[str | None, typer.Option(help="The protocol; needed where the scale must be asked.")] = None,
    baud: Annotated[int | None, typer.Option(help="The protocol's usual when left out.")] = None,
    form: Annotated[str | None, typer.Option("--format", help="As in 8N1; the protocol's usual when left out.")] = None,
    seconds: Annotated[float, typer.Option(help="How long; until Ctrl-C when 0.", min=0)] = 0,
) -> int:
    """Keep the bytes of a serial line, with their times; stop the gateway first."""
    from edge.shelf import commission

    show.facts(commission.record(port, driver, baud, form, out=out, source=source, seconds=seconds), as_json=False)
    return OK


@model_app.command("list")
def model_list(json: Json = False) -> int:
    """The models that `--model` and `model =` know by name."""
    from edge.vision import model_tools

    show.rows("models", model_tools.list_models(), as_json=json)
    return OK


@model_app.command("export")
def model_export(
    name: Annotated[str, typer.Argument(help="A YOLO model's name, such as yolo26n, or a .pt file.")],
    imgsz: Annotated[str, typer.Option(metavar="WxH", help="The picture size it will be fed.")] = "640x384",
    out: Annotated[Path, typer.Option(help="Where to put the ONNX file.")] = Path(),
    json: Json = False,
) -> int:
    """Export a YOLO model to ONNX and check it against the original (needs the extra `export`)."""
    from edge.vision import model_tools

    show.facts(model_tools.export(name, imgsz=imgsz, out=out), as_json=json)
    return OK


@model_app.command("quantize")
def model_quantize(
    model: Annotated[str, typer.Argument(help="A bundled name, or an .onnx file.")],
    *,
    clips: Annotated[Path, typer.Option(help="truth.json beside your own clips.", metavar="FILE")],
    out: Annotated[Path, typer.Option(help="The .onnx file to write.", metavar="FILE")],
    max_f1_loss: Annotated[float, typer.Option(help="F1 may fall by so much.", min=0, max=1)] = 0.01,
    pictures: Annotated[int, typer.Option(help="To calibrate on.", min=1, max=2000)] = 200,
    json: Json = False,
) -> int:
    """Make a detector faster in 8-bit integers, calibrated on your clips; written only if it counts as well there."""
    from edge.vision import quantize

    result = quantize.quantize(model, clips, out, pictures=pictures, most_f1_loss=max_f1_loss)
    show.facts(result, as_json=json)
    return OK if result["accepted"] else NO


@model_app.command("check")
def model_check(
    file: Annotated[str, typer.Argument(help="A bundled name, or an .onnx file.")], json: Json = False
) -> int:
    """Say what a model is: layout, input, classes, speed, licence."""
    from edge.vision import model_tools

    show.facts(model_tools.check(file), as_json=json)
    return OK


@outbox_app.command("status")
def outbox_status(
    file: Annotated[Path, typer.Argument(help="The outbox file in data_dir.")], json: Json = False
) -> int:
    """What was accepted, delivered, is pending or was evicted, per source."""
    from edge.outbox import Outbox

    _must_be(file)
    with Outbox.open_readonly(file) as outbox:
        show.ledger(outbox.ledger(), outbox.depth(), as_json=json)
    return OK


@outbox_app.command("peek")
def outbox_peek(
    file: OutboxFile,
    limit: Annotated[int, typer.Option(help="How many, oldest first.", min=1)] = 10,
) -> int:
    """The oldest pending events, one JSON object a line."""
    from edge.outbox import Outbox

    _must_be(file)
    with Outbox.open_readonly(file) as outbox:
        show.pending(outbox.pending(0, limit))
    return OK


@bench_app.command("shelf")
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


@scale_app.command("probe")
def scale_probe(
    port: Annotated[
        list[str] | None, typer.Option(help="A serial device or URL; all of this machine when left out.")
    ] = None,
    json: Json = False,
) -> int:
    """Find scales: protocol, baud, addresses. Sends nothing that could change a setting; stop the gateway first."""
    from edge.scale import probe

    found = probe.probe(port or None)
    show.found(found, as_json=json)
    return OK if any(one.driver for one in found) else NO


@scale_app.command("calibrate")
def scale_calibrate(
    plate: PlateName,
    config: ConfigOption,
    weights: Annotated[str, typer.Option(help="Check weights in grams, as in 1000,2000.", metavar="G,G,…")],
    by: Annotated[str, typer.Option(help="Who calibrates; kept with the result.")],
    json: Json = False,
) -> int:
    """Lead through zero and check weights, and keep the calibration; stop the gateway first."""
    from edge.shelf import commission

    show.facts(commission.calibrate(config, plate, weights, by=by, talk=show.conversation()), as_json=json)
    return OK


@scale_app.command("learn")
def scale_learn(
    plate: PlateName,
    gtin: Annotated[str, typer.Argument(help="GTIN-14 of the product, as in the configuration.")],
    config: ConfigOption,
    count: Annotated[int, typer.Option(help="How many units are put down, one after the other.", min=2)] = 5,
    json: Json = False,
) -> int:
    """Find what one unit of a product weighs; stop the gateway first."""
    from edge.shelf import commission

    show.facts(commission.learn(config, plate, gtin, count, talk=show.conversation()), as_json=json)
    return OK


@sim_app.command("shelf")
def sim_shelf(
    protocol: Annotated[str, typer.Option(help="The driver it is to be read with.")] = "and_continuous",
    seconds: Annotated[float, typer.Option(help="How long; until Ctrl-C when 0.", min=0)] = 0,
    seed: Annotated[int, typer.Option(help="Of what the shopper does.")] = 1,
) -> int:
    """A weighing plate on a pseudo terminal, with goods and a shopper: connect to the path that it prints."""
    from edge.sim.shelf import rehearse

    rehearse.rehearse(protocol, seconds=seconds, seed=seed, say=show.line)
    return OK


def _must_be(file: Path) -> None:
    """A name that was mistyped is bad input, not an outbox that failed."""
    if not file.is_file():
        raise ConfigError(
            f"expected an outbox file, found no {file}; a gateway that has run keeps outbox.db in its data_dir"
        )


@app.command()
def schema(out: Annotated[Path, typer.Option(help="A folder; made if absent.")]) -> int:
    """Write the JSON Schemas of all events, and AsyncAPI 3."""
    from edge import schema as schemas

    show.files(schemas.write(out))
    return OK


@bench_app.command("checkout")
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


@app.command()
def export(
    config: ConfigOption,
    form: Annotated[str, typer.Option("--format", help="poslog or epcis.")],
    day: Annotated[str, typer.Option(help="Of the shop's calendar, YYYY-MM-DD; today when left out.")] = "",
    gln: Annotated[str, typer.Option(help="The shop's Global Location Number.")] = "",
) -> int:
    """A day's sales of all lanes, as POSLog (XML) or GS1 EPCIS 2.0 (JSON-LD)."""
    from edge import lane_journal

    show.line(lane_journal.exported(config, form, day, gln))
    return OK


@sim_app.command("lane")
def sim_lane(
    screen_port: Annotated[int, typer.Option(help="That the lane's screen is to have.")] = 8470,
    seconds: Annotated[float, typer.Option(help="How long; until Ctrl-C when 0.", min=0)] = 0,
    seed: Annotated[int, typer.Option(help="Of goods and shoppers.")] = 1,
) -> int:
    """Scanner, scale, printer, payment terminal and shoppers for a lane: run a gateway with the section it prints."""
    from edge.sim.lane import rehearse

    rehearse.lane(screen_port=screen_port, seconds=seconds, seed=seed, say=show.line)
    return OK


@sim_app.command("scanner")
def sim_scanner() -> int:
    """A barcode scanner on a pseudo terminal: type codes."""
    from edge.sim.lane import rehearse

    rehearse.scanner(say=show.line)
    return OK


@sim_app.command("scale")
def sim_scale(seed: Annotated[int, typer.Option(help="Of its noise.")] = 1) -> int:
    """A checkout scale on a pseudo terminal: type grams that come, or go."""
    from edge.sim.lane import rehearse

    rehearse.scale(seed=seed, say=show.line)
    return OK


@app.command()
def ingest(
    *,
    broker: Annotated[str, typer.Option(help="mqtt://HOST or mqtts://HOST.", metavar="URL")],
    database: Annotated[str, typer.Option(help="sqlite:///FILE or postgresql://USER@HOST/NAME.", metavar="URL")],
    database_password_file: Annotated[
        str | None, typer.Option(help="A file that holds its password; else PGPASSWORD or PGPASSFILE.", metavar="FILE")
    ] = None,
    group: Annotated[str, typer.Option(help="Workers of one group share the events between them.")] = "ingest",
    worker: Annotated[str, typer.Option(help="Its own name in the group, the same after a restart.")] = "1",
    batch: Annotated[int, typer.Option(help="Messages of one transaction, at most.", min=1, max=10_000)] = 500,
    batch_ms: Annotated[int, typer.Option(help="How long a message waits for others, at most.", min=1)] = 200,
    username: Annotated[str | None, typer.Option(help="At the broker.")] = None,
    username_file: Annotated[str | None, typer.Option(help="A file that holds it.", metavar="FILE")] = None,
    password_file: Annotated[str | None, typer.Option(help="A file that holds the password.", metavar="FILE")] = None,
    password_env: Annotated[str | None, typer.Option(help="The variable that holds it.", metavar="NAME")] = None,
    ca_file: Annotated[str | None, typer.Option(help="Who may vouch for the broker (PEM).", metavar="FILE")] = None,
    cert_file: Annotated[str | None, typer.Option(help="Our certificate (PEM).", metavar="FILE")] = None,
    key_file: Annotated[str | None, typer.Option(help="Its key (PEM).", metavar="FILE")] = None,
    receipts: Annotated[bool, typer.Option(help="Tell gateways what the database has committed.")] = True,
    backfill: Annotated[bool, typer.Option(help="Ask gateways for what is missing.")] = True,
    backfill_after_s: Annotated[float, typer.Option(help="How old a gap must be to be asked for.", min=0)] = 60,
    metrics_port: Annotated[int, typer.Option(help="/metrics for Prometheus; 0 is off.", min=0, max=65535)] = 0,
    metrics_address: Annotated[str, typer.Option(help="Where that listens.")] = "127.0.0.1",
    once_idle: Annotated[float, typer.Option(help="End when nothing came for so many seconds.", min=0)] = 0,
) -> int:
    """Take gateways' events from a broker into a database, each with the effect of exactly once."""
    from edge.config import UplinkConfig
    from edge.ingest.backfill import BackfillRule
    from edge.ingest.batch import BatchRule
    from edge.ingest.run import run as run_worker
    from edge.ingest.settings import IngestSettings

    way = UplinkConfig(
        url=broker,
        username=username,
        username_file=username_file,
        password_file=password_file,
        password_env=password_env,
        ca_file=ca_file,
        cert_file=cert_file,
        key_file=key_file,
        keepalive_s=60,
    )
    settings = IngestSettings(
        broker=way,
        database=database,
        database_password_file=database_password_file,
        group=group,
        worker=worker,
        batch=BatchRule(most=batch, age_s=batch_ms / 1000),
        receipts=receipts,
        backfill=BackfillRule(after_s=backfill_after_s) if backfill else None,
        idle_s=once_idle,
    )
    run_worker(settings, metrics_port=metrics_port, metrics_address=metrics_address)
    return OK


@bench_app.command("ingest")
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


@bench_app.command("fleet")
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


@bench_app.command("vision")
def bench_vision(json: Json = False) -> int:
    """Decoding, detecting, tracking and the whole pipeline, on the bundled clip."""
    from edge.bench import vision

    show.facts(vision.run(), as_json=json)
    return OK


@bench_app.command("cameras")
def bench_cameras(
    *,
    cameras: Annotated[int, typer.Option(help="How many.", min=1, max=64)] = 16,
    busy: Annotated[float, typer.Option(help="The share of them that people walk through.", min=0, max=1)] = 0.34,
    size: Annotated[str, typer.Option(metavar="WxH", help="Of the streams' pictures.")] = "640x360",
    fps: Annotated[float, typer.Option(help="Of the streams.", min=1, max=60)] = 10,
    analyse: Annotated[float, typer.Option(help="Pictures analysed per second, at most.", min=0.1)] = 10,
    model: Model = "person",
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


@bench_app.command("zones")
def bench_zones(
    seed: Annotated[int, typer.Option(help="Of all that is simulated.")] = 1,
    quick: Annotated[bool, typer.Option("--quick", help="A sixth of the time.")] = False,
    json: Json = False,
) -> int:
    """How well zones, queues and lines are measured: simulated people and a detector that fails."""
    from edge.bench import zones

    show.facts(zones.run(seed, quick=quick), as_json=json)
    return OK


@bench_app.command("staff")
def bench_staff(
    seed: Annotated[int, typer.Option(help="Of all that is simulated.")] = 1,
    quick: Annotated[bool, typer.Option("--quick", help="A fifth of the time.")] = False,
    json: Json = False,
) -> int:
    """How well the staff are left out, by their uniform and by where they come from: painted people."""
    from edge.bench import staff

    show.facts(staff.run(seed, quick=quick), as_json=json)
    return OK


@bench_app.command("scenes")
def bench_scenes(
    clips: Annotated[Path, typer.Option(help="The folder of the rendered clips; what is missing is rendered.")],
    model: Model = "person",
    json: Json = False,
) -> int:
    """How well queues, zones, doors and camera health are measured on rendered scenes."""
    from edge.bench import scenes

    show.facts(scenes.run(clips, model), as_json=json)
    return OK


@bench_app.command("outbox")
def bench_outbox(json: Json = False) -> int:
    """Durable commits and the drain to a broker, beside bare SQLite and other queues."""
    from edge.bench import outbox

    show.facts(outbox.run(), as_json=json)
    return OK


def _box(config: Path) -> "tuple[Releases, Service]":
    """This box's releases and its service."""
    from edge.config import load
    from edge.update.releases import Releases
    from edge.update.service import Service

    return Releases(), Service(port=load(config).health.port)
