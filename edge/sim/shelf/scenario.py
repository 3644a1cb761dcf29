"""Sets of plates to measure on, all by seed.

The normal one, as `store-edge check` would pass it; a hard one; and the normal plates where odd things happen too.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from edge.sim.shelf.physics import PlatePhysics
from edge.sim.shelf.plate_day import Goods, PlateLife
from edge.sim.shelf.varied_day import VariedLife

Kind = Literal["normal", "hard", "varied"]
MIXED_SHARE = 0.3
# Units of one product differ by so much (share of their weight), and by this at least.
SPREAD, SPREAD_G = (0.003, 0.01), 0.2
# On mixed plates of the normal set, weights of up to three units are so many spreads apart; in the hard set one plate
# in ten has products that are alike.
APART, ALIKE_SHARE = 4.0, 0.1
ROOM_G = 12_000.0


@dataclass(frozen=True)
class PlateScript:
    """One plate of a set, before anything happens on it.

    Attributes:
        capacity_g: of the plate.
        goods: on it.
        physics: of its cell.
        seed: of its life.
        hands: share of actions with hands.
        varied: odd things happen too.
    """

    capacity_g: float
    goods: tuple[Goods, ...]
    physics: PlatePhysics
    seed: int
    hands: float
    varied: bool = False

    def live(self, days: int, rate_hz: float = 10.0) -> PlateLife:
        """Let days pass."""
        life = VariedLife if self.varied else PlateLife
        return life(self.goods, self.physics.at_rate(rate_hz), self.seed, days=days, hands=self.hands)


def plates(kind: Kind, count: int, seed: int) -> list[PlateScript]:
    """So many plates of a set."""
    return [_plate(kind, np.random.default_rng((seed, n, kind == "hard")), seed * 100_003 + n) for n in range(count)]


def _plate(kind: Kind, random: np.random.Generator, seed: int) -> PlateScript:
    hard = kind == "hard"
    lightest = 10.0 if hard else 30.0
    products = int(random.integers(2, 5)) if random.random() < MIXED_SHARE else 1
    alike = hard and random.random() < ALIKE_SHARE
    goods = _goods(random, products, lightest, alike=alike)
    full_g = sum(one.room * one.unit_g for one in goods)
    capacity_g = next((size for size in (3000.0, 6000.0, 15_000.0) if size > 1.2 * full_g), 30_000.0)
    physics = PlatePhysics(
        noise_g=3.0 if hard else 1.0,
        tempco_g_per_k=float(random.normal(0, 0.15)) if hard else 0.0,
        hysteresis_g=0.0002 * capacity_g if hard else 0.0,
        compressor_g=float(random.uniform(1, 5)) if hard and random.random() < 0.5 else 0.0,  # noqa: PLR2004 - every other
    )
    return PlateScript(capacity_g, goods, physics, seed, hands=0.1 if hard else 0.03, varied=kind == "varied")


def _goods(random: np.random.Generator, products: int, lightest: float, *, alike: bool) -> tuple[Goods, ...]:
    chosen: list[Goods] = []
    while len(chosen) < products:
        unit = math.exp(random.uniform(math.log(lightest), math.log(1500)))
        if alike and chosen:
            unit = chosen[0].unit_g * (1 + float(random.uniform(0.002, 0.01)))
        sd = max(SPREAD_G, unit * float(random.uniform(*SPREAD)))
        apart = all(_tellable(unit, sd, one) for one in chosen)
        if apart or alike:
            room = int(min(24, max(4, ROOM_G / products / unit)))
            chosen.append(Goods(f"{len(chosen) + 1:013d}0", unit, sd, room))
    return tuple(chosen)


def _tellable(unit_g: float, sd_g: float, other: Goods) -> bool:
    """Whether up to three units of one never weigh what up to three of the other do."""
    return all(
        abs(m * unit_g - n * other.unit_g) > APART * math.sqrt(m * sd_g**2 + n * other.sd_g**2)
        for m in range(1, 4)
        for n in range(1, 4)
    )
