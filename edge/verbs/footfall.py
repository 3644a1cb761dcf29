"""Counting people in video, live and past."""

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from edge import show
from edge.exit_status import NO, OK
from edge.verbs.options import Anchor, ConfigOption, Fps, InText, Json, LineText, Model
from edge.vision.models import DEFAULT

app = typer.Typer()


@app.command()
def count(
    clip: Annotated[Path, typer.Argument(help="A video file.")],
    *,
    line: LineText,
    inside: InText,
    anchor: Anchor = "foot",
    model: Model = DEFAULT,
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
    drawing = watching(annotate, clip, [ruler], fps or counting.DEFAULT_FPS) if annotate else nullcontext()
    with show.progress(clip.name) as progress, drawing as watch:
        counted = counting.count(clip, ruler, model=model, fps=fps or None, progress=progress, watch=watch)
    show.counted(counted, as_json=json)
    return OK


@app.command()
def validate(
    truth: Annotated[Path, typer.Argument(help="truth.json, beside its clips.")],
    *,
    model: Model = DEFAULT,
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
    show.validated(result, as_json=json)
    if html is not None:
        html.write_text(report.page(result, {one.truth.file: cut_strips(one) for one in result.clips}), "utf-8")
    return NO if min_f1 is not None and result.both.f1 < min_f1 else OK


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
    model: Model = DEFAULT,
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
    return OK if surveyed.findings.walked_right else NO


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
