"""The demo's clip: a shop door seen by a ceiling camera, 9 people in and 5 out.

python -m edge.sim.render.scenes.entrance --out DIR
"""

from edge.sim.render.bodies import Look
from edge.sim.render.camera import Placement
from edge.sim.render.clip import main
from edge.sim.render.scene import Scene
from edge.sim.render.walking import Person


# fmt: off
def cast() -> list[Person]:
    """Who walks where. Lines are written so that the crossings are easy to read off."""
    light, olive, tan, brown, dark = (
        (0.66, 0.44, 0.34), (0.52, 0.34, 0.23), (0.42, 0.26, 0.17), (0.24, 0.13, 0.08), (0.12, 0.065, 0.04),
    )
    black, blond, grey, auburn = (0.02, 0.017, 0.015), (0.42, 0.28, 0.12), (0.38, 0.37, 0.36), (0.16, 0.06, 0.03)
    return [
        Person("woman in red coat, in", Look(
            gender=1, skin=light, hair=auburn, hair_length=0.34, shirt=(0.42, 0.05, 0.05), coat=True,
            shirt_hem=-0.30, shirt_ease=0.024,
            trousers=(0.035, 0.04, 0.06), bag="hand", bag_colour=(0.10, 0.06, 0.03)),
            -1.5, 1.20, [(-4.6, 1.7), (-1.2, 1.5), (-0.3, 0.4), (-0.1, -2.0), (0.9, -4.2), (1.6, -7.8)]),
        Person("man in blue shirt, out", Look(
            skin=olive, hair=black, hair_length=0.09, shirt=(0.10, 0.22, 0.48), sleeve=0.35,
            trousers=(0.20, 0.17, 0.11), height=0.45),
            1.8, 1.25, [(-1.6, -7.6), (-0.7, -4.0), (0.3, -1.4), (0.6, 0.8), (2.6, 1.9), (6.5, 2.2)]),
        Person("passer-by in green", Look(
            gender=0.2, skin=light, hair=grey, age=0.88, shirt=(0.08, 0.20, 0.11), shirt_ease=0.02,
            trousers=(0.12, 0.11, 0.10)),
            0.4, 1.20, [(6.2, 2.0), (-6.8, 1.9)]),
        Person("couple, man, in", Look(
            skin=brown, hair=black, hair_length=0.08, weight=0.6, height=0.45, shirt=(0.30, 0.30, 0.31),
            open_front=(0.6, 0.6, 0.58),
            shirt_ease=0.026, shirt_hem=-0.08, trousers=(0.05, 0.07, 0.13)),
            6.0, 1.10, [(3.6, 1.5), (0.9, 1.3), (0.35, 0.2), (0.30, -2.0), (0.1, -4.4), (-0.1, -7.8)], phase=0.2),
        Person("couple, woman, in", Look(
            gender=1, skin=brown, hair=black, hair_length=0.26, shirt=(0.60, 0.42, 0.08), sleeve=0.55, shirt_hem=0.0,
            skirt=(0.09, 0.05, 0.12), skirt_hem=-0.45),
            6.0, 1.10, [(3.0, 2.1), (0.2, 1.6), (-0.38, 0.3), (-0.42, -2.0), (-0.75, -4.4), (-1.2, -7.8)],
            phase=0.65),
        Person("man with rucksack, in", Look(
            skin=light, hair=blond, hair_length=0.11, age=0.55, shirt=(0.05, 0.06, 0.07), shirt_ease=0.022,
            trousers=(0.12, 0.17, 0.26),
            bag="back", bag_colour=(0.45, 0.20, 0.03), shoes=(0.5, 0.5, 0.5)),
            11.0, 1.30, [(-4.4, 1.6), (-1.0, 1.5), (-0.1, 0.3), (0.0, -2.2), (0.5, -4.4), (0.9, -7.8)]),
        Person("woman close behind, in", Look(
            gender=1, skin=tan, hair=black, hair_length=0.16, shirt=(0.55, 0.55, 0.52), shirt_2=(0.08, 0.12, 0.30),
            sleeve=0.6,
            trousers=(0.09, 0.12, 0.20), age=0.72, weight=0.62),
            11.85, 1.30, [(-4.5, 1.8), (-1.1, 1.6), (-0.3, 0.4), (-0.35, -2.0), (-0.5, -4.2), (-0.9, -7.8)],
            phase=0.35),
        Person("man in grey, turns round before the line", Look(
            skin=light, hair=(0.10, 0.07, 0.04), age=0.8, weight=0.7, shirt=(0.20, 0.21, 0.22), coat=True,
            shirt_hem=-0.12, shirt_ease=0.028,
            trousers=(0.05, 0.045, 0.04)),
            15.2, 1.10, [(4.0, 1.6), (1.2, 1.4), (0.45, 0.3), (0.35, -0.55), 1.0, (0.0, -0.35), (-0.3, 0.8), (-2.2,
            1.8), (-6.2, 2.0)]),
        Person("woman in teal, in and out again", Look(
            gender=1, skin=olive, hair=(0.07, 0.04, 0.02), hair_length=0.30, shirt=(0.03, 0.28, 0.30), coat=True,
            shirt_hem=-0.10, sleeve=0.97,
            trousers=(0.22, 0.20, 0.17), height=0.55, shoes=(0.4, 0.38, 0.35)),
            20.2, 1.15, [(-3.8, 1.6), (-0.9, 1.4), (-0.35, 0.2), (-0.45, -3.2), 1.1, (0.05, -3.1), (0.25, -0.4),
            (0.6, 1.2), (3.2, 1.9), (6.0, 2.0)]),
        Person("man waiting near the line", Look(
            skin=dark, hair=black, hair_length=0.07, shirt=(0.50, 0.10, 0.06), sleeve=0.35, shirt_ease=0.02,
            trousers=(0.045, 0.045, 0.05),
            height=0.4, shoes=(0.45, 0.45, 0.45), bag="phone"),
            23.6, 1.05, [(1.9, -7.6), (1.25, -4.4), (1.1, -1.92), 7.0, (0.95, -4.0), (0.2, -7.6)], sway=0.12),
        Person("passer-by in wine red", Look(
            gender=1, skin=light, hair=blond, hair_length=0.24, shirt=(0.20, 0.05, 0.10), shirt_hem=-0.06,
            trousers=(0.10, 0.14, 0.24)),
            24.4, 1.35, [(-6.4, 1.8), (6.8, 2.0)]),
        Person("man in a hurry, out", Look(
            skin=olive, hair=black, hair_length=0.10, age=0.58, shirt=(0.06, 0.07, 0.09),
            open_front=(0.45, 0.47, 0.5), shirt_ease=0.024,
            shirt_hem=-0.06, trousers=(0.07, 0.07, 0.08), bag="hand", bag_colour=(0.03, 0.025, 0.02)),
            29.6, 2.30, [(-1.5, -7.8), (-0.8, -4.2), (-0.3, -1.4), (-0.3, 0.6), (-2.0, 1.8), (-6.4, 2.2)]),
        Person("old man, in", Look(
            skin=light, hair=grey, hair_length=0.07, age=0.95, weight=0.58, height=0.42, shirt=(0.26, 0.20, 0.13),
            coat=True, shirt_hem=-0.14,
            shirt_ease=0.022, trousers=(0.16, 0.15, 0.13)),
            31.2, 0.95, [(3.6, 1.7), (0.9, 1.3), (0.45, 0.3), (0.4, -2.0), (0.55, -4.4), (1.0, -7.8)]),
        Person("woman with a carrier bag, out", Look(
            gender=1, skin=tan, hair=(0.04, 0.025, 0.02), hair_length=0.20, shirt=(0.36, 0.12, 0.30), sleeve=0.97,
            trousers=(0.07, 0.09, 0.16),
            bag="hand", bag_colour=(0.65, 0.55, 0.08), age=0.7, weight=0.6),
            32.2, 1.20, [(-1.4, -7.6), (-1.0, -4.4), (-0.55, -1.6), (-0.4, 0.6), (-1.8, 1.8), (-6.2, 2.1)]),
        Person("mother, in", Look(
            gender=1, skin=olive, hair=auburn, hair_length=0.28, shirt=(0.11, 0.15, 0.26), coat=True,
            shirt_hem=-0.18, shirt_ease=0.022,
            trousers=(0.16, 0.16, 0.17), height=0.5, shoes=(0.35, 0.1, 0.1)),
            36.6, 1.05, [(-4.0, 1.7), (-0.9, 1.4), (-0.15, 0.3), (-0.15, -2.0), (-0.5, -4.4), (-1.1, -7.8)]),
        Person("child, in", Look(
            gender=0.4, skin=olive, hair=auburn, hair_length=0.12, age=0.30, shirt=(0.65, 0.35, 0.03), sleeve=0.5,
            trousers=(0.10, 0.16, 0.32),
            shoes=(0.5, 0.5, 0.52)),
            36.9, 1.05, [(-3.8, 2.2), (-0.5, 1.7), (0.45, 0.4), (0.5, -2.0), (0.2, -4.4), (-0.3, -7.8)], phase=0.4),
        Person("man in checked jacket, out", Look(
            skin=light, hair=(0.08, 0.05, 0.03), hair_length=0.10, weight=0.62, shirt=(0.34, 0.09, 0.06),
            shirt_2=(0.05, 0.05, 0.06),
            shirt_ease=0.022, shirt_hem=-0.07, trousers=(0.06, 0.08, 0.15), bag="back",
            bag_colour=(0.05, 0.07, 0.05)),
            41.6, 1.25, [(1.8, -7.8), (1.1, -4.4), (0.45, -1.6), (0.3, 0.6), (1.8, 1.7), (6.2, 2.1)]),
    ]


# fmt: on
SCENE = Scene(
    name="entrance",
    camera=Placement(at=(-0.85, -7.2, 3.0), yaw=5.0, tilt=27.3, hfov=72.0),
    line=((-2.1, -1.6), (1.9, -1.6)),
    cast=cast,
    frames=480,
    poster=132,
)

if __name__ == "__main__":
    main(SCENE)
