"""Two doors side by side: people alone and abreast, who turn round, with prams and with trolleys.

python -m edge.sim.render.scenes.doors --out DIR
"""

import numpy as np

from edge.sim.floor.doors import door_day
from edge.sim.render.camera import Placement
from edge.sim.render.floor_clip import main
from edge.sim.render.floor_scene import person_of, placed
from edge.sim.render.hall import Hall
from edge.sim.render.scene import Scene
from edge.sim.render.walking import Person
from edge.sim.render.wardrobe import look_by_lot

SECONDS, FPS, SEED = 80, 10, 7
CAMERA = Placement(at=(0.0, -4.0, 3.2), yaw=0.0, tilt=26.0, hfov=90.0)
# Every so manieth person pushes something.
TROLLEYS, PRAMS = 4, 7


def cast() -> list[Person]:
    """Somebody every four seconds."""
    dice = np.random.default_rng(SEED)
    walks = door_day(SECONDS, dice, every_s=4.0).walks
    return [person_of(walk, f"person {n + 1}", look_by_lot(dice, pushes(n))) for n, walk in enumerate(walks)]


def pushes(n: int) -> str:
    """What the nth person pushes."""
    return "trolley" if n % TROLLEYS == 1 else "pram" if n % PRAMS == 2 else ""


SCENE = Scene(
    name="doors",
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
