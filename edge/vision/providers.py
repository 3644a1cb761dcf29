"""Where inference runs: the names of a configuration, ONNX Runtime's for them, and what to install. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from edge.config.camera import ProviderName
from edge.errors import ModelError


@dataclass(frozen=True)
class Provider:
    """One way to run a model.

    Attributes:
        names: ONNX Runtime's execution providers, best first; what the first cannot run, the next ones do.
        install: what brings it.
    """

    names: tuple[str, ...]
    install: str


_CPU = "CPUExecutionProvider"
_CUDA = "CUDAExecutionProvider"
# ONNX Runtime, "Execution Providers". Its builds all bring the module `onnxruntime`: only one may be installed.
PROVIDERS: dict[ProviderName, Provider] = {
    "cpu": Provider((_CPU,), "pip install onnxruntime"),
    "openvino": Provider(
        ("OpenVINOExecutionProvider", _CPU), "pip uninstall onnxruntime; pip install onnxruntime-openvino"
    ),
    "cuda": Provider((_CUDA, _CPU), "pip uninstall onnxruntime; pip install onnxruntime-gpu, beside CUDA and cuDNN"),
    "tensorrt": Provider(
        ("TensorrtExecutionProvider", _CUDA, _CPU),
        "pip uninstall onnxruntime; pip install onnxruntime-gpu, beside CUDA, cuDNN and TensorRT",
    ),
    "coreml": Provider(("CoreMLExecutionProvider", _CPU), "pip install onnxruntime on macOS"),
    "acl": Provider(("ACLExecutionProvider", _CPU), "an ONNX Runtime built with --use_acl for this ARM board"),
}


def chosen(name: ProviderName, available: Sequence[str]) -> tuple[str, ...]:
    """ONNX Runtime's names for a provider, best first; those after the first where they are installed.

    Args:
        name: as the configuration has it.
        available: what this ONNX Runtime was built with.

    Raises:
        ModelError: it was built without this one.
    """
    provider = PROVIDERS[name]
    if provider.names[0] not in available:
        found = ", ".join(key for key, one in PROVIDERS.items() if one.names[0] in available) or "none"
        raise ModelError(f"provider {name}: expected it in ONNX Runtime, found {found}; to have it: {provider.install}")
    return tuple(one for one in provider.names if one in available)
