"""One plate's readings in, its rests out: the filter between bytes and stock. Pure.

At rest, each reading is averaged into the level, which so follows slow drift, and the noise is learned. A plate leaves
its rest when several readings in a row lie outside the noise, or when a short average leaves the level. It is at rest
again when its latest readings pass `level_at_rest`; how many that takes depends on the noise and on the least change
that matters. A glitch is neither: it is back before it counts.
"""

import math
from collections import deque
from dataclasses import dataclass

from edge.scale.weighing.observations import Observation, Rested, Unsettled
from edge.scale.weighing.rest import level_at_rest, middle_of, noise_of

NOTHING: tuple[Observation, ...] = ()
LEAST_NOISE_G = 0.02
# Outside of so many sigma a reading is no noise; inside of it, it is averaged.
BAND = 4.0
# So many readings in a row, for so long: longer than glitches last (measured: 15 of 160 were longer than one reading).
OUT_READINGS, OUT_S = 3, 0.05
# The short average: its length, and how many of its own standard deviations are a change.
SHORT_S, SHORT_LEAST, CHANGED = 0.4, 4, 5.0
# How long a rest must have lasted to be seen, and how many readings make it.
REST_S, REST_READINGS, REST_LONGEST_S = 0.3, 6, 2.0
# A scale that judges for itself and says stable needs fewer.
VOUCHED_READINGS, VOUCHED_S = 3, 0.2
# Half of the least change is so many standard errors.
SURE = 5.0
# Drift: temperature and creep take minutes (OIML R60 C3: 0.025 % of capacity in half an hour; measured: 3 g in 23 min),
# an item takes a second. A rest is a plain average of so many readings before it begins to follow drift.
DRIFT_S, DRIFT_G_PER_S, AVERAGED = 20.0, 0.03, 64
NOISE_S = 30.0
# A rest is told once more, better, after so long and so many readings.
REFINED_S, REFINED_READINGS = 0.6, 15
PAUSE_S = 1.0
# Without rest for so long: perhaps the noise has grown, for a machine next door runs.
LOUDER_AFTER_S, UNSETTLED_S = 3.0, 8.0
KEPT = 160


@dataclass(frozen=True)
class WeighingSettings:
    """What a weigher is told about its plate.

    Attributes:
        least_g: the smallest change that matters: the weight of the lightest product.
        gap_s: without a reading for longer, the plate was not watched.
        noise_limit_g: noise above it is movement.
    """

    least_g: float = 30.0
    gap_s: float = 2.0
    noise_limit_g: float = 25.0


