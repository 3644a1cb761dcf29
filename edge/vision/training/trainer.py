"""The training loop: averaged weights, a cosine of the step length, checkpoints that a later run goes on from.

What a step sees depends on the seed and the step's number alone, so that an interrupted run ends like one that was not.
"""

import copy
import json
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

from edge.errors import ConfigError
from edge.vision.training.augment import Sample, Strength, draw
from edge.vision.training.batch import Batch, collate
from edge.vision.training.exam import Exam
from edge.vision.training.frames import Labelled
from edge.vision.training.loss import BOX_WEIGHT, loss
from edge.vision.training.network import PersonNet, cells

LOG = "log.jsonl"
CHECKPOINT = "last.pt"
AVERAGING, WARM_UP_STEPS, WARM_UP_SHARE, LEAST_RATE = 0.9985, 150, 0.1, 0.02
CLIP_NORM = 10.0
LOG_EVERY = 20
EXAM_EVERY = 250  # steps; an exam takes as long as five


@dataclass(frozen=True)
class Phase:
    """A part of the run: small pictures first, then what the model is for, at last with few mosaics.

    Attributes:
        until: share of the steps behind at its end, 0..1.
        size: width and height of the samples, multiples of 32.
        batch: samples in a step.
        strength: of the augmentation.
    """

    until: float
    size: tuple[int, int]
    batch: int
    strength: Strength


@dataclass(frozen=True)
class Round:
    """One cosine of the step length (warm restarts: Loshchilov and Hutter 2017).

    Attributes:
        until: share of the steps behind at its end, 0..1.
        rate: its longest step, share of the plan's.
    """

    until: float
    rate: float


# The first round learns what people are; the later ones see more of those near the camera, at full size.
FIRST, SECOND = 4400 / 9600, 6200 / 9600
ROUNDS = (Round(FIRST, 1.0), Round(SECOND, 0.4), Round(1.0, 0.4))
PHASES = (
    Phase(0.35 * FIRST, (256, 160), 32, Strength(0.75, 1.0)),
    Phase(0.65 * FIRST, (320, 192), 24, Strength(0.65, 1.0)),
    Phase(0.90 * FIRST, (416, 256), 16, Strength(0.5, 1.0)),
    Phase(FIRST, (416, 256), 16, Strength(0.2, 0.6)),
    Phase(FIRST + 0.75 * (SECOND - FIRST), (416, 256), 16, Strength(0.3, 0.8, close=0.4)),
    Phase(SECOND, (416, 256), 16, Strength(0.15, 0.5, close=0.4)),
    Phase(SECOND + 0.8 * (1 - SECOND), (416, 256), 16, Strength(0.35, 0.8, close=0.25)),
    Phase(1.0, (416, 256), 16, Strength(0.15, 0.5, close=0.2)),
)


@dataclass(frozen=True)
class Plan:
    """What to train.

    Attributes:
        steps: of the whole run.
        seed: of weights and samples.
        rate: the longest step of AdamW.
        checkpoint_steps: between two checkpoints.
        phases: of the run.
        rounds: of the step length.
        workers: processes that prepare samples; 0 is none.
    """

    steps: int
    seed: int = 3
    rate: float = 2.5e-3
    checkpoint_steps: int = 50
    phases: Sequence[Phase] = PHASES
    rounds: Sequence[Round] = ROUNDS
    workers: int = 1

    def phase(self, step: int) -> Phase:
        """The phase of a step."""
        return next(phase for phase in self.phases if step < phase.until * self.steps or phase is self.phases[-1])

    def rate_at(self, step: int) -> float:
        """The step length: in each round a short rise, then half a cosine."""
        begin = 0.0
        for one in self.rounds:
            end = one.until * self.steps
            if step < end or one is self.rounds[-1]:
                break
            begin = end
        length, done = end - begin, step - begin
        falling = LEAST_RATE + (1 - LEAST_RATE) * 0.5 * (1 + math.cos(math.pi * done / length))
        rise = max(1.0, min(WARM_UP_STEPS, WARM_UP_SHARE * length))
        return self.rate * one.rate * min(1.0, (done + 1) / rise) * falling


class Steps(Dataset[Batch]):  # type: ignore[misc] # torch ships no types we use
    """The batch of each step."""

    def __init__(self, plan: Plan, pictures: Sequence[Labelled]) -> None:
        self._plan, self._pictures = plan, pictures

    def __len__(self) -> int:
        return self._plan.steps

    def __getitem__(self, step: int) -> Batch:
        cv2.setNumThreads(1)
        phase = self._plan.phase(step)
        dice = (np.random.default_rng([self._plan.seed, step, number]) for number in range(phase.batch))
        return collate([draw(self._pick, phase.size, phase.strength, one) for one in dice])

    def _pick(self, rng: np.random.Generator) -> Sample:
        return self._pictures[int(rng.integers(len(self._pictures)))].sample()


