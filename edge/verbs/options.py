"""Arguments and options that several verbs take."""

from pathlib import Path
from typing import Annotated

import typer

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
