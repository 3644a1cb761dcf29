"""What was answered, after each device was opened: pictures come, a scale is proven; and what does not answer."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from edge.check.camera import look_at_file, watch
from edge.config.camera import CameraConfig
from edge.config.shelf import WITHOUT_ADDRESS
from edge.errors import StoreEdgeError
from edge.init.answers import Answers, CameraAnswer, LaneAnswer, ShelfAnswer
from edge.ports.serial_port import PortSettings, open_port
from edge.scale.probe import Found, probe
from edge.scale.probes import PROBES, STREAMING

# A camera that needs a password or is away has so long; one that is well is open within two.
OPEN_S, PICTURES_S = 10.0, 1.0
AT_ONCE = 8
PROVABLE = frozenset({one.driver for one in PROBES} | set(STREAMING))

Say = Callable[[str], None]


class Devices:
    """The serial ports that were looked at; each is looked at once."""

    def __init__(self) -> None:
        self._found: dict[str, Found] = {}

    def scales(self, ports: Sequence[str]) -> list[Found]:
        """What is on each of these, side by side; 10 to 40 seconds for those that were not looked at before."""
        new = [port for port in dict.fromkeys(ports) if port not in self._found]
        if new:
            self._found |= {one.port: one for one in probe(new)}
        return [self._found[port] for port in ports]


def probed(answers: Answers, devices: Devices, say: Say) -> Answers:
    """The same answers, with what the devices said of themselves, and `silent` for those that did not answer.

    Cameras are opened side by side for a few pictures, at most `OPEN_S` each, then scales are looked for. Of a scanner
    no more can be said than that its port opens.
    """
    with ThreadPoolExecutor(AT_ONCE) as pool:
        cameras = tuple(pool.map(_camera, answers.cameras))
    scales = [lane.scale for lane in answers.lanes if lane.scale is not None]
    devices.scales([*(shelf.port for shelf in answers.shelves), *scales])
    shelves = tuple(_shelf(shelf, devices, say) for shelf in answers.shelves)
    lanes = tuple(_lane(lane, devices, say) for lane in answers.lanes)
    silent = [(one.id, one.silent) for one in cameras] + [(one.id, one.silent) for one in shelves]
    silent += [(one.id, one.silent) for one in lanes] + [(f"{one.id}, scale", one.scale_silent) for one in lanes]
    for name, why in silent:
        if why:
            say(f"{name}: left out: {why}")
    return replace(answers, cameras=cameras, shelves=shelves, lanes=lanes)


def _camera(camera: CameraAnswer) -> CameraAnswer:
    try:
        config = CameraConfig(id=camera.id, url=camera.url, open_timeout_s=OPEN_S, stale_after_s=PICTURES_S)
        seen = look_at_file(config) if config.is_file else watch(config)
    except StoreEdgeError as error:
        return replace(camera, silent=str(error))
    return replace(camera, size=seen.size)


def _shelf(shelf: ShelfAnswer, devices: Devices, say: Say) -> ShelfAnswer:
    (found,) = devices.scales([shelf.port])
    if found.driver is None:
        return replace(shelf, silent=_unproven(shelf.driver, found, shelf.id, say))
    if shelf.driver and shelf.driver != found.driver:
        say(f"{shelf.id}: speaks {found.driver}, not {shelf.driver}: {found.evidence}")
    return replace(
        shelf,
        driver=found.driver,
        baud=found.baud or None,
        format=found.format,
        addresses=() if found.driver in WITHOUT_ADDRESS else found.addresses,
        echo=found.echo,
    )


def _lane(lane: LaneAnswer, devices: Devices, say: Say) -> LaneAnswer:
    try:
        open_port(PortSettings(lane.scanner)).close()
    except StoreEdgeError as error:
        lane = replace(lane, silent=str(error))
    if lane.scale is None:
        return lane
    (found,) = devices.scales([lane.scale])
    if found.driver is None:
        silent = _unproven(lane.scale_driver, found, f"{lane.id}, scale", say)
        return replace(lane, scale_silent=silent)
    return replace(lane, scale_driver=found.driver)


def _unproven(driver: str, found: Found, name: str, say: Say) -> str:
    """Why it is left out; empty where no more than an open port can be asked of that protocol."""
    if driver and driver not in PROVABLE and found.evidence:
        say(f"{name}: {driver} cannot be proven by asking; `store-edge check --probe` listens to it")
        return ""
    return found.evidence
