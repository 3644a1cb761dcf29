"""The trained network as ONNX, in 32-bit floats and in 8-bit integers."""

import copy
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch import nn

from edge.vision.detections import Image
from edge.vision.detector import GREY, LETTERBOX_KEY, SCORE_KEY
from edge.vision.letterbox import fit
from edge.vision.static_quantization import quantize_static
from edge.vision.training.network import Conv, Exported, PersonNet

OPSET = 17
Blob = Any  # (1, 3, H, W) float32


def fused(network: PersonNet) -> PersonNet:
    """A copy whose normalisations are part of the convolutions before them; gives the same answers."""
    out: PersonNet = copy.deepcopy(network).eval().to(memory_format=torch.contiguous_format)
    for module in out.modules():
        if isinstance(module, Conv):
            module.conv = nn.utils.fusion.fuse_conv_bn_eval(module.conv, module.norm)
            module.norm = nn.Identity()
    return out


def write(network: PersonNet, path: Path, size: tuple[int, int], licence: str, *, score: float = 0.35) -> None:
    """Write the network as fp32 ONNX.

    Args:
        network: the trained one.
        path: where to.
        size: width and height of its input.
        licence: of the weights.
        score: the least score that should begin a track.
    """
    import onnx

    model = Exported(fused(network), size).eval()
    with warnings.catch_warnings():
        # The older writer is meant: its graphs are plain, and it needs no further package.
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(
            model,
            (torch.zeros(1, 3, size[1], size[0]),),
            str(path),
            opset_version=OPSET,
            input_names=["images"],
            output_names=["output0"],
            dynamo=False,
        )
    graph = onnx.load(str(path))
    said = {
        "task": "detect",
        "names": "{0: 'person'}",
        "imgsz": f"[{size[1]}, {size[0]}]",
        "license": licence,
        "origin": "store-edge, trained from random weights (edge/vision/models/CARD.md)",
        LETTERBOX_KEY: "top-left",
        SCORE_KEY: f"{score:.2f}",
    }
    for key, value in said.items():
        entry = graph.metadata_props.add()
        entry.key, entry.value = key, value
    onnx.checker.check_model(graph)
    onnx.save(graph, str(path))


def blob(picture: Image, size: tuple[int, int]) -> Blob:
    """A picture as the model's input: in the top left corner, the rest grey."""
    box = fit((picture.shape[1], picture.shape[0]), size, centred=False)
    canvas = np.full((size[1], size[0], 3), GREY, dtype=np.uint8)
    canvas[: box.height, : box.width] = cv2.resize(picture, (box.width, box.height), interpolation=cv2.INTER_LINEAR)
    return np.ascontiguousarray(canvas[:, :, ::-1].transpose(2, 0, 1)[None], dtype=np.float32) / 255


def quantise(fp32: Path, int8: Path, pictures: Sequence[Image], size: tuple[int, int]) -> None:
    """Write a static 8-bit model: weights per channel, activations measured on pictures, the boxes' decoding in float.

    Args:
        fp32: the model to quantise.
        int8: where to.
        pictures: what the activations are measured on, a hundred or more.
        size: width and height of the input.
    """
    quantize_static(fp32, int8, "images", (blob(one, size) for one in pictures))
