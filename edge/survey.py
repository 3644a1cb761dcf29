"""`store-edge survey`: watch a camera or a clip for a while, and write how well it hangs for counting."""

import json
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import msgspec
import numpy as np

from edge.clock import Clock, SystemClock
from edge.config.camera import CameraConfig
from edge.config.read import load
from edge.errors import ConfigError, SourceError
from edge.events import CameraStatus
from edge.vision.camera import Camera
from edge.vision.count import DEFAULT_FPS
from edge.vision.decode import probe, read_file, without_credentials
from edge.vision.detections import Frame, Image
from edge.vision.detector import Detector, load_detector
from edge.vision.drawing import draw_line, draw_path
from edge.vision.line import Line
from edge.vision.models import DEFAULT
from edge.vision.setup import line_of
from edge.vision.still import MOST_PICTURES, Still
from edge.vision.survey.advice import Advice, advise
from edge.vision.survey.findings import Findings, find
from edge.vision.survey.light import LightMeter
from edge.vision.survey.page import page
from edge.vision.survey.paths import Paths
from edge.vision.survey.walks import Walks, parse, parse_file
from edge.vision.tracker import Tracker, TrackerSettings

MOST_MINUTES = 120.0
# The id of a camera that no configuration names.
_UNNAMED = "surveyed"
_WAIT_S = 0.5
LIGHT_EVERY_S = 1.0
_PATHS, _QUALITY = 60, 85
_PATH = (250, 190, 90)  # BGR


@dataclass(frozen=True)
class Wanted:
    """What to survey.

    Attributes:
        source: a camera of the configuration, a URL, a device or the path of a clip.
        out: the folder to write to.
        config: the gateway's configuration, for a camera's name.
        minutes: how long to watch at most.
        fps: analysed frames a second; None is the camera's own, or 10.
        model: a bundled name, or the path of an .onnx file.
        hfov: degrees, the camera's horizontal field of view, where it is known.
        walks: the installer's; a file, or as in in:5,out:5.
        times: of those, as in 10,22.5.
    """

    source: str
    out: Path
    config: Path | None = None
    minutes: float = 5.0
    fps: float | None = None
    model: str = DEFAULT
    hfov: float | None = None
    walks: str = ""
    times: str = ""


@dataclass(frozen=True)
class Surveyed:
    """What came of it.

    Attributes:
        files: that were written, the page first.
    """

    findings: Findings
    advice: list[Advice]
    files: list[Path] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        """What `--json` prints, and what is in survey.json."""
        return {**self.findings.as_json(), "warnings": [{"what": one.what, "do": one.do} for one in self.advice]}


@dataclass
class _Gathered:
    """What is gathered frame by frame."""

    detector: Detector
    still: Still
    paths: Paths | None = None
    light: LightMeter = field(default_factory=LightMeter)
    tracker: Tracker = field(init=False)
    lit_at: float = -np.inf

    def __post_init__(self) -> None:
        self.tracker = Tracker(TrackerSettings(sure=self.detector.score))

    def add(self, frame: Frame) -> None:
        if self.paths is None:
            self.paths = Paths((frame.image.shape[1], frame.image.shape[0]))
        found = self.detector.detect(frame.image)
        self.paths.add(found, self.tracker.update(found, frame.at), frame.at)
        self.still.add(frame.image, frame.at)
        if frame.at - self.lit_at >= LIGHT_EVERY_S:
            self.light.add(frame.image)
            self.lit_at = frame.at


def survey(wanted: Wanted, clock: Clock | None = None) -> Surveyed:
    """Watch, judge and write the page, the still and the figures.

    Args:
        wanted: what.
        clock: what a live camera is watched by.

    Raises:
        ConfigError: an argument is wrong.
        SourceError: no picture came, or the folder cannot be written.
        ModelError: the model cannot be used.
    """
    walks = _walks(wanted)
    camera = _camera(wanted)
    lines = [line_of(line) for line in camera.line]
    gathered = _Gathered(load_detector(camera.model), Still(_span_s(camera, wanted) / MOST_PICTURES))
    with closing(_frames(camera, 60.0 * wanted.minutes, clock or SystemClock())) as frames:
        for frame in frames:
            gathered.add(frame)
    light, picture = gathered.light.light(), gathered.still.picture()
    shown = without_credentials(camera.url) if camera.id == _UNNAMED else camera.id
    if gathered.paths is None or light is None or picture is None:
        raise SourceError(f"{shown}: expected pictures within {wanted.minutes:g} minutes, found none")
    width, height = gathered.paths.size
    findings = find(
        shown,
        gathered.paths,
        light,
        wanted_fps=camera.fps,
        scale=gathered.detector.input_size(width, height)[0] / width,
        hfov=wanted.hfov,
        lines=lines,
        walks=walks,
    )
    surveyed = Surveyed(findings, advise(findings))
    return _written(surveyed, wanted.out, _pictures(findings, gathered.paths, picture, lines))


