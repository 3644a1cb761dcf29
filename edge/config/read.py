"""A TOML text becomes the configuration models. `parse` is pure; only `load` looks at the disk.

An error is one line: the path of the key, what was expected and what was found.
"""

import hashlib
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from edge.config import rules
from edge.config.camera import CameraConfig
from edge.config.gateway import Config
from edge.config.lane import LaneConfig
from edge.config.refusals import not_toml, translate
from edge.config.time_of_day import time_of_day
from edge.errors import ConfigError

S = TypeVar("S", bound=msgspec.Struct)


def parse(text: str, *, folder: Path) -> Config:
    """The configuration that a TOML text holds. Looks at no file.

    Args:
        text: TOML 1.0.
        folder: what relative paths in it are relative to.

    Raises:
        ConfigError: one line: where, what was expected, what was found.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise not_toml(str(error)) from None
    try:
        config = msgspec.convert(data, Config, dec_hook=time_of_day)
    except msgspec.ValidationError as error:
        raise translate(error, data, Config) from None
    return _absolute(config, folder.absolute())


def load(path: Path, *, folder: Path | None = None) -> Config:
    """Read a configuration, and see that the files it names are there.

    Args:
        path: TOML.
        folder: what relative paths in it are relative to; its own folder when absent.

    Raises:
        ConfigError: it cannot be read, is wrong, or names a file that is not there.
    """
    return parse_checked(read_text(path), folder=folder or path.parent)


def parse_checked(text: str, *, folder: Path) -> Config:
    """Read a configuration's text, and see that the files it names are there.

    Args:
        text: TOML.
        folder: what relative paths in it are relative to.

    Raises:
        ConfigError: it is wrong, or names a file that is not there.
    """
    config = parse(text, folder=folder)
    for where, file in files(config):
        _check_file(where, file)
    return config


def read_text(path: Path) -> str:
    """The text of a configuration file, without the mark that some Windows editors put before it.

    Raises:
        ConfigError: there is none, or it cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigError(f"expected a configuration file at {path}, found none to read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"expected UTF-8 in {path}, found byte 0x{error.object[error.start]:02x}") from None


def config_hash(text: str) -> str:
    """What tells one configuration text from another: SHA-256, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def files(config: Config) -> Iterator[tuple[str, Path]]:
    """The files that a configuration names and that must be there, each with the path of its key."""
    if config.uplink is not None:
        yield from _named_files("uplink", config.uplink, _UPLINK_FILES)
    for n, camera in enumerate(config.camera):
        yield from _named_files(f"camera[{n}]", camera, _camera_files(camera))
    for n, lane in enumerate(config.lane):
        # The price book is not among them: without its file a lane goes on with the last good version.
        yield from _named_files(f"lane[{n}]", lane, ("recalls", "member_key_file", "attendant_token_file"))


_LANE_FILES = ("price_book", "recalls", "member_key_file", "attendant_token_file")
_UPLINK_FILES = ("ca_file", "cert_file", "key_file", "username_file", "password_file")


def _camera_files(camera: CameraConfig) -> tuple[str, ...]:
    return (
        *(("url",) if camera.is_file else ()),
        *(("model",) if camera.model_is_file else ()),
        "password_file",
    )


def _named_files(where: str, section: msgspec.Struct, names: tuple[str, ...]) -> Iterator[tuple[str, Path]]:
    for name in names:
        value = getattr(section, name)
        if value is not None:
            yield f"{where}.{name}", Path(value)


def _check_file(where: str, file: Path) -> None:
    if not file.is_file():
        raise ConfigError(f"expected a file, found {'a folder' if file.is_dir() else 'none'} at {file}", where)
    if not os.access(file, os.R_OK):
        raise ConfigError(f"expected a file that may be read, found {file} without the right to", where)


def _absolute(config: Config, folder: Path) -> Config:
    """The same, with every relative path in it joined to `folder`."""
    replace = msgspec.structs.replace
    return replace(
        config,
        store=_joined(config.store, ("data_dir",), folder),
        uplink=config.uplink and _joined(config.uplink, _UPLINK_FILES, folder),
        camera=tuple(_joined(camera, _camera_files(camera), folder) for camera in config.camera),
        lane=tuple(_lane(lane, folder) for lane in config.lane),
    )


def _lane(lane: LaneConfig, folder: Path) -> LaneConfig:
    video = ("camera",) if lane.scanner.camera is not None and rules.is_local_file(lane.scanner.camera) else ()
    scanner = _joined(lane.scanner, video, folder)
    return msgspec.structs.replace(_joined(lane, _LANE_FILES, folder), scanner=scanner)


def _joined(section: S, names: tuple[str, ...], folder: Path) -> S:
    given = {name: getattr(section, name) for name in names}
    return msgspec.structs.replace(section, **{k: str(folder / v) for k, v in given.items() if v is not None})
