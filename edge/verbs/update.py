"""Signed releases."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edge import show
from edge.exit_status import OK

if TYPE_CHECKING:
    from edge.update.releases import Releases
    from edge.update.service import Service

app = typer.Typer(help="Take a box to a signed release; make and sign releases.")


@app.command("apply")
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


@app.command("confirm")
def update_confirm(
    config: Annotated[Path, typer.Option(help="Of this box.")] = Path("/etc/store-edge/store.toml"),
    within: Annotated[float, typer.Option(help="Seconds in which it has to come to health.", min=1)] = 300,
) -> int:
    """Keep or take back a release on trial, as after a boot in the middle of an update."""
    from edge.update import apply

    apply.confirm(*_box(config), within)
    return OK


@app.command("keygen")
def update_keygen(
    key: Annotated[Path, typer.Argument(help="Where to write the private key; FILE.pub gets the public one.")],
) -> int:
    """Make a key pair to sign releases with."""
    from edge.update import signing

    show.files(signing.make(key))
    return OK


@app.command("sign")
def update_sign(
    tarball: Annotated[Path, typer.Argument(help="The release.")],
    key: Annotated[Path, typer.Option(help="The private key.")],
) -> int:
    """Sign a release; minisign's own signatures are as good."""
    from edge.update import signing

    show.files([signing.sign(tarball, key)])
    return OK


def _box(config: Path) -> "tuple[Releases, Service]":
    """This box's releases and its service."""
    from edge.config.read import load
    from edge.update.releases import Releases
    from edge.update.service import Service

    return Releases(), Service(port=load(config).health.port)
