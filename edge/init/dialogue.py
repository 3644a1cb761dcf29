"""`store-edge init`: what was not given is found or asked, and the configuration is written."""

import contextlib
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from edge.config import read as config
from edge.errors import ConfigError
from edge.init import find
from edge.init.answers import Answers, CameraAnswer, LaneAnswer, ShelfAnswer
from edge.init.probing import Devices, probed
from edge.init.text import PRICE_BOOK, SAMPLE_BOOK, toml

Ask = Callable[[str, str], str]
Say = Callable[[str], None]
# Where the service reads its configuration, and the only place that it may write to: deploy/systemd.
ON_A_BOX, DATA_ON_A_BOX = Path("/etc/store-edge"), "/var/lib/store-edge"
_NOT_IN_AN_ID = re.compile(r"[^a-zA-Z0-9_.-]+")


@dataclass(frozen=True)
class Given:
    """What came on the command line; None where it is to be asked.

    Attributes:
        cameras: URLs or devices.
        shelves: ports, each with its driver behind a comma: ``/dev/ttyUSB0,mt_sics``; the port alone to have
            it probed.
        lanes: the port of the scanner, and of the scale behind a comma.
    """

    tenant: str | None = None
    store: str | None = None
    gateway: str | None = None
    timezone: str | None = None
    data_dir: str | None = None
    broker: str | None = None
    currency: str | None = None
    cameras: Sequence[str] | None = None
    shelves: Sequence[str] | None = None
    lanes: Sequence[str] | None = None


def write(given: Given, out: Path, *, ask: Ask, say: Say, search: bool, force: bool, probe: bool = False) -> Path:
    """Write a configuration.

    Args:
        given: the command line.
        out: where to.
        ask: puts a question, with the usual answer.
        say: tells something.
        search: look for what is connected.
        force: overwrite a file that is there.
        probe: open each device first; one that does not answer is written as a comment.

    Raises:
        ConfigError: the file is there, or an answer cannot be used.
    """
    if out.exists() and not force:
        raise ConfigError(f"expected no file at {out}, found one; give --force to replace it, or --out another name")
    data_dir = DATA_ON_A_BOX if out.absolute().parent == ON_A_BOX else "data"
    devices = Devices() if probe else None
    answers = complete(given, ask, say, search=search, data_dir=data_dir, devices=devices)
    if devices is not None:
        # What cannot be used is told before anything is opened.
        config.parse(
            toml(replace(answers, shelves=tuple(one for one in answers.shelves if one.driver))), folder=out.parent
        )
        answers = probed(answers, devices, say)
    text = toml(answers)
    config.parse(text, folder=out.parent)
    if any(not lane.silent for lane in answers.lanes) and not (book := out.parent / PRICE_BOOK).exists():
        _put(book, SAMPLE_BOOK)
        say(f"{book}: a sample; put your products there")
    _put(out, text)
    return out


def complete(
    given: Given, ask: Ask, say: Say, *, search: bool, data_dir: str = "data", devices: Devices | None = None
) -> Answers:
    """All answers: those given, and the others by asking.

    Args:
        given: the command line.
        ask: puts a question, with the usual answer.
        say: tells something.
        search: look for what is connected.
        data_dir: the usual folder for the data.
        devices: look what is on the ports that were found, too.
    """

    def answer(value: str | None, question: str, usual: str) -> str:
        return ask(question, usual) if value is None else value

    tenant = answer(given.tenant, "Tenant (the chain)", "acme")
    store = answer(given.store, "Store", "store-1")
    gateway = answer(given.gateway, "Gateway (this box)", "gw-1")
    timezone = answer(given.timezone, "Time zone of the shop", _zone())
    data_dir = answer(given.data_dir, "Folder for the data", data_dir)
    broker = answer(given.broker, "Broker's URL, such as mqtts://broker.example (empty: none)", "")
    cameras = given.cameras if given.cameras is not None else _cameras(ask, say, search=search)
    shelves, lanes = given.shelves, given.lanes
    if shelves is None or lanes is None:
        ports = _ports(say, search=search)
        if shelves is None:
            usual = "" if devices is None else _scales(sorted(ports), devices, say)
            shelves = _several(ask, "Shelves: PORT,DRIVER with blanks between (empty: none)", usual)
        lanes = _several(ask, "Lanes: SCANNER[,SCALE] with blanks between (empty: none)") if lanes is None else lanes
        _known([*shelves, *lanes], ports, say)
    currency = answer(given.currency, "Currency", "EUR") if lanes else (given.currency or "EUR")
    return Answers(
        tenant=tenant,
        store=store,
        gateway=gateway,
        timezone=timezone,
        data_dir=data_dir,
        broker=broker or None,
        currency=currency,
        cameras=tuple(CameraAnswer(name, url) for name, url in zip(_names("camera", cameras), cameras, strict=True)),
        shelves=tuple(_shelf(n, text, devices) for n, text in enumerate(shelves, 1)),
        lanes=tuple(_lane(n, text) for n, text in enumerate(lanes, 1)),
    )


