"""Picture strips: what a clip showed around the moments at which a count went wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import cv2

from edge.events import Direction
from edge.vision.decode import read_file
from edge.vision.detections import Crossing, Image, Track
from edge.vision.drawing import draw_crossing, draw_line, draw_tracks
from edge.vision.validate import ClipResult

OFFSETS_S = (-1.0, -0.5, 0.0, 0.5, 1.0)
WIDTH = 320  # pixels of one picture
QUALITY = 80  # JPEG
MOST = 40  # strips of one clip; a model that sees nothing must not make a report of a gigabyte


@dataclass(frozen=True)
class Mistake:
    """A miss or a false count.

    Attributes:
        kind: which of the two.
        at: seconds of media time.
        frame: the picture's number.
        direction: in or out.
        note: who it was, where the truth says so.
        crossing: what was counted, for a false count.
    """

    kind: Literal["missed", "false"]
    at: float
    frame: int
    direction: Direction
    note: str = ""
    crossing: Crossing | None = None


@dataclass(frozen=True)
class Strip:
    """The pictures around one mistake, oldest first, each a JPEG with its time."""

    mistake: Mistake
    pictures: tuple[tuple[float, bytes], ...]


def mistakes(result: ClipResult) -> tuple[Mistake, ...]:
    """Everything that went wrong in a clip, in time order."""
    fps = result.truth.fps
    missed = [
        Mistake("missed", one.frame / fps, one.frame, one.direction, one.note)
        for one in (result.truth.crossings[n] for n in result.matching.missed)
    ]
    false = [
        Mistake("false", one.frame / fps, one.frame, one.direction, f"track {one.track}", one) for one in result.false
    ]
    return tuple(sorted(missed + false, key=lambda one: (one.at, one.kind)))


def cut_strips(result: ClipResult, *, most: int = MOST) -> tuple[Strip, ...]:
    """Read the clip once more and cut out the pictures around each of its first `most` mistakes.

    Raises:
        SourceError: the clip cannot be read any more.
    """
    wrong = mistakes(result)[:most]
    wanted = {frame for mistake in wrong for frame in frames_around(mistake, result)}
    images = _images(result.path, wanted)
    return tuple(Strip(mistake, _pictures(mistake, result, images)) for mistake in wrong)


def frames_around(mistake: Mistake, result: ClipResult) -> tuple[int, ...]:
    """The numbers of the pictures of a strip; those before the clip's begin and after its end are left out."""
    numbers = (mistake.frame + round(offset * result.truth.fps) for offset in OFFSETS_S)
    return tuple(number for number in numbers if 0 <= number < result.count.frames)


def _images(clip: Path, wanted: set[int]) -> dict[int, Image]:
    images: dict[int, Image] = {}
    if not wanted:
        return images
    for frame in read_file(clip):
        if frame.index in wanted:
            images[frame.index] = frame.image
        if frame.index >= max(wanted):
            break
    return images


def _pictures(mistake: Mistake, result: ClipResult, images: Mapping[int, Image]) -> tuple[tuple[float, bytes], ...]:
    return tuple(
        (number / result.truth.fps, _jpeg(_drawn(images[number], number, mistake, result)))
        for number in frames_around(mistake, result)
        if number in images
    )


def _drawn(image: Image, number: int, mistake: Mistake, result: ClipResult) -> Image:
    drawn = image.copy()
    draw_line(drawn, result.line)
    draw_tracks(drawn, tracks_at(number, result.tracks))
    if mistake.crossing is not None and number == mistake.frame:
        draw_crossing(drawn, mistake.crossing)
    return drawn


def tracks_at(number: int, tracks: Mapping[int, Sequence[Track]]) -> Sequence[Track]:
    """Who was seen in picture `number`, or in the last one analysed before it."""
    analysed = [one for one in tracks if one <= number]
    return tracks[max(analysed)] if analysed else ()


def _jpeg(image: Image) -> bytes:
    height = round(image.shape[0] * WIDTH / image.shape[1])
    small = cv2.resize(image, (WIDTH, height), interpolation=cv2.INTER_AREA)
    _, data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return data.tobytes()
