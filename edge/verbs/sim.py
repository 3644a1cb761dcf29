"""Simulated devices."""

from typing import Annotated

import typer

from edge import show
from edge.exit_status import OK

app = typer.Typer(help="Simulated devices, to rehearse with.")


@app.command("shelf")
def sim_shelf(
    protocol: Annotated[str, typer.Option(help="The driver it is to be read with.")] = "and_continuous",
    seconds: Annotated[float, typer.Option(help="How long; until Ctrl-C when 0.", min=0)] = 0,
    seed: Annotated[int, typer.Option(help="Of what the shopper does.")] = 1,
) -> int:
    """A weighing plate on a pseudo terminal, with goods and a shopper: connect to the path that it prints."""
    from edge.sim.shelf import rehearse

    rehearse.rehearse(protocol, seconds=seconds, seed=seed, say=show.line)
    return OK


@app.command("lane")
def sim_lane(
    screen_port: Annotated[int, typer.Option(help="That the lane's screen is to have.")] = 8470,
    seconds: Annotated[float, typer.Option(help="How long; until Ctrl-C when 0.", min=0)] = 0,
    seed: Annotated[int, typer.Option(help="Of goods and shoppers.")] = 1,
) -> int:
    """Scanner, scale, printer, payment terminal and shoppers for a lane: run a gateway with the section it prints."""
    from edge.sim.lane import rehearse

    rehearse.lane(screen_port=screen_port, seconds=seconds, seed=seed, say=show.line)
    return OK


@app.command("scanner")
def sim_scanner() -> int:
    """A barcode scanner on a pseudo terminal: type codes."""
    from edge.sim.lane import rehearse

    rehearse.scanner(say=show.line)
    return OK


@app.command("scale")
def sim_scale(seed: Annotated[int, typer.Option(help="Of its noise.")] = 1) -> int:
    """A checkout scale on a pseudo terminal: type grams that come, or go."""
    from edge.sim.lane import rehearse

    rehearse.scale(seed=seed, say=show.line)
    return OK
