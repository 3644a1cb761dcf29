"""The detector: a small anchor-free network of plain convolutions and ReLU, which 8-bit integers suit well.

Three levels with strides 8, 16 and 32. A backbone of blocks that split, transform and join (CSPNet, Wang et al.
2020), pooling over growing windows (SPP, He et al. 2015), and paths down and up between the levels (PANet, Liu et
al. 2018). Each cell gives one score and the distances to the four sides of a box (FCOS, Tian et al. 2019).
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

STRIDES = (8, 16, 32)
WIDTHS = (16, 32, 64, 128, 192)
NECK, HEAD = 64, 48
RARE_LOGIT = -4.6  # a cell holds a person one time in a hundred


class Conv(nn.Module):  # type: ignore[misc] # torch ships no types we use
    """Convolution, batch normalisation, and ReLU where wanted."""

    def __init__(self, inputs: int, outputs: int, size: int = 1, stride: int = 1, *, relu: bool = True) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False)
        self.norm = nn.BatchNorm2d(outputs, eps=1e-3, momentum=0.03)
        self.relu = relu

    def forward(self, x: Tensor) -> Tensor:
        """The layer's output."""
        x = self.norm(self.conv(x))
        return functional.relu(x, inplace=True) if self.relu else x


class Pair(nn.Module):  # type: ignore[misc]
    """Two 3×3 convolutions, with a way past them where `skip`."""

    def __init__(self, width: int, *, skip: bool) -> None:
        super().__init__()
        self.first, self.second, self.skip = Conv(width, width, 3), Conv(width, width, 3, relu=not skip), skip

    def forward(self, x: Tensor) -> Tensor:
        """The pair's output."""
        out = self.second(self.first(x))
        return functional.relu(x + out) if self.skip else out


class Block(nn.Module):  # type: ignore[misc]
    """Half of the channels run through the pairs; every stage of them is joined."""

    def __init__(self, inputs: int, outputs: int, pairs: int, *, skip: bool = True) -> None:
        super().__init__()
        half = outputs // 2
        self.enter = Conv(inputs, 2 * half)
        self.pairs = nn.ModuleList(Pair(half, skip=skip) for _ in range(pairs))
        self.leave = Conv((2 + pairs) * half, outputs)

    def forward(self, x: Tensor) -> Tensor:
        """The block's output."""
        parts = list(self.enter(x).chunk(2, 1))
        for pair in self.pairs:
            parts.append(pair(parts[-1]))
        return self.leave(torch.cat(parts, 1))


class Pooled(nn.Module):  # type: ignore[misc]
    """What is around a cell, within windows of 5, 9 and 13 cells."""

    def __init__(self, width: int) -> None:
        super().__init__()
        half = width // 2
        self.enter, self.leave, self.pool = Conv(width, half), Conv(4 * half, width), nn.MaxPool2d(5, 1, 2)

    def forward(self, x: Tensor) -> Tensor:
        """The layer's output."""
        parts = [self.enter(x)]
        for _ in range(3):
            parts.append(self.pool(parts[-1]))
        return self.leave(torch.cat(parts, 1))


class PersonNet(nn.Module):  # type: ignore[misc]
    """Pictures (B, 3, H, W), RGB 0..1, sides multiples of 32, to score logits (B, N) and distances (B, N, 4)."""

    def __init__(self) -> None:
        super().__init__()
        a, b, c, d, e = WIDTHS
        self.stem = nn.Sequential(Conv(3, a, 3, 2), Conv(a, b, 3, 2), Block(b, b, 1))
        self.fine = nn.Sequential(Conv(b, c, 3, 2), Block(c, c, 2))
        self.middle = nn.Sequential(Conv(c, d, 3, 2), Block(d, d, 2))
        self.coarse = nn.Sequential(Conv(d, e, 3, 2), Block(e, e, 1), Pooled(e))
        self.side = nn.ModuleList(Conv(width, NECK) for width in (c, d, e))
        self.up = nn.ModuleList(Block(2 * NECK, NECK, 1, skip=False) for _ in range(2))
        self.down = nn.ModuleList(Block(2 * NECK, NECK, 1, skip=False) for _ in range(2))
        self.shrink = nn.ModuleList(Conv(NECK, NECK, 3, 2) for _ in range(2))
        self.score = nn.ModuleList(nn.Sequential(Conv(NECK, HEAD, 3), nn.Conv2d(HEAD, 1, 1)) for _ in STRIDES)
        self.sides = nn.ModuleList(nn.Sequential(Conv(NECK, HEAD, 3), nn.Conv2d(HEAD, 4, 1)) for _ in STRIDES)
        self._begin()

    def _begin(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
        for heads, bias in ((self.score, RARE_LOGIT), (self.sides, 2.0)):
            for head in heads:
                nn.init.normal_(head[1].weight, 0, 0.01)
                nn.init.constant_(head[1].bias, bias)

    def levels(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Features at strides 8, 16 and 32."""
        x = self.fine(self.stem(x))
        y = self.middle(x)
        x, y, z = (side(level) for side, level in zip(self.side, (x, y, self.coarse(y)), strict=True))
        y = self.up[0](torch.cat([functional.interpolate(z, scale_factor=2.0), y], 1))
        x = self.up[1](torch.cat([functional.interpolate(y, scale_factor=2.0), x], 1))
        y = self.down[0](torch.cat([self.shrink[0](x), y], 1))
        z = self.down[1](torch.cat([self.shrink[1](y), z], 1))
        return x, y, z

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Score logits (B, N) and distances left, up, right, down in strides before softplus, (B, N, 4)."""
        levels = self.levels(x)
        logits = [head(level).flatten(2) for head, level in zip(self.score, levels, strict=True)]
        sides = [head(level).flatten(2) for head, level in zip(self.sides, levels, strict=True)]
        return torch.cat(logits, 2)[:, 0], torch.cat(sides, 2).transpose(1, 2)


def cells(width: int, height: int) -> tuple[Tensor, Tensor]:
    """The centre (N, 2) in pixels and the stride (N,) of each cell, in the order of the outputs."""
    centres, strides = [], []
    for stride in STRIDES:
        rows, columns = torch.meshgrid(torch.arange(height // stride), torch.arange(width // stride), indexing="ij")
        centres.append((torch.stack([columns, rows], -1).reshape(-1, 2).float() + 0.5) * stride)
        strides.append(torch.full((len(centres[-1]),), float(stride)))
    return torch.cat(centres), torch.cat(strides)


def corners(sides: Tensor, centres: Tensor, strides: Tensor) -> Tensor:
    """Boxes x1, y1, x2, y2 in pixels (B, N, 4) from distances before softplus."""
    reach = functional.softplus(sides) * strides[None, :, None]
    return torch.cat([centres - reach[..., :2], centres + reach[..., 2:]], -1)


class Exported(nn.Module):  # type: ignore[misc]
    """The network as a gateway runs it: (1, 5, N) of cx, cy, w, h in input pixels and the score."""

    def __init__(self, network: PersonNet, size: Sequence[int]) -> None:
        super().__init__()
        self.network = network
        centres, strides = cells(size[0], size[1])
        self.register_buffer("centres", centres.T[None])
        self.register_buffer("strides", strides[None, None])

    def forward(self, x: Tensor) -> Tensor:
        """The output tensor."""
        logits, sides = self.network(x)
        reach = functional.softplus(sides.transpose(1, 2)) * self.strides
        low, high = reach[:, :2], reach[:, 2:]
        return torch.cat([self.centres + (high - low) / 2, low + high, logits.sigmoid()[:, None]], 1)
