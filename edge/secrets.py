"""Secrets: from a file or the environment, never from the configuration itself."""

import os
from pathlib import Path

from edge.config.camera import CameraConfig
from edge.config.gateway import UplinkConfig
from edge.config.lane import LaneConfig
from edge.errors import ConfigError

# Nothing that is longer is a password; a wrong path may well be.
LONGEST_SECRET_BYTES = 4096


def uplink_login(config: UplinkConfig) -> tuple[str | None, str | None]:
    """The broker's user name and password; None for what is not configured.

    Raises:
        ConfigError: a file cannot be read or a variable is not set.
    """
    username = config.username or _secret("uplink.username", config.username_file, config.username_env)
    return username, _secret("uplink.password", config.password_file, config.password_env)


def camera_login(config: CameraConfig) -> tuple[str | None, str | None]:
    """A camera's user name and password; None for what is not configured.

    Raises:
        ConfigError: a file cannot be read or a variable is not set.
    """
    password = _secret(f"camera {config.id}: password", config.password_file, config.password_env)
    return config.username, password


def attendant_token(config: LaneConfig) -> str:
    """What an attendant's screen has to show at a lane; empty when none is configured.

    Raises:
        ConfigError: the file cannot be read.
    """
    return _secret(f"lane {config.id}: attendant_token", config.attendant_token_file, None) or ""


def secret_of(name: str, file: str) -> str:
    """A secret that lies in a file.

    Args:
        name: of the setting, without ``_file``.
        file: where it lies.

    Raises:
        ConfigError: the file cannot be read.
    """
    return _from_file(f"{name}_file", Path(file))


def _secret(name: str, file: str | None, variable: str | None) -> str | None:
    if file is not None:
        return _from_file(f"{name}_file", Path(file))
    if variable is not None:
        return _from_environment(f"{name}_env", variable)
    return None


def _from_file(name: str, path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(LONGEST_SECRET_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"expected a secret in {path}, found none to read ({error.strerror})", name) from None
    except UnicodeDecodeError:
        raise ConfigError(f"expected a secret as UTF-8 text in {path}, found other bytes", name) from None
    secret = text.rstrip("\r\n")
    if not secret or len(text) > LONGEST_SECRET_BYTES or "\n" in secret:
        raise ConfigError(f"expected a secret on one line in {path}, found {_shape(secret)}", name)
    return secret


def _from_environment(name: str, variable: str) -> str:
    secret = os.environ.get(variable, "")
    if not secret:
        raise ConfigError(f"expected the environment variable {variable}, found it unset or empty", name)
    return secret


def _shape(text: str) -> str:
    """What a text that is no secret looks like, without showing it."""
    return f"{len(text.splitlines())} lines" if text else "an empty file"
