"""A queue of 0 to 8 people before a till, seen from its side: arrivals, service, and who gives up.

python -m edge.sim.render.scenes.queue --out DIR
"""

import numpy as np

from edge.sim.floor.queueing import queue_day
from edge.sim.render.camera import Placement
from edge.sim.render.floor_clip import main
from edge.sim.render.floor_scene import person_of, placed
from edge.sim.render.hall import TillHall
from edge.sim.render.scene import Scene
from edge.sim.render.walking import Person
from edge.sim.render.wardrobe import look_by_lot

SECONDS, FPS, SEED = 150, 5, 3
CAMERA = Placement(at=(-5.0, 1.0, 3.2), yaw=68.0, tilt=27.0, hfov=92.0)


def cast() -> list[Person]:
    """Somebody every eight seconds; a service of nine."""
    dice = np.random.default_rng(SEED)
    walks = queue_day(SECONDS, dice, every_s=(8.0, 8.0), service_s=9.0).walks
    return [person_of(walk, f"person {n + 1}", look_by_lot(dice)) for n, walk in enumerate(walks)]


SCENE = Scene(
    name="queue",
    camera=placed(CAMERA),
    line=((-0.9, -7.45), (0.9, -7.45)),
    cast=cast,
    frames=SECONDS * FPS,
    fps=FPS,
    room=TillHall,
    oversample=1,
)

if __name__ == "__main__":
    main(SCENE)
