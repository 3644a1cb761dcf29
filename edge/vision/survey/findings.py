"""What a survey found, as figures. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from edge.vision.line import Line
from edge.vision.survey.accuracy import Expected, expected
from edge.vision.survey.light import Light
from edge.vision.survey.paths import Paths
from edge.vision.survey.proposal import Proposal, propose, toml
from edge.vision.survey.view import View, estimate
from edge.vision.survey.walks import Compared, Walks, compare, crossings

# Between two frames further apart than this, the stream stood still.
PAUSE_S = 2.0


@dataclass(frozen=True)
class Findings:
    """What a survey found.

    Attributes:
        source: what was surveyed, as a person knows it.
        size: width and height of its pictures.
        seconds: how long it was watched.
        wanted_fps: analysed frames a second that were aimed at.
        fps: that there were; None of a single frame.
        pauses: how often the stream stood still for more than two seconds.
        people: tracks seen.
        view: how the camera looks; None when it cannot be told.
        heights: pixels: the 10th, 50th and 90th percentile of people's heights; None when nobody was seen.
        occlusion: 0..1, the share of sights partly hidden by others; None when nobody was seen.
        light: how it is lit.
        proposals: the lines proposed.
        expected: of each of them.
        scale: pixels of the model's input for each of the picture's.
        walked: how many test walks the installer names; 0 when none were asked about.
        walks: what each line counted of them; empty where there is no line to hold them against.
    """

    source: str
    size: tuple[int, int]
    seconds: float
    wanted_fps: float
    fps: float | None
    pauses: int
    people: int
    view: View | None
    heights: tuple[float, float, float] | None
    occlusion: float | None
    light: Light
    proposals: tuple[Proposal, ...]
    expected: tuple[Expected, ...]
    walked: int
    walks: tuple[Compared, ...]
    scale: float

    @property
    def walked_right(self) -> bool:
        """Whether the first line counted the test walks and nothing else; so it is when nobody asked."""
        return not self.walked or (bool(self.walks) and self.walks[0].right)

    def as_json(self) -> dict[str, Any]:
        """What `--json` prints."""
        return {
            "source": self.source,
            "size": list(self.size),
            "seconds": round(self.seconds, 1),
            "fps": _round(self.fps, 2),
            "wanted_fps": self.wanted_fps,
            "pauses": self.pauses,
            "people": self.people,
            "tilt": None if self.view is None else round(self.view.tilt, 1),
            "tilt_range": None if self.view is None else [round(one, 1) for one in self.view.tilt_range],
            "steepness": None if self.view is None else round(self.view.steepness, 1),
            "camera_height_m": None if self.view is None else round(self.view.height_m, 2),
            "person_px": None if self.heights is None else [round(one) for one in self.heights],
            "occlusion": _round(self.occlusion, 3),
            "brightness": round(self.light.mean),
            "contrast": round(self.light.contrast),
            "burnt_out": round(self.light.burnt, 3),
            "noise": _round(self.light.noise, 2),
            "lines": [_line_json(*one, self.scale) for one in zip(self.proposals, self.expected, strict=True)],
            "walks": [_walks_json(one) for one in self.walks],
        }


def find(
    source: str,
    paths: Paths,
    light: Light,
    *,
    wanted_fps: float,
    scale: float,
    hfov: float | None = None,
    lines: Sequence[Line] = (),
    walks: Walks | None = None,
) -> Findings:
    """Draw the conclusions from what was gathered.

    Args:
        source: what was surveyed.
        paths: who was seen where.
        light: how it is lit.
        wanted_fps: analysed frames a second that were aimed at.
        scale: pixels of the model's input for each of the picture's.
        hfov: degrees, the camera's horizontal field of view, where it is known.
        lines: that the camera already has; the walks are held against these, else against what is proposed.
        walks: the installer's.
    """
    times = [at for at, _ in paths.frames]
    seconds = times[-1] - times[0] if times else 0.0
    steps = np.diff(times)
    heights = [height for path in paths.paths for height in path.heights]
    proposals, compared = _walked(propose(paths.paths, paths.size), paths, lines, walks)
    return Findings(
        source=source,
        size=paths.size,
        seconds=seconds,
        wanted_fps=wanted_fps,
        fps=(len(times) - 1) / seconds if seconds > 0 else None,
        pauses=int((steps > PAUSE_S).sum()),
        people=len(paths.paths),
        view=estimate(paths.whole_boxes, paths.size, hfov),
        heights=None if not heights else _three(heights),
        occlusion=paths.occlusion,
        light=light,
        proposals=tuple(proposals),
        expected=tuple(expected(one.height * scale, one.frames, paths.occlusion or 0.0) for one in proposals),
        walked=0 if walks is None else len(walks.ways),
        walks=tuple(compared),
        scale=scale,
    )


def _walked(
    proposals: Sequence[Proposal], paths: Paths, lines: Sequence[Line], walks: Walks | None
) -> tuple[list[Proposal], list[Compared]]:
    """The proposals, turned round where the walks say so, and what each line counted of the walks."""
    if walks is None or not paths.frames:
        return list(proposals), []
    began = paths.frames[0][0]

    def counted(line: Line) -> Compared:
        return compare(walks, line.id, crossings(line, paths.frames, paths.size), began)

    if lines:
        return list(proposals), [counted(line) for line in lines]
    found = [min(((counted(one.line), one) for one in (each, _turned(each))), key=_errors) for each in proposals]
    return [one for _, one in found], [compared for compared, _ in found]


def _errors(found: tuple[Compared, Proposal]) -> int:
    return found[0].errors


def _turned(proposal: Proposal) -> Proposal:
    line = proposal.line
    inside = (-line.inside[0], -line.inside[1])
    turned = Line(line.id, line.start, line.end, inside, line.anchor)
    return Proposal(turned, proposal.crossings, proposal.against, proposal.frames, proposal.height)


def _three(heights: Sequence[float]) -> tuple[float, float, float]:
    low, middle, high = (float(one) for one in np.percentile(heights, [10, 50, 90]))
    return low, middle, high


def _line_json(proposal: Proposal, what: Expected, scale: float) -> dict[str, Any]:
    return {
        "id": proposal.line.id,
        "points": [list(proposal.line.start), list(proposal.line.end)],
        "inside": list(proposal.line.inside),
        "toml": toml(proposal.line),
        "crossings": proposal.crossings,
        "against": proposal.against,
        "frames_per_crossing": proposal.frames,
        "person_px": round(proposal.height),
        "model_px": round(proposal.height * scale),
        "expected_f1": round(what.f1, 3),
    }


def _walks_json(compared: Compared) -> dict[str, Any]:
    tallies = {
        way.value: {"walked": one.true, "counted": one.counted, "matched": one.matched}
        for way, one in compared.tallies.items()
    }
    return {"line": compared.line, "right": compared.right, "timed": compared.timed, **tallies}


def _round(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
