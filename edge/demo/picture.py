"""One picture of what the cameras saw: boxes, paths, line and counts."""

from edge.demo.scene import FPS, LINE, Plan
from edge.vision.decode import read_file
from edge.vision.detections import Image
from edge.vision.drawing import Overlay
from edge.vision.line import Line
from edge.vision.pipeline import open_pipeline

# The picture is taken in this much of the clip's begin, shortly after the last crossing in it.
WITHIN_S = 12.5
AFTER_S = 0.3


def draw_run(plan: Plan) -> Image | None:
    """Analyse the begin of the clip once more and draw one picture of it; None for a clip without pictures.

    Raises:
        SourceError: the clip cannot be read.
        ModelError: the model cannot be used.
    """
    scene = plan.scene
    line = Line(id=LINE, start=scene.line.start, end=scene.line.end, inside=scene.line.inside, anchor=scene.line.anchor)
    pipeline = open_pipeline(plan.model, [line], frame_size=(scene.info.width, scene.info.height))
    overlay = Overlay([line])
    image: Image | None = None
    due_s: float | None = 0.0
    for frame in read_file(scene.clip, fps=FPS):
        step = pipeline.step(frame)
        if step.crossings:
            due_s = frame.at + AFTER_S
        if due_s is not None and frame.at >= due_s:
            image, due_s = overlay.draw(step), None
        else:
            overlay.update(step)
        if frame.at >= min(WITHIN_S, plan.seconds):
            break
    return image
