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


BUNDLED: dict[str, Bundled] = {
    "person": Bundled(
        file=FOLDER / "person.onnx",
        licence="the project's own, with doubts about its labels and pictures (CARD.md); not for release",
        sha256="34ce2ce657fa21677cfb5d2a81af1d5d61084fc580baa3790f6bf27e77bfbee5",
        score=0.35,
        centred=False,
        note="a proof: weak on people close to the camera",
    ),
}
