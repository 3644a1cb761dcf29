"""Scales and what they weigh."""

from typing import Annotated

import typer

from edge import show
from edge.exit_status import NO, OK
from edge.verbs.options import ConfigOption, Json, PlateName

app = typer.Typer(help="Find scales, calibrate plates, weigh products.")


@app.command("probe")
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


@app.command("calibrate")
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


@app.command("learn")
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
