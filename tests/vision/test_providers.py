"""A provider is ONNX Runtime's, or one line says what to install."""

from typing import get_args

import onnxruntime as ort
import pytest

from edge.config.camera import ProviderName
from edge.errors import ModelError
from edge.vision.detector import load_detector
from edge.vision.providers import PROVIDERS, chosen

CPU = "CPUExecutionProvider"


def test_every_name_of_a_configuration_has_a_provider() -> None:
    assert set(PROVIDERS) == set(get_args(ProviderName))


@pytest.mark.parametrize("name", [name for name in PROVIDERS if name != "cpu"])
def test_what_is_not_installed_is_one_line_with_what_to_install(name: ProviderName) -> None:
    with pytest.raises(
        ModelError, match=f"provider {name}: expected it in ONNX Runtime, found cpu; to have it: "
    ) as told:
        chosen(name, [CPU, "AzureExecutionProvider"])
    assert PROVIDERS[name].install in str(told.value)
    assert "\n" not in str(told.value)


def test_what_a_provider_cannot_run_goes_to_the_next_one_that_is_there() -> None:
    assert chosen("tensorrt", ["TensorrtExecutionProvider", CPU]) == ("TensorrtExecutionProvider", CPU)
    assert chosen("cpu", [CPU]) == (CPU,)


def test_a_model_runs_where_it_is_told_or_not_at_all() -> None:
    assert load_detector("person", provider="cpu").name == "person"
    missing: list[ProviderName] = [
        name for name, one in PROVIDERS.items() if one.names[0] not in ort.get_available_providers()
    ]
    assert missing, "no build has them all"
    with pytest.raises(ModelError, match=f"provider {missing[0]}"):
        load_detector("person", provider=missing[0])
