"""EAN-13 as templates: how alike each digit looks, and which code with a right check digit is likest. Pure.

Source: GS1 General Specifications, section 5.2.1 (number sets A, B and C, their order, guard bars) and 7.9
(check digit).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MODULES, DIGIT_MODULES, DIGITS = 95, 7, 12
# The first module of each drawn digit; the one in front is told by the number sets of the left six.
DIGIT_STARTS = np.array([3 + 7 * n for n in range(6)] + [50 + 7 * n for n in range(6)], dtype=np.float64)
SET_A = ("0001101", "0011001", "0010011", "0111101", "0100011", "0110001", "0101111", "0111011", "0110111", "0001011")
SET_C = tuple(one.translate({48: "1", 49: "0"}) for one in SET_A)
SET_B = tuple(one[::-1] for one in SET_C)
# Which of the left six digits are of set B, by the first digit.
PARITIES = ("AAAAAA", "AABABB", "AABBAB", "AABBBA", "ABAABB", "ABBAAB", "ABBBAA", "ABABAB", "ABABBA", "ABBABA")
IS_B = np.array([[letter == "B" for letter in row] for row in PARITIES])

# Samples to a module, and modules of the neighbours on either side that a template takes in.
SAMPLES, CONTEXT = 4, 1
# Blur of the templates, in modules: a sharp picture, and one out of focus or in motion.
BLURS = (0.5, 0.8)

# Running sums modulo 10 after a digit, by the sum before and the digit; weights 3, 1, 3, … for the twelve drawn ones.
WEIGHTS = np.array([3, 1] * 6)
AFTER = [(np.arange(10)[:, None] + weight * np.arange(10)[None, :]) % 10 for weight in (3, 1)]
BEFORE = [(np.arange(10)[:, None] - weight * np.arange(10)[None, :]) % 10 for weight in (3, 1)]


class Likest(NamedTuple):
    """The code that is likest, of those with a right check digit.

    Attributes:
        code: 13 digits.
        likeness: mean correlation of its twelve drawn digits with their templates, at most 1.
        margin: by how much their sum is above that of the next code; 0 where it is a draw.
        mended: by how much it is below that of the likest code with any check digit; 0 where that is the same.
    """

    code: str
    likeness: float
    margin: float
    mended: float


def likest(scores: Floats) -> Likest:
    """The likest code.

    Args:
        scores: (12, 20) correlation of each drawn digit with 0 to 9 of set A and 0 to 9 of set B; of the right six
            with set C in the first ten columns.
    """
    of_digit = np.broadcast_to(scores[:, :10], (10, DIGITS, 10)).copy()
    of_digit[:, :6] = np.where(IS_B[:, :, None], scores[None, :6, 10:], scores[None, :6, :10])
    through = _best_through(of_digit)
    first = int(np.argmax(through.max(axis=(1, 2))))
    drawn = through[first].argmax(axis=1)
    best = float(through[first].max())
    through[first, np.arange(DIGITS), drawn] = -np.inf
    code = str(first) + "".join(str(digit) for digit in drawn)
    unchecked = float(of_digit.max(axis=2).sum(axis=1).max())
    return Likest(code, best / DIGITS, best - float(through.max()), unchecked - best)


def _best_through(of_digit: Floats) -> Floats:
    """(10, 12, 10): the best sum of a code with a right check digit, by first digit, place and digit in that place."""
    ahead = np.full((DIGITS + 1, 10, 10), -np.inf)
    ahead[DIGITS, :, 0] = 0.0
    for place in reversed(range(DIGITS)):
        rest = ahead[place + 1][:, AFTER[place % 2]]
        ahead[place] = (of_digit[:, place, None, :] + rest).max(axis=2)
    so_far = np.where(np.eye(10, dtype=bool), 0.0, -np.inf)  # the first digit has weight 1
    through = np.empty((10, DIGITS, 10))
    for place in range(DIGITS):
        whole = so_far[:, :, None] + ahead[place + 1][:, AFTER[place % 2]]
        through[:, place] = whole.max(axis=1) + of_digit[:, place]
        so_far = (so_far[:, BEFORE[place % 2]] + of_digit[:, place, None, :]).max(axis=2)
    return through


def _template(modules: str, blur: float) -> Floats:
    """One digit between its neighbours, blurred, with mean 0 and norm 1; bars are high."""
    drawn = np.repeat(np.array([float(module) for module in modules]), SAMPLES)
    reach = int(3 * blur * SAMPLES) + 1
    bell = np.exp(-((np.arange(-reach, reach + 1) / (blur * SAMPLES)) ** 2) / 2)
    blurred = np.convolve(np.pad(drawn, reach, mode="edge"), bell, mode="valid")
    centred = blurred - blurred.mean()
    return np.asarray(centred / np.linalg.norm(centred), dtype=np.float64)


def _templates(left: str, sets: tuple[str, ...], right: str) -> Floats:
    """(blurs, digits, samples): each digit with the module that always stands before it, and the one behind."""
    return np.array([[_template(left + digit + right, blur) for digit in sets] for blur in BLURS])


# A digit of the left begins with a space and ends with a bar, and so it stands between a bar and a space.
LEFT = _templates("1", SET_A + SET_B, "0")
RIGHT = _templates("0", SET_C, "1")
