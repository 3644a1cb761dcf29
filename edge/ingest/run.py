"""`store-edge ingest`: one worker in this process, ended by SIGTERM or SIGINT."""

import signal
import threading

from edge import logs
from edge.clock import SystemClock
from edge.ingest.settings import IngestSettings
from edge.ingest.worker import Worker

LOOPBACK = "127.0.0.1"


def run(settings: IngestSettings, *, metrics_port: int = 0, metrics_address: str = LOOPBACK) -> None:
    """Take events in until told to stop.

    Args:
        settings: what the worker is told.
        metrics_port: of ``/metrics``; 0 is off.
        metrics_address: where that listens.

    Raises:
        ConfigError: a setting is wrong, or the database is of a newer version.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    logs.configure(worker=settings.worker)
    worker = Worker(settings, SystemClock(), stop)
    if metrics_port:
        worker.figures.serve(metrics_address, metrics_port)
    worker.run()
