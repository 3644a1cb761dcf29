"""Tracking on its own: HOTA and IDF1 of our tracker beside ByteTrack and OC-SORT, at 10, 5 and 2 frames a second.

    python -m tests.bench.tracking --seeds 601 602 603 --clips DIR

Needs the extra [peers]. All trackers get the same detections, threshold, patience and times; the published evaluator
of `trackers` (made to agree with TrackEval) scores them. Scenes are simulated floors, whose detector fails, and, with
--clips, rendered ones (`store-edge bench scenes` renders them) with the bundled detector. Whoever shows less than a
quarter of themselves is no truth, and neither is a box on them an error.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from edge.bench.scenes import detected
from edge.bench.zones import AHEAD, BESIDE
from edge.sim.floor.browsing import browsing
from edge.sim.floor.detecting import Detecting, Failings
from edge.sim.floor.doors import door_day
from edge.sim.floor.queueing import queue_day
from edge.sim.floor.walk import Walk
from edge.sim.render.camera import Placement
from edge.sim.render.floor_truth import read
from edge.vision.association import overlap
from edge.vision.detections import Boxes, Detections, Track
from edge.vision.sampling import Sampler
from edge.vision.tracker import Tracker, TrackerSettings
from tests.bench.peers_tracker import Update, theirs

RATES = (10.0, 5.0, 2.0)
SECONDS = 300.0
SHOWN = 0.25
PATIENCE_S = 2.0
RENDERED = ("queue", "browsing", "doors")
# A track on somebody who is hardly seen is left out of the figures: their boxes overlap at least so much.
ON_SOMEBODY = 0.5

Ids = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Moment:
    """One frame: what is found, who is there, and who of them is hardly seen."""

    at: float
    found: Detections
    ids: Ids
    boxes: Boxes
    hardly: Boxes


@dataclass(frozen=True)
class Scene:
    """A scene, with the score that may begin a track."""

    name: str
    moments: Sequence[Moment]
    score: float


def ours(score: float, _: float) -> Update:
    """This project's tracker."""
    return Tracker(TrackerSettings(sure=score, lost_s=PATIENCE_S)).update


def byte_track(score: float, fps: float) -> Update:
    """Their ByteTrack."""
    from trackers import ByteTrackTracker

    return theirs(
        ByteTrackTracker(
            frame_rate=fps,
            lost_track_buffer=round(30 * PATIENCE_S),
            track_activation_threshold=score,
            high_conf_det_threshold=score,
        )
    )


def oc_sort(score: float, fps: float) -> Update:
    """Their OC-SORT."""
    from trackers import OCSORTTracker

    return theirs(
        OCSORTTracker(
            frame_rate=fps,
            lost_track_buffer=round(30 * PATIENCE_S),
            minimum_consecutive_frames=2,
            high_conf_det_threshold=score,
        )
    )


TRACKERS: dict[str, Callable[[float, float], Update]] = {
    "store-edge": ours,
    "ByteTrack": byte_track,
    "OC-SORT": oc_sort,
}


def simulated(seed: int) -> Iterator[Scene]:
    """The floors of `store-edge bench zones`."""
    dice = np.random.default_rng(seed)
    days: list[tuple[str, Sequence[Walk], Placement]] = [
        ("queue", queue_day(SECONDS, dice).walks, BESIDE),
        ("browsing", browsing(SECONDS, dice).walks, AHEAD),
        ("doors", door_day(SECONDS, dice).walks, AHEAD),
    ]
    for name, walks, placement in days:
        camera = Detecting(placement, Failings(), dice)
        moments = [_moment(at, found, *camera.truth(walks, at)) for at, found in camera.frames(walks, SECONDS)]
        yield Scene(f"simulated {name} {seed}", moments, TrackerSettings().sure)


