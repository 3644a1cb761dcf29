"""How well shelves count: simulated plate-days, real recordings, latency and load; beside the plain way to do it.

Simulated shoppers are not real ones: the figures say what the arithmetic can do, not what a shop will see.
"""

import math
import multiprocessing
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from edge.bench import shelf_recordings
from edge.bench.shelf_baseline import RoundedAverage
from edge.bench.shelf_score import Move, Score
from edge.config.shelf import ProductConfig
from edge.events import StockMove, StockMoved
from edge.scale.driver import DriverSettings
from edge.scale.drivers.and_continuous import AndContinuous
from edge.scale.reading import Status, WeightReading
from edge.shelf.planogram import PlanogramPlate, Product
from edge.shelf.setup import product_of
from edge.shelf.shelf import PlateSetup, Shelf
from edge.sim.shelf.actions import Lean, Ring, Step
from edge.sim.shelf.plate_day import PlateLife
from edge.sim.shelf.scenario import Kind, PlateScript, plates

PLATES, DAYS, QUICK_DAYS = 34, 30, 3
LATENCY_PLATES, RATES_HZ = 12, (10, 40)
LOAD_PLATES, LOAD_HZ, LOAD_S = 500, 10, 20
# Of a move that nothing else was near to: the plate has settled when its swing is smaller than this.
SETTLED_G, ALONE_S, SAME_S = 1.0, 12.0, 2.0
SHARED = "STORE_EDGE_SHARED"


@dataclass
class Outcome:
    """One plate's life, told and true.

    Attributes:
        ours, plain: how well we and the plain way did.
        strict: ours, where corrections are moves like any other.
        count_right: whether the counts at the end were.
        latencies_s: from the end of settling to the event, of moves that stand alone.
    """

    ours: Score
    plain: Score
    strict: Score
    count_right: bool
    latencies_s: list[float]


def run(seed: int = 1, *, quick: bool = False, recordings: Path | None = None) -> dict[str, Any]:
    """Measure.

    Args:
        seed: of everything that is simulated.
        quick: a tenth of the days.
        recordings: the folder of real recordings; else it is looked for where the tests look.
    """
    days = QUICK_DAYS if quick else DAYS
    normal, plain = _set("normal", days, seed)
    hard, plain_hard = _set("hard", days, seed)
    varied, _ = _set("varied", 1 if quick else QUICK_DAYS, seed)
    found = recordings or Path(os.environ.get(SHARED, "../shared")) / "media" / "shelf-weights"
    return {
        "normal": normal,
        "hard": hard,
        "varied": varied,
        "baseline": {"normal": plain.as_json(), "hard": plain_hard.as_json()},
        "latency_p95_s": {str(rate): _latency(rate, seed) for rate in RATES_HZ},
        "recordings": shelf_recordings.run(found, seed) if found.is_dir() else f"none at {found}",
        "load": _load(),
        "plate_days": sum(one["plate_days"] for one in (normal, hard, varied)),
        "seed": seed,
    }


def told_of(shelf: Shelf, life: PlateLife, *, mixed: bool = False) -> Iterator[tuple[float, float, list[Move]]]:
    """Each reading of a life (seconds, grams), and the moves told with it."""
    for times, weights in life.stretches():
        for at, weight_g in zip(times.tolist(), weights.tolist(), strict=True):
            happened = shelf.readings((WeightReading(0, at, weight_g, Status.UNSTABLE),)) + shelf.tick(at)
            yield (
                at,
                weight_g,
                [
                    Move(
                        one.at,
                        one.event.plate,
                        one.event.gtin,
                        one.event.quantity,
                        one.event.confidence,
                        mixed,
                        corrects=one.event.cause is StockMove.CORRECTION,
                    )
                    for one in happened
                    if isinstance(one.event, StockMoved)
                ],
            )


def products_of(script: PlateScript) -> tuple[Product, ...]:
    """The goods of a plate as a configuration would describe them."""
    return tuple(
        product_of(ProductConfig(gtin=one.gtin, unit_weight_g=one.unit_g, unit_weight_sd_g=one.sd_g))
        for one in script.goods
    )


def shelf_of(script: PlateScript, life: PlateLife) -> Shelf:
    """A shelf of this one plate. A pause in a simulated day is no pause in its readings: nobody was away."""
    plate = PlanogramPlate("p", script.capacity_g, products_of(script), start=life.start)
    return Shelf([PlateSetup(0, plate, gap_s=math.inf)])


