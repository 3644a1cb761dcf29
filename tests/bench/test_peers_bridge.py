"""A bridge as a storage: what it accepted comes out at a cloud that is back."""

from pathlib import Path

import pytest

from edge.sim.broker import mosquitto_path
from tests.bench.peers_bridge import SAVED_OFTEN, Bridge


def number(text: str) -> int:
    return int(text.split(maxsplit=1)[0])


@pytest.mark.slow
@pytest.mark.skipif(mosquitto_path() is None, reason="mosquitto is not on this machine")
def test_what_a_bridge_accepted_comes_out_where_the_cloud_is_back(tmp_path: Path) -> None:
    def bridge() -> Bridge:
        return Bridge(tmp_path, SAVED_OFTEN, lambda n: f"{n} of a shop", number)

    before = bridge()
    for n in range(1, 21):
        before.put(n)
    before.close()
    assert bridge().numbers() == set(range(1, 21))
