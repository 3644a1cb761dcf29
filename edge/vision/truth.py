"""What really happened in a recorded clip: the `truth.json` beside it.

A file names clips; a clip has at most one counting line and the crossings of it, each by the 0-based number of the
first picture in which the person's anchor is past the line. Files may say more than is read here.
"""

import re
from pathlib import Path

import msgspec

from edge.config import rules
from edge.errors import ConfigError
from edge.events import Direction
from edge.vision.line import Anchor, Point
from edge.vision.matching import Passage

# How a person who marked a clip says how sure the picture numbers are: "+-4 frames".
_OWN_TOLERANCE = re.compile(r"(?:\+-|±)\s*(\d+)\s*frames?\b")


class TrueCrossing(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody crossed the line.

    Attributes:
        frame: the first picture with the anchor past the line, 0-based in decode order.
        direction: in or out.
        note: who it was, in words.
    """

    frame: int
    direction: Direction
    note: str = ""


class InDirection(msgspec.Struct, frozen=True, kw_only=True):
    """Which side of the line is inside.

    Attributes:
        normal: (x, y), points to the inside; its length says nothing.
        words: the same for people.
    """

    normal: Point
    words: str = ""


class ClipTruth(msgspec.Struct, frozen=True, kw_only=True):
    """One clip and what happens in it.

    Attributes:
        file: its name, beside the truth file.
        width: pixels.
        height: pixels.
        fps: pictures per second.
        frames: how many pictures it has.
        line: the two ends of the counting line in pixels, or None when the clip has none.
        anchor: in words, beginning with ``foot`` or ``center``.
        in_direction: which side is inside; there when there is a line.
        crossings: in time order.
        how_verified: in words; may hold the clip's own tolerance (``+-4 frames``).
        frame_tolerance: the clip's own tolerance in pictures, where it is given as a number.
    """

    file: str
    width: int
    height: int
    fps: float
    frames: int
    line: tuple[Point, Point] | None = None
    anchor: str = "foot"
    in_direction: InDirection | None = None
    crossings: tuple[TrueCrossing, ...] = ()
    how_verified: str = ""
    frame_tolerance: int | None = None

    @property
    def own_tolerance(self) -> int:
        """How sure the picture numbers are, ± pictures: the number given, else the words', else 0."""
        if self.frame_tolerance is not None:
            return self.frame_tolerance
        found = _OWN_TOLERANCE.search(self.how_verified)
        return int(found[1]) if found else 0

    @property
    def anchor_point(self) -> Anchor:
        """Which point of a person's box the truth goes by."""
        return "center" if self.anchor.lower().startswith("cent") else "foot"

    @property
    def passages(self) -> tuple[Passage, ...]:
        """The crossings at their media times."""
        return tuple(Passage(at=one.frame / self.fps, direction=one.direction) for one in self.crossings)


class Truth(msgspec.Struct, frozen=True, kw_only=True):
    """A truth file."""

    clips: tuple[ClipTruth, ...]


_decoder = msgspec.json.Decoder(Truth)


def parse(data: bytes, name: str = "truth.json") -> Truth:
    """Read the JSON of a truth file; keys that are not known are passed over.

    Args:
        data: the file's bytes.
        name: what to call the file in an error.

    Raises:
        ConfigError: it is no JSON, a key is missing or of another type, or a line has no inside or cannot be crossed.
    """
    try:
        truth = _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"expected a truth file, found: {error}", path=name) from None
    for clip in truth.clips:
        if clip.fps <= 0:
            raise ConfigError(f"expected fps above 0, found {clip.fps:g}", path=f"{name}: {clip.file}")
        if clip.line is not None:
            _check_line(clip, clip.line, f"{name}: {clip.file}")
    return truth


def _check_line(clip: ClipTruth, line: tuple[Point, Point], path: str) -> None:
    if clip.in_direction is None:
        raise ConfigError("expected in_direction.normal beside the line", path=path)
    try:
        rules.crossable(*line, clip.in_direction.normal)
    except rules.FieldError as error:
        key = {"points": "line", "inside": "in_direction.normal"}[error.path]
        raise ConfigError(f"{key}: {error.message}", path=path) from None


def read(path: Path) -> Truth:
    """Read a truth file.

    Raises:
        ConfigError: it cannot be read, or is none.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"expected a truth file, found: {error.strerror}", path=str(path)) from None
    return parse(data, str(path))
