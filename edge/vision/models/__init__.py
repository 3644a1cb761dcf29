"""The models that are bundled, and what is known of models that do not say it themselves."""

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Bundled:
    """A model that comes with store-edge.

    Attributes:
        file: its ONNX file.
        licence: of the weights.
        sha256: of the file.
        score: the least score that should begin a track.
        centred: whether it was trained on pictures in the middle of the input, or in its top left corner.
        note: what to know before relying on it.
    """

    file: Path
    licence: str
    sha256: str
    score: float
    centred: bool
    note: str


LICENCE = "Apache-2.0"
# What a camera takes that names no other: on recorded clips no worse than the same in floats, in half the time.
DEFAULT = "person-int8"
SCORE = 0.42  # nine of ten finds on held-out rendered shops are right from there on

BUNDLED: dict[str, Bundled] = {
    "person": Bundled(
        file=FOLDER / "person.onnx",
        licence=LICENCE,
        sha256="a2310b144fa703a89f08ad7bbe72f7567faaccfa98628a253f8d611dc07b311f",
        score=SCORE,
        centred=False,
        note="trained on rendered shops alone: weak on people cut off by the picture's edge, and from straight above",
    ),
    "person-int8": Bundled(
        file=FOLDER / "person-int8.onnx",
        licence=LICENCE,
        sha256="b32cd13d08b81dfd4db6a0069600f12d3f74b189cf0f3cf4afd00cefcdf97a80",
        score=SCORE,
        centred=False,
        note="the same in 8-bit integers, in half the time: what a camera takes that names no other",
    ),
}
