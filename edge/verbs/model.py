"""Detector models."""

from pathlib import Path
from typing import Annotated

import typer

from edge import show
from edge.exit_status import NO, OK
from edge.verbs.options import Json

app = typer.Typer(help="List, export and check detector models.")


@app.command("list")
def model_list(json: Json = False) -> int:
    """The models that `--model` and `model =` know by name."""
    from edge.vision import model_tools

    show.rows("models", model_tools.list_models(), as_json=json)
    return OK


@app.command("export")
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


@app.command("quantize")
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


@app.command("check")
def model_check(
    file: Annotated[str, typer.Argument(help="A bundled name, or an .onnx file.")], json: Json = False
) -> int:
    """Say what a model is: layout, input, classes, speed, licence."""
    from edge.vision import model_tools

    show.facts(model_tools.check(file), as_json=json)
    return OK
