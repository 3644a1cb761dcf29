"""The shop's section of the configuration: what is refused, and where it says so."""

from datetime import time
from pathlib import Path

import pytest

from edge.agent.roster import agent_names
from edge.config.read import parse
from edge.errors import ConfigError

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


@pytest.mark.parametrize("opens", ["09:00:00", '"09:00"', '"09:00:00"'])
def test_a_time_of_day_is_toml_s_own_or_a_text(opens: str) -> None:
    config = parse(SHOP.replace("09:00:00", opens), folder=Path())
    assert config.occupancy is not None
    assert config.occupancy.opens == time(9)


@pytest.mark.parametrize(
    ("wrong", "right", "path", "found"),
    [
        ('["front/door"]', '["front/gate"]', "occupancy.lines[0]", "front/door"),
        ('["front/door"]', "[]", "occupancy.lines", "found none"),
        ('["front/door"]', '["front/door", "front/door"]', "occupancy.lines", "twice"),
        ("22:00:00", "09:00:00", "occupancy.closes", "09:00"),
        ("22:00:00", '"late"', "occupancy.closes", "expected a time of day such as"),
        ("22:00:00", '"9:00"', "occupancy.closes", "found '9:00'"),
        ("22:00:00", '"25:00"', "occupancy.closes", "found '25:00'"),
        ("22:00:00", '"22:00:00+01:00"', "occupancy.closes", "expected a time of day such as"),
        ("22:00:00", "22", "occupancy.closes", "found 22"),
    ],
)
def test_what_cannot_work_is_refused(wrong: str, right: str, path: str, found: str) -> None:
    with pytest.raises(ConfigError) as refused:
        parse(SHOP.replace(wrong, right), folder=Path())
    assert path in str(refused.value)
    assert found in str(refused.value).lower()