class Trainer:
    """A run in a folder."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        self._plan, self._folder = plan, folder
        torch.manual_seed(plan.seed)
        self.network = PersonNet().to(memory_format=torch.channels_last)
        self.average = copy.deepcopy(self.network).eval()
        weights = [one for one in self.network.parameters() if one.ndim > 1]
        others = [one for one in self.network.parameters() if one.ndim <= 1]
        groups = [{"params": weights, "weight_decay": 0.03}, {"params": others, "weight_decay": 0.0}]
        self._optimiser = torch.optim.AdamW(groups, plan.rate, betas=(0.9, 0.98))
        self.step = 0
        folder.mkdir(parents=True, exist_ok=True)

    def resume(self) -> int:
        """Go on from the folder's checkpoint, where there is one.

        Returns:
            The step to go on with.

        Raises:
            ConfigError: the checkpoint is of a run of another length or seed.
        """
        path = self._folder / CHECKPOINT
        if path.is_file():
            kept: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
            if kept["plan"] != [self._plan.steps, self._plan.seed]:
                steps, seed = kept["plan"]
                raise ConfigError(
                    f"expected to go on with steps {self._plan.steps} and seed {self._plan.seed}, found a run of "
                    f"{steps} and {seed}; take those, or another folder",
                    path=str(path),
                )
            self.network.load_state_dict(kept["network"])
            self.average.load_state_dict(kept["average"])
            self._optimiser.load_state_dict(kept["optimiser"])
            self.step = kept["step"]
        return self.step

    def save(self) -> None:
        """Write the checkpoint, as a whole or not at all."""
        path = self._folder / CHECKPOINT
        part = path.with_suffix(".part")
        kept = {
            "plan": [self._plan.steps, self._plan.seed],
            "step": self.step,
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self._optimiser.state_dict(),
        }
        torch.save(kept, part)
        part.replace(path)

    def run(
        self,
        pictures: Sequence[Labelled],
        *,
        exam: Exam | None = None,
        until: int | None = None,
        told: Callable[[int], None] | None = None,
    ) -> None:
        """Train to the end of the plan, or to step `until`; a checkpoint is left either way.

        Args:
            pictures: to learn from.
            exam: what the averaged network is asked now and then; the log keeps how it did.
            until: the step to stop before.
            told: how many steps are behind, after each.
        """
        end = min(until or self._plan.steps, self._plan.steps)
        for batch in self._batches(pictures, end):
            costs = self._learn(batch)
            self.step += 1
            if self.step % LOG_EVERY == 0:
                self._log({"score": round(costs[0], 4), "box": round(costs[1], 4)})
            if exam is not None and (self.step % EXAM_EVERY == 0 or self.step == end):
                self._log({"ap50": round(exam.ap50(self.average), 4)})
            if self.step % self._plan.checkpoint_steps == 0:
                self.save()
            if told is not None:
                told(self.step)
        self.save()

    def _batches(self, pictures: Sequence[Labelled], end: int) -> Iterator[Batch]:
        # A fork would inherit the locks of OpenCV's and torch's threads, and wait for them for ever.
        way = "spawn" if self._plan.workers else None
        return iter(
            DataLoader(
                Steps(self._plan, pictures),
                batch_size=None,
                sampler=range(self.step, end),
                num_workers=self._plan.workers,
                multiprocessing_context=way,
            )
        )

    def _learn(self, batch: Batch) -> tuple[float, float]:
        for group in self._optimiser.param_groups:
            group["lr"] = self._plan.rate_at(self.step)
        self.network.train()
        height, width = batch.pictures.shape[-2:]
        pictures = batch.pictures.float().div_(255).contiguous(memory_format=torch.channels_last)
        logits, sides = self.network(pictures)
        scores, shape = loss(logits, sides, cells(width, height), batch)
        (scores + BOX_WEIGHT * shape).backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), CLIP_NORM)
        self._optimiser.step()
        self._optimiser.zero_grad(set_to_none=True)
        self._follow()
        return float(scores.detach()), float(shape.detach())

    @torch.no_grad()  # type: ignore[untyped-decorator]
    def _follow(self) -> None:
        """The averaged weights move a little towards the present ones, more at the beginning."""
        keep = min(AVERAGING, (1 + self.step) / (10 + self.step))
        for mean, now in zip(self.average.state_dict().values(), self.network.state_dict().values(), strict=True):
            if mean.dtype.is_floating_point:
                mean.lerp_(now, 1 - keep)
            else:
                mean.copy_(now)

    def _log(self, figures: dict[str, float]) -> None:
        with (self._folder / LOG).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"step": self.step, **figures}) + "\n")
