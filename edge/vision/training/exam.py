"""How well a network finds the people of shops that it never learns from, while it trains."""

from collections.abc import Sequence

import numpy as np
import torch

from edge.vision import yolo
from edge.vision.detections import Detections, Image
from edge.vision.detector import FLOOR, OVERLAP
from edge.vision.letterbox import fit
from edge.vision.training.export import Blob, blob
from edge.vision.training.frames import Labelled
from edge.vision.training.misses import sheet
from edge.vision.training.network import Exported, PersonNet
from edge.vision.training.precision import Marked, average_precision, sure_score

PICTURES = 250  # that an exam takes, at most
SIZE = (416, 256)
BATCH = 16


class Exam:
    """Held-out pictures, at the size that the model is for."""

    def __init__(self, pictures: Sequence[Labelled], size: tuple[int, int] = SIZE) -> None:
        """Take up to `PICTURES` of the pictures, spread evenly."""
        step = max(1, len(pictures) // PICTURES)
        some = list(pictures)[::step][:PICTURES]
        self._size = size
        self._blobs: list[Blob] = []
        self._marked: list[Marked] = []
        for one in some:
            picture = one.sample().picture
            box = fit((picture.shape[1], picture.shape[0]), size, centred=False)
            self._blobs.append(blob(picture, size))
            self._marked.append(one.marked(box.scale))

    def __len__(self) -> int:
        return len(self._blobs)

    def ap50(self, network: PersonNet) -> float:
        """Average precision at half overlap, 0..1."""
        return average_precision(self._found(network), self._marked)

    def score(self, network: PersonNet) -> float:
        """The score from which on a find may begin a track (see `precision.sure_score`)."""
        return sure_score(self._found(network), self._marked)

    def misses(self, network: PersonNet, score: float) -> Image:
        """The pictures on which it errs most, finds below `score` left out (see `misses.sheet`)."""
        pictures = [(one[0, ::-1].transpose(1, 2, 0) * 255).round().astype(np.uint8) for one in self._blobs]
        return sheet(pictures, self._found(network), self._marked, score)

    @torch.no_grad()  # type: ignore[untyped-decorator] # torch ships no types we use
    def _found(self, network: PersonNet) -> list[Detections]:
        model = Exported(network, self._size).eval()
        found = []
        for begin in range(0, len(self._blobs), BATCH):
            output = model(torch.from_numpy(np.concatenate(self._blobs[begin : begin + BATCH]))).numpy()
            found += [self._read(output[n : n + 1]) for n in range(len(output))]
        return found

    def _read(self, output: yolo.Output) -> Detections:
        layout = yolo.Layout.CHANNELS
        return yolo.people(layout, output, person=0, floor=FLOOR, size=self._size, overlap=OVERLAP[layout])