class Weigher:
    """Follows one plate."""

    def __init__(self, settings: WeighingSettings) -> None:
        self._settings = settings
        self._values: deque[float] = deque(maxlen=KEPT)
        self._times: deque[float] = deque(maxlen=KEPT)
        self._last_at = -math.inf
        self._last = math.nan
        self._period_s = 0.1
        # The smallest step seen; one of half the least change or more cannot be the scale's division.
        self._resolution_g, self._finest = 0.0, settings.least_g / 2
        self._variance: float | None = None
        self._resting = False
        self._ever_rested = False
        self._level = self._short = self._band = self._short_limit = 0.0
        self._short_gain = 0.2
        self._averaged = 0
        self._out, self._out_since = 0, 0.0
        self._onset = 0.0
        self._before, self._before_sd = 0.0, 0.0
        self._unseen = False
        self._told_unsettled = False
        self._rested: Rested | None = None

    @property
    def level_g(self) -> float | None:
        """What lies there, at rest; None while it does not rest."""
        return self._level if self._resting else None

    @property
    def noise_g(self) -> float | None:
        """The standard deviation of one reading, once it is known."""
        return None if self._variance is None else math.sqrt(self._variance)

    def update(self, at: float, weight_g: float, *, vouched: bool = False) -> tuple[Observation, ...]:
        """Take in one reading.

        Args:
            at: monotonic seconds; not before the last.
            weight_g: gross.
            vouched: the scale itself says that it is stable.

        Returns:
            What it shows: mostly nothing.
        """
        elapsed = max(0.0, at - self._last_at)
        if elapsed > self._settings.gap_s:
            self._begin_anew(at)
        elif elapsed > PAUSE_S:
            # The scale may have drifted: what was averaged before counts for little.
            self._averaged = min(self._averaged, REST_READINGS)
        elif elapsed > 0:
            self._period_s += 0.05 * (min(elapsed, 1.0) - self._period_s)
        step = abs(weight_g - self._last)
        if 0 < step < self._finest:
            self._finest = self._resolution_g = step
        self._last_at, self._last = at, weight_g
        self._values.append(weight_g)
        self._times.append(at)
        if self._resting:
            return self._at_rest(at, weight_g, min(elapsed, 1.0))
        return self._moving(at, vouched=vouched)

    def unwatched(self, at: float) -> None:
        """Readings are missing or in fault: what is found next, nobody saw happen."""
        self._begin_anew(at)

    def moved(self, at: float) -> None:
        """The scale says that it moves, and gives no weight."""
        if self._resting:
            self._leave_rest(at)
        self._values.clear()
        self._times.clear()

    def _begin_anew(self, at: float) -> None:
        if self._resting:
            self._leave_rest(at)
        self._values.clear()
        self._times.clear()
        self._onset, self._unseen = at, True
        self._told_unsettled = False

    def _at_rest(self, at: float, weight_g: float, elapsed: float) -> tuple[Observation, ...]:
        off = weight_g - self._level
        if not -self._band <= off <= self._band:
            return self._outside(at)
        self._out = 0
        self._follow(off, elapsed)
        variance = self._variance or 0.0
        self._variance = variance + (off * off - variance) * min(elapsed / NOISE_S, 0.05)
        self._short += (off - self._short) * self._short_gain
        if not -self._short_limit <= self._short <= self._short_limit:
            self._leave_rest(at)
            return NOTHING
        if self._rested is not None and at - self._rested.at >= max(REFINED_S, REFINED_READINGS * self._period_s):
            return self._refined(at)
        if self._averaged % 32 == 0:
            self._set_limits()
        return NOTHING

    def _follow(self, off: float, elapsed: float) -> None:
        """Average a reading in: all alike at first; later only as fast as scales drift, so that no item is absorbed."""
        self._averaged += 1
        if self._averaged <= AVERAGED:
            self._level += off / self._averaged
            return
        most = DRIFT_G_PER_S * elapsed
        self._level += max(-most, min(most, off * min(elapsed / DRIFT_S, 0.2)))

    def _outside(self, at: float) -> tuple[Observation, ...]:
        if self._out == 0:
            self._out_since = at
        self._out += 1
        if self._out >= OUT_READINGS and at - self._out_since >= OUT_S:
            self._leave_rest(self._out_since)
            return self._moving(at, vouched=False)
        return NOTHING

    def _leave_rest(self, onset: float) -> None:
        self._resting, self._out = False, 0
        self._before, self._before_sd = self._level, self._error(self._averaged)
        self._onset, self._told_unsettled = onset, False
        self._rested = None

    def _moving(self, at: float, *, vouched: bool) -> tuple[Observation, ...]:
        values = self._since_onset()
        moving_s = at - self._onset
        if len(values) < self._needed(vouched=vouched):
            return NOTHING
        latest = values[-self._needed(vouched=vouched) :]
        level = level_at_rest(latest, self._noise(values), self._resolution_g)
        if level is None and moving_s > LOUDER_AFTER_S:
            level = self._louder(values)
        if level is not None:
            return (self._rest(at, level, len(latest)),)
        if moving_s > UNSETTLED_S and not self._told_unsettled:
            self._told_unsettled = True
            middle = sorted(latest)[len(latest) // 2]
            return (Unsettled(at, self._onset, middle - self._before),)
        return NOTHING

    def _since_onset(self) -> list[float]:
        times = self._times
        if times[0] >= self._onset:
            return list(self._values)
        longest = self._longest() * 2
        count = 0
        for when in reversed(times):
            if when < self._onset or count >= longest:
                break
            count += 1
        return list(self._values)[len(times) - count :]

    def _needed(self, *, vouched: bool) -> int:
        """How many readings show a rest."""
        if vouched:
            return max(VOUCHED_READINGS, math.ceil(VOUCHED_S / self._period_s))
        exact = (2 * SURE * self._noise_or_least() / self._settings.least_g) ** 2
        least = max(REST_READINGS, math.ceil(REST_S / self._period_s))
        return max(least, min(math.ceil(exact), self._longest()))

    def _longest(self) -> int:
        return max(REST_READINGS, min(KEPT // 2, int(REST_LONGEST_S / self._period_s)))

    def _noise(self, values: list[float]) -> float:
        """The known noise; before there is one, what the readings themselves show."""
        if self._variance is None:
            return max(min(noise_of(values), self._settings.noise_limit_g), LEAST_NOISE_G)
        return self._noise_or_least()

    def _noise_or_least(self) -> float:
        return max(math.sqrt(self._variance or 0.0), self._resolution_g / 3, LEAST_NOISE_G)

    def _louder(self, values: list[float]) -> float | None:
        """A rest with more noise than before: a long stretch without a trend."""
        longest = values[-self._longest() :]
        noise = noise_of(longest)
        if len(longest) < self._longest() or noise > min(self._settings.noise_limit_g, self._settings.least_g):
            return None
        level = level_at_rest(longest, noise, self._resolution_g)
        if level is not None:
            self._variance = noise * noise
        return level

    def _rest(self, at: float, level: float, count: int) -> Rested:
        if self._variance is None:
            self._variance = self._noise(list(self._values)) ** 2
        self._resting, self._level, self._averaged, self._short = True, level, count, 0.0
        self._set_limits()
        first = not self._ever_rested
        if first:
            self._ever_rested, self._before, self._before_sd = True, level, self._error(count)
        since = self._rested_since(level)
        self._rested = Rested(
            at=at,
            since=since,
            onset=self._onset,
            before_g=self._before,
            weight_g=level,
            sd_g=math.hypot(self._error(count), self._before_sd),
            noise_g=self._noise_or_least(),
            unseen=self._unseen,
        )
        self._unseen = False
        return self._rested

    def _rested_since(self, level: float) -> float:
        """From when on the readings lie nearer to `level` than to the earlier rest, single ones that do not apart."""
        near = max(self._band, abs(level - self._before) / 2)
        since, out = self._times[-1], 0
        for at, value in zip(reversed(self._times), reversed(self._values), strict=True):
            if at < self._onset or out > OUT_READINGS:
                break
            if abs(value - level) <= near:
                since, out = at, 0
            else:
                out += 1
        return since

    def _refined(self, at: float) -> tuple[Observation, ...]:
        told = self._rested
        self._rested = None
        if told is None:
            return NOTHING
        self._refine(told.at)
        sd = math.hypot(self._error(self._averaged), self._before_sd)
        return (
            Rested(
                at=at,
                since=told.since,
                onset=told.onset,
                before_g=told.before_g,
                weight_g=self._level,
                sd_g=sd,
                noise_g=self._noise_or_least(),
                refined=True,
                unseen=told.unseen,
            ),
        )

    def _refine(self, told_at: float) -> None:
        """Begin the average anew with the readings after the rest was told: those before may still have been settling.

        And what was learned while something shook the plate is unlearned: too much noise hides small items.
        """
        latest = [value for at, value in zip(self._times, self._values, strict=True) if at > told_at]
        if len(latest) < REST_READINGS:
            return
        noise = noise_of(latest)
        if noise * noise * 4 < (self._variance or 0.0):
            self._variance = noise * noise
        self._level, self._averaged, self._short = middle_of(latest), len(latest), 0.0
        self._set_limits()

    def _set_limits(self) -> None:
        noise = self._noise_or_least()
        self._band = BAND * noise + self._resolution_g
        length = max(SHORT_LEAST, SHORT_S / self._period_s)
        self._short_gain = 1 / length
        # The spread of an exponential average of independent readings (gain a): sigma x sqrt(a / (2 - a)).
        spread = noise * math.sqrt(self._short_gain / (2 - self._short_gain))
        self._short_limit = CHANGED * spread + self._resolution_g / 2

    def _error(self, count: int) -> float:
        """The standard error of a level that `count` readings were averaged into; drift bounds how well it is known."""
        return self._noise_or_least() / math.sqrt(max(1, min(count, AVERAGED)))
