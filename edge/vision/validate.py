"""Count the clips of a truth file and hold the counts against what really happened."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from edge.errors import ConfigError
from edge.events import Direction
from edge.vision.count import DEFAULT_FPS, Count, count
from edge.vision.count_coverage import Coverage, Judged, coverage
from edge.vision.decode import probe
from edge.vision.detections import Crossing, Track
from edge.vision.line import Line
from edge.vision.matching import Matching, Passage, Tally, match, tally, tolerance_s
from edge.vision.models import DEFAULT
from edge.vision.pipeline import Step
from edge.vision.truth import ClipTruth, Truth

NO_TALLY = Tally(0, 0, 0)


@dataclass(frozen=True)
class ClipResult:
    """One clip, counted.

    Attributes:
        truth: what really happened.
        path: where the clip is.
        count: what was counted.
        tolerance_s: how far apart in time a true and a counted crossing may be.
        matching: who is who; positions in `truth.crossings` and `count.crossings`.
        tallies: the figures of each direction.
        tracks: by picture number, who was seen in each analysed picture (for the report).
    """

    truth: ClipTruth
    path: Path
    count: Count
    tolerance_s: float
    matching: Matching
    tallies: Mapping[Direction, Tally]
    tracks: Mapping[int, tuple[Track, ...]]

    @property
    def both(self) -> Tally:
        """The figures of both directions together; its bias lets errors cancel, so show it for neither."""
        return sum(self.tallies.values(), NO_TALLY)

    @property
    def line(self) -> Line:
        """The line that was counted over."""
        return line_of(self.truth)

    @property
    def missed(self) -> tuple[Passage, ...]:
        """True crossings that were not counted."""
        return tuple(self.truth.passages[n] for n in self.matching.missed)

    @property
    def false(self) -> tuple[Crossing, ...]:
        """Counted crossings that did not happen."""
        return tuple(self.count.crossings[n] for n in self.matching.false)

    @cached_property
    def coverage(self) -> Coverage:
        """How many stretches of the clip the counts' 90 % intervals held the truth of."""
        fps = self.truth.fps
        watched = [number / fps for number in sorted(self.tracks)]
        counted = passages_of(self.truth, self.count)
        length_s = self.count.frames / fps
        judged = Judged(
            self.truth.passages, self.count.crossings, counted, self.matching, self.count.doubts, watched, length_s
        )
        return coverage(judged)

    def as_json(self) -> dict[str, Any]:
        """The clip's row of `--json`."""
        ins, outs = self.tallies[Direction.IN], self.tallies[Direction.OUT]
        return {
            "file": self.truth.file,
            "truth_in": ins.true,
            "truth_out": outs.true,
            "in": ins.counted,
            "out": outs.counted,
            "f1": round(self.both.f1, 4),
            "precision": round(self.both.precision, 4),
            "recall": round(self.both.recall, 4),
            "bias_in": ins.bias,
            "bias_out": outs.bias,
            "tolerance_s": round(self.tolerance_s, 3),
            "missed_s": [round(passage.at, 2) for passage in self.missed],
            "false_s": [round(crossing.at, 2) for crossing in self.false],
            "frames": self.count.frames,
            "analysed": self.count.analysed,
            "elapsed_s": round(self.count.elapsed_s, 2),
            **_coverage_json(self.coverage),
        }


@dataclass(frozen=True)
class Skipped:
    """A clip that could not be held against a truth."""

    file: str
    reason: str


@dataclass(frozen=True)
class Validation:
    """All clips of a truth file.

    Attributes:
        model: the detector, as it was asked for.
        clips: those that were counted.
        skipped: those that were not, and why.
    """

    model: str
    clips: tuple[ClipResult, ...]
    skipped: tuple[Skipped, ...]

    def tally(self, direction: Direction) -> Tally:
        """One direction over all clips. Its bias is a sum; `absolute_error` does not let clips cancel."""
        return sum((clip.tallies[direction] for clip in self.clips), NO_TALLY)

    def absolute_error(self, direction: Direction) -> int:
        """The absolute errors of one direction, added over the clips."""
        return sum(clip.tallies[direction].absolute_error for clip in self.clips)

    @property
    def coverage(self) -> Coverage:
        """The stretches of all clips."""
        return sum((clip.coverage for clip in self.clips), Coverage())

    @property
    def both(self) -> Tally:
        """Both directions over all clips."""
        return sum((clip.both for clip in self.clips), NO_TALLY)

    def as_json(self) -> dict[str, Any]:
        """What `--json` prints."""
        return {
            "model": self.model,
            "clips": [clip.as_json() for clip in self.clips],
            "skipped": [{"file": one.file, "reason": one.reason} for one in self.skipped],
            "f1": round(self.both.f1, 4),
            "precision": round(self.both.precision, 4),
            "recall": round(self.both.recall, 4),
            "bias_in": self.tally(Direction.IN).bias,
            "bias_out": self.tally(Direction.OUT).bias,
            "absolute_error_in": self.absolute_error(Direction.IN),
            "absolute_error_out": self.absolute_error(Direction.OUT),
            **_coverage_json(self.coverage),
        }


