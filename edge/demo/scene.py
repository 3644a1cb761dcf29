"""What the demo plays: a clip, the line in it, who really crosses it, and the gateway's configuration for that."""

import json
from dataclasses import dataclass
from pathlib import Path

from edge.errors import ConfigError
from edge.vision.count import check_line, parse_line
from edge.vision.decode import StreamInfo, probe
from edge.vision.line import Line
from edge.vision.matching import Passage
from edge.vision.models import DEFAULT
from edge.vision.truth import read
from edge.vision.validate import line_of

CLIPS = Path(__file__).resolve().parent.parent / "sim" / "clips"
CAMERA, LINE = "entrance", "door"
FPS = 10
INTERVAL_S = 2


@dataclass(frozen=True)
class Scene:
    """A clip with a counting line.

    Attributes:
        clip: the video file.
        line: in its pixels.
        info: the picture's size and rate.
        passages: who really crosses; None when nobody wrote it down.
    """

    clip: Path
    line: Line
    info: StreamInfo
    passages: tuple[Passage, ...] | None


@dataclass(frozen=True)
class Plan:
    """What to do.

    Attributes:
        scene: what is played.
        seconds: how long, at most; a clip that ends before ends the demo.
        fast: as fast as it decodes, instead of at real speed.
        model: a bundled model's name, or the path of an ONNX file.
        picture: where to draw what was seen.
    """

    scene: Scene
    seconds: float = 40
    fast: bool = False
    model: str = DEFAULT
    picture: Path = Path("out/demo.png")


def bundled_scene() -> Scene:
    """The shop door that comes with store-edge."""
    (clip,) = read(CLIPS / "entrance.json").clips
    path = CLIPS / clip.file
    return Scene(path, line_of(clip), probe(str(path)), clip.passages)


def own_scene(clip: Path, line: str, inside: str, anchor: str) -> Scene:
    """A video of somebody's own.

    Raises:
        ConfigError: the line is missing, wrong, or outside the picture.
        SourceError: the clip cannot be read.
    """
    if not line or not inside:
        raise ConfigError("expected --line X1,Y1,X2,Y2 and --in NX,NY beside --clip, found none", path="demo")
    ruler, info = parse_line(line, inside, anchor), probe(str(clip))
    check_line(ruler, info)
    return Scene(clip.resolve(), ruler, info, None)


def store_toml(plan: Plan, data_dir: Path, port: int, devices: str = "") -> str:
    """The gateway's configuration: a camera that plays the clip at the shop's door, a shelf, a lane, a broker.

    Args:
        plan: what to do.
        data_dir: the gateway's.
        port: the broker's.
        devices: the parts of shelf and lane.
    """
    line = plan.scene.line
    points = [list(line.start), list(line.end)]
    model = str(Path(plan.model).resolve()) if plan.model.endswith(".onnx") else plan.model
    return f"""\
[store]
tenant = "demo"
store = "shop"
gateway = "gw-1"
data_dir = {_text(data_dir)}

[uplink]
url = "mqtt://127.0.0.1:{port}"

[supervisor]
stop_timeout_s = 1.6      # Ctrl-C ends within 2 s

[health]
port = 0

[[camera]]
id = "{CAMERA}"
url = {_text(plan.scene.clip)}
model = {_text(model)}
fps = {FPS}
interval_s = {INTERVAL_S}
play = "{"fast" if plan.fast else "real_time"}"

[[camera.line]]
id = "{LINE}"
points = {points}
inside = {list(line.inside)}
anchor = "{line.anchor}"

[occupancy]
lines = ["{CAMERA}/{LINE}"]
opens = "00:00"
closes = "23:59"
interval_s = {INTERVAL_S}
{devices}"""


def _text(value: object) -> str:
    """A TOML basic string; JSON's strings are a subset of them."""
    return json.dumps(str(value))
