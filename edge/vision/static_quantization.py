"""An ONNX detector in 8-bit integers, its ranges taken from given inputs.

Static quantisation in QDQ form, weights per channel, symmetric; activations asymmetric, by their least and greatest
values (onnxruntime.ai, "Quantize ONNX Models"). Weights use 7 bits: x86 processors without VNNI add two products in 16
bits and cut off what is more, so that a model of 8 bits would find less there than where it was judged. What follows
the last convolutions, which is the decoding of boxes, stays in float: pixel coordinates and scores in one tensor would
share one scale.
"""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from edge.vision.quantized_graph import Node, float_tail

Blob = npt.NDArray[np.float32]


class _Reader:
    """The inputs as ONNX Runtime's calibrators ask for them."""

    def __init__(self, name: str, inputs: Iterable[Blob]) -> None:
        self._name, self._left = name, iter(inputs)

    def get_next(self) -> dict[str, Blob] | None:
        """The next input, None after the last one."""
        blob = next(self._left, None)
        return None if blob is None else {self._name: blob}


def quantize_static(source: Path, made: Path, input_name: str, inputs: Iterable[Blob]) -> None:
    """Write the model in integers. Needs the package onnx.

    Args:
        source: the model in floats.
        made: the file to write.
        input_name: of the model's input.
        inputs: what the ranges are taken from, (1, 3, height, width) each; a hundred or more.

    Raises:
        Exception: whatever the libraries raise where they cannot.
    """
    import onnx  # noqa: PLC0415 - only the extra [export] installs it
    from onnxruntime import quantization as ort  # noqa: PLC0415 - it needs onnx
    from onnxruntime.quantization.shape_inference import quant_pre_process  # noqa: PLC0415 - as above

    plain = made.with_suffix(".plain.onnx")
    try:
        quant_pre_process(str(source), str(plain), skip_symbolic_shape=True)
        graph = onnx.load(plain).graph
        ort.quantize_static(
            str(plain),
            str(made),
            _Reader(input_name, inputs),
            quant_format=ort.QuantFormat.QDQ,
            per_channel=True,
            reduce_range=True,
            activation_type=ort.QuantType.QUInt8,
            weight_type=ort.QuantType.QInt8,
            nodes_to_exclude=float_tail(
                [Node(one.name, one.op_type, tuple(one.input), tuple(one.output)) for one in graph.node]
            ),
            calibrate_method=ort.CalibrationMethod.MinMax,
            extra_options={"ActivationSymmetric": False, "WeightSymmetric": True},
        )
    finally:
        plain.unlink(missing_ok=True)
