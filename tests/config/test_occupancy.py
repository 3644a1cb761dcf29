"""The shop's section of the configuration: what is refused, and where it says so."""

from pathlib import Path

import pytest

from edge.config.read import parse
from edge.errors import ConfigError
from edge.worker import agent_names

SHOP = """
[store]
tenant = "acme"
store = "s-1"
gateway = "g-1"
data_dir = "data"
[[camera]]
id = "front"
url = "rtsp://10.0.0.5/sub"
[[camera.line]]
id = "door"
points = [[300, 150], [300, 575]]
inside = [-1, 0]
[occupancy]
lines = ["front/door"]
opens = 09:00:00
closes = 22:00:00
"""


def test_a_shop_with_doors_has_an_agent_that_counts_it() -> None:
    config = parse(SHOP, folder=Path())
    assert config.occupancy is not None
    assert agent_names(config) == ("camera/front", "occupancy")


@pytest.mark.parametrize(
    ("wrong", "right", "path", "found"),
    [
        ('["front/door"]', '["front/gate"]', "occupancy.lines[0]", "front/door"),
        ('["front/door"]', "[]", "occupancy.lines", "found none"),
        ('["front/door"]', '["front/door", "front/door"]', "occupancy.lines", "twice"),
        ("22:00:00", "09:00:00", "occupancy.closes", "09:00"),
        ("22:00:00", '"late"', "occupancy.closes", "expected"),
    ],
)
def test_what_cannot_work_is_refused(wrong: str, right: str, path: str, found: str) -> None:
    with pytest.raises(ConfigError) as refused:
        parse(SHOP.replace(wrong, right), folder=Path())
    assert path in str(refused.value)
    assert found in str(refused.value).lower()