def truth_of(life: PlateLife) -> list[Move]:
    """The true moves."""
    mixed = len(life.goods) > 1
    return [Move(move.at, "p", move.gtin, move.quantity, mixed=mixed) for move in life.moves]


def lived(script: PlateScript, days: int, rate_hz: float) -> Outcome:
    """Let a plate live, and see what was made of it."""
    life = script.live(days, rate_hz)
    shelf, mixed = shelf_of(script, life), len(script.goods) > 1
    plain = RoundedAverage("p", products_of(script), rate_hz)
    ours: list[Move] = []
    theirs: list[Move] = []
    emitted: list[float] = []
    for at, weight_g, moves in told_of(shelf, life, mixed=mixed):
        ours += moves
        emitted += [at] * len(moves)
        theirs += plain.update(at, weight_g)
    outcome = Outcome(
        Score(), Score(), Score(strict=True), dict(shelf.counts) == life.counts, _latencies(life, ours, emitted)
    )
    outcome.ours.add(truth_of(life), ours, days)
    outcome.strict.add(truth_of(life), ours, days)
    outcome.plain.add(truth_of(life), theirs, days)
    return outcome


def _set(kind: Kind, days: int, seed: int) -> tuple[dict[str, Any], Score]:
    ours, plain, strict, right = Score(), Score(), Score(strict=True), 0
    for outcome in _parallel(plates(kind, PLATES, seed), days, RATES_HZ[0]):
        ours.merge(outcome.ours)
        plain.merge(outcome.plain)
        strict.merge(outcome.strict)
        right += outcome.count_right
    figures = ours.as_json() | {"counts_right_at_end": round(right / PLATES, 3)}
    return figures | {"corrections_as_moves": strict.as_json()} | {"plate_days": ours.plate_days}, plain


def _latency(rate_hz: int, seed: int) -> float:
    waits = sorted(
        wait
        for outcome in _parallel(plates("normal", LATENCY_PLATES, seed + 1), 1, rate_hz)
        for wait in outcome.latencies_s
    )
    return round(waits[int(0.95 * (len(waits) - 1))], 3)


def _parallel(scripts: list[PlateScript], days: int, rate_hz: float) -> Iterator[Outcome]:
    with multiprocessing.get_context("spawn").Pool() as pool:
        yield from pool.imap_unordered(partial(lived, days=days, rate_hz=rate_hz), scripts)


def _latencies(life: PlateLife, told: list[Move], emitted: list[float]) -> list[float]:
    """Of each told move that one step alone made: seconds from the end of settling to the event."""
    steps = {action.at: action for action in life.actions if isinstance(action, Step)}
    others = [action.at for action in life.actions if isinstance(action, Lean)] + list(steps)
    waits = []
    for move, at in zip(told, emitted, strict=True):
        near = [one for one in others if abs(one - at) < ALONE_S]
        if len(near) != 1 or near[0] not in steps:
            continue
        step = steps[near[0]]
        settled = max([step.at + step.takes_s / 2, *(_settled(ring) for ring in _rings(life, step.at))])
        if abs(move.at - step.at) < SAME_S:
            waits.append(max(0.0, at - settled))
    return waits


def _rings(life: PlateLife, at: float) -> list[Ring]:
    return [action for action in life.actions if isinstance(action, Ring) and action.at == at]


def _settled(ring: Ring) -> float:
    """When a swing has become smaller than the noise."""
    decay = 2 * math.pi * ring.hz * ring.damping
    return ring.at + math.log(max(ring.peak_g / SETTLED_G, 1.0)) / decay


def _load() -> dict[str, float]:
    """Bytes in, events out, for many plates: CPU seconds per second of readings, on one core."""
    product = Product("00000000000010", 330.0, 2.0, 2.0)
    shelf = Shelf([PlateSetup(n, PlanogramPlate(f"p{n}", 15_000.0, (product,))) for n in range(LOAD_PLATES)])
    drivers = [AndContinuous(DriverSettings()) for _ in range(LOAD_PLATES)]
    frames = [b"ST,GS," + f"{3.3 + 0.001 * (n % 3):8.4f}".encode() + b"kg\r\n" for n in range(7)]
    began = time.process_time()
    for turn in range(LOAD_S * LOAD_HZ):
        at = turn / LOAD_HZ
        for n, driver in enumerate(drivers):
            readings = driver.receive(frames[(turn + n) % len(frames)], at)
            shelf.readings(WeightReading(n, one.at, one.weight_g, one.status) for one in readings)
        shelf.tick(at)
    return {"plates": LOAD_PLATES, "cpu_share": round((time.process_time() - began) / LOAD_S, 4)}
