"""Scales that are not there: the other side of each protocol, written from its manual and not from our driver."""

from collections.abc import Callable, Mapping

from edge.sim.shelf.twins.and_continuous import AndContinuousTwin
from edge.sim.shelf.twins.modbus_rtu import ModbusRtuTwin
from edge.sim.shelf.twins.mt_sics import MtSicsTwin
from edge.sim.shelf.twins.nci import NciTwin
from edge.sim.shelf.twins.toledo_8217 import Toledo8217Twin
from edge.sim.shelf.twins.toledo_continuous import ToledoContinuousTwin
from edge.sim.shelf.twins.twin import Plates, Twin
from edge.sim.shelf.twins.yaohua import YaohuaTwin

# The driver's name → what makes its other side.
TWINS: Mapping[str, Callable[[Plates], Twin]] = {
    "and_continuous": AndContinuousTwin,
    "modbus_rtu": ModbusRtuTwin,
    "mt_sics": MtSicsTwin,
    "nci": NciTwin,
    "toledo_8217": Toledo8217Twin,
    "toledo_continuous": ToledoContinuousTwin,
    "yaohua": YaohuaTwin,
}
