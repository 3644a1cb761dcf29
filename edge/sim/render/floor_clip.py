"""Render a scene of a simulated floor: the clip, and beside it where everybody went and their boxes."""

import argparse
import json
import os
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from rich.progress import track

from edge.sim.render.clip import Stage
from edge.sim.render.floor_scene import trod
from edge.sim.render.scene import Scene


def main(scene: Scene) -> None:
    """The command line of such a scene."""
    parser = argparse.ArgumentParser(description=f"Render the scene {scene.name!r}.")
    parser.add_argument("--out", type=Path, required=True, help="folder for the clip and its truth")
    options = parser.parse_args()

    import torch

    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    options.out.mkdir(parents=True, exist_ok=True)
    render(scene, options.out)


def render(scene: Scene, out: Path) -> None:
    """Write `NAME.mp4` and `NAME.json`; the truth last, and it is what says that the clip is whole."""
    stage = Stage(scene)
    boxes: list[list[dict[str, Any]]] = []
    with av.open(str(out / f"{scene.name}.mp4"), "w", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=scene.fps)
        stream.width, stream.height, stream.pix_fmt = stage.camera.width, stage.camera.height, "yuv420p"
        stream.time_base = Fraction(1, scene.fps)
        stream.options = {"crf": "22", "preset": "medium", "threads": "1", "g": str(5 * scene.fps)}
        for index in track(range(scene.frames), description=scene.name):
            frame = av.VideoFrame.from_ndarray(stage.picture(index), format="rgb24")
            frame.pts = index
            container.mux(stream.encode(frame))
            boxes.append(stage.boxes(index))
        container.mux(stream.encode())
    truth = {
        "scene": scene.name,
        "fps": scene.fps,
        "frames": scene.frames,
        "people": [{"name": one.name, "since": one.since, "places": one.places} for one in trod(stage.walkers)],
        "boxes": boxes,
    }
    (out / f"{scene.name}.json").write_text(json.dumps(truth) + "\n", encoding="utf-8")
