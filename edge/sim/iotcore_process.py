"""The embedded broker's process: `python -m edge.sim.iotcore_process CONFIG.toml`."""

import logging
import sys

from iotcore.iotcore import IotCoreBroker


def main() -> None:
    """Serve until killed."""
    # The broker's tracing marks every packet as an error record; only real trouble is wanted here.
    logging.basicConfig(level=logging.WARNING)
    logging.getLogger("rumqttd").setLevel(logging.CRITICAL)
    IotCoreBroker(config_path=sys.argv[1]).run_forever()


if __name__ == "__main__":
    main()
