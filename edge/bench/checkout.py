"""How well a lane tells honest shoppers from others: simulated sessions through the real path, beside a plain rule.

Codes go in as the bytes of a scanner, weights as the readings of a scale; the terminal loses, doubles and delays its
answers. Simulated shoppers are not real ones, and how often they err or steal is assumed (`edge.sim.lane.rates`): the
figures are simulated rates, and say what the reasoning can do, not what a shop will see.
"""

import multiprocessing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from edge.bench import barcode_photos
from edge.bench.checkout_lane import BenchLane
from edge.bench.checkout_outcome import SessionOutcome
from edge.bench.checkout_score import scored
from edge.checkout.session.terms import LaneSettings
from edge.sim.lane.goods import Shop
from edge.sim.lane.plan import shopper

SESSIONS, QUICK_SESSIONS = 10_000, 1_000
SAID = "simulated rates; a shop's own were not measured"


@dataclass(frozen=True)
class Lane:
    """One of the lanes that the sessions are divided among.

    Attributes:
        judges: its scale gives a weight only when it is still by its own judgement; else it streams.
        weigh_on_bag: produce is weighed in the bagging area; else on a scale of its own.
    """

    judges: bool
    weigh_on_bag: bool


LANES = (Lane(judges=True, weigh_on_bag=True), Lane(judges=False, weigh_on_bag=False))


def run(
    seed: int = 1, *, quick: bool = False, sessions: int | None = None, photos: Path | None = None
) -> dict[str, Any]:
    """Measure.

    Args:
        seed: of everything that is simulated.
        quick: a tenth of the sessions.
        sessions: so many instead.
        photos: the folder of barcode photos; without one they are not measured.
    """
    count = sessions or (QUICK_SESSIONS if quick else SESSIONS)
    outcomes, money_wrong = simulated(seed, count)
    return {
        "sessions": count,
        "seed": seed,
        **scored(outcomes),
        "money_wrong": money_wrong,
        "barcode_photos": None if photos is None else msgspec.to_builtins(barcode_photos.measure(photos)),
        "rates": SAID,
    }


def simulated(seed: int, count: int) -> tuple[list[SessionOutcome], int]:
    """All sessions, and by how many minor units the terminals took more or less than was sold."""
    lanes = range(len(LANES))
    with multiprocessing.get_context("spawn").Pool(len(LANES)) as pool:
        told = pool.starmap(one_lane, [(seed, lane, count) for lane in lanes])
    return [one for outcomes, _ in told for one in outcomes], sum(abs(wrong) for _, wrong in told)


def one_lane(seed: int, lane: int, count: int) -> tuple[list[SessionOutcome], int]:
    """The sessions of one lane: every second one of them all."""
    shop, kind = Shop(seed), LANES[lane]
    bench = BenchLane(
        shop, 1000 * seed + lane, judges=kind.judges, settings=LaneSettings(weigh_on_bag=kind.weigh_on_bag)
    )
    outcomes = [bench.serve(shopper(seed, number, shop)) for number in range(lane, count, len(LANES))]
    return outcomes, bench.till.taken() - sum(one.charged or 0 for one in outcomes)
