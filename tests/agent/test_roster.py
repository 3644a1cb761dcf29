"""Agents, sources and files by their names."""

from pathlib import Path

from edge.agent import roster
from edge.codec import Source
from edge.config.read import parse
from edge.events import Kind
from tests.config.test_occupancy import SHOP

FOLDER = Path("/etc/store-edge")


def test_names_mean_sources() -> None:
    assert roster.source_named("camera/door") == Source(Kind.CAMERA, "door")
    assert roster.source_named("uplink") == Source(Kind.GATEWAY, "uplink")


def test_a_camera_is_a_door_where_the_shop_is_counted_over_one_of_its_lines() -> None:
    shop = parse(SHOP, folder=FOLDER)
    assert roster.is_door("front", shop)
    assert not roster.is_door("fro", shop)
    assert not roster.is_door("front", parse(SHOP[: SHOP.index("[occupancy]")], folder=FOLDER))


def test_the_files_of_a_gateway_lie_in_its_folder() -> None:
    shop = parse(SHOP, folder=FOLDER)
    assert roster.outbox_path(shop) == FOLDER / "data" / "outbox.db"
    assert roster.orders_path(shop) == FOLDER / "data" / "orders.db"
    assert roster.quota_bytes(shop) == shop.outbox.quota_mb << 20
