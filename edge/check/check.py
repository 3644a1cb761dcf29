"""Whether a configuration can work: `check` looks at this machine, `probe` also at the devices and the broker.

What is wrong with the file itself is a ConfigError from `load`. Everything after that is a finding, good or bad, so
that one run shows all of it. Nothing here waits without an end.
"""

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from edge.check.broker import ask_broker
from edge.check.camera import StreamSeen, look_at_file, main_stream_doubt, watch
from edge.check.floor import judged
from edge.check.lane import lane_facts, lane_probes
from edge.check.shelf import calibrated, doubts, listen
from edge.config.camera import CameraConfig
from edge.config.gateway import Config, StoreConfig, UplinkConfig
from edge.config.read import load
from edge.config.shelf import ShelfConfig
from edge.errors import ConfigError, StoreEdgeError
from edge.secrets import camera_login, uplink_login
from edge.uplink.tls import tls_context


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at.

    Attributes:
        path: of the key in the configuration, as in ``camera[0].url``.
        ok: whether it can work like this.
        text: one line: what was seen, or what was expected, what was found and what to do.
    """

    path: str
    ok: bool
    text: str

    def __str__(self) -> str:
        return f"{self.path}: {self.text}"


class Report(msgspec.Struct, frozen=True):
    """All that was looked at, in the order of the configuration."""

    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return all(finding.ok for finding in self.findings)

    def as_json(self) -> dict[str, Any]:
        """As JSON types."""
        return {"ok": self.ok, "findings": msgspec.to_builtins(self.findings)}


def check(file: Path) -> Report:
    """Look at a configuration and at what it names on this machine; reaches no device and no broker.

    Raises:
        ConfigError: the configuration itself is wrong.
    """
    return Report(tuple(check_config(load(file))))


def probe(file: Path) -> Report:
    """`check`, then open each camera for a few pictures, listen to each shelf and lane, and connect to the broker.

    What both find is said once. Takes at most the timeouts of the configuration, one device after the other.

    Raises:
        ConfigError: the configuration itself is wrong.
    """
    config = load(file)
    return Report(tuple(dict.fromkeys((*check_config(config), *probe_config(config)))))


def check_config(config: Config) -> Iterator[Finding]:
    """What can be said of a configuration without reaching any device."""
    yield _data_dir(config.store)
    if config.uplink is None:
        yield _good("uplink", "no broker: events stay in the outbox")
    else:
        yield from _uplink(config.uplink)
    for n, camera in enumerate(config.camera):
        yield from _camera(f"camera[{n}]", camera)
    for n, shelf in enumerate(config.shelf):
        yield from _shelf(f"shelf[{n}]", shelf, Path(config.store.data_dir))
    for n, lane in enumerate(config.lane):
        for name, look in lane_facts(lane):
            yield _found(f"lane[{n}].{name}", look)
    first: dict[tuple[str, str], int] = {}
    for n, camera in enumerate(config.camera):
        if first.setdefault((camera.model, camera.provider), n) == n:
            yield _found(f"camera[{n}].model", partial(_model, camera))


def probe_config(config: Config) -> Iterator[Finding]:
    """What the devices and the broker say when they are reached."""
    for n, camera in enumerate(config.camera):
        yield from _stream(f"camera[{n}]", camera, watch)
    for n, shelf in enumerate(config.shelf):
        yield _found(f"shelf[{n}].port", partial(listen, shelf))
    for n, lane in enumerate(config.lane):
        for name, look in lane_probes(lane):
            yield _found(f"lane[{n}].{name}", look)
    if config.uplink is not None:
        yield _found("uplink.url", partial(ask_broker, config.uplink, config.store.gateway))


def _data_dir(store: StoreConfig) -> Finding:
    """It may be made when the gateway starts: what counts is the nearest folder that is there."""
    folder = Path(store.data_dir)
    there = next(one for one in (folder, *folder.parents) if one.exists())
    if not there.is_dir():
        return _bad("store.data_dir", f"expected a folder, found a file at {there}")
    if not os.access(there, os.W_OK | os.X_OK):
        return _bad("store.data_dir", f"expected a folder that may be written to, found {there} read-only")
    return _good("store.data_dir", f"{folder}" if there == folder else f"{folder} will be made")


def _uplink(uplink: UplinkConfig) -> Iterator[Finding]:
    yield _found("uplink", lambda: _login(uplink_login(uplink)))
    if not uplink.tls:
        yield _good("uplink.url", "not encrypted: for a network that nobody else is on")
        return
    yield _found("uplink", lambda: _tls(uplink))


def _login(login: tuple[str | None, str | None]) -> str:
    username, password = login
    if username is None and password is None:
        return "no user name, no password"
    return f"user name {username!r}, {'with' if password else 'without'} a password"


def _tls(uplink: UplinkConfig) -> str:
    tls_context(uplink)
    ours = "with our certificate" if uplink.cert_file else "without a certificate of ours"
    return f"TLS, {ours}" if uplink.verify else f"TLS, {ours}, and the broker's is NOT verified"


def _camera(where: str, camera: CameraConfig) -> Iterator[Finding]:
    if camera.username is not None:
        yield _found(where, lambda: _login(camera_login(camera)))
    if camera.is_file:
        yield from _stream(where, camera, look_at_file)
    if camera.floor is not None:
        ok, text = judged(camera.floor)
        yield Finding(path=f"{where}.floor", ok=ok, text=text)
    if not (camera.line or camera.zone or camera.queue):
        yield _good(where, "no line, zone or queue: nothing is counted")


def _stream(where: str, camera: CameraConfig, look: Callable[[CameraConfig], StreamSeen]) -> Iterator[Finding]:
    """What a stream looks like, and whether that fits the configuration."""
    try:
        seen = look(camera)
    except StoreEdgeError as error:
        yield _bad(f"{where}.url", str(error))
        return
    yield _good(f"{where}.url", str(seen))
    if doubt := main_stream_doubt(camera, seen.size):
        yield _good(f"{where}.url", doubt)
    if camera.frame_size is not None and camera.frame_size != seen.size:
        yield _bad(f"{where}.frame_size", f"expected the stream's {_size(seen.size)}, found {_size(camera.frame_size)}")
    for outside in camera.outside(seen.size):
        yield _bad(f"{where}.{outside.path}", outside.message)


def _shelf(where: str, shelf: ShelfConfig, data_dir: Path) -> Iterator[Finding]:
    yield _found(where, lambda: calibrated(shelf, data_dir))
    for n, plate in enumerate(shelf.plate):
        for doubt in doubts(plate):
            yield _good(f"{where}.plate[{n}]", doubt)


def _model(camera: CameraConfig) -> str:
    from edge.vision.detector import load_detector  # noqa: PLC0415 - brings an inference engine: only where one is asked

    detector = load_detector(camera.model, provider=camera.provider)
    return f"{detector.name}: {detector.layout}, licence {detector.licence}"


def _found(path: str, look: Callable[[], str]) -> Finding:
    try:
        return _good(path, look())
    except ConfigError as error:
        return _bad(error.path or path, str(error).removeprefix(f"{error.path}: "))
    except StoreEdgeError as error:
        return _bad(path, str(error))


def _size(size: tuple[int, int]) -> str:
    return f"[{size[0]}, {size[1]}]"


def _good(path: str, text: str) -> Finding:
    return Finding(path=path, ok=True, text=text)


def _bad(path: str, text: str) -> Finding:
    return Finding(path=path, ok=False, text=" ".join(text.split()))
