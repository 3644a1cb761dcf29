"""Whether a camera's health is told in time, and nothing when nothing is wrong: clips, and clips disturbed."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from edge.events import CameraStatus
from edge.sim.disturb import DISTURBANCES, Disturbance
from edge.vision.camera_health import CameraHealth
from edge.vision.decode import read_file
from edge.vision.detections import Image
from edge.vision.look import look

ENTRANCE = Path(__file__).resolve().parent.parent / "sim" / "clips" / "entrance.mp4"
BEGINS_S, LASTS_S = 15.0, 15.0
WITHIN_S = 10.0


def run(clips: Sequence[Path]) -> dict[str, Any]:
    """Disturb the first seconds of each clip in every way; watch every whole clip undisturbed.

    Args:
        clips: beside the demo's own.
    """
    watched = [ENTRANCE, *clips]
    latest: dict[str, float | None] = dict.fromkeys(DISTURBANCES, 0.0)
    missed: list[str] = []
    for clip in watched:
        for name, how in DISTURBANCES.items():
            took_s = told_after(clip, name, how)
            if took_s is None or took_s > WITHIN_S:
                missed.append(f"{clip.stem} {name}")
            if took_s is not None:
                latest[name] = max(latest[name] or 0.0, round(took_s, 1))
    false = {clip.stem: told for clip in watched if (told := [one.value for one in statuses(clip)])}
    return {"told_after_s": latest, "not_within_10_s": missed, "false": false, "clips": len(watched)}


def told_after(clip: Path, name: str, how: Disturbance) -> float | None:
    """How long after its begin a disturbance was told for what it is; None when it was not."""
    health = CameraHealth()
    for at, image in _disturbed(clip, how):
        if not health.due(at):
            continue
        verdict = health.update(look(image), at)
        if verdict is not None and at >= BEGINS_S and verdict.status == CameraStatus(name):
            return at - BEGINS_S
    return None


def statuses(clip: Path) -> list[CameraStatus]:
    """Everything that is told of a clip as it is."""
    health = CameraHealth()
    told = []
    for frame in read_file(clip):
        if health.due(frame.at):
            verdict = health.update(look(frame.image), frame.at)
            if verdict is not None:
                told.append(verdict.status)
    return told


def _disturbed(clip: Path, how: Disturbance) -> Iterator[tuple[float, Image]]:
    last: Image | None = None
    for frame in read_file(clip):
        if frame.at > BEGINS_S + LASTS_S:
            return
        if frame.at < BEGINS_S or last is None:
            last = frame.image
            yield frame.at, frame.image
        else:
            yield frame.at, how(frame.image, last)
