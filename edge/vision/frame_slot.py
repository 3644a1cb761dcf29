"""The memory in which a decoder process hands its pictures over: two slots, of which the reader takes the newer.

The writer fills the slot that does not hold the newest picture, and only then says that it does. So the reader never
waits for the writer, and a writer that is killed in the middle spoils nothing.
"""

import mmap
import os

import numpy as np
import numpy.typing as npt

from edge.vision.detections import Frame, Image

SLOTS = 2
# Of the memory: how many pictures were written. Of a slot: the picture's index, and its time.
MEMORY_HEAD_BYTES, SLOT_HEAD_BYTES = 64, 64
# A reader that is overtaken more often than this takes what it has.
MOST_TRIES = 3


class FrameSlots:
    """The memory of one stream, as either side sees it. Pictures are (height, width, 3) BGR."""

    def __init__(self, descriptor: int, size: tuple[int, int]) -> None:
        """Lay it out.

        Args:
            descriptor: of a file in memory, which is made long enough.
            size: width and height.
        """
        self._shape = (size[1], size[0], 3)
        slot_bytes = SLOT_HEAD_BYTES + size[0] * size[1] * 3
        length = MEMORY_HEAD_BYTES + SLOTS * slot_bytes
        os.ftruncate(descriptor, length)
        memory = np.frombuffer(mmap.mmap(descriptor, length), dtype=np.uint8)
        self._written: npt.NDArray[np.uint64] = memory[:8].view(np.uint64)
        self._slots = memory[MEMORY_HEAD_BYTES:].reshape(SLOTS, slot_bytes)

    def clear(self) -> None:
        """Forget what an earlier writer left."""
        self._written[0] = 0

    def free(self) -> Image:
        """The picture to fill before `publish`."""
        return self._picture(int(self._written[0]) + 1)

    def publish(self, index: int, at: float) -> None:
        """Say that the picture just filled is the newest."""
        number = int(self._written[0]) + 1
        head = self._slots[number % SLOTS]
        head[:8].view(np.int64)[0] = index
        head[8:16].view(np.float64)[0] = at
        self._written[0] = number

    def newest(self) -> Frame | None:
        """A copy of the newest picture, None when there is none."""
        frame = None
        for _ in range(MOST_TRIES):
            number = int(self._written[0])
            if number == 0:
                return None
            head = self._slots[number % SLOTS]
            frame = Frame(
                self._picture(number).copy(), int(head[:8].view(np.int64)[0]), float(head[8:16].view(np.float64)[0])
            )
            # Once the next one is out the writer may be back in this slot: take that one instead.
            if int(self._written[0]) == number:
                break
        return frame

    def _picture(self, number: int) -> Image:
        return self._slots[number % SLOTS, SLOT_HEAD_BYTES:].reshape(self._shape)
