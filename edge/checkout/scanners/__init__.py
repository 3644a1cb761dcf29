"""The protocols of scanners, one class a file, and the table that names them."""

from collections.abc import Callable, Mapping

from edge.checkout.scanners.datalogic import Datalogic
from edge.checkout.scanners.driver import ScannerDriver, ScannerSettings
from edge.checkout.scanners.honeywell import Honeywell
from edge.checkout.scanners.magellan import Magellan
from edge.checkout.scanners.plain import Plain
from edge.checkout.scanners.ssi import Ssi

# The name in the configuration (`driver = "…"`) → its class.
SCANNERS: Mapping[str, Callable[[ScannerSettings], ScannerDriver]] = {
    "plain": Plain,
    "ssi": Ssi,
    "datalogic": Datalogic,
    "honeywell": Honeywell,
    "magellan": Magellan,
}