def _coverage_json(found: Coverage) -> dict[str, Any]:
    share = None if found.share is None else round(found.share, 4)
    return {"stretches": found.stretches, "stretches_held": found.held, "interval_90_holds": share}


# Told which clip it is at, and how many of its pictures are behind.
ClipProgress = Callable[[ClipTruth, int], None]


def validate(
    truth: Truth,
    folder: Path,
    *,
    model: str = DEFAULT,
    fps: float | None = DEFAULT_FPS,
    gate: bool = False,
    progress: ClipProgress | None = None,
) -> Validation:
    """Count every clip that has a line, and match.

    Args:
        truth: what really happened.
        folder: where the clips are.
        model: a bundled model's name, or the path of an ONNX file.
        fps: pictures to analyse per second of media time, at most; None is every one.
        gate: pass over pictures while nobody is there and nothing moves.
        progress: told the clip and how many pictures of it are behind.

    Raises:
        ConfigError: no clip can be counted, or one is of another size than its truth says.
        SourceError: a clip that is there cannot be read.
        ModelError: the model cannot be used.
    """
    clips: list[ClipResult] = []
    skipped: list[Skipped] = []
    for clip in truth.clips:
        reason = why_skipped(clip, folder)
        if reason is None:
            clips.append(validate_clip(clip, folder / clip.file, model=model, fps=fps, gate=gate, progress=progress))
        else:
            skipped.append(Skipped(clip.file, reason))
    if not clips:
        why = "; ".join(f"{one.file}: {one.reason}" for one in skipped) or "the truth file names none"
        raise ConfigError(f"expected a clip that can be counted in {folder}, found none ({why})")
    return Validation(model, tuple(clips), tuple(skipped))


def why_skipped(clip: ClipTruth, folder: Path) -> str | None:
    """Why a clip cannot be counted, or None when it can."""
    if clip.line is None:
        return "it has no counting line"
    if not (folder / clip.file).is_file():
        return f"no such file in {folder}"
    return None


def validate_clip(
    clip: ClipTruth,
    path: Path,
    *,
    model: str = DEFAULT,
    fps: float | None = DEFAULT_FPS,
    gate: bool = False,
    progress: ClipProgress | None = None,
) -> ClipResult:
    """Count one clip and match (see `validate`)."""
    _check_size(clip, path)
    tracks: dict[int, tuple[Track, ...]] = {}

    def watch(step: Step) -> None:
        tracks[step.frame.index] = tuple(step.tracks)

    def report(frames: int, _: int | None) -> None:
        if progress is not None:
            progress(clip, frames)

    counted = count(path, line_of(clip), model=model, fps=fps, gate=gate, progress=report, watch=watch)
    # A gate is held to what it would be without: its passing over pictures is no excuse for being late.
    rate = min(clip.fps, fps or clip.fps) if gate else _analysed_fps(clip, counted)
    tolerance = tolerance_s(clip.fps, rate, clip.own_tolerance)
    return compare(clip, path, counted, tolerance, tracks)


def _check_size(clip: ClipTruth, path: Path) -> None:
    """The line was drawn into pictures of the truth's size: in others it lies elsewhere."""
    info = probe(str(path))
    if (info.width, info.height) != (clip.width, clip.height):
        raise ConfigError(
            f"expected a video of {clip.width}x{clip.height} as its truth says, found {info.width}x{info.height};"
            " mark this one anew, or take the one that was marked",
            str(path),
        )


def compare(
    clip: ClipTruth, path: Path, counted: Count, tolerance: float, tracks: Mapping[int, tuple[Track, ...]]
) -> ClipResult:
    """Hold a count against the truth."""
    passages = passages_of(clip, counted)
    matching = match(clip.passages, passages, tolerance)
    tallies = {direction: tally(clip.passages, passages, matching, direction) for direction in Direction}
    return ClipResult(clip, path, counted, tolerance, matching, tallies, tracks)


def passages_of(clip: ClipTruth, counted: Count) -> list[Passage]:
    """What was counted, by picture number as the truth is, so that odd time stamps in a file do no harm."""
    return [Passage(at=one.frame / clip.fps, direction=one.direction) for one in counted.crossings]


def line_of(clip: ClipTruth) -> Line:
    """A clip's counting line.

    Raises:
        ValueError: it has none; `why_skipped` says so before.
    """
    if clip.line is None or clip.in_direction is None:
        raise ValueError(f"{clip.file} has no counting line")
    start, end = clip.line
    return Line(id="line", start=start, end=end, inside=clip.in_direction.normal, anchor=clip.anchor_point)


def _analysed_fps(clip: ClipTruth, counted: Count) -> float:
    """Pictures analysed per second of media time."""
    return clip.fps * counted.analysed / counted.frames if counted.analysed else clip.fps
