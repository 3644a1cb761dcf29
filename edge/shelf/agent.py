"""The shelf agent: one bus of plates in, stock events out. Its one thread is the bus's."""

from pathlib import Path

from edge.agent.protocol import Host, Order
from edge.clock import Clock
from edge.config.shelf import ShelfConfig
from edge.errors import DeviceError
from edge.events import Event, ShelfFault, Stamp, StockMoved
from edge.fleet.commands import Tare, Zero
from edge.scale import calibration_file
from edge.scale.bus import BusStatusChange, ScaleBus
from edge.scale.bus_watch import SILENT_S
from edge.scale.reading import WeightReading
from edge.shelf.memory import decode
from edge.shelf.setup import driver_of, plates_of, port_of, silence_of
from edge.shelf.shelf import Shelf
from edge.shelf.stock import Told

TURN_S = 0.05
BEAT_EVERY_S = 0.5
# What drifted or was learned without an event is kept this often.
KEEP_EVERY_S = 60.0


class ShelfAgent:
    """Follows the stock of the plates on one bus."""

    def __init__(self, config: ShelfConfig, data_dir: Path) -> None:
        self._config, self._data_dir = config, data_dir

    def run(self, host: Host) -> None:
        """Work until `host.stop` is set.

        Raises:
            ConfigError: a plate lacks its calibration.
        """
        host.beat(status="starting")
        config = self._config
        plates = plates_of(config, calibration_file.read(self._data_dir, config.id))
        watch = Watch(Shelf(plates, decode(host.memory.recall())), host)
        silent_s = max(SILENT_S, silence_of(config))
        with ScaleBus(port_of(config), driver_of(config), host.clock, echo=config.echo, silent_s=silent_s) as bus:
            while not host.stop.is_set():
                turn = bus.turn(TURN_S)
                for change in turn.changes:
                    watch.bus(change)
                watch.readings(turn.readings)
                for order in host.orders.take():
                    watch.order(order)
                watch.beat(online=bus.online)
        watch.keep()


class Watch:
    """What is going on at one shelf, and what was last kept of it."""

    def __init__(self, shelf: Shelf, host: Host) -> None:
        self._shelf, self._host = shelf, host
        now_s = host.clock.monotonic_s()
        self._beaten_s = self._kept_s = now_s
        self._readings, self._moves = 0, 0
        self._offline = False

    def bus(self, change: BusStatusChange) -> None:
        """The bus went, or came back; that it came at all is no news."""
        if change.online and not self._offline:
            return
        self._offline = not change.online
        event = ShelfFault(fault="bus_offline", recovered=change.online, reason=change.reason)
        self._host.emit(event, _stamp(self._host.clock, change.at))

    def readings(self, readings: list[WeightReading]) -> None:
        """Take in what the bus brought, and let time pass."""
        self._readings += len(readings)
        told = self._shelf.readings(readings) if readings else []
        told += self._shelf.tick(self._host.clock.monotonic_s())
        if told:
            self._moves += sum(isinstance(one.event, StockMoved) for one in told)
            self.keep(told)

    def order(self, order: Order) -> None:
        """Somebody says how a plate is."""
        at = self._host.clock.monotonic_s()
        try:
            match order.body:
                case Zero(plate=name):
                    told = self._shelf.zero(name.rpartition("/")[2], at)
                case Tare(plate=name):
                    told = self._shelf.tare(name.rpartition("/")[2], at)
                case _:
                    order.answer(ok=False, error="expected an order for a shelf, found another's")
                    return
        except DeviceError as error:
            order.answer(ok=False, error=str(error))
            return
        self.keep(told)
        order.answer(ok=True, counts=dict(self._shelf.counts))

    def keep(self, told: list[Told] | None = None) -> None:
        """Accept events, and keep the state they led to, in one."""
        happened: list[tuple[Event, Stamp]] = [(one.event, _stamp(self._host.clock, one.at)) for one in told or []]
        self._host.memory.remember(self._shelf.memory.encode(), happened)
        self._kept_s = self._host.clock.monotonic_s()

    def beat(self, *, online: bool) -> None:
        """Show that the loop is alive, and what stands on the shelf."""
        now_s = self._host.clock.monotonic_s()
        if now_s - self._beaten_s < BEAT_EVERY_S:
            return
        rate = self._readings / (now_s - self._beaten_s)
        self._readings, self._beaten_s = 0, now_s
        stock = {f"stock.{gtin}": count for gtin, count in self._shelf.counts.items()}
        self._host.beat(
            status="online" if online else "offline", readings_per_s=round(rate, 1), moves=self._moves, **stock
        )
        if now_s - self._kept_s >= KEEP_EVERY_S:
            self.keep()


def _stamp(clock: Clock, monotonic_s: float) -> Stamp:
    now = clock.now()
    return now.after(monotonic_s - now.monotonic_s)
