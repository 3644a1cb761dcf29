"""Where calibrations are kept: one JSON file per shelf in the gateway's data folder, written whole or not at all."""

from pathlib import Path

import msgspec

from edge import whole_file
from edge.errors import ConfigError
from edge.scale.calibration import Calibration

FOLDER = "calibration"


def file_of(data_dir: Path, shelf: str) -> Path:
    """The file of one shelf."""
    return data_dir / FOLDER / f"{shelf}.json"


def read(data_dir: Path, shelf: str) -> dict[str, Calibration]:
    """The calibrations of a shelf, by plate; none when it was never calibrated.

    Raises:
        ConfigError: the file is there and cannot be understood.
    """
    path = file_of(data_dir, shelf)
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Calibration])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.DecodeError, ValueError) as error:
        raise ConfigError(
            f"{path}: expected calibrations as `store-edge scale calibrate` writes them, found: {error};"
            " remove the file and calibrate again"
        ) from error


def write(data_dir: Path, shelf: str, plate: str, calibration: Calibration) -> Path:
    """Keep the calibration of one plate beside those of the others.

    Returns:
        The file.

    Raises:
        ConfigError: the file that is there cannot be understood.
    """
    path = file_of(data_dir, shelf)
    known = read(data_dir, shelf) | {plate: calibration}
    path.parent.mkdir(parents=True, exist_ok=True)
    whole_file.replace(path, msgspec.json.format(msgspec.json.encode(known), indent=2))
    return path
