"""A camera as a scanner: codes in live frames, and in single photos."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from edge.checkout.agreement import Ballot, FrameAgreement
from edge.checkout.barcode_picture import lines, looks, to_grey
from edge.checkout.camera_codes import SeenCode, codes_in
from edge.checkout.ean_profile import read_profile
from edge.checkout.scanners.reading import ScanFrame

FRAMES, FRAMES_OF_SHORT = 2, 3
EAN_13_AIM = "]E0"
# So many looks are also searched along the other axis: those at the picture as it stands.
UNTURNED_LOOKS = 3


class CameraScanner:
    """Reads the frames of one camera."""

    def __init__(self, window_s: float = 0.5) -> None:
        """Nothing was seen.

        Args:
            window_s: how long after one frame another may confirm it.
        """
        self._agreement = FrameAgreement(window_s)

    def see(self, image: NDArray[np.uint8], at: float) -> list[ScanFrame]:
        """The codes that this frame confirms, again with each frame that shows them: `edge.checkout.debounce` is next.

        Args:
            image: (H, W, 3) BGR or (H, W) grey.
            at: when it was taken, in monotonic seconds.
        """
        seen = {one.text: one for one in codes_in(to_grey(image), thorough=True)}
        needed = [(text, FRAMES_OF_SHORT if one.short else FRAMES) for text, one in seen.items()]
        return [seen[text].frame(at) for text in self._agreement.see(needed, at)]


def read_photo(image: NDArray[np.uint8]) -> SeenCode | None:
    """The one code in a photo; None when there is none, or none that different ways of looking agree on.

    First the photo as it is, then in other ways until one code has three votes and no other has any, then line by line
    with templates, each line a vote. At the end a code needs three votes, and three times those of the next.

    Args:
        image: (H, W, 3) BGR or (H, W) grey.
    """
    ballot, seen = Ballot(), {}
    for codes in _readings(to_grey(image)):
        seen.update({one.text: one for one in codes})
        ballot.cast(one.text for one in codes)
        if ballot.is_unanimous():
            break
    winner = ballot.winner()
    return None if winner is None else seen[winner]


def _readings(grey: NDArray[np.uint8]) -> Iterator[list[SeenCode]]:
    yield codes_in(grey, thorough=True)
    for n, look in enumerate(looks(grey)):
        yield codes_in(look, thorough=n < UNTURNED_LOOKS)
    for line in lines(grey):
        read = read_profile(line)
        yield [] if read is None else [SeenCode(EAN_13_AIM, read.code.encode(), short=False)]