def _cameras(ask: Ask, say: Say, *, search: bool) -> list[str]:
    usual = ""
    if search:
        devices = find.usb_cameras()
        for device in devices:
            say(f"found a USB camera at {device}")
        for camera in find.network_cameras():
            say(f"found a network camera at {camera.host} {camera.name}; its manual has the path of its sub-stream")
            devices += (f"rtsp://{camera.host}/",)
        usual = " ".join(devices)
    return _several(ask, "Cameras: URLs or devices with blanks between (empty: none)", usual)


def _ports(say: Say, *, search: bool) -> set[str]:
    ports = find.serial_ports() if search else ()
    for port in ports:
        say(f"found a serial port at {port.path} {port.what}; `store-edge scale probe --port` says what is on it")
    return {port.path for port in ports}


def _known(texts: Sequence[str], ports: set[str], say: Say) -> None:
    for text in texts:
        port = text.partition(",")[0]
        if ports and port not in ports:
            say(f"{port}: is not among the ports that were found")


def _several(ask: Ask, question: str, usual: str = "") -> list[str]:
    return ask(question, usual).split()


def _names(word: str, urls: Sequence[str]) -> list[str]:
    return [f"{word}-{n}" for n in range(1, len(urls) + 1)]


def _scales(ports: Sequence[str], devices: Devices, say: Say) -> str:
    """The ports on which a scale answers, as shelves."""
    if ports:
        say(f"looking for scales on {len(ports)} ports, which takes up to 40 s")
    found = devices.scales(ports)
    for one in found:
        say(f"{one.port}: {f'{one.driver}, {one.evidence}' if one.driver else one.evidence}")
    return " ".join(f"{one.port},{one.driver}" for one in found if one.driver)


def _shelf(n: int, text: str, devices: Devices | None) -> ShelfAnswer:
    port, _, driver = text.partition(",")
    if not port or not (driver or devices):
        raise ConfigError(f"expected PORT,DRIVER such as /dev/ttyUSB0,mt_sics, found {text!r}", "--shelf")
    return ShelfAnswer(f"shelf-{n}", port, driver)


def _lane(n: int, text: str) -> LaneAnswer:
    scanner, _, scale = text.partition(",")
    if not scanner:
        raise ConfigError(f"expected SCANNER[,SCALE], found {text!r}", "--lane")
    return LaneAnswer(f"sco-{n}", scanner, scale or None)


def _zone() -> str:
    """The box's own time zone, by its name."""
    try:
        name = str(Path("/etc/localtime").readlink()).partition("zoneinfo/")[2]
    except OSError:
        name = ""
    return name if name and not _NOT_IN_AN_ID.search(name.replace("/", "")) else "UTC"


def _put(path: Path, text: str) -> None:
    """Write a file that its owner changes and the folder's group reads, the service's on a box; whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    making = path.with_name(path.name + ".making")
    with open(making, "w", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o640)) as file:
        file.write(text)
        os.fchmod(file.fileno(), 0o640)
        with contextlib.suppress(PermissionError):  # a folder of another group, and we are not root
            os.fchown(file.fileno(), -1, path.parent.stat().st_gid)
        file.flush()
        os.fsync(file.fileno())
    making.replace(path)
