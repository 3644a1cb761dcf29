"""Somebody who stands on a door's line, shifting about; played to and fro it lasts as long as one likes.

python -m edge.sim.render.scenes.loiterer --out DIR
"""

import numpy as np

from edge.sim.floor.doors import loiters
from edge.sim.floor.walk import Walk
from edge.sim.render.camera import Placement
from edge.sim.render.floor_clip import main
from edge.sim.render.floor_scene import person_of, placed
from edge.sim.render.hall import Hall
from edge.sim.render.scene import Scene
from edge.sim.render.walking import Person
from edge.sim.render.wardrobe import look_by_lot

SECONDS, FPS, SEED = 20, 10, 11
# By then they have come and stand.
STANDS_S = 6.0
CAMERA = Placement(at=(0.0, -4.0, 3.2), yaw=0.0, tilt=26.0, hfov=90.0)


def cast() -> list[Person]:
    """The loiterer of the simulated doors, from when they stand on the line."""
    dice = np.random.default_rng(SEED)
    marks = [mark for mark in loiters(0.0, 2.0 * SECONDS, dice).marks if mark[0] > STANDS_S]
    walk = Walk(1.75, 0.5)
    walk.begin(0.0, marks[0][1])
    for at, place in marks[1:]:
        if place == walk.here:
            walk.stay(at - STANDS_S)
        else:
            walk.go(place)
    walk.stay(SECONDS)
    return [person_of(walk, "loiterer", look_by_lot(dice))]


SCENE = Scene(
    name="loiterer",
    camera=placed(CAMERA),
    line=((-3.2, -6.0), (-0.8, -6.0)),
    cast=cast,
    frames=SECONDS * FPS,
    fps=FPS,
    room=Hall,
    oversample=1,
)

if __name__ == "__main__":
    main(SCENE)
