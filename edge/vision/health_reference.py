"""The scene as a camera usually shows it, and the same as bytes. Pure."""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np

from edge.errors import FrameError
from edge.vision.look import TALL, WIDE, Grey

_MARK = b"SEHR1"
_EDGES = TALL * WIDE
_BYTES = len(_MARK) + 4 * (2 * _EDGES + 2)


@dataclass(slots=True)
class Reference:
    """What pictures are held against.

    Attributes:
        across, down: edges of the small picture, (36, 64).
        sharpness: of the large one.
        age_s: how much time it is drawn from.
    """

    across: Grey
    down: Grey
    sharpness: float
    age_s: float = 0.0

    def learn(self, across: Grey, down: Grey, sharpness: float, dt: float, memory_s: float) -> None:
        """Take in a picture, `dt` seconds after the last one; what is older than `memory_s` fades."""
        self.age_s += dt
        share = max(dt / self.age_s, 1 - math.exp(-dt / memory_s))
        self.across += np.float32(share) * (across - self.across)
        self.down += np.float32(share) * (down - self.down)
        self.sharpness += share * (sharpness - self.sharpness)

    def pack(self) -> bytes:
        """The reference as 18 kB: little-endian 32-bit floats behind a mark."""
        rest = np.asarray([self.sharpness, self.age_s], dtype="<f4")
        return _MARK + b"".join(one.astype("<f4").tobytes() for one in (self.across, self.down, rest))

    @classmethod
    def unpack(cls, data: bytes) -> Self:
        """The reference that was packed.

        Raises:
            FrameError: these bytes are none.
        """
        if len(data) != _BYTES or not data.startswith(_MARK):
            raise FrameError(f"expected {_BYTES} bytes of a camera's reference, found {len(data)} others")
        values = np.frombuffer(data, dtype="<f4", offset=len(_MARK)).astype(np.float32)
        if not np.isfinite(values).all() or (values[-2:] < 0).any():
            raise FrameError("expected a camera's reference, found numbers that cannot be")
        across, down = (values[n * _EDGES : (n + 1) * _EDGES].reshape(TALL, WIDE) for n in (0, 1))
        return cls(across.copy(), down.copy(), float(values[-2]), float(values[-1]))
