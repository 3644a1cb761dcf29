"""People on their way: a procedural gait along a path over the floor, so that standing feet do not slide."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from edge.sim.render.bodies import BodyLibrary, Look
from edge.sim.render.geometry import Array, Matrix, Pose, Posed, turn


@dataclass
class Person:
    """One person of the script: looks and the way over the floor."""

    name: str
    look: Look
    start: float  # seconds
    speed: float  # metres per second
    way: list[tuple[float, float] | float]  # points on the floor, or a pause in seconds
    sway: float = 0.0
    phase: float = 0.0
    times: Matrix = field(default_factory=lambda: np.zeros(0))
    places: Matrix = field(default_factory=lambda: np.zeros(0))
    headings: Matrix = field(default_factory=lambda: np.zeros(0))
    speeds: Matrix = field(default_factory=lambda: np.zeros(0))
    phases: Matrix = field(default_factory=lambda: np.zeros(0))


# Joint angles over one stride (degrees, every 10 % from heel strike), drawn up after
# the ordinary course of human walking: hip and knee flexion, ankle dorsiflexion.
HIP = (27.0, 24.0, 16.0, 6.0, -4.0, -10.0, -5.0, 10.0, 24.0, 29.0)
KNEE = (4.0, 14.0, 13.0, 8.0, 4.0, 9.0, 33.0, 57.0, 50.0, 20.0)
ANKLE = (1.0, -5.0, 3.0, 7.0, 11.0, 7.0, -15.0, -6.0, 2.0, 3.0)


def periodic(values: Sequence[float], phase: float) -> float:
    """Trigonometric interpolation of one cycle of evenly spaced values."""
    spectrum = np.fft.rfft(np.asarray(values)) / len(values)
    order = np.arange(1, len(spectrum))
    gain = np.where(order == len(values) // 2, 1.0, 2.0)
    waves = (spectrum[1:] * np.exp(2j * math.pi * order * phase)).real
    return float(spectrum[0].real + (gain * waves).sum())


def vigour(speed: float) -> float:
    """Amplitude of the gait for a walking speed (1 at an easy 1.25 m/s)."""
    return min(1.35, math.sqrt(max(speed, 0.0) / 1.25))


def gait(phase: float, amount: float, sway: float, bag: str) -> Pose:
    """Bone rotations of one instant; ``sway`` shifts the weight of a standing person."""
    pose: Pose = {}
    hips = 4.0 * amount * math.cos(2 * math.pi * phase)
    pose["root"] = turn("z", -hips) @ turn("y", 2.5 * amount * math.sin(2 * math.pi * phase) + sway)
    lean = 2.0 + 3.0 * max(0.0, amount - 0.9) * 3.0
    pose["spine05"] = turn("x", lean) @ turn("y", -sway * 1.4)
    pose["spine02"] = turn("z", 2.2 * hips)
    pose["neck01"] = turn("x", 12.0 if bag == "phone" else -4.0)
    pose["head"] = turn("z", -1.0 * hips + 2.0 * sway)
    for side, sign, shift in (("L", 1.0, 0.0), ("R", -1.0, 0.5)):
        at = phase + shift
        hip = amount * periodic(HIP, at)
        knee = amount * periodic(KNEE, at) + 3.0 * (1 - min(1.0, amount))
        ankle = amount * periodic(ANKLE, at)
        pose[f"upperleg01.{side}"] = turn("x", -hip) @ turn("y", sign * 3.0 - sway)
        pose[f"lowerleg01.{side}"] = turn("x", knee)
        pose[f"foot.{side}"] = turn("x", -ankle)
        swing = -amount * 19.0 * math.cos(2 * math.pi * at) + 2.0
        bend = 6.0 + 10.0 * amount * (0.5 - 0.5 * math.cos(2 * math.pi * at + 0.4))
        down = 35.0
        if bag == "hand" and side == "R":
            swing, bend = swing * 0.3, -8.0
        if bag == "phone" and side == "R":
            swing, bend, down = 12.0, 95.0, 30.0
        if bag in {"pram", "trolley"}:
            swing, bend = 20.0, 45.0
        drop = turn("y", sign * down)
        pose[f"upperarm01.{side}"] = turn("x", -swing) @ drop
        pose[f"lowerarm01.{side}"] = drop.T @ turn("x", 14.0 - bend) @ drop
    return pose


def waypoints(person: Person, step: float) -> list[tuple[float, float]]:
    """Places along a person's way, `step` seconds apart, at a constant speed with the pauses kept."""
    points: list[tuple[float, float]] = []
    for stop in person.way:
        if isinstance(stop, (int, float)):
            points += points[-1:] * round(stop / step)
        elif not points:
            points.append(stop)
        else:
            here = points[-1]
            count = max(1, round(math.dist(here, stop) / person.speed / step))
            points += [
                (here[0] + k / count * (stop[0] - here[0]), here[1] + k / count * (stop[1] - here[1]))
                for k in range(1, count + 1)
            ]
    return points


def bone_frames(library: BodyLibrary, heads: Array, pose: Pose) -> Matrix:
    """Where a pose takes each bone of a body: (bones, 3, 4), from rest to body coordinates.

    Args:
        library: whose bones.
        heads: the bones' heads at rest, (bones, 3).
        pose: rotations by bone; bones that are not named keep still.
    """
    frames = np.zeros((len(library.bones), 3, 4))
    for i, (bone, parent) in enumerate(zip(library.bones, library.parents, strict=True)):
        rotation = pose.get(bone, np.eye(3))
        if parent < 0:
            linear, head = rotation, np.zeros(3)
        else:
            linear = frames[parent, :, :3] @ rotation
            head = frames[parent, :, :3] @ heads[i] + frames[parent, :, 3]
        frames[i, :, :3] = linear
        frames[i, :, 3] = head - linear @ heads[i]
    return frames


