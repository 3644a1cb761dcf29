"""What the pipeline saw, drawn into the picture: boxes, paths, the line with its inside, the counts.

Only for people's eyes, on request (`--annotate`, the demo's picture, the validation report); no picture that is drawn
here is ever sent anywhere.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from edge.events import Direction
from edge.vision.detections import Crossing, Image, Track
from edge.vision.line import Anchor, Line, anchor_point
from edge.vision.pipeline import Step

Colour = tuple[int, int, int]  # BGR
Pixel = tuple[int, int]

WHITE, INK = (255, 255, 255), (38, 30, 24)
LINE, IN, OUT = (0, 200, 255), (96, 200, 60), (70, 90, 240)
# Neighbouring track numbers get colours that are easy to tell apart.
PALETTE: tuple[Colour, ...] = (
    (235, 160, 60), (90, 190, 250), (180, 105, 230), (110, 200, 110), (220, 200, 80), (120, 130, 245), (200, 150, 200),
)  # fmt: skip

TAIL_S = 3.0  # how long a path stays behind a person, and how long a lost one is remembered
FLASH_S = 0.8  # how long the line shows that somebody crossed
ARROW_SHARE = 0.07  # of the picture's height
FONT = cv2.FONT_HERSHEY_DUPLEX


@dataclass(frozen=True, slots=True)
class _Tail:
    points: deque[tuple[float, Pixel]]


class Overlay:
    """Draws one step after the other; keeps the paths and the counts in between."""

    def __init__(self, lines: Sequence[Line]) -> None:
        """Make an overlay for the steps of one stream.

        Args:
            lines: the counting lines, in pixels of the stream.
        """
        self._lines = tuple(lines)
        self._counts = {line.id: dict.fromkeys(Direction, 0) for line in self._lines}
        self._flash: dict[str, tuple[float, Direction]] = {}
        self._tails: dict[int, _Tail] = {}

    def update(self, step: Step) -> None:
        """Take a step in without drawing it."""
        for crossing in step.crossings:
            self._counts[crossing.line][crossing.direction] += 1
            self._flash[crossing.line] = (step.frame.at, crossing.direction)
        for track in step.tracks:
            tail = self._tails.setdefault(track.id, _Tail(deque()))
            tail.points.append((step.frame.at, self._anchor(track)))
        self._forget(step.frame.at - TAIL_S)

    def draw(self, step: Step) -> Image:
        """The step's picture with everything in it; the picture itself stays as it is."""
        self.update(step)
        image: Image = step.frame.image.copy()
        for track_id, tail in self._tails.items():
            draw_path(image, [point for _, point in tail.points], colour_of(track_id))
        for line in self._lines:
            draw_line(image, line, self._line_colour(line.id, step.frame.at))
        draw_tracks(image, step.tracks)
        draw_counts(image, self._counts)
        return image

    def _anchor(self, track: Track) -> Pixel:
        return anchor_pixel(track, self._lines[0].anchor if self._lines else "foot")

    def _line_colour(self, line: str, at: float) -> Colour:
        since, direction = self._flash.get(line, (-FLASH_S, Direction.IN))
        if at - since >= FLASH_S:
            return LINE
        return IN if direction is Direction.IN else OUT

    def _forget(self, before: float) -> None:
        for track_id, tail in list(self._tails.items()):
            while tail.points and tail.points[0][0] < before:
                tail.points.popleft()
            if not tail.points:
                del self._tails[track_id]


def colour_of(track_id: int) -> Colour:
    """The colour of a track: the same in every picture."""
    return PALETTE[track_id % len(PALETTE)]


def anchor_pixel(track: Track, anchor: Anchor) -> Pixel:
    """Where a track stands, to the pixel."""
    x, y = anchor_point(track.box, anchor)
    return round(x), round(y)


def draw_tracks(image: Image, tracks: Iterable[Track]) -> None:
    """Draw each track's box with its number."""
    width = _stroke(image)
    for track in tracks:
        x1, y1, x2, y2 = (round(float(side)) for side in track.box)
        colour = colour_of(track.id)
        cv2.rectangle(image, (x1, y1), (x2, y2), colour, width)
        _label(image, str(track.id), (x1, y1), colour)


def draw_path(image: Image, points: Sequence[Pixel], colour: Colour) -> None:
    """Draw where somebody walked, thinner the longer ago."""
    for n in range(1, len(points)):
        width = max(1, round(_stroke(image) * 1.5 * n / len(points)))
        cv2.line(image, points[n - 1], points[n], colour, width, cv2.LINE_AA)


def draw_line(image: Image, line: Line, colour: Colour = LINE) -> None:
    """Draw a counting line, and an arrow from its middle to the inside."""
    start, end = np.asarray(line.start, dtype=float), np.asarray(line.end, dtype=float)
    inside = np.asarray(line.inside, dtype=float)
    middle = (start + end) / 2
    tip = middle + inside / np.linalg.norm(inside) * image.shape[0] * ARROW_SHARE
    width = _stroke(image) + 1
    for shade, extra in ((INK, 2), (colour, 0)):
        cv2.line(image, _pixel(start), _pixel(end), shade, width + extra, cv2.LINE_AA)
        cv2.arrowedLine(image, _pixel(middle), _pixel(tip), shade, width + extra, cv2.LINE_AA, tipLength=0.35)


def draw_counts(image: Image, counts: Mapping[str, Mapping[Direction, int]]) -> None:
    """Write how many went in and out over each line, in the upper left corner."""
    scale, line_height = _text_scale(image) * 1.25, round(image.shape[0] * 0.062)
    for row, (line, count) in enumerate(counts.items()):
        text = f"{line}   in {count[Direction.IN]}   out {count[Direction.OUT]}"
        (width, height), _ = cv2.getTextSize(text, FONT, scale, 1)
        top = 6 + row * (line_height + 4)
        _shade(image, (6, top), (6 + width + 16, top + line_height))
        baseline = (14, top + (line_height + height) // 2)
        cv2.putText(image, text, baseline, FONT, scale, WHITE, 1, cv2.LINE_AA)


def draw_crossing(image: Image, crossing: Crossing) -> None:
    """Mark the place of a crossing with a ring."""
    point = (round(crossing.point[0]), round(crossing.point[1]))
    colour = IN if crossing.direction is Direction.IN else OUT
    cv2.circle(image, point, 3 * _stroke(image) + 4, colour, _stroke(image), cv2.LINE_AA)


def _label(image: Image, text: str, at: Pixel, colour: Colour) -> None:
    scale = _text_scale(image)
    (width, height), _ = cv2.getTextSize(text, FONT, scale, 1)
    bottom = max(at[1], height + 6)
    cv2.rectangle(image, (at[0], bottom - height - 6), (at[0] + width + 6, bottom), colour, cv2.FILLED)
    cv2.putText(image, text, (at[0] + 3, bottom - 3), FONT, scale, INK, 1, cv2.LINE_AA)


def _shade(image: Image, corner: Pixel, opposite: Pixel) -> None:
    """Darken a rectangle, so that white text can be read on it."""
    part = image[corner[1] : opposite[1], corner[0] : opposite[0]]
    part[:] = (part * 0.35).astype(np.uint8)


def _stroke(image: Image) -> int:
    return max(1, round(int(image.shape[0]) / 200))


def _text_scale(image: Image) -> float:
    return float(max(0.35, image.shape[0] / 900))


def _pixel(point: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Pixel:
    return round(float(point[0])), round(float(point[1]))
