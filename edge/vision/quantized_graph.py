"""Which part of a detector stays in float when the rest becomes integers. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Node:
    """One operation of a model's graph.

    Attributes:
        inputs: the names of the tensors that it takes.
        outputs: the names of those that it makes.
    """

    name: str
    operation: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


def float_tail(nodes: Sequence[Node]) -> list[str]:
    """The names of the operations after which no convolution comes: the decoding of the boxes.

    Args:
        nodes: each after those that make what it takes, as ONNX has them (onnx.proto, GraphProto.node).
    """
    tail: list[str] = []
    before_convolution: set[str] = set()
    for node in reversed(nodes):
        if node.operation == "Conv" or before_convolution.intersection(node.outputs):
            before_convolution.update(node.inputs)
        else:
            tail.append(node.name)
    return tail[::-1]
