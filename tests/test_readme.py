"""What the README and the pages beside it tell people to write is a configuration that the gateway takes."""

import itertools
import re
from pathlib import Path

import pytest

from edge.config.read import parse
from tests.media import REPO

README = REPO / "README.md"
PAGES = README, REPO / "deploy" / "staff.md"
BLOCK = re.compile(r"^```toml\n(.*?)^```", re.MULTILINE | re.DOTALL)
# What the snippets refer to beyond the README's own first configuration.
BACK = '[[camera]]\nid = "back"\nurl = "rtsp://10.0.0.6/sub"\n'
LINE = '[[camera.line]]\nid = "{}"\npoints = [[10, 10], [10, 90]]\ninside = [1, 0]\n'
ZONE = '[[camera.zone]]\nid = "back-room"\npoints = [[500, 40], [600, 40], [600, 300]]\n'


def blocks(page: Path) -> list[str]:
    return BLOCK.findall(page.read_text(encoding="utf-8"))


def whole(snippet: str) -> str:
    """A snippet behind the README's first configuration, each … a port of its own; the first one as it is."""
    first, ports = blocks(README)[0], itertools.count()
    if snippet == first:
        return first
    store, camera = first[: first.index("[[camera]]")], first[first.index("[[camera]]") :]
    zone = ZONE if "[camera.staff]" in snippet else ""
    before = store + BACK + LINE.format("door") + camera + LINE.format("pavement") + zone
    return before + re.sub("…", lambda _: f"port{next(ports)}", snippet)


@pytest.mark.parametrize("snippet", [one for page in PAGES for one in blocks(page)], ids=lambda one: one[:24])
def test_a_snippet_is_taken_as_it_stands(snippet: str) -> None:
    config = parse(whole(snippet), folder=Path("/etc/store-edge"))
    assert {camera.id for camera in config.camera} >= {"entrance"}
    for section in re.findall(r"^\[\[?(\w+)\]?\]", snippet, re.MULTILINE):
        assert getattr(config, section), section
