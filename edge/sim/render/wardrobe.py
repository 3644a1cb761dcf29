"""How people of a scene look, drawn by lot: bodies, hair and clothes of every day."""

from dataclasses import replace

import numpy as np

from edge.sim.render.bodies import Look
from edge.sim.render.geometry import Colour

SKIN: tuple[Colour, ...] = ((0.66, 0.44, 0.34), (0.52, 0.34, 0.23), (0.42, 0.26, 0.17), (0.24, 0.13, 0.08))
HAIR: tuple[Colour, ...] = ((0.02, 0.017, 0.015), (0.42, 0.28, 0.12), (0.38, 0.37, 0.36), (0.16, 0.06, 0.03))
SHIRTS: tuple[Colour, ...] = (
    (0.42, 0.05, 0.05), (0.10, 0.22, 0.48), (0.08, 0.20, 0.11), (0.30, 0.30, 0.31), (0.60, 0.42, 0.08),
    (0.05, 0.06, 0.07), (0.55, 0.55, 0.52), (0.03, 0.28, 0.30), (0.36, 0.12, 0.30), (0.26, 0.20, 0.13),
)  # fmt: skip
TROUSERS: tuple[Colour, ...] = ((0.035, 0.04, 0.06), (0.20, 0.17, 0.11), (0.05, 0.07, 0.13), (0.12, 0.17, 0.26))
BAGS = ("", "", "hand", "back")
COATED, SKIRTED = 0.3, 0.15


def look_by_lot(dice: np.random.Generator, pushes: str = "") -> Look:
    """A grown-up's looks.

    Args:
        dice: decides.
        pushes: "pram" or "trolley", or nothing.
    """
    woman = bool(dice.random() < 0.5)
    coat = bool(dice.random() < COATED)
    look = Look(
        gender=1.0 if woman else 0.0,
        age=float(dice.uniform(0.55, 0.95)),
        weight=float(dice.uniform(0.4, 0.7)),
        height=float(dice.uniform(0.35, 0.6)),
        skin=_one(SKIN, dice),
        hair=_one(HAIR, dice),
        hair_length=float(dice.uniform(0.16, 0.32)) if woman else float(dice.uniform(0.07, 0.12)),
        shirt=_one(SHIRTS, dice),
        sleeve=float(dice.choice([0.35, 0.97])),
        coat=coat,
        shirt_hem=float(dice.uniform(-0.30, -0.12)) if coat else -0.05,
        shirt_ease=0.024 if coat else 0.016,
        trousers=_one(TROUSERS, dice),
        bag=pushes or str(dice.choice(BAGS)),
        bag_colour=_one(SHIRTS, dice),
    )
    return replace(look, skirt=_one(TROUSERS, dice)) if woman and dice.random() < SKIRTED else look


def _one(colours: tuple[Colour, ...], dice: np.random.Generator) -> Colour:
    return colours[int(dice.integers(len(colours)))]