def rendered(clips: Path, model: str) -> Iterator[Scene]:
    """The rendered floors, as the detector sees them."""
    for name in RENDERED:
        truth = read(clips, name)
        numbers = {one.name: n for n, one in enumerate(truth.people)}
        frames, score = detected(clips / f"{name}.mp4", model)
        moments = []
        for (at, found), there in zip(frames, truth.boxes, strict=True):
            ids = np.asarray([numbers[one["name"]] for one in there], dtype=np.intp)
            boxes = np.asarray([one["box"] for one in there], dtype=np.float32).reshape(-1, 4)
            shown = np.asarray([one["visible"] * one["in_view"] for one in there], dtype=np.float64)
            moments.append(_moment(at, found, ids, boxes, shown))
        yield Scene(f"rendered {name}", moments, score)


def _moment(at: float, found: Detections, ids: Ids, boxes: Boxes, shown: npt.NDArray[np.float64]) -> Moment:
    seen = shown >= SHOWN
    return Moment(at, found, ids[seen], boxes[seen], boxes[~seen])


def tracked(sequence: Scene, fps: float, make: Callable[[float, float], Update]) -> tuple[list[Any], ...]:
    """What the evaluator wants: true ids, found ids and overlaps, frame by frame."""
    update, sampler = make(sequence.score, fps), Sampler(fps)
    true: list[Any] = []
    found: list[Any] = []
    alike: list[Any] = []
    for moment in sequence.moments:
        if not sampler.keep(moment.at):
            continue
        tracks = [one for one in update(moment.found, moment.at) if not _on_the_hidden(one, moment)]
        boxes = np.asarray([one.box for one in tracks], dtype=np.float32).reshape(-1, 4)
        true.append(moment.ids)
        found.append(np.asarray([one.id for one in tracks], dtype=np.intp))
        alike.append(overlap(moment.boxes, boxes))
    return _numbered(true), _numbered(found), alike


def _on_the_hidden(track: Track, moment: Moment) -> bool:
    """Whether a track is on somebody who is hardly seen, and on nobody else."""
    box = track.box[None]
    on_hidden = bool((overlap(box, moment.hardly) >= ON_SOMEBODY).any())
    return on_hidden and not bool((overlap(box, moment.boxes) >= ON_SOMEBODY).any())


def _numbered(ids: list[Any]) -> list[Any]:
    """The same ids, from 0 on without holes."""
    known = {one: n for n, one in enumerate(sorted({int(one) for frame in ids for one in frame}))}
    return [np.asarray([known[int(one)] for one in frame], dtype=np.intp) for frame in ids]


def scored(sequences: Sequence[Scene]) -> dict[str, Any]:
    """HOTA and IDF1, percent, over all sequences, and of each."""
    from trackers.eval.hota import aggregate_hota_metrics, compute_hota_metrics
    from trackers.eval.identity import aggregate_identity_metrics, compute_identity_metrics

    figures: dict[str, Any] = {}
    for fps in RATES:
        rows = figures[f"{fps:g} fps"] = {}
        for name, make in TRACKERS.items():
            hota, identity, each = [], [], {}
            for sequence in sequences:
                came = tracked(sequence, fps, make)
                hota.append(compute_hota_metrics(*came))
                identity.append(compute_identity_metrics(*came))
                each[sequence.name] = _percent(hota[-1]["HOTA"], identity[-1]["IDF1"])
            whole = _percent(aggregate_hota_metrics(hota)["HOTA"], aggregate_identity_metrics(identity)["IDF1"])
            rows[name] = {"HOTA/IDF1": whole, **each}
    return figures


def _percent(hota: float, idf1: float) -> str:
    return f"{100 * hota:.1f}/{100 * idf1:.1f}"


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=Path, help="the folder of rendered scenes")
    parser.add_argument("--model", default="person", help="the detector of the rendered scenes")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1], help="of the simulated floors")
    options = parser.parse_args()
    sequences = [sequence for seed in options.seeds for sequence in simulated(seed)]
    if options.clips is not None:
        sequences += rendered(options.clips, options.model)
    sys.stdout.write(json.dumps(scored(sequences), indent=1) + "\n")


if __name__ == "__main__":
    main()
