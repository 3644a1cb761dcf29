"""The configuration of shelves: what it means, and what it refuses."""

import typing
from pathlib import Path

import pytest

from edge.config.gateway import Config
from edge.config.read import parse
from edge.config.shelf import DriverName, RegistersConfig
from edge.errors import ConfigError

STORE = '[store]\ntenant = "acme"\nstore = "sh-001"\ngateway = "gw-1"\ndata_dir = "data"\n'
SHELF = '[[shelf]]\nid = "aisle-3"\nport = "/dev/ttyUSB0"\ndriver = "and_continuous"\n'
PLATE = '[[shelf.plate]]\nid = "p1"\ncapacity_g = 15000\n'
PRODUCT = '[[shelf.plate.product]]\ngtin = "06901234567892"\nunit_weight_g = 330.0\n'
OTHER = '[[shelf.plate.product]]\ngtin = "00000096385074"\nunit_weight_g = 120.0\n'


def parsed(text: str) -> Config:
    return parse(STORE + text, folder=Path("/etc/store-edge"))


def test_what_is_left_out_has_a_usual_value() -> None:
    (shelf,) = parsed(SHELF + PLATE + PRODUCT).shelf
    (plate,) = shelf.plate
    (product,) = plate.product
    assert (shelf.baud, shelf.format, shelf.echo, shelf.zero_is_kept) == (None, None, False, False)
    assert (plate.address, plate.start, product.low) == (0, None, 0)
    assert product.sd_g == pytest.approx(1.65)


def test_a_bridge_keeps_its_zero_and_a_person_may_know_better() -> None:
    bridge = SHELF.replace("and_continuous", "hx711_bridge")
    assert parsed(bridge + PLATE + PRODUCT).shelf[0].zero_is_kept
    assert not parsed(bridge + "keeps_zero = false\n" + PLATE + PRODUCT).shelf[0].zero_is_kept


def test_a_map_of_registers_may_be_given() -> None:
    text = SHELF.replace("and_continuous", "modbus_rtu") + "[shelf.registers]\nweight = 6\nsigned = false\n"
    assert parsed(text + PLATE + PRODUCT).shelf[0].registers == RegistersConfig(weight=6, signed=False)


def test_counts_at_commissioning_are_given_for_all_products_or_for_none() -> None:
    (shelf,) = parsed(SHELF + PLATE + PRODUCT + "start = 8\n" + OTHER + "start = 3\n").shelf
    assert shelf.plate[0].start == (8, 3)
    with pytest.raises(ConfigError, match=r"shelf\[0\].plate\[0\].product\[1\].start: expected it for all products"):
        parsed(SHELF + PLATE + PRODUCT + "start = 8\n" + OTHER)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            SHELF + PLATE + PRODUCT.replace("unit_weight_g = 330.0\n", ""),
            "shelf[0].plate[0].product[0].unit_weight_g: ",
        ),
        (SHELF + PLATE + PRODUCT + PRODUCT, "shelf[0].plate[0].product[1].gtin: expected a gtin of its own"),
        (SHELF + PLATE + PRODUCT + PLATE + PRODUCT, "shelf[0].plate[1].id: expected an id of its own"),
        (
            SHELF + PLATE + PRODUCT + PLATE.replace("p1", "p2") + OTHER,
            "shelf[0].plate[1].address: expected an address of its own, found 0, which plate[0] has",
        ),
        (
            SHELF + PLATE + PRODUCT + SHELF.replace("aisle-3", "aisle-4") + PLATE + PRODUCT,
            "shelf[1].port: expected a port of its own, found '/dev/ttyUSB0', which shelf[0] has",
        ),
        (
            SHELF + PLATE + PRODUCT.replace("330.0", "16000"),
            "shelf[0].plate[0].product[0].unit_weight_g: expected at most the plate's capacity of 15000 g, found 16000",
        ),
        (
            SHELF + PLATE + PRODUCT.replace("06901234567892", "6901234567892"),
            "shelf[0].plate[0].product[0].gtin: expected a GTIN-14 of 14 digits (a shorter GTIN with zeros before it)",
        ),
        (
            SHELF + 'format = "8X1"\n' + PLATE + PRODUCT,
            "shelf[0].format: expected data bits, parity and stop bits such as '8N1' or '7E1', found '8X1'",
        ),
        (SHELF.replace("and_continuous", "magic") + PLATE + PRODUCT, "shelf[0].driver: expected 'mt_sics' or "),
        (SHELF, "shelf[0].plate: expected this key, found none; add it"),
        (SHELF + PLATE, "shelf[0].plate[0].product: expected this key, found none; add it"),
        (
            SHELF.replace("and_continuous", "nci") + PLATE + "address = 2\n" + PRODUCT,
            "shelf[0].plate[0].address: expected none, for nci knows no addresses, found 2",
        ),
        (SHELF + PLATE.replace("15000", "-1") + PRODUCT, "shelf[0].plate[0].capacity_g: expected a number > 0"),
    ],
)
def test_what_cannot_work_is_refused_in_one_line(text: str, expected: str) -> None:
    with pytest.raises(ConfigError) as refused:
        parsed(text)
    assert str(refused.value).startswith(expected)
    assert "\n" not in str(refused.value)


def test_every_driver_of_the_configuration_is_one_of_the_table() -> None:
    drivers = pytest.importorskip("edge.scale.drivers")
    assert set(typing.get_args(DriverName)) == set(drivers.DRIVERS)
