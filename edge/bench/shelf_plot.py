"""One simulated hour of a plate as a picture: what the cell said, the core believed, was told and was true."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from edge.bench.shelf import shelf_of
from edge.events import ShelfDisturbed, StockMoved
from edge.scale.reading import Status, WeightReading
from edge.scale.weighing.weigher import Weigher, WeighingSettings
from edge.shelf.stock import Told
from edge.sim.shelf.physics import PlatePhysics
from edge.sim.shelf.plate_day import Goods, PlateLife
from edge.sim.shelf.scenario import PlateScript
from edge.vision.annotate import save_picture

WIDTH, HEIGHT, MARGIN = 1800, 900, 70
BEGIN_S, HOUR_S = 36_000.0, 3600.0
WHITE, GREY, RAW, LEVEL = (255, 255, 255), (225, 225, 225), (200, 190, 170), (160, 80, 20)
TRUE, TOLD, ODD, INK = (60, 150, 60), (40, 40, 200), (0, 140, 230), (60, 60, 60)
# A busy plate, so that an hour shows something.
PER_DAY, HANDS = 400, 0.15
GOODS = (Goods("00000000000010", 330.0, 2.0, 8), Goods("00000000000020", 124.0, 0.8, 10))
FONT = cv2.FONT_HERSHEY_SIMPLEX


def draw_hour(file: Path, seed: int) -> Path:
    """Simulate an hour and draw it.

    Returns:
        The file.
    """
    script = PlateScript(15_000.0, GOODS, PlatePhysics(), seed, HANDS)
    life = PlateLife(script.goods, script.physics, seed, per_day=PER_DAY, hands=HANDS)
    shelf, weigher = shelf_of(script, life), Weigher(WeighingSettings(least_g=100.0))
    raw: list[tuple[float, float]] = []
    levels: list[tuple[float, float | None]] = []
    told: list[Told] = []
    for times, weights in life.stretches():
        if times[0] > BEGIN_S + HOUR_S:
            break
        for at, weight_g in zip(times.tolist(), weights.tolist(), strict=True):
            told += shelf.readings([WeightReading(0, at, weight_g, Status.UNSTABLE)]) + shelf.tick(at)
            weigher.update(at, weight_g)
            raw.append((at, weight_g))
            levels.append((at, weigher.level_g))
    image = np.full((HEIGHT, WIDTH, 3), WHITE, np.uint8)
    chart = _Chart(image, max(level for _, level in levels if level is not None) * 1.25)
    chart.axes()
    chart.dots(raw)
    chart.line(levels)
    for move in life.moves:
        chart.mark(move.at, f"{move.quantity:+d} {move.gtin[-2:]}", TRUE, 0)
    for one in told:
        if isinstance(one.event, StockMoved):
            chart.mark(one.at, f"{one.event.quantity:+d} {one.event.gtin[-2:]}", TOLD, 1)
        elif isinstance(one.event, ShelfDisturbed):
            chart.mark(one.at, one.event.cause, ODD, 2)
    chart.legend((("raw", RAW), ("level", LEVEL), ("true", TRUE), ("told", TOLD), ("disturbed", ODD)))
    save_picture(file, image)
    return file


class _Chart:
    """Seconds and grams to pixels."""

    def __init__(self, image: np.ndarray, most_g: float) -> None:
        self._image, self._most = image, most_g

    def axes(self) -> None:
        """Minutes and kilograms."""
        for minute in range(0, 61, 5):
            x = self._x(BEGIN_S + minute * 60)
            cv2.line(self._image, (x, MARGIN), (x, HEIGHT - MARGIN), GREY, 1)
            self._text(f"{minute} min", x - 20, HEIGHT - MARGIN + 25, INK)
        for gram in range(0, int(self._most) + 1, 500):
            y = self._y(gram)
            cv2.line(self._image, (MARGIN, y), (WIDTH - MARGIN, y), GREY, 1)
            self._text(f"{gram / 1000:g} kg", 5, y + 4, INK)

    def dots(self, raw: Sequence[tuple[float, float]]) -> None:
        """Every reading within the picture."""
        for at, weight_g in raw:
            if 0 <= at - BEGIN_S <= HOUR_S and 0 <= weight_g <= self._most:
                cv2.circle(self._image, (self._x(at), self._y(weight_g)), 1, RAW, -1)

    def line(self, levels: Sequence[tuple[float, float | None]]) -> None:
        """The level, where there is one."""
        before: tuple[int, int] | None = None
        for at, level in levels:
            if at < BEGIN_S or level is None:
                before = None
                continue
            here = (self._x(at), self._y(level))
            if before is not None:
                cv2.line(self._image, before, here, LEVEL, 2, cv2.LINE_AA)
            before = here

    def mark(self, at: float, text: str, colour: tuple[int, int, int], row: int) -> None:
        """Something that happened, in a row of its own above the curve."""
        if 0 <= at - BEGIN_S <= HOUR_S:
            x, y = self._x(at), MARGIN - 45 + 16 * row
            top, bottom = (y + 4, HEIGHT // 2) if row == 0 else (HEIGHT // 2, HEIGHT - MARGIN)
            cv2.line(self._image, (x, top), (x, bottom), colour, 1)
            self._text(text, x - 12, y, colour)

    def legend(self, entries: Sequence[tuple[str, tuple[int, int, int]]]) -> None:
        """What the colours mean."""
        for n, (name, colour) in enumerate(entries):
            self._text(name, MARGIN + 110 * n, HEIGHT - 15, colour, 0.55)

    def _text(self, text: str, x: int, y: int, colour: tuple[int, int, int], size: float = 0.38) -> None:
        cv2.putText(self._image, text, (x, y), FONT, size, colour, 1, cv2.LINE_AA)

    def _x(self, at: float) -> int:
        return round(MARGIN + (at - BEGIN_S) / HOUR_S * (WIDTH - 2 * MARGIN))

    def _y(self, weight_g: float) -> int:
        return round(HEIGHT - MARGIN - weight_g / self._most * (HEIGHT - 2 * MARGIN))
