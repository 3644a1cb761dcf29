"""Clips for a bench of many cameras: marked ones brought to one size and rate, and a scene in which nobody is.

Each begins with some seconds of its empty scene, in which processes start and gates learn the background. A picture
without anybody is the median of the clip's own, painted over where somebody stood so long that a shadow is left; its
noise is the sensor's, so that the codec and the gate have to work.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import cv2
import numpy as np

from edge.errors import ConfigError
from edge.vision.decode import read_file
from edge.vision.detections import Frame, Image
from edge.vision.detector import Detector, load_detector
from edge.vision.line import Line
from edge.vision.models import DEFAULT
from edge.vision.truth import ClipTruth, read
from edge.vision.validate import line_of

LEAD_S = 8.0
# Grey levels of a dark corner of a cheap sensor after its own noise reduction.
NOISE = 1.5
# Pictures that the median is taken of.
SAMPLED = 41
# Around a box, as a share of its height; how far around it colours are taken from; after so often it stays as it is.
PAINTED_MARGIN, PAINTED_FROM_PX, PAINTED_TIMES = 0.05, 5, 4
# A camera's usual distance between key pictures, seconds.
KEY_EVERY_S = 2


@dataclass(frozen=True)
class Scene:
    """One prepared clip.

    Attributes:
        path: of the video.
        line: in its pixels.
        busy: somebody walks in it.
        seconds: its length.
    """

    path: Path
    line: Line
    busy: bool
    seconds: float


def prepare(truth: Path, folder: Path, size: tuple[int, int], fps: float) -> list[tuple[Scene, Scene]]:
    """Make a busy and an empty scene of every clip of a truth file that has crossings.

    Args:
        truth: the truth file, beside its clips.
        folder: where to write.
        size: (width, height).
        fps: of the streams; pictures are repeated where a clip has fewer.

    Raises:
        ConfigError: no clip has crossings.
        SourceError: a clip cannot be read.
    """
    clips = [clip for clip in read(truth).clips if clip.line is not None and clip.crossings]
    clips = [clip for clip in clips if (truth.parent / clip.file).is_file()]
    if not clips:
        raise ConfigError("expected a clip with a line and crossings, found none", str(truth))
    detector = load_detector(DEFAULT)
    return [_pair(clip, truth.parent / clip.file, folder, size, fps, detector) for clip in clips]


def _pair(
    clip: ClipTruth, source: Path, folder: Path, size: tuple[int, int], fps: float, detector: Detector
) -> tuple[Scene, Scene]:
    line = _scaled(line_of(clip), size[0] / clip.width, size[1] / clip.height)
    empty = cv2.resize(_empty(source, detector), size, interpolation=cv2.INTER_AREA)
    still = np.asarray(empty, dtype=np.uint8)
    busy, nobody = (folder / f"{source.stem}-{what}.mp4" for what in ("busy", "empty"))
    frames = _write(busy, _with_lead(still, _at_rate(source, size, fps), fps), size, fps)
    _write(nobody, _noisy(still, frames), size, fps)
    seconds = frames / fps
    return Scene(busy, line, busy=True, seconds=seconds), Scene(nobody, line, busy=False, seconds=seconds)


def _scaled(line: Line, x: float, y: float) -> Line:
    """The line in a picture that is so many times as wide and as high."""
    (x1, y1), (x2, y2), (nx, ny) = line.start, line.end, line.inside
    # A normal of a stretched picture is stretched the other way.
    return Line(line.id, (x1 * x, y1 * y), (x2 * x, y2 * y), (nx * y, ny * x), line.anchor)


def _empty(source: Path, detector: Detector) -> Image:
    """What the scene looks like without those who walk through it."""
    pictures = [frame.image for frame in read_file(source, fps=1)][:SAMPLED]
    return _without_shadows(np.asarray(np.median(np.stack(pictures), axis=0), dtype=np.uint8), detector)


def _without_shadows(still: Image, detector: Detector) -> Image:
    """The picture with whoever would still begin a track filled in from around them (Telea 2004)."""
    for _ in range(PAINTED_TIMES):
        found = detector.detect(still)
        boxes = found.boxes[found.scores >= detector.score]
        if not len(boxes):
            break
        mask = np.zeros(still.shape[:2], dtype=np.uint8)
        for x1, y1, x2, y2 in boxes:
            margin = PAINTED_MARGIN * (y2 - y1)
            low = (max(0, round(float(x1 - margin))), max(0, round(float(y1 - margin))))
            cv2.rectangle(mask, low, (round(float(x2 + margin)), round(float(y2 + margin))), 255, cv2.FILLED)
        still = np.asarray(cv2.inpaint(still, mask, PAINTED_FROM_PX, cv2.INPAINT_TELEA), dtype=np.uint8)
    return still


def _at_rate(source: Path, size: tuple[int, int], fps: float) -> Iterator[Image]:
    """The clip's pictures at another rate: at each moment the newest."""
    shown = 0
    last: Frame | None = None
    for before, after in pairwise(read_file(source)):
        while shown / fps < after.at:
            yield _resized(before.image, size)
            shown += 1
        last = after
    if last is not None:
        yield _resized(last.image, size)


def _resized(image: Image, size: tuple[int, int]) -> Image:
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _with_lead(still: Image, pictures: Iterator[Image], fps: float) -> Iterator[Image]:
    yield from _noisy(still, round(LEAD_S * fps))
    yield from pictures


def _noisy(still: Image, count: int) -> Iterator[Image]:
    dice = np.random.default_rng(0)
    height, width = still.shape[:2]
    # One field of noise, shifted at random: as much work for the codec as fresh noise, and far less to make.
    field = dice.normal(0, NOISE, (2 * height, 2 * width, 1)).astype(np.float32)
    for _ in range(count):
        top, left = dice.integers(height), dice.integers(width)
        yield np.clip(still + field[top : top + height, left : left + width], 0, 255).astype(np.uint8)


def _write(path: Path, pictures: Iterator[Image], size: tuple[int, int], fps: float) -> int:
    """H.264 as cameras send it: no pictures that refer forward, a key picture every two seconds. How many there are."""
    written = 0
    with av.open(str(path), "w") as container:
        options = {"preset": "veryfast", "crf": "26", "bf": "0", "g": str(round(KEY_EVERY_S * fps))}
        stream = container.add_stream("libx264", rate=Fraction(fps).limit_denominator(1000), options=options)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        for image in pictures:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="bgr24")))
            written += 1
        container.mux(stream.encode(None))
    return written
