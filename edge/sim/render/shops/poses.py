"""How people stand, walk, sit, bend, reach and hold things: bone rotations, drawn at random. Pure."""

import math
from enum import StrEnum

import numpy as np

from edge.sim.render.geometry import Pose, turn
from edge.sim.render.walking import gait


class Stance(StrEnum):
    """What a person does."""

    STAND = "stand"
    WALK = "walk"
    SIT = "sit"
    BEND = "bend"
    CROUCH = "crouch"
    REACH = "reach"
    HOLD = "hold"  # both hands before the body: a parcel, a telephone, the bar of a trolley
    RAISED = "raised"  # one hand up, for an umbrella


SHARES = {
    Stance.STAND: 0.30,
    Stance.WALK: 0.34,
    Stance.SIT: 0.06,
    Stance.BEND: 0.07,
    Stance.CROUCH: 0.04,
    Stance.REACH: 0.07,
    Stance.HOLD: 0.09,
    Stance.RAISED: 0.03,
}
ARM_DROP = 35.0  # degrees from the template's arms to arms that hang


def pick(rng: np.random.Generator) -> Stance:
    """A stance, as often as in a shop."""
    stances = list(SHARES)
    return stances[int(rng.choice(len(stances), p=np.array(list(SHARES.values())) / sum(SHARES.values())))]


def pose(stance: Stance, rng: np.random.Generator) -> Pose:
    """Bone rotations of one instant of a stance."""
    if stance is Stance.WALK:
        out = gait(rng.uniform(), rng.uniform(0.5, 1.3), 0.0, "")
    else:
        out = gait(rng.uniform(), rng.uniform(0.0, 0.25), rng.uniform(-3.0, 3.0), "")
    out["head"] = turn("z", rng.normal(0.0, 22.0)) @ turn("x", rng.uniform(-8.0, 22.0))
    _SHAPES.get(stance, _free_arms)(out, rng)
    return out


def _free_arms(out: Pose, rng: np.random.Generator) -> None:
    """Now and then an arm is bent: crossed arms, a hand at the hip, a telephone at the ear."""
    for side in "LR":
        if rng.uniform() < 0.3:
            _arm(out, side, forward=rng.uniform(-15.0, 40.0), bend=rng.uniform(20.0, 120.0))


def _arm(out: Pose, side: str, *, forward: float, bend: float, drop: float = ARM_DROP) -> None:
    hang = turn("y", drop if side == "L" else -drop)
    out[f"upperarm01.{side}"] = turn("x", -forward) @ hang
    out[f"lowerarm01.{side}"] = hang.T @ turn("x", 14.0 - bend) @ hang


def _legs(out: Pose, *, hip: float, knee: float, spread: float) -> None:
    for side, sign in (("L", 1.0), ("R", -1.0)):
        out[f"upperleg01.{side}"] = turn("x", -hip) @ turn("y", sign * spread)
        out[f"lowerleg01.{side}"] = turn("x", knee)
        out[f"foot.{side}"] = turn("x", hip - knee) if hip != knee else np.eye(3)


def _sit(out: Pose, rng: np.random.Generator) -> None:
    _legs(out, hip=rng.uniform(80.0, 95.0), knee=rng.uniform(75.0, 95.0), spread=rng.uniform(3.0, 12.0))
    out["spine05"] = turn("x", rng.uniform(-8.0, 18.0))
    for side in "LR":
        _arm(out, side, forward=rng.uniform(15.0, 45.0), bend=rng.uniform(30.0, 80.0))


def _bend(out: Pose, rng: np.random.Generator) -> None:
    fold = rng.uniform(35.0, 85.0)
    out["spine05"] = turn("x", fold * 0.55)
    out["spine03"] = turn("x", fold * 0.35)
    _legs(out, hip=fold * 0.25, knee=rng.uniform(5.0, 25.0), spread=4.0)
    for side in "LR":
        _arm(out, side, forward=rng.uniform(50.0, 100.0), bend=rng.uniform(5.0, 40.0))


def _crouch(out: Pose, rng: np.random.Generator) -> None:
    _legs(out, hip=rng.uniform(85.0, 110.0), knee=rng.uniform(110.0, 140.0), spread=rng.uniform(4.0, 14.0))
    out["spine05"] = turn("x", rng.uniform(10.0, 40.0))
    for side in "LR":
        _arm(out, side, forward=rng.uniform(40.0, 85.0), bend=rng.uniform(5.0, 60.0))


def _reach(out: Pose, rng: np.random.Generator) -> None:
    side = "LR"[int(rng.integers(2))]
    _arm(out, side, forward=rng.uniform(60.0, 155.0), bend=rng.uniform(0.0, 25.0))


def _hold(out: Pose, rng: np.random.Generator) -> None:
    forward, bend = rng.uniform(10.0, 40.0), rng.uniform(55.0, 100.0)
    for side in "LR":
        _arm(out, side, forward=forward, bend=bend)


def _raised(out: Pose, rng: np.random.Generator) -> None:
    _arm(out, "R", forward=rng.uniform(20.0, 35.0), bend=rng.uniform(105.0, 125.0), drop=30.0)


_SHAPES = {
    Stance.SIT: _sit,
    Stance.BEND: _bend,
    Stance.CROUCH: _crouch,
    Stance.REACH: _reach,
    Stance.HOLD: _hold,
    Stance.RAISED: _raised,
}


def seat_height(stance: Stance) -> float:
    """Height of the seat under somebody who sits, metres; 0 where there is none."""
    return 0.45 if stance is Stance.SIT else 0.0


def facing(rng: np.random.Generator) -> float:
    """A heading in radians; people mostly walk along the aisles."""
    along = float(rng.choice([0.0, 0.5, 1.0, 1.5])) * math.pi
    return along + float(rng.normal(0.0, 0.5))
