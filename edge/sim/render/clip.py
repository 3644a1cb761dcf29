"""Render a scene to a clip with its truth and a poster: the command line that every scene has."""

import argparse
import json
import os
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from rich.progress import track

from edge.sim.render.bodies import BodyLibrary
from edge.sim.render.camera import Camera, camera_look
from edge.sim.render.geometry import Image
from edge.sim.render.renderer import Renderer
from edge.sim.render.scene import Scene
from edge.sim.render.truth import boxes_of, truth
from edge.sim.render.walking import Walker


class Stage:
    """A scene set up: bodies, room and renderer."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.camera = Camera.placed(scene.camera)
        library = BodyLibrary()
        self.walkers = [Walker(library, person) for person in scene.cast()]
        room = scene.room(np.random.default_rng(scene.seed))
        self.renderer = Renderer(library, room, self.camera, scene.oversample)
        self._noise = np.random.default_rng(scene.seed)

    def picture(self, index: int) -> Image:
        """RGB picture `index` as the camera sees it. The noise depends on the order of the calls."""
        there = self.present(index)
        second = index / self.scene.fps
        return camera_look(self.renderer.image(there, [w.posed(second) for w in there]), self._noise)

    def boxes(self, index: int) -> list[dict[str, Any]]:
        """The visible box of everybody in picture `index`."""
        there = self.present(index)
        return boxes_of(self.renderer, there, [w.posed(index / self.scene.fps) for w in there])

    def present(self, index: int) -> list[Walker]:
        """Who is on the way in picture `index`."""
        return [w for w in self.walkers if w.present(index / self.scene.fps)]


def main(scene: Scene) -> None:
    """The command line of a scene."""
    parser = argparse.ArgumentParser(description=f"Render the scene {scene.name!r}.")
    parser.add_argument("--out", type=Path, default=Path(), help="folder for the clip, its truth and the poster")
    parser.add_argument("--boxes", type=Path, help="also write everybody's visible box in every picture (JSON)")
    parser.add_argument("--only", type=int, nargs="+", help="only save these pictures as PNG (no clip)")
    parser.add_argument("--crf", type=int, default=22, help="H.264 quality")
    options = parser.parse_args()

    import torch

    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    stage = Stage(scene)
    options.out.mkdir(parents=True, exist_ok=True)
    if options.only:
        for index in options.only:
            save_png(options.out / f"{scene.name}_{index:04d}.png", stage.picture(index))
        return
    boxes = render(stage, options.out, crf=options.crf, with_boxes=options.boxes is not None)
    if options.boxes:
        options.boxes.write_text(json.dumps(boxes) + "\n", encoding="utf-8")


def render(stage: Stage, out: Path, *, crf: int, with_boxes: bool) -> list[list[dict[str, Any]]]:
    """Write the clip, its truth and its poster; return everybody's boxes, picture by picture."""
    scene, clip = stage.scene, out / f"{stage.scene.name}.mp4"
    boxes: list[list[dict[str, Any]]] = []
    with av.open(str(clip), "w", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=scene.fps)
        stream.width, stream.height, stream.pix_fmt = stage.camera.width, stage.camera.height, "yuv420p"
        stream.time_base = Fraction(1, scene.fps)
        stream.options = {"crf": str(crf), "preset": "slow", "threads": "1", "g": str(5 * scene.fps)}
        for index in track(range(scene.frames), description=scene.name):
            picture = stage.picture(index)
            if with_boxes:
                boxes.append(stage.boxes(index))
            if index == scene.poster:
                save_png(out / f"{scene.name}.png", picture)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts = index
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    content = truth(scene, clip, stage.walkers, stage.camera)
    (out / f"{scene.name}.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return boxes


def save_png(path: Path, picture: Image) -> None:
    """Write one RGB picture as PNG."""
    with av.open(str(path), "w", format="image2") as container:
        stream = container.add_stream("png", rate=1)
        stream.width, stream.height, stream.pix_fmt = picture.shape[1], picture.shape[0], "rgb24"
        container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
