"""What products weigh, learned from what shoppers put down. Pure.

A product has up to three weights, one a package. A weight that fits one of them moves it a little, by no more than a
piece of that package may differ. A weight that fits none waits as a candidate, and becomes a weight of the product when
enough sessions on enough days agree: so nobody teaches a lane that a cheap code weighs as much as dear goods by doing
so once, with or without an attendant who lets it pass.
"""

import msgspec
from msgspec.structs import replace

from edge.checkout.bagging.piece import WeightMode

MOST_MODES = 3
# How many weighings are kept in mind: packages change.
MOST = 200
# What fits a package: so many standard deviations, of no less than the scale's own error.
FITS, LEAST_SD_G, LEAST_SD_SHARE = 4.0, 1.5, 0.005
# Before it was ever weighed, a price book's weight may be off by so much.
BOOK_SD_SHARE, BOOK_N = 0.02, 5
# The first weight of a product may come from goods that differ by nature, as fruit does; a few weighings tell little of
# how far, so what they tell is taken for more.
FIRST_SPREAD, FEW = 0.25, 1.4
# A new package: so many sessions have to agree; where an attendant let it pass, fewer, but on different days.
AGREEING, VOUCHED_AGREEING, VOUCHED_DAYS = 5, 3, 3
MOST_CANDIDATES = 12


class Candidate(msgspec.Struct, frozen=True):
    """A weight that fits no known package of its product.

    Attributes:
        grams: what was weighed.
        session: where.
        day: when, as a day's number.
        vouched: an attendant let it pass.
    """

    grams: float
    session: str
    day: int
    vouched: bool = False


class Learned(msgspec.Struct, frozen=True):
    """One product.

    Attributes:
        modes: its packages.
        candidates: weights that wait for others like them, the oldest first.
    """

    modes: tuple[WeightMode, ...] = ()
    candidates: tuple[Candidate, ...] = ()


class WeightBook(msgspec.Struct):
    """What is known of all products, by key. It changes when it learns."""

    products: dict[str, Learned] = {}

    def modes(self, key: str, book_weight_g: float | None) -> tuple[WeightMode, ...]:
        """What one piece may weigh; none where nobody knows.

        Args:
            key: of the product.
            book_weight_g: what the price book says.
        """
        learned = self.products.get(key, Learned()).modes
        if learned or book_weight_g is None:
            return learned
        return (WeightMode(book_weight_g, max(LEAST_SD_G, BOOK_SD_SHARE * book_weight_g), BOOK_N),)

    def learn(self, key: str, candidate: Candidate, book_weight_g: float | None = None) -> None:
        """A piece was weighed alone.

        Args:
            key: of the product.
            candidate: its weight.
            book_weight_g: what the price book says.
        """
        before = self.products.get(key, Learned())
        modes = self.modes(key, book_weight_g)
        fitting = next((mode for mode in modes if _fits(candidate.grams, mode)), None)
        if fitting is not None and not candidate.vouched:
            moved = tuple(_moved(mode, candidate.grams) if mode is fitting else mode for mode in modes)
            self.products[key] = replace(before, modes=moved)
        elif fitting is None:
            waiting = replace(before, modes=modes, candidates=(*before.candidates, candidate)[-MOST_CANDIDATES:])
            self.products[key] = _with_new_mode(waiting)


def _fits(grams: float, mode: WeightMode) -> bool:
    return abs(grams - mode.mean_g) <= FITS * max(mode.sd_g, LEAST_SD_G)


def _moved(mode: WeightMode, grams: float) -> WeightMode:
    """The running mean and spread, with what lies far out pulled in to two deviations."""
    n = min(mode.n + 1, MOST)
    sd = max(mode.sd_g, LEAST_SD_G)
    off = max(-2 * sd, min(2 * sd, grams - mode.mean_g))
    mean = mode.mean_g + off / n
    variance = mode.sd_g**2 + (off * (grams - mean) - mode.sd_g**2) / n
    return WeightMode(mean, max(LEAST_SD_G, LEAST_SD_SHARE * mean, max(variance, 0.0) ** 0.5), n)


def _with_new_mode(product: Learned) -> Learned:
    """Take up a package that enough candidates agree on, in place of the rarest one if there are too many."""
    first = not product.modes
    for candidate in product.candidates:
        spread = FIRST_SPREAD * candidate.grams if first else _spread(candidate.grams)
        alike = [one for one in product.candidates if abs(one.grams - candidate.grams) <= spread]
        if _agree(alike):
            mean = sum(one.grams for one in alike) / len(alike)
            variance = sum((one.grams - mean) ** 2 for one in alike) / (len(alike) - 1)
            mode = WeightMode(mean, max(LEAST_SD_G, BOOK_SD_SHARE / 2 * mean, FEW * variance**0.5), len(alike))
            kept = sorted(product.modes, key=lambda one: -one.n)[: MOST_MODES - 1]
            others = tuple(one for one in product.candidates if one not in alike)
            return Learned((*kept, mode), others)
    return product


def _spread(grams: float) -> float:
    return max(FITS * LEAST_SD_G, 2 * BOOK_SD_SHARE * grams)


def _agree(alike: list[Candidate]) -> bool:
    sessions, days = len({one.session for one in alike}), len({one.day for one in alike})
    if any(one.vouched for one in alike):
        return sessions >= VOUCHED_AGREEING and days >= VOUCHED_DAYS
    return sessions >= AGREEING
