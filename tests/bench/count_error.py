"""Fits the error rates behind `in_sd` and judges them: `python -m tests.bench.count_error TRUTH.json`.

Every clip with a line is counted as it is and with noise, at 10, 5 and 3.3 pictures a second, and with a fifth of
the time blanked; so are simulated days at two doors. Each clip is judged by rates from the other clips only, and days
that nothing was fitted on by the rates from all of them. Those are printed last, as they stand in
edge/vision/count_error.py: to fit anew, after another detector was bundled, paste them there.
"""

import argparse
import dataclasses
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from edge.bench.zones import AHEAD
from edge.events import Direction
from edge.sim.floor import doors
from edge.sim.floor.detecting import Detecting, Failings
from edge.vision.count_coverage import Coverage, Judged, coverage
from edge.vision.count_error import RATES, ErrorRates
from edge.vision.counting import LineCounter
from edge.vision.decode import read_file
from edge.vision.detections import Crossing, Detections, Image, Track
from edge.vision.detector import load_detector
from edge.vision.interval import hole_s
from edge.vision.matching import Passage, match, tolerance_s
from edge.vision.models import DEFAULT
from edge.vision.tracker import Tracker, TrackerSettings
from edge.vision.truth import ClipTruth, InDirection, TrueCrossing, read
from edge.vision.validate import line_of, why_skipped
from tests.bench.error_fit import Scene, fit

FULL_FPS = 10.0
NOISES = (0.0, 25.0)  # standard deviation in grey levels
KEEP = {"10 fps": 1, "5 fps": 2, "3.3 fps": 3}
BLANK = "10 fps, blanked"
BLANK_EVERY_S, BLANK_S = 20.0, 4.0
DAYS, DAY_S = 4, 600.0
FRESH = range(100, 108)
POOR = Failings(miss=0.15, lapse_per_s=1 / 8, false_per_s=1 / 20)


@dataclass(frozen=True)
class Seen:
    """What the detector found in one picture."""

    index: int
    at: float
    detections: Detections


@dataclass(frozen=True)
class Case:
    """A clip in one of its variants, counted."""

    clip: str
    variant: str
    judged: Judged


@dataclass
class Errors:
    """What went wrong, by what was to be seen: (errors, out of)."""

    false_sure: tuple[int, int] = (0, 0)
    false_unsure: tuple[int, int] = (0, 0)
    doubt: tuple[int, int] = (0, 0)


def noisy(image: Image, sigma: float, index: int) -> Image:
    if not sigma:
        return image
    noise = np.random.default_rng(index).normal(0, sigma, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8)


def detect(path: Path, sigma: float) -> tuple[list[Seen], float]:
    """All that is seen in a clip, and the score that begins a track."""
    detector = load_detector(DEFAULT, threads=2)
    frames = read_file(path, fps=FULL_FPS)
    seen = [Seen(one.index, one.at, detector.detect(noisy(one.image, sigma, one.index))) for one in frames]
    return seen, detector.score


def blanked(seen: Sequence[Seen]) -> list[Seen]:
    return [one for one in seen if one.at % BLANK_EVERY_S < BLANK_EVERY_S - BLANK_S]


def judge(clip: ClipTruth, seen: Sequence[Seen], score: float, fps: float, truth_shown: Sequence[Passage]) -> Judged:
    tracker, counter = (
        Tracker(TrackerSettings(sure=score)),
        LineCounter(line_of(clip).opened((clip.width, clip.height))),
    )
    crossings: list[Crossing] = []
    doubts: list[tuple[float, Direction]] = []
    for one in seen:
        tracks: list[Track] = tracker.update(one.detections, one.at)
        crossings += counter.update(tracks, one.index, one.at)
        doubts += [(one.at, doubt.direction) for doubt in counter.take_doubts()]
    crossings += counter.finish()
    length_s = clip.frames / clip.fps
    doubts += [(length_s - 0.001, doubt.direction) for doubt in counter.take_doubts()]
    counted = [Passage(at=one.frame / clip.fps, direction=one.direction) for one in crossings]
    matching = match(truth_shown, counted, tolerance_s(clip.fps, fps, clip.own_tolerance))
    watched = [one.at for one in seen]
    return Judged(truth_shown, crossings, counted, matching, doubts, watched, length_s, hole_s(fps))


def cases(clip: ClipTruth, path: Path) -> Iterator[Case]:
    for sigma in NOISES:
        seen, score = detect(path, sigma)
        look = f"noise {sigma:g}" if sigma else "as it is"
        for name, keep in KEEP.items():
            yield Case(clip.file, f"{name}, {look}", judge(clip, seen[::keep], score, FULL_FPS / keep, clip.passages))
        yield Case(clip.file, f"{BLANK}, {look}", judge(clip, blanked(seen), score, FULL_FPS, clip.passages))


