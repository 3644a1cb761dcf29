"""Whether a handful of readings is a plate at rest, and where. Pure.

At rest the readings differ by their noise alone: their middle part is no wider than noise makes it, and the later half
lies where the earlier one does. The extremes are left out, for about one reading in a hundred is a glitch.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

# One reading in six is left out at each end: up to two glitches of six readings in a row do no harm.
TRIMMED = 6
# In units of the noise. The trimmed range of 6 to 60 normal readings is 1.3 to 2.0 sigma; more than this comes once in
# some thousand windows, and then the next reading decides.
WIDEST = 3.4
# The difference of the halves' medians has a standard deviation of about 2.5 sigma / sqrt(n).
STEEPEST = 7.5


def level_at_rest(values: Sequence[float], noise_g: float, resolution_g: float = 0.0) -> float | None:
    """Where a plate rests by its latest readings; None when it does not.

    Args:
        values: grams, oldest first; 6 or more.
        noise_g: the standard deviation of one reading.
        resolution_g: the readings' least step.

    Returns:
        The trimmed mean, grams.
    """
    n = len(values)
    cut = n // TRIMMED
    ordered = sorted(values)
    if ordered[n - cut - 1] - ordered[cut] > WIDEST * noise_g + resolution_g:
        return None
    half = n // 2
    early, late = sorted(values[:half]), sorted(values[n - half :])
    if abs(late[half // 2] - early[half // 2]) > STEEPEST * noise_g / math.sqrt(n) + resolution_g:
        return None
    return middle_of(values)


def middle_of(values: Sequence[float]) -> float:
    """The mean of readings without their extremes.

    Args:
        values: grams, in any order; one or more.
    """
    cut = len(values) // TRIMMED
    core = sorted(values)[cut : len(values) - cut]
    return sum(core) / len(core)


def noise_of(values: Sequence[float]) -> float:
    """The noise of readings by the differences of neighbours, which steps and slow movement hardly touch.

    Args:
        values: grams, oldest first; 3 or more.

    Returns:
        The standard deviation of one reading: the median absolute difference / 0.954, which for normal noise equals it
        (0.6745 x sqrt 2).
    """
    steps = sorted(abs(b - a) for a, b in pairwise(values))
    return steps[len(steps) // 2] / 0.954