def _camera(wanted: Wanted) -> CameraConfig:
    """The camera that is meant: one of the configuration, or one made up for a URL or file."""
    if not 0 < wanted.minutes <= MOST_MINUTES:
        raise ConfigError(f"expected more than 0 and at most {MOST_MINUTES:g}, found {wanted.minutes:g}", "--minutes")
    if wanted.config is None:
        return CameraConfig(id=_UNNAMED, url=wanted.source, model=wanted.model, fps=wanted.fps or DEFAULT_FPS)
    cameras = load(wanted.config).camera
    for camera in cameras:
        if camera.id == wanted.source:
            return msgspec.structs.replace(camera, fps=wanted.fps or camera.fps)
    known = ", ".join(one.id for one in cameras) or "none"
    raise ConfigError(f"expected a camera of {wanted.config} ({known}), found {wanted.source!r}", "CAMERA")


def _span_s(camera: CameraConfig, wanted: Wanted) -> float:
    """How long it will be watched, seconds."""
    most_s = 60.0 * wanted.minutes
    if not camera.is_file:
        return most_s
    info = probe(camera.url)
    return min(most_s, info.frames / info.fps) if info.frames else most_s


def _walks(wanted: Wanted) -> Walks | None:
    if not wanted.walks:
        if wanted.times:
            raise ConfigError("expected --walks beside --at, found none", "--at")
        return None
    file = Path(wanted.walks)
    try:
        text = file.read_text("utf-8") if file.is_file() else None
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"expected a text file with walks, found {file} that cannot be read", "--walks") from None
    return parse(wanted.walks, wanted.times) if text is None else parse_file(text, str(file))


def _frames(camera: CameraConfig, seconds: float, clock: Clock) -> Generator[Frame, None, None]:
    """The frames to analyse: of a clip as fast as they decode, of a camera as they come."""
    if camera.is_file:
        for frame in read_file(Path(camera.url), fps=camera.fps):
            if frame.at > seconds:
                return
            yield frame
        return
    until: float | None = None
    given_up = clock.monotonic_s() + camera.open_timeout_s + camera.stale_after_s
    with Camera(camera, clock) as source:
        while source.status is not CameraStatus.ENDED and clock.monotonic_s() < (until or given_up):
            seen = source.next_frame(_WAIT_S)
            if seen is not None:
                until = until or clock.monotonic_s() + seconds
                yield seen


def _pictures(findings: Findings, paths: Paths, still: Image, lines: list[Line]) -> list[tuple[str, bytes]]:
    """The still with all lines, and with the ways that people took."""
    proposed, walked = still.copy(), still.copy()
    for line in (*(one.line for one in findings.proposals), *lines):
        draw_line(proposed, line)
    for path in paths.paths[-_PATHS:]:
        draw_path(walked, [(round(x), round(y)) for x, y in path.feet], _PATH)
    return [
        ("The camera's view without people, and its lines; arrows point to the inside.", _jpeg(proposed)),
        ("Where people walked.", _jpeg(walked)),
    ]


def _written(surveyed: Surveyed, out: Path, pictures: list[tuple[str, bytes]]) -> Surveyed:
    """The same with its files, which are on the disk now."""
    contents = {
        "survey.html": page(surveyed.findings, surveyed.advice, pictures).encode(),
        "survey.json": (json.dumps(surveyed.as_json(), indent=1) + "\n").encode(),
        "still.jpg": pictures[0][1],
    }
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, data in contents.items():
            (out / name).write_bytes(data)
    except OSError as error:
        raise SourceError(f"expected a folder that can be written at {out}, found {error.strerror}") from None
    return replace(surveyed, files=[out / name for name in contents])


def _jpeg(image: Image) -> bytes:
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return data.tobytes()
