"""A camera's pairs of lines: what is refused, and where it says so."""

from pathlib import Path

import pytest

from edge.config.read import parse
from edge.errors import ConfigError

WINDOW = """
[store]
tenant = "acme"
store = "s-1"
gateway = "g-1"
data_dir = "data"
[[camera]]
id = "front"
url = "rtsp://10.0.0.5/sub"
[[camera.line]]
id = "street"
points = [[10, 500], [600, 500]]
inside = [0, -1]
[[camera.line]]
id = "door"
points = [[300, 150], [300, 575]]
inside = [-1, 0]
[[camera.capture]]
id = "window"
outside = "street"
door = "door"
"""


def test_a_pair_is_read() -> None:
    (pair,) = parse(WINDOW, folder=Path()).camera[0].capture
    assert (pair.outside, pair.door, pair.ways) == ("street", "door", "both")


@pytest.mark.parametrize(
    ("wrong", "right", "says"),
    [
        (
            'outside = "street"',
            'outside = "road"',
            "camera[0].capture[0].outside: expected a line of the camera",
        ),
        ('door = "door"', 'door = "street"', "camera[0].capture[0]: expected two lines, found one"),
        ('door = "door"', 'door = "door"\nways = "up"', "camera[0].capture[0].ways: expected"),
    ],
)
def test_what_cannot_work_is_refused(wrong: str, right: str, says: str) -> None:
    with pytest.raises(ConfigError) as refused:
        parse(WINDOW.replace(wrong, right), folder=Path())
    assert str(refused.value).startswith(says), refused.value
