"""Worker processes of `store-edge ingest`, as a service manager runs them: one that dies is started again."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from edge.clock import SystemClock
from edge.errors import DeviceError

READY_S = 120.0


class Crew:
    """Workers of one group. Use as a context manager."""

    def __init__(self, broker: str, database: str, workers: int, batch: int, folder: Path) -> None:
        """Nobody has begun yet.

        Args:
            broker: URL.
            database: URL.
            workers: how many.
            batch: messages of one transaction, at most.
            folder: for their logs.
        """
        self._common = ["--broker", broker, "--database", database, "--batch", str(batch), "--no-backfill"]
        self._logs = [folder / f"worker-{n}.log" for n in range(workers)]
        self._processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        self._processes = [self._start(n) for n in range(len(self._logs))]
        clock, pause = SystemClock(), threading.Event()
        until = clock.monotonic_s() + READY_S
        while not all(b'"subscribed"' in log.read_bytes() for log in self._logs):
            if clock.monotonic_s() > until:
                self.__exit__()
                raise DeviceError(f"expected workers that subscribe within {READY_S:g} s, found {self._last_words()}")
            pause.wait(0.05)
        return self

    @property
    def pids(self) -> list[int]:
        """Of the workers."""
        return [one.pid for one in self._processes]

    def __exit__(self, *_: object) -> None:
        for one in self._processes:
            one.send_signal(signal.SIGTERM)
        for one in self._processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                one.wait(10)
            if one.poll() is None:
                one.kill()
                one.wait()

    @contextlib.contextmanager
    def killed(self, kills: int, every_s: float, seed: int) -> Iterator[list[int]]:
        """Meanwhile kill a worker at random again and again, and start it again.

        Args:
            kills: how often.
            every_s: on average.
            seed: of whom and when.

        Yields:
            Who was killed so far.
        """
        victims: list[int] = []
        stop, dice = threading.Event(), random.Random(seed)  # noqa: S311 - a simulation

        def work() -> None:
            while len(victims) < kills and not stop.wait(dice.uniform(0, 2 * every_s)):
                n = dice.randrange(len(self._processes))
                self._processes[n].kill()
                self._processes[n].wait()
                self._processes[n] = self._start(n)
                victims.append(n)

        thread = threading.Thread(target=work, name="killer")
        thread.start()
        try:
            yield victims
        finally:
            stop.set()
            thread.join()

    def _start(self, n: int) -> subprocess.Popen[bytes]:
        package = Path(__file__).parents[2]
        path = os.pathsep.join(filter(None, (str(package), os.environ.get("PYTHONPATH", ""))))
        with self._logs[n].open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "edge", "ingest", "--worker", str(n), *self._common],
                env=os.environ | {"PYTHONPATH": path},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def _last_words(self) -> str:
        return "; ".join(
            log.read_text(errors="replace").strip().splitlines()[-1:][0] for log in self._logs if log.stat().st_size
        )
