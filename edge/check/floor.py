"""How well a camera's pairs of points make a floor."""

from edge.config.floor import LEAST_PAIRS, FloorConfig

# Further off than this, a pair is wrong, or the floor is no plane.
MOST_ERROR_M = 0.5


def judged(floor: FloorConfig) -> tuple[bool, str]:
    """Whether the pairs fit, and how well: one line."""
    from edge.vision.floor_plane import fit  # noqa: PLC0415 - brings NumPy: only where there is a floor

    plane = fit(floor.pixels, floor.metres)
    errors = plane.errors_m()
    worst = max(range(len(errors)), key=errors.__getitem__)
    if errors[worst] > MOST_ERROR_M:
        return False, (
            f"expected pairs that fit within {MOST_ERROR_M:g} m, found {errors[worst]:.2g} m at"
            f" pixels[{worst}] {list(floor.pixels[worst])}; measure that point again"
        )
    if len(errors) == LEAST_PAIRS:
        return True, "4 pairs, which fit whatever they are; a fifth would tell whether they are right"
    return True, f"{len(errors)} pairs, {plane.rms_m():.2g} m off on average, {errors[worst]:.2g} m at the most"
