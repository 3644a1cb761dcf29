"""How each protocol's port is usually set. Pure."""

from collections.abc import Mapping
from typing import NamedTuple


class LineDefaults(NamedTuple):
    """A serial port's settings.

    Attributes:
        baud: bits per second.
        format: data bits, parity and stop bits, as ``8N1``.
    """

    baud: int
    format: str


# As the manuals give them, or where they let one choose, as the sellers of such scales set them. The lamp byte of CAS
# needs eight data bits; A&D's balances leave the factory with 2400 7E1.
LINE_DEFAULTS: Mapping[str, LineDefaults] = {
    "mt_sics": LineDefaults(9600, "8N1"),
    "toledo_8217": LineDefaults(9600, "7E1"),
    "toledo_continuous": LineDefaults(9600, "7E1"),
    "and_continuous": LineDefaults(9600, "8N1"),
    "nci": LineDefaults(9600, "7E1"),
    "yaohua": LineDefaults(9600, "8N1"),
    "modbus_rtu": LineDefaults(9600, "8N1"),
    "hx711_bridge": LineDefaults(115_200, "8N1"),
    "magellan": LineDefaults(9600, "7E1"),
    "sasi": LineDefaults(9600, "7E1"),
}
