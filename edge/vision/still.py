"""A still of a scene that has nobody in it: the median of pictures taken far enough apart. Pure."""

import numpy as np

from edge.vision.detections import Image

# With more of them who stands still for a while is not seen; each is kept until the end.
MOST_PICTURES = 31


class Still:
    """Gathers pictures of one camera.

    Attributes:
        every_s: pictures nearer to the one before are passed over.
    """

    def __init__(self, every_s: float) -> None:
        self.every_s = every_s
        self._pictures: list[Image] = []
        self._at: float | None = None

    @property
    def enough(self) -> bool:
        """Whether no more are needed."""
        return len(self._pictures) >= MOST_PICTURES

    def add(self, picture: Image, at: float) -> None:
        """Take a picture of second `at`, all of one size."""
        if not self.enough and (self._at is None or at - self._at >= self.every_s):
            self._pictures.append(picture)
            self._at = at

    def picture(self) -> Image | None:
        """The still; None of no pictures. Whoever stood there in half of them is in it."""
        if not self._pictures:
            return None
        middle: Image = np.median(np.stack(self._pictures), axis=0).astype(np.uint8)
        return middle
