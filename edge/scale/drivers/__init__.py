"""The protocols of scales, one class a file, and the table that names them."""

from collections.abc import Callable, Mapping

from edge.scale.driver import DriverSettings, ScaleDriver
from edge.scale.drivers.and_continuous import AndContinuous
from edge.scale.drivers.hx711_bridge import Hx711Bridge
from edge.scale.drivers.magellan import Magellan
from edge.scale.drivers.modbus_rtu import ModbusRtu
from edge.scale.drivers.mt_sics import MtSics
from edge.scale.drivers.nci import Nci
from edge.scale.drivers.sasi import Sasi
from edge.scale.drivers.toledo_8217 import Toledo8217
from edge.scale.drivers.toledo_continuous import ToledoContinuous
from edge.scale.drivers.yaohua import Yaohua

# The name in the configuration (`driver = "…"`) → its class.
DRIVERS: Mapping[str, Callable[[DriverSettings], ScaleDriver]] = {
    "mt_sics": MtSics,
    "toledo_8217": Toledo8217,
    "toledo_continuous": ToledoContinuous,
    "and_continuous": AndContinuous,
    "nci": Nci,
    "yaohua": Yaohua,
    "modbus_rtu": ModbusRtu,
    "hx711_bridge": Hx711Bridge,
    "magellan": Magellan,
    "sasi": Sasi,
}
