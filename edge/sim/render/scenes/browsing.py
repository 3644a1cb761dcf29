"""A browsing zone: people who come, look at the goods and go on, and people who only pass.

python -m edge.sim.render.scenes.browsing --out DIR
"""

import numpy as np

from edge.sim.floor.browsing import browsing
from edge.sim.render.camera import Placement
from edge.sim.render.floor_clip import main
from edge.sim.render.floor_scene import person_of, placed
from edge.sim.render.hall import Hall
from edge.sim.render.scene import Scene
from edge.sim.render.walking import Person
from edge.sim.render.wardrobe import look_by_lot

SECONDS, FPS, SEED = 120, 5, 5
CAMERA = Placement(at=(0.0, -4.0, 3.2), yaw=0.0, tilt=26.0, hfov=90.0)


def cast() -> list[Person]:
    """Somebody every seven seconds."""
    dice = np.random.default_rng(SEED)
    walks = browsing(SECONDS, dice, every_s=7.0, dwell_s=14.0).walks
    return [person_of(walk, f"person {n + 1}", look_by_lot(dice)) for n, walk in enumerate(walks)]


SCENE = Scene(
    name="browsing",
    camera=placed(CAMERA),
    line=((-1.6, -7.0), (1.6, -7.0)),
    cast=cast,
    frames=SECONDS * FPS,
    fps=FPS,
    room=Hall,
    oversample=1,
)

if __name__ == "__main__":
    main(SCENE)