class Walker:
    """A posed body: rest shape once, then skinned vertices for any instant."""

    def __init__(self, library: BodyLibrary, person: Person) -> None:
        self.person, self.library = person, library
        self.vertices, self.normals, self.heads = library.rest(person.look)
        self._feet = np.flatnonzero(library.traits[:, 2] > 0.5)
        self._plan()

    def _bones(self, pose: Pose) -> Matrix:
        return bone_frames(self.library, self.heads, pose)

    def _step_length(self, amount: float) -> float:
        """Distance covered in one stride, so that the standing foot does not slide."""
        foot = self.library.bone("foot.L")
        reach = []
        for phase in (0.06, 0.46):
            frames = self._bones(gait(phase, amount, 0.0, ""))
            reach.append(float(-(frames[foot] @ np.append(self.heads[foot], 1.0))[1]))
        return max(0.25, (reach[0] - reach[1]) / 0.40)

    def _plan(self) -> None:
        """Smooth the way and derive heading, speed and phase at 50 Hz."""
        person, step = self.person, 0.02
        raw: Matrix = np.asarray(waypoints(person, step), dtype=np.float64)
        sigma = 0.30 / step
        reach = int(4 * sigma)
        kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
        kernel /= kernel.sum()
        # Extend the ends along the way, so that nobody slows down on entering.
        before = raw[0] + (raw[0] - raw[1]) * np.arange(reach, 0, -1)[:, None]
        after = raw[-1] + (raw[-1] - raw[-2]) * np.arange(1, reach + 1)[:, None]
        padded = np.concatenate([before, raw, after])
        places = np.stack([np.convolve(padded[:, k], kernel, "valid") for k in range(2)], axis=1)
        times = person.start + step * np.arange(len(places))
        velocity = np.gradient(places, step, axis=0)
        speeds = np.linalg.norm(velocity, axis=1)
        headings = np.zeros(len(places))
        heading = math.atan2(velocity[0, 1], velocity[0, 0])
        for i, (vx, vy) in enumerate(velocity):
            if speeds[i] > 0.30:
                error = (math.atan2(vy, vx) - heading + math.pi) % (2 * math.pi) - math.pi
                limit = math.radians(260) * step
                heading += max(-limit, min(limit, error * 0.12))
            headings[i] = heading
        if person.sway:
            t = times - times[0]
            blend = np.convolve((speeds < 0.15).astype(float), kernel, "same")
            places[:, 0] += blend * 0.06 * np.sin(2 * math.pi * t / 4.1)
            places[:, 1] += blend * person.sway * np.sin(2 * math.pi * t / 2.9)
            velocity = np.gradient(places, step, axis=0)
            speeds = np.linalg.norm(velocity, axis=1)
        table = np.linspace(0, 1.35, 15)
        strides = [self._step_length(a) for a in table]
        phase, phases = person.phase, np.zeros(len(places))
        ahead = (velocity * np.stack([np.cos(headings), np.sin(headings)], axis=1)).sum(axis=1)
        for i, speed in enumerate(speeds):
            phase += step * ahead[i] / float(np.interp(vigour(speed), table, strides))
            phases[i] = phase
        person.times, person.places = (
            np.asarray(times, dtype=np.float64),
            np.asarray(places, dtype=np.float64),
        )
        person.headings = headings
        person.speeds = np.convolve(np.pad(speeds, 10, "edge"), np.ones(21) / 21, "valid")
        person.phases = phases

    def present(self, t: float) -> bool:
        """Whether the person is on the way at second ``t``."""
        return bool(self.person.times[0] <= t <= self.person.times[-1])

    def at(self, t: float) -> tuple[float, float]:
        """Ground point at second ``t``."""
        times, places = self.person.times, self.person.places
        return float(np.interp(t, times, places[:, 0])), float(np.interp(t, times, places[:, 1]))

    def posed(self, t: float) -> Posed:
        """World vertices, normals, bone frames (world) and the two foot positions."""
        person = self.person
        x, y = self.at(t)
        speed = float(np.interp(t, person.times, person.speeds))
        phase = float(np.interp(t, person.times, person.phases))
        heading = float(np.interp(t, person.times, person.headings))
        still = max(0.0, 1.0 - speed / 0.5)
        sway = still * 3.0 * math.sin(2 * math.pi * (t - person.times[0]) / 2.9) if person.sway else 0.0
        frames = self._bones(gait(phase, vigour(speed), sway, person.look.bag))
        spin = turn("z", math.degrees(heading) + 90.0)
        frames = np.einsum("ij,bjk->bik", spin, frames)
        blended = (self.library.weights @ frames.reshape(len(frames), 12).astype(np.float32)).reshape(-1, 3, 4)
        vertices = np.einsum("vij,vj->vi", blended[:, :, :3], self.vertices) + blended[:, :, 3]
        normals = np.einsum("vij,vj->vi", blended[:, :, :3], self.normals)
        lift = 0.012 - float(vertices[self._feet, 2].min())
        move = np.array([x, y, lift])
        vertices += move.astype(np.float32)
        frames[:, :, 3] += move
        feet = np.array(
            [
                frames[self.library.bone(f"foot.{s}")] @ np.append(self.heads[self.library.bone(f"foot.{s}")], 1.0)
                for s in "LR"
            ]
        )
        forward = np.array([math.cos(heading), math.sin(heading), 0.0])
        feet += 0.05 * forward
        return vertices.astype(np.float32), normals.astype(np.float32), frames, feet.astype(np.float32)
