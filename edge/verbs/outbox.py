"""A look into a gateway's outbox."""

from pathlib import Path
from typing import Annotated

import typer

from edge import show
from edge.errors import ConfigError
from edge.exit_status import OK
from edge.verbs.options import Json, OutboxFile

app = typer.Typer(help="Look into a gateway's outbox.")


@app.command("status")
def outbox_status(
    file: Annotated[Path, typer.Argument(help="The outbox file in data_dir.")], json: Json = False
) -> int:
    """What was accepted, delivered, is pending or was evicted, per source."""
    from edge.outbox.outbox import Outbox

    _must_be(file)
    with Outbox.open_readonly(file) as outbox:
        show.ledger(outbox.ledger(), outbox.depth(), as_json=json)
    return OK


@app.command("peek")
def outbox_peek(
    file: OutboxFile,
    limit: Annotated[int, typer.Option(help="How many, oldest first.", min=1)] = 10,
) -> int:
    """The oldest pending events, one JSON object a line."""
    from edge.outbox.outbox import Outbox

    _must_be(file)
    with Outbox.open_readonly(file) as outbox:
        show.pending(outbox.pending(0, limit))
    return OK


def _must_be(file: Path) -> None:
    """A name that was mistyped is bad input, not an outbox that failed."""
    if not file.is_file():
        raise ConfigError(
            f"expected an outbox file, found no {file}; a gateway that has run keeps outbox.db in its data_dir"
        )
