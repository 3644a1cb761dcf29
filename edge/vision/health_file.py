"""A camera's usual view, kept over a restart: whoever turned it meanwhile is found out.

Losing the file is no harm: the camera learns its view anew, as one that was just put up does.
"""

import contextlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from edge.errors import FrameError
from edge.vision.health_reference import Reference
from edge.whole_file import replace

# A view that was not seen for so long is not the usual one any more: shops are rebuilt. Whoever turns a camera on
# purpose has it accepted by then, or deletes the file.
LONGEST = timedelta(hours=24)
EVERY_S = 600.0

_log = structlog.get_logger()


class HealthFile:
    """The file of one camera: at most 18 kB, written every ten minutes at most."""

    def __init__(self, path: Path) -> None:
        """Begin nothing yet; the folder is made with the first write."""
        self._path = path
        self._kept_s: float | None = None

    def load(self, now: datetime) -> Reference | None:
        """What was kept, if it is young enough and whole.

        Args:
            now: this moment, UTC.
        """
        try:
            kept = datetime.fromtimestamp(self._path.stat().st_mtime, UTC)
            if not timedelta(0) <= now - kept <= LONGEST:
                return None
            return Reference.unpack(self._path.read_bytes())
        except OSError:
            return None
        except FrameError as error:
            _log.warning(
                "camera_view_damaged", file=str(self._path), reason=f"{error}; the camera learns its view anew"
            )
            return None

    def due(self, at: float) -> bool:
        """Whether the reference of second `at` is to be kept."""
        return self._kept_s is None or at - self._kept_s >= EVERY_S

    def keep(self, reference: Reference, at: float) -> None:
        """Put it on the disk; one that is full goes without."""
        self._kept_s = at
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            replace(self._path, reference.pack())