def simulated(seed: int, failings: Failings) -> Iterator[Case]:
    """A day at two doors, each its own line, as a failing detector sees it."""
    dice = np.random.default_rng(seed)
    day, camera = doors.door_day(DAY_S, dice), Detecting(AHEAD, failings, dice)
    name = f"simulated day {seed}"
    passings = day.truth()
    seen = [Seen(n, at, found) for n, (at, found) in enumerate(camera.frames(day.walks, DAY_S))]
    width, height = camera.frame_size
    for door, ends in doors.DOORS.items():
        clip = ClipTruth(
            file=name,
            width=width,
            height=height,
            fps=FULL_FPS,
            frames=len(seen),
            line=(camera.pixels(ends)[0], camera.pixels(ends)[1]),
            in_direction=InDirection(normal=(0.0, -1.0)),
            crossings=tuple(
                TrueCrossing(frame=round(one.at * FULL_FPS), direction=Direction.IN if one.inwards else Direction.OUT)
                for one in passings
                if one.door == door
            ),
        )
        score = TrackerSettings().sure
        for rate, keep in KEEP.items():
            yield Case(name, f"{rate}, simulated", judge(clip, seen[::keep], score, FULL_FPS / keep, clip.passages))
        yield Case(name, f"{BLANK}, simulated", judge(clip, blanked(seen), score, FULL_FPS, clip.passages))


def errors_of(every: Sequence[Case]) -> Errors:
    """Errors where the line was watched throughout: what blanking costs is a matter of time, not of these rates."""
    found = Errors()
    for case in every:
        if BLANK not in case.variant:
            add(found, case.judged)
    return found


def add(found: Errors, judged: Judged) -> None:
    false = set(judged.matching.false)
    for n, crossing in enumerate(judged.crossings):
        name = "false_sure" if crossing.confidence >= RATES.sure else "false_unsure"
        plus(found, name, int(n in false), 1)
    plus(found, "doubt", explained(judged), len(judged.doubts))


def explained(judged: Judged) -> int:
    """How many missed crossings a passing that was never settled may stand for."""
    return min(len(judged.matching.missed), len(judged.doubts))


def plus(found: Errors, name: str, errors: int, out_of: int) -> None:
    before = getattr(found, name)
    setattr(found, name, (before[0] + errors, before[1] + out_of))


def rates_of(every: Sequence[Case]) -> ErrorRates:
    """Shares with half an error added, so that what was never seen is not held to be impossible (Jeffreys)."""

    def share(pair: tuple[int, int]) -> float:
        return round((pair[0] + 0.5) / (pair[1] + 1), 3)

    errors = errors_of(every)
    missed, fading, between = fit(
        [
            Scene(
                camera=case.clip,
                missed=len(case.judged.matching.missed) - explained(case.judged),
                confidences=tuple(one.confidence for one in case.judged.crossings),
            )
            for case in every
            if BLANK not in case.variant
        ]
    )
    return ErrorRates(
        sure=RATES.sure,
        false_sure=share(errors.false_sure),
        false_unsure=share(errors.false_unsure),
        missed=round(missed, 3),
        fading=round(fading, 2),
        between=round(between, 2),
        doubt=share(errors.doubt),
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("truth", type=Path)
    folder = (options := parser.parse_args()).truth.parent
    every: list[Case] = []
    for clip in read(options.truth).clips:
        if why_skipped(clip, folder) is None:
            every += cases(clip, folder / clip.file)
    recorded = {case.clip for case in every}
    for seed in range(DAYS):
        every += simulated(seed, Failings() if seed % 2 else POOR)
    others = {name: rates_of([case for case in every if case.clip != name]) for name in {case.clip for case in every}}
    told: dict[str, Coverage] = {}
    for case in every:
        found = coverage(case.judged, others[case.clip])
        kind = "all recorded" if case.clip in recorded else "all simulated"
        for name in (case.variant, case.clip, kind):
            told[name] = told.get(name, Coverage()) + found
    rates = rates_of(every)
    for seed in FRESH:
        for case in simulated(seed, Failings() if seed % 2 else POOR):
            name = f"fresh days, {case.variant}"
            told[name] = told.get(name, Coverage()) + coverage(case.judged, rates)
    for name, found in told.items():
        share = "none" if found.share is None else f"{found.share:.3f}"
        sys.stdout.write(f"{name:45} {found.held:5} of {found.stretches:5} stretches held: {share}\n")
    values = "\n".join(f"    {name}={value}," for name, value in dataclasses.asdict(rates).items())
    sys.stdout.write(f"RATES = ErrorRates(\n{values}\n)\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
