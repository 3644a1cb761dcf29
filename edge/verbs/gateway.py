"""The gateway itself: try it, configure it, run it."""

from pathlib import Path
from typing import Annotated

import typer

from edge import show
from edge.exit_status import NO, OK
from edge.verbs.options import Anchor, ConfigFile, InText, Json, LineText, Model
from edge.vision.models import DEFAULT

app = typer.Typer()


@app.command()
def demo(
    *,
    seconds: Annotated[float, typer.Option(help="How long to play.", min=1)] = 40,
    fast: Annotated[bool, typer.Option("--fast", help="As fast as it decodes, instead of at real speed.")] = False,
    clip: Annotated[Path | None, typer.Option(help="A video of your own, with --line and --in.")] = None,
    line: LineText = "",
    inside: InText = "",
    anchor: Anchor = "foot",
    model: Model = DEFAULT,
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
    from edge.supervisor.gateway import run_gateway

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


@app.command()
def check(
    file: ConfigFile,
    probe: Annotated[bool, typer.Option("--probe", help="Also open each camera and reach the broker.")] = False,
    json: Json = False,
) -> int:
    """Say whether a configuration is right, and with --probe whether its devices are there."""
    from edge.check import check as checks

    report = checks.probe(file) if probe else checks.check(file)
    show.checked(report, as_json=json)
    return OK if report.ok else NO
