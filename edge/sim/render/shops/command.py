"""The command line that renders a data set: seeded, resumable, on all cores."""

import argparse
import json
import multiprocessing
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from rich.progress import Progress

from edge.sim.render.bodies import BodyLibrary
from edge.sim.render.shops import film, shop, viewpoint, visible
from edge.sim.render.shops.crowd import Cast, Figure
from edge.sim.render.shops.stage import Stage

VIEWS = 8  # of each shop
POOL = 60  # bodies that one worker dresses again and again
LEAST_PIXELS = 40  # of a person, below which nobody could tell
JPEG_QUALITY = 93


@dataclass(frozen=True)
class Order:
    """What to render.

    Attributes:
        out: the folder for pictures and labels.
        seed: of everything.
        traps: whether things in the likeness of people stand around.
    """

    out: Path
    seed: int
    traps: bool


class Studio:
    """A worker's renderer and bodies."""

    def __init__(self, order: Order) -> None:
        self._order = order
        library = BodyLibrary()
        # The same bodies for every worker: a shop must not depend on who renders it.
        self._cast = Cast(library, np.random.default_rng([order.seed, 0, 1]), POOL)
        self._stage = Stage(library)

    def render(self, number: int) -> None:
        """Render one shop's views; its labels are written last, so a shop without them is not done."""
        rng = np.random.default_rng([self._order.seed, number])
        room = shop.build(rng)
        crowd = self._cast.crowd(room, rng, traps=self._order.traps)
        self._stage.show(room, crowd, shop.light(rng), float(rng.uniform(1, 99)))
        rows = [self._view(number, view, room, crowd.figures, rng) for view in range(VIEWS)]
        target = labels_of(self._order.out, number)
        part = target.with_suffix(".part")
        part.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        part.replace(target)

    def _view(
        self, number: int, view: int, room: shop.Shop, figures: list[Figure], rng: np.random.Generator
    ) -> dict[str, Any]:
        seen = viewpoint.draw(rng, room.size, room.tall, [_place(figure) for figure in figures if figure.id])
        shot = self._stage.shoot(seen.place)
        picture, ids = film.bend(shot.picture, shot.ids, seen.barrel)
        name = f"{number:05d}_{view}.jpg"
        boxes = []
        by_id = {figure.id: figure for figure in figures if figure.id}
        for who, box in visible.boxes(ids).items():
            points = self._stage.points(seen.place, by_id[who], self._cast.samples)
            in_view, shown = visible.shares(shot.ids, who, points)
            if int((ids == who).sum()) >= LEAST_PIXELS:
                boxes.append([*box, round(in_view, 3), round(shown, 3)])
        flipped = cv2.cvtColor(film.develop(picture, rng), cv2.COLOR_RGB2BGR)
        cv2.imwrite(str(self._order.out / name), flipped, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
        return {"file": name, "boxes": boxes}


def _place(figure: Figure) -> tuple[float, float]:
    """Where somebody stands, metres."""
    x, y, _ = figure.vertices[::97].mean(axis=0).tolist()
    return x, y


def labels_of(out: Path, number: int) -> Path:
    """The label file of one shop."""
    return out / f"{number:05d}.jsonl"


def _work(order: Order, numbers: list[int], done: "multiprocessing.Queue[int]") -> None:
    import torch

    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    studio = Studio(order)
    for number in numbers:
        studio.render(number)
        done.put(number)


def missing(out: Path, shops: int) -> Iterator[int]:
    """The shops that are not yet rendered."""
    return (number for number in range(shops) if not labels_of(out, number).exists())


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Render random shops with exact boxes of their people.")
    parser.add_argument("--out", type=Path, required=True, help="folder for pictures (JPEG) and labels (JSON Lines)")
    parser.add_argument("--frames", type=int, default=16_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--no-traps", action="store_true", help="without mannequins, posters and coats")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    shops = -(-options.frames // VIEWS)
    todo = list(missing(options.out, shops))
    order = Order(options.out, options.seed, not options.no_traps)
    context = multiprocessing.get_context("spawn")
    done: multiprocessing.Queue[int] = context.Queue()
    workers = [
        context.Process(target=_work, args=(order, todo[k :: options.workers], done), daemon=True)
        for k in range(options.workers)
    ]
    for worker in workers:
        worker.start()
    with Progress() as bar:
        task = bar.add_task("shops", total=shops, completed=shops - len(todo))
        for _ in todo:
            while done.empty() and any(worker.is_alive() for worker in workers):
                workers[0].join(timeout=0.5)
            if done.empty():
                parser.exit(1, "expected every worker to end well, found one that died; run the command again\n")
            done.get()
            bar.advance(task)
