"""What people wear and carry, drawn at random. Pure."""

from dataclasses import dataclass, replace

import numpy as np

from edge.sim.render.bodies import Look
from edge.sim.render.geometry import Colour

# Linear RGB, dark to light; weighted as in a street, where black, navy, grey and blue lead.
CLOTH: tuple[tuple[float, Colour], ...] = (
    (0.20, (0.018, 0.018, 0.020)),
    (0.11, (0.020, 0.030, 0.075)),
    (0.10, (0.10, 0.10, 0.105)),
    (0.07, (0.32, 0.32, 0.33)),
    (0.11, (0.72, 0.72, 0.70)),
    (0.08, (0.06, 0.14, 0.34)),
    (0.06, (0.17, 0.26, 0.45)),
    (0.06, (0.45, 0.04, 0.04)),
    (0.05, (0.06, 0.16, 0.07)),
    (0.05, (0.33, 0.24, 0.13)),
    (0.04, (0.15, 0.08, 0.04)),
    (0.03, (0.60, 0.42, 0.05)),
    (0.02, (0.55, 0.20, 0.30)),
    (0.02, (0.30, 0.10, 0.35)),
    (0.05, (0.55, 0.48, 0.38)),
    (0.05, (0.45, 0.56, 0.68)),
    (0.03, (0.68, 0.52, 0.52)),
)
SKIN: tuple[Colour, ...] = (
    (0.72, 0.50, 0.40),
    (0.62, 0.41, 0.31),
    (0.52, 0.34, 0.24),
    (0.38, 0.23, 0.15),
    (0.22, 0.12, 0.075),
    (0.11, 0.060, 0.040),
)
HAIR: tuple[Colour, ...] = (
    (0.015, 0.013, 0.012),
    (0.03, 0.02, 0.015),
    (0.10, 0.055, 0.03),
    (0.20, 0.10, 0.05),
    (0.42, 0.28, 0.13),
    (0.40, 0.39, 0.38),
    (0.65, 0.64, 0.62),
)
# What staff of building sites, stores and car parks wear: the vest, the tape on it, the helmet.
VESTS: tuple[Colour, ...] = ((0.80, 0.16, 0.02), (0.62, 0.72, 0.03))
TAPE: Colour = (0.62, 0.62, 0.60)
HELMETS: tuple[Colour, ...] = ((0.72, 0.50, 0.02), (0.75, 0.75, 0.73), (0.70, 0.20, 0.02), (0.03, 0.12, 0.40))
VEST_SHARE, HELMET_SHARE = 0.05, 0.5
# Patterns of the body shader.
PLAIN, STRIPES, OPEN_FRONT, CHECKS, BLOTCHES, PRINT = range(6)


@dataclass(frozen=True)
class Outfit:
    """A look and what goes beyond it.

    Attributes:
        look: body and clothes.
        pattern: of the shirt.
        hat: "", "cap", "brim" or "helmet".
        hat_colour: linear RGB.
        carries: "", "hand", "back", "parcel", "umbrella", "trolley" or "pram".
    """

    look: Look
    pattern: int
    hat: str
    hat_colour: Colour
    carries: str


def cloth(rng: np.random.Generator) -> Colour:
    """A colour of clothes, each a little different."""
    weights = np.array([weight for weight, _ in CLOTH])
    base = np.array(CLOTH[int(rng.choice(len(CLOTH), p=weights / weights.sum()))][1])
    mixed = base * rng.uniform(0.6, 1.5) * rng.uniform(0.85, 1.18, 3)
    red, green, blue = np.clip(mixed, 0.008, 0.85).tolist()
    return red, green, blue


def _tone(tones: tuple[Colour, ...], rng: np.random.Generator) -> Colour:
    red, green, blue = (np.array(tones[int(rng.integers(len(tones)))]) * rng.uniform(0.8, 1.2)).tolist()
    return red, green, blue


def body(rng: np.random.Generator) -> Look:
    """Shape of a body, without clothes of its own: one in eight is a child."""
    child = rng.uniform() < 0.12
    return Look(
        gender=float(rng.uniform() < 0.5) * rng.uniform(0.8, 1.0),
        age=rng.uniform(0.25, 0.45) if child else rng.uniform(0.55, 0.95),
        weight=float(np.clip(rng.normal(0.52, 0.2), 0.1, 1.0)),
        muscle=rng.uniform(0.3, 0.7),
        height=float(np.clip(rng.normal(0.48, 0.15), 0.1, 0.9)),
    )


def dressed(shape: Look, rng: np.random.Generator) -> Outfit:
    """Clothes for a body."""
    coat, skirt = rng.uniform() < 0.22, rng.uniform() < (0.28 if shape.gender > 0.5 else 0.01)
    shirt = cloth(rng)
    look = replace(
        shape,
        skin=_tone(SKIN, rng),
        hair=_tone(HAIR, rng),
        hair_length=float(rng.choice([0.05, 0.08, 0.10, 0.16, 0.26, 0.36])),
        shirt=shirt,
        shirt_2=cloth(rng),
        open_front=cloth(rng),
        sleeve=float(rng.choice([0.3, 0.5, 0.97, 0.97, 0.97])),
        coat=coat,
        shirt_hem=rng.uniform(-0.5, -0.15) if coat else rng.uniform(-0.08, 0.01),
        shirt_ease=rng.uniform(0.020, 0.035) if coat else rng.uniform(0.012, 0.028),
        trousers=cloth(rng),
        trouser_hem=float(rng.choice([-0.785, -0.785, -0.785, -0.72, -0.42])),
        trouser_ease=rng.uniform(0.006, 0.020),
        skirt=cloth(rng) if skirt and not coat else None,
        skirt_hem=rng.uniform(-0.70, -0.30),
        shoes=cloth(rng),
        bag_colour=cloth(rng),
    )
    hat = str(rng.choice(["", "cap", "brim"], p=[0.84, 0.11, 0.05]))
    things = ["", "hand", "back", "parcel", "umbrella", "trolley", "pram"]
    carries = str(rng.choice(things, p=[0.52, 0.16, 0.13, 0.05, 0.03, 0.08, 0.03]))
    outfit = Outfit(look, int(rng.choice(6, p=[0.5, 0.12, 0.14, 0.09, 0.08, 0.07])), hat, cloth(rng), carries)
    return _vested(outfit, rng) if rng.uniform() < VEST_SHARE else outfit


def _vested(outfit: Outfit, rng: np.random.Generator) -> Outfit:
    """The same person in a warning vest, one in two with a helmet."""
    look = replace(outfit.look, shirt=_tone(VESTS, rng), shirt_2=TAPE, coat=False, skirt=None, shirt_hem=-0.03)
    if rng.uniform() < HELMET_SHARE:
        outfit = replace(outfit, hat="helmet", hat_colour=_tone(HELMETS, rng))
    return replace(outfit, look=look, pattern=STRIPES)


def mannequin(shape: Look, rng: np.random.Generator) -> Outfit:
    """A dressed dummy: one colour for skin, hair and shoes; nothing carried."""
    tone = (0.75, 0.73, 0.70) if rng.uniform() < 0.6 else (0.03, 0.03, 0.03)
    outfit = dressed(shape, rng)
    bald = replace(outfit.look, skin=tone, hair=tone, hair_length=0.0, shoes=tone)
    return replace(outfit, look=bald, hat="", carries="")
