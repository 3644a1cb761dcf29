"""The shelf's cores on real load cells: the changes that a person sees in recordings, and real products set into them.

The recordings are not part of the repository. Their truth, `shelf_recordings.json`, was made by looking at plots.
"""

import csv
import json
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

from edge.bench.shelf_score import Move, Score
from edge.events import StockMoved
from edge.scale.reading import Status, WeightReading
from edge.scale.weighing.observations import Rested
from edge.scale.weighing.weigher import Weigher, WeighingSettings
from edge.shelf.planogram import PlanogramPlate, Product
from edge.shelf.shelf import PlateSetup, Shelf

TRUTH = Path(__file__).with_name("shelf_recordings.json")
COFFEE_POT, SKUS = "coffee-pot-hx711", "autocheckout-facts/sku_weights.csv"
# Settings of a shelf whose lightest product weighs 30 g; smaller changes are none there.
LEAST_G, SMALLEST_CHANGE_G = 30.0, 25.0
WITHIN_S, WITHIN_SHARE, WITHIN_G = 3.0, 0.03, 12.0
# Products are set into the quiet recordings: a calm day and a bad one.
QUIET = ("save_1576677425.258.csv", "raw4_2019-11-18_readings.csv")
EVERY_S, FIRST_S, MOVES, UNITS = 12.0, 10.0, 24, 8
CAPACITY_G = 30_000.0
PAUSE_S, SEEN_S = 1.0, 4.0

Samples = list[tuple[float, float]]


@dataclass(frozen=True)
class Change:
    """A change of weight that stayed: when it was at rest, and by how much."""

    at: float
    grams: float


def run(folder: Path, seed: int) -> dict[str, Any]:
    """Measure on the recordings in `folder` (the one that holds `coffee-pot-hx711`)."""
    files = json.loads(TRUTH.read_text("utf-8"))["files"]
    seen = found = told = 0
    for one in files:
        truth = [Change(at, grams) for at, grams in one["changes"]]
        changes = list(changes_in(samples_of(folder / COFFEE_POT / one["file"])))
        seen, told = seen + len(truth), told + len(changes)
        found += _paired(truth, changes)
    score = injected(folder, seed)
    return {
        "changes": seen,
        "found": found,
        "invented": told - found,
        "injected_f1": round(score.f1, 4),
        "injected_moves": score.true,
        "injected_quantity_exact": round(score.quantity_exact, 4),
    }


def samples_of(file: Path) -> Samples:
    """Seconds from the first reading, and grams; lines that are not whole are left out."""
    with file.open(encoding="utf-8", newline="") as text:
        rows = [(row[0], row[-1]) for row in csv.reader(text) if len(row) > 1 and all(row) and row[0] != "unix_s"]
    first = float(rows[0][0])
    return [(float(at) - first, float(grams)) for at, grams in rows]


def changes_in(samples: Samples) -> Iterator[Change]:
    """The changes that weighing finds."""
    weigher = Weigher(WeighingSettings(least_g=LEAST_G))
    for at, grams in samples:
        for seen in weigher.update(at, grams):
            if isinstance(seen, Rested) and not seen.refined and abs(seen.delta_g) >= SMALLEST_CHANGE_G:
                yield Change(seen.since, seen.delta_g)


def injected(folder: Path, seed: int) -> Score:
    """Every real product of 30 g or more, picked and put back in the noise of real load cells."""
    score = Score()
    noises = [_noise(samples_of(folder / COFFEE_POT / name)) for name in QUIET]
    for n, unit_g in enumerate(real_weights(folder)):
        for m, noise in enumerate(noises):
            _inject(score, noise, unit_g, Random(f"{seed} {n} {m}"))  # noqa: S311 - seeded, not secret
    return score


def real_weights(folder: Path) -> list[float]:
    """Unit weights of real products, 30 g and up."""
    with (folder / SKUS).open(encoding="utf-8", newline="") as text:
        weights = [float(row["weight_g"]) for row in csv.DictReader(text) if row["weight_g"]]
    return [weight for weight in weights if weight >= LEAST_G]


def _noise(samples: Samples) -> Samples:
    middle = statistics.median(grams for _, grams in samples)
    return [(at, grams - middle) for at, grams in samples]


def _inject(score: Score, noise: Samples, unit_g: float, random: Random) -> None:
    sd = max(0.2, 0.005 * unit_g)
    product = Product("00000000000000", unit_g, sd, sd)
    shelf = Shelf([PlateSetup(0, PlanogramPlate("p1", CAPACITY_G, (product,)))])
    load = sum(random.gauss(unit_g, sd) for _ in range(UNITS))
    steps, count = [], UNITS
    for n in range(MOVES):
        units = random.choice([units for units in (-3, -2, -1, 1, 2, 3) if 0 <= count + units <= 2 * UNITS])
        count += units
        change = sum(random.gauss(unit_g, sd) for _ in range(abs(units)))
        steps.append((FIRST_S + EVERY_S * n + random.uniform(0, 2), units, change if units > 0 else -change))
    true: list[Move] = []
    told: list[Move] = []
    waiting = list(reversed(steps))
    for (at, grams), calm in zip(noise, _without_pauses(noise), strict=True):
        while calm and waiting and waiting[-1][0] <= at:
            _, units, change = waiting.pop()
            load += change
            true.append(Move(at, "p1", product.gtin, units))
        told += _moves(shelf, WeightReading(0, at, load + grams, Status.UNSTABLE))
        if not waiting and at - true[-1].at > EVERY_S:
            break
    score.add(true, told, (noise[-1][0] - noise[0][0]) / 86_400)


def _without_pauses(noise: Samples) -> list[bool]:
    """For each reading, whether the next seconds hold no pause: what moves before one, nobody can see come to rest."""
    pauses = [a for (a, _), (b, _) in pairwise(noise) if b - a > PAUSE_S]
    return [not any(at <= pause < at + SEEN_S for pause in pauses) for at, _ in noise]


def _moves(shelf: Shelf, reading: WeightReading) -> list[Move]:
    happened = [*shelf.readings([reading]), *shelf.tick(reading.at)]
    return [
        Move(one.at, one.event.plate, one.event.gtin, one.event.quantity, one.event.confidence)
        for one in happened
        if isinstance(one.event, StockMoved)
    ]


def _paired(truth: Sequence[Change], changes: Sequence[Change]) -> int:
    left = list(changes)
    pairs = 0
    for one in truth:
        near = next((found for found in left if _same(one, found)), None)
        if near is not None:
            left.remove(near)
            pairs += 1
    return pairs


def _same(one: Change, other: Change) -> bool:
    off = max(WITHIN_G, WITHIN_SHARE * abs(one.grams))
    return abs(one.at - other.at) <= WITHIN_S and abs(one.grams - other.grams) <= off
