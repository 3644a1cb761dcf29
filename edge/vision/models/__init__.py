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
SCORE = 0.35  # nine of ten finds on held-out rendered shops are right from there on

BUNDLED: dict[str, Bundled] = {
    "person": Bundled(
        file=FOLDER / "person.onnx",
        licence=LICENCE,
        sha256="4565928178f5687054147ea53c8bba6b50caf6fc2aca05b5707090079937c5e4",
        score=SCORE,
        centred=False,
        note="trained on rendered shops alone: weak on people close by in light clothes, and from straight above",
    ),
    "person-int8": Bundled(
        file=FOLDER / "person-int8.onnx",
        licence=LICENCE,
        sha256="9950168d299a17b146b0b610b2c91ad460976552821513450bd24692dd2e9f6a",
        score=SCORE,
        centred=False,
        note="the same in 8-bit integers, half the time: for many cameras",
    ),
}
