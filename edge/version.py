"""The version of this software, as it was installed."""

from importlib.metadata import PackageNotFoundError, version


def _installed() -> str:
    try:
        return version("store-edge")
    except PackageNotFoundError:
        return "0+uninstalled"


VERSION = _installed()
