"""The contract, and the cloud's side of it."""

from pathlib import Path
from typing import Annotated

import typer

from edge import show
from edge.exit_status import OK

app = typer.Typer()


@app.command()
def schema(out: Annotated[Path, typer.Option(help="A folder; made if absent.")]) -> int:
    """Write the JSON Schemas of all events, and AsyncAPI 3."""
    from edge import schema as schemas

    show.files(schemas.write(out))
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
    from edge.config.gateway import UplinkConfig
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
