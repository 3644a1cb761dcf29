"""The supervisor's ear for orders from afar: it answers, restarts agents, and tries configurations.

It has a thread of its own, so that no order, however slow, holds up the watch over the agents.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import structlog

from edge.agent.roster import orders_path
from edge.clock import Clock
from edge.config import read as configs
from edge.config.gateway import RemoteConfig
from edge.errors import ConfigError, StoreEdgeError
from edge.events import ConfigApplied, ConfigRejected, Event
from edge.fleet import diagnosis
from edge.fleet.agent_orders import INTERRUPTED
from edge.fleet.commands import SUPERVISOR, AnyBody, Command, Diagnose, Restart, Status, body_of
from edge.fleet.config_store import ConfigStore
from edge.fleet.order_book import OrderBook, said
from edge.fleet.references import check_wanted
from edge.fleet.trial import Trial
from edge.supervisor.jobs import ConfigFile, jobs_after
from edge.supervisor.process import Job
from edge.supervisor.snapshot import Snapshot

TURN_S = 0.25
JOIN_S = 5.0
FOLDER = "config"

_log = structlog.get_logger()


class Crew(Protocol):
    """What runs the agents: `edge.supervisor.supervisor.Supervisor`."""

    @property
    def jobs(self) -> tuple[Job, ...]:
        """What is to run."""
        ...

    def snapshot(self) -> Snapshot:
        """How every agent is."""
        ...

    def assign(self, jobs: Sequence[Job]) -> None:
        """From now on run these."""
        ...

    def bounce(self, name: str) -> bool:
        """End one agent's process and start it again; whether there is one."""
        ...


@dataclass
class _Attempt:
    """A configuration that is tried now, and the way back."""

    file: ConfigFile
    trial: Trial
    back: tuple[Job, ...]


def configuration_in_force(own: ConfigFile) -> tuple[ConfigFile, ConfigRejected | None]:
    """What a gateway is to start with: what was accepted from afar last, else its own; and why not the former."""
    remote = own.config.remote
    path = _store(own).accepted() if remote is not None and remote.config else None
    if remote is None or path is None:
        return own, None
    try:
        file = ConfigFile.read(path, own.folder)
        check_wanted(file.config, own.config, remote.allow)
    except ConfigError as error:
        _log.error("accepted_config_refused", error=str(error))
        return own, ConfigRejected(config_hash=path.stem, reason=str(error))
    return file, None


class Steward:
    """Works the supervisor's orders off. Use as a context manager.

    Args:
        own: the box's own configuration, with a section ``remote``.
        in_force: the configuration that runs.
        crew: that runs it.
        announce: takes events; must not block.
        clock: for deadlines.
    """

    def __init__(
        self, own: ConfigFile, in_force: ConfigFile, crew: Crew, announce: Callable[[Event], None], clock: Clock
    ) -> None:
        self._own, self._file, self._crew, self._announce, self._clock = own, in_force, crew, announce, clock
        self._remote = own.config.remote or RemoteConfig()
        self._store = _store(own)
        self._attempt: _Attempt | None = None
        # A configuration is judged once; who wants it judged again sends another text.
        self._judged = in_force.digest
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="steward", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join(JOIN_S)

    def _work(self) -> None:
        while not self._stop.is_set():
            try:
                with OrderBook(orders_path(self._own.config)) as book:
                    book.interrupted(SUPERVISOR, INTERRUPTED)
                    self._report(book, "applied")
                    while not self._stop.wait(TURN_S):
                        self.turn(book)
            except StoreEdgeError as error:
                _log.error("steward_failed", error=str(error))
                self._stop.wait(JOIN_S)

    def turn(self, book: OrderBook) -> None:
        """Do what is due."""
        for command in book.take(SUPERVISOR):
            book.answer(command.correlation, self._done(command))
        if self._attempt is None:
            self._look(book)
        else:
            self._watch(book, self._attempt)

    def _done(self, command: Command) -> bytes:
        _log.info("order_taken", order=command.name, correlation=command.correlation)
        try:
            return self._outcome(body_of(command.name, command.body))
        except (StoreEdgeError, OSError) as error:
            return said(ok=False, error=str(error))

    def _outcome(self, body: AnyBody) -> bytes:
        match body:
            case Status():
                return said(ok=True, **diagnosis.status(self._file, self._crew.snapshot(), self._clock))
            case Diagnose():
                return said(ok=True, **diagnosis.bundle(self._file, self._crew.snapshot(), self._clock))
            case Restart(agent=name):
                known = self._crew.bounce(name)
                return said(ok=True) if known else said(ok=False, error=f"expected an agent, found no {name}")
        return said(ok=False, error="expected an order for the supervisor, found another's")

    def _look(self, book: OrderBook) -> None:
        """Is another configuration wanted than was judged last?"""
        text = book.desired() if self._remote.config else None
        digest = configs.config_hash(text) if text is not None else self._judged
        if text is None or digest == self._judged:
            return
        self._judged = digest
        if digest == self._file.digest:
            self._report(book, "applied")
            return
        try:
            file = self._wanted(text)
        except ConfigError as error:
            self._reject(book, digest, str(error))
            return
        self._try(book, file)

    def _wanted(self, text: str) -> ConfigFile:
        """A wanted configuration, checked as far as that can be done without running it."""
        wanted = configs.parse(text, folder=self._own.folder)
        check_wanted(wanted, self._own.config, self._remote.allow)
        return ConfigFile.read(self._store.put(text), self._own.folder)

    def _try(self, book: OrderBook, file: ConfigFile) -> None:
        before, back = self._crew.snapshot(), self._crew.jobs
        jobs = jobs_after(back, self._file, file)
        touched = [job.name for job in jobs if job not in back]
        _log.info("config_on_trial", config_hash=file.digest, agents=touched)
        trial = Trial(touched, before.troubles(), self._clock.monotonic_s() + self._remote.trial_s)
        self._attempt = _Attempt(file, trial, back)
        self._crew.assign(jobs)
        self._report(book, "trying", file.digest)

    def _watch(self, book: OrderBook, attempt: _Attempt) -> None:
        now, running = self._crew.snapshot(), {job.name for job in self._crew.jobs}
        still_leaving = any(agent.name not in running for agent in now.agents)
        verdict = None if still_leaving else attempt.trial.verdict(now, self._clock.monotonic_s())
        if verdict is None:
            return
        self._attempt = None
        if verdict:
            self._store.accept(attempt.file.digest)
            self._file = attempt.file
            self._announce(ConfigApplied(config_hash=attempt.file.digest))
            self._report(book, "applied")
            return
        self._crew.assign(attempt.back)
        complaint = attempt.trial.complaint(now)
        self._reject(book, attempt.file.digest, f"not well within {self._remote.trial_s:g} s: {complaint}")

    def _reject(self, book: OrderBook, digest: str, reason: str) -> None:
        _log.error("config_rejected", config_hash=digest, reason=reason)
        self._announce(ConfigRejected(config_hash=digest, reason=reason))
        self._report(book, "rejected", digest, reason)

    def _report(self, book: OrderBook, status: str, digest: str = "", reason: str = "") -> None:
        wall = self._clock.now().wall.isoformat(timespec="seconds")
        told = {"config_hash": self._file.digest, "status": status, "desired_hash": digest or self._file.digest}
        book.report(said(ok=status != "rejected", **told, reason=reason, at=wall))


def _store(own: ConfigFile) -> ConfigStore:
    return ConfigStore(Path(own.config.store.data_dir) / FOLDER, own.digest)
