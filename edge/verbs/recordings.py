"""What was recorded of devices and lanes, and what comes of it."""

from pathlib import Path
from typing import Annotated

import typer

from edge import show
from edge.exit_status import OK
from edge.verbs.options import Changes, ConfigOption, Json

app = typer.Typer()


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
