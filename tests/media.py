"""Where the recorded media and the model weights are that are too large, or not ours, to keep with the code.

They lie in a folder `shared` beside the checkout, or in the one that STORE_EDGE_SHARED names. A test that needs a
file asks here and is skipped, with the reason, where it is not.
"""

import os
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("STORE_EDGE_SHARED", REPO.parent / "shared"))


def footfall(name: str) -> Path:
    """A recorded clip with people, or `truth.json` beside them."""
    return _existing(SHARED / "media" / "footfall" / name)


def models(name: str) -> Path:
    """A detector's weights."""
    return _existing(SHARED / "models" / name)


def demo(name: str) -> Path:
    """A part of the bundled demo: always there."""
    path = REPO / "edge" / "sim" / "clips" / name
    assert path.is_file(), path
    return path


def _existing(path: Path) -> Path:
    if not path.is_file():
        pytest.skip(
            f"{path.name} is not on this machine (looked in {path.parent}; STORE_EDGE_SHARED names another place)"
        )
    return path
