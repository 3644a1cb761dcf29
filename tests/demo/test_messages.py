"""Every message that the demo really puts on the wire, held against the documents that `store-edge schema` writes."""

import io
import json
import re
from collections import Counter
from typing import Any

import jsonschema
import pytest
from referencing import Registry, Resource
from rich.console import Console

from edge import schema
from edge.codec import Message
from edge.demo import play as demo
from edge.demo.scene import Plan, bundled_scene
from edge.sim.tap import Tap

Document = dict[str, Any]


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Document]:
    """What is written, by the file's name."""
    return {path.name: json.loads(path.read_text("utf-8")) for path in schema.write(tmp_path_factory.mktemp("schema"))}


@pytest.fixture(scope="module")
def messages(tmp_path_factory: pytest.TempPathFactory) -> tuple[Message, ...]:
    """What the broker acknowledged of a short run of the demo."""
    taps: list[Tap] = []

    class Kept(Tap):
        def __init__(self, host: str, port: int) -> None:
            super().__init__(host, port)
            taps.append(self)

    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo, "Tap", Kept)
        plan = Plan(scene=bundled_scene(), seconds=20, fast=True, picture=folder / "seen.png")
        demo.play(plan, Console(file=io.StringIO()))
    (tap,) = taps
    return tap.acknowledged()


def channel_of(asyncapi: Document, topic: str) -> str:
    """The one channel that a topic belongs to."""
    channels = asyncapi["channels"].items()
    patterns = {name: re.sub(r"\\{\w+\\}", "[^/]+", re.escape(channel["address"])) for name, channel in channels}
    found: list[str] = [name for name, pattern in patterns.items() if re.fullmatch(pattern, topic)]
    (one,) = found
    return one


def message_of(asyncapi: Document, channel: str) -> Document:
    """What the document says of the one message of a channel."""
    (reference,) = [one["$ref"] for one in asyncapi["channels"][channel]["messages"].values()]
    found: Document = asyncapi["components"]["messages"][reference.removeprefix("#/components/messages/")]
    return found


def validator(documents: dict[str, Document], multi_format: Document) -> jsonschema.Draft202012Validator:
    """For a schema of the AsyncAPI document, which refers to the files beside it."""
    assert multi_format["schemaFormat"] == schema.SCHEMA_FORMAT
    files = {name: one for name, one in documents.items() if name != "asyncapi.json"}
    registry: Registry[Any] = Registry().with_resources(
        (reference, Resource.from_contents(one)) for name, one in files.items() for reference in (name, f"./{name}")
    )
    return jsonschema.Draft202012Validator(
        multi_format["schema"], registry=registry, format_checker=jsonschema.FormatChecker()
    )


@pytest.mark.slow
def test_every_message_of_the_demo_fits_what_is_written_of_it(
    documents: dict[str, Document], messages: tuple[Message, ...]
) -> None:
    asyncapi = documents["asyncapi.json"]
    seen = Counter(channel_of(asyncapi, message.topic) for message in messages)
    for message in messages:
        channel = channel_of(asyncapi, message.topic)
        described = message_of(asyncapi, channel)
        validator(documents, described["payload"]).validate(json.loads(message.payload))
        if channel == "birth":
            assert message.properties == ()
        else:
            validator(documents, described["headers"]).validate(dict(message.properties))
        assert message.retain == asyncapi["operations"][f"send.{channel}"]["bindings"]["mqtt"]["retain"]
    assert set(seen) >= {
        "birth",
        "evt.footfall.crossed.v1",
        "evt.footfall.counted.v1",
        "evt.camera.status_changed.v1",
        "state.camera.status_changed.v1",
        "evt.agent.status_changed.v1",
    }


@pytest.mark.slow
def test_a_message_with_a_fault_would_have_been_found(
    documents: dict[str, Document], messages: tuple[Message, ...]
) -> None:
    asyncapi = documents["asyncapi.json"]
    message = next(one for one in messages if one.topic.endswith("/footfall.counted.v1"))
    described = message_of(asyncapi, "evt.footfall.counted.v1")
    data = json.loads(message.payload)
    assert not validator(documents, described["payload"]).is_valid(data | {"in": "two"})
    headers = dict(message.properties) | {"type": "footfall.crossed.v1"}
    assert not validator(documents, described["headers"]).is_valid(headers)
