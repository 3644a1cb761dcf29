"""A worker: messages from the broker, batches into the database, acknowledgements after the commit; on one thread.

What is lost on the way — a connection, a transaction, the whole worker — was not acknowledged, and comes again.
"""

import threading
from typing import NamedTuple

import structlog

from edge.backoff import Backoff
from edge.clock import Clock
from edge.errors import StoreEdgeError
from edge.ingest import care, gaps, retelling
from edge.ingest.arrivals import BIRTHS, EVENTS, REPLIES, Answered, Taken, take
from edge.ingest.batch import Batch
from edge.ingest.broker_link import BrokerLink
from edge.ingest.database import Database, DatabaseError
from edge.ingest.figures import Figures
from edge.ingest.receipt_book import ReceiptBook
from edge.ingest.settings import IngestSettings
from edge.ingest.store import Store, Written
from edge.secrets import secret_of
from edge.uplink.link import LinkError

WAIT_S = 0.2
# Between two pieces of what came before this version: new events go first.
RETELL_EVERY_S = 0.5
BACKOFF_FIRST_S, BACKOFF_MOST_S = 0.2, 10.0

_log = structlog.get_logger()


def _password(settings: IngestSettings) -> str | None:
    file = settings.database_password_file
    return None if file is None else secret_of("--database-password", file)


class _Item(NamedTuple):
    packet: int
    taken: Taken


class Worker:
    """One worker of a group.

    Attributes:
        figures: what it has done so far.
    """

    def __init__(self, settings: IngestSettings, clock: Clock, stop: threading.Event) -> None:
        """Nothing is connected yet.

        Args:
            settings: what it is told.
            clock: for batches, pauses and the age of gaps.
            stop: ends it.
        """
        self._settings, self._clock, self._stop = settings, clock, stop
        self.figures = Figures(settings.group, settings.worker)
        self._database = Database(settings.database, _password(settings))
        self._store = Store(self._database)
        self._receipts = ReceiptBook(settings.receipts_every_s)
        self._came_s = clock.monotonic_s()
        self._look_s = self._clean_s = self._retell_s = clock.monotonic_s()
        self._retelling = True

    def run(self) -> None:
        """Work until `stop` is set, or nothing came for `idle_s`.

        Raises:
            ConfigError: the database is of a newer version.
        """
        backoff = Backoff(BACKOFF_FIRST_S, BACKOFF_MOST_S)
        with self._database:
            self._upgrade(backoff)
            while not self._over():
                try:
                    with BrokerLink(
                        self._settings.broker, self._settings.client_id, self._settings.receive_maximum, self._clock
                    ) as link:
                        backoff.worked()
                        self._serve(link)
                except LinkError as error:
                    self.figures.connected(False)
                    self._pause("link_down", error, backoff)

    def _upgrade(self, backoff: Backoff) -> None:
        while not self._over():
            try:
                self._database.upgrade()
            except DatabaseError as error:
                self._pause("database_down", error, backoff)
            else:
                backoff.worked()
                return

    def _serve(self, link: BrokerLink) -> None:
        """Everything that belongs to one connection; what is not committed when it ends comes again on the next."""
        share = f"$share/{self._settings.group}/"
        # Births are kept by the broker, and what is kept is not sent to shared subscriptions (MQTT 5.0, 4.8.2).
        link.subscribe([share + EVENTS, share + REPLIES, BIRTHS])
        self.figures.connected(True)
        batch = Batch[_Item](self._settings.batch)
        while not self._over():
            wait_s = self._settings.batch.quiet_s if batch.items else WAIT_S
            self._collect(link, batch, wait_s)
            if batch.due(self._clock.monotonic_s()):
                self._commit(link, batch)
            self._errands(link)
        if batch.items:
            self._commit(link, batch)
        self._tell(link, last=True)

    def _collect(self, link: BrokerLink, batch: Batch[_Item], wait_s: float) -> None:
        came = link.turn(wait_s)
        if came:
            self._came_s = self._clock.monotonic_s()
            batch.add([_Item(one.packet, take(one)) for one in came], self._came_s)

    def _commit(self, link: BrokerLink, batch: Batch[_Item]) -> None:
        """Write the batch, and acknowledge it then. While the database is away the broker keeps the rest."""
        items = batch.take()
        backoff = Backoff(BACKOFF_FIRST_S, BACKOFF_MOST_S)
        while True:
            began = self._clock.monotonic_s()
            try:
                written = self._write([one.taken for one in items])
                break
            except DatabaseError as error:
                self.figures.stalled()
                if self._stop.is_set():
                    raise LinkError(f"stopped while the database was away: {error}") from error
                self._wait(link, batch, error, backoff)
        link.acknowledge(one.packet for one in items if one.packet)
        now = self._clock.monotonic_s()
        self.figures.wrote(written, now - began)
        if self._settings.receipts:
            self._receipts.note(written.advances, now)

    def _write(self, batch: list[Taken]) -> Written:
        for one in batch:
            if isinstance(one, Answered):
                gaps.answered(self._database, one)
        return self._store.write([one for one in batch if not isinstance(one, Answered)])

    def _wait(self, link: BrokerLink, batch: Batch[_Item], error: StoreEdgeError, backoff: Backoff) -> None:
        """Keep the connection alive meanwhile; no more can come than the broker may send unacknowledged."""
        pause_s = backoff.failed()
        _log.error("database_down", reason=str(error), retry_in_s=round(pause_s, 1))
        until = self._clock.monotonic_s() + pause_s
        while not self._stop.is_set() and (left_s := until - self._clock.monotonic_s()) > 0:
            self._collect(link, batch, min(left_s, WAIT_S))

    def _errands(self, link: BrokerLink) -> None:
        now = self._clock.monotonic_s()
        self._tell(link)
        try:
            if self._settings.backfill is not None and now - self._look_s >= self._settings.backfill_every_s:
                self._look_s = now
                self._backfill(link)
            if now - self._clean_s >= care.EVERY_S:
                self._clean_s = now
                care.clean(self._database, self._settings.dead_letters, self._clock.now().wall)
            if self._retelling and now - self._retell_s >= RETELL_EVERY_S:
                self._retell_s = now
                self._retelling = retelling.retell(self._database)
        except DatabaseError as error:
            self.figures.stalled()
            _log.error("database_down", reason=str(error))

    def _backfill(self, link: BrokerLink) -> None:
        rule = self._settings.backfill
        if rule is None:
            return
        requests = gaps.look(self._database, rule, self._clock.now().wall)
        for one in requests:
            if not link.ask(one.topic, one.payload, answer_to=one.answer_to, correlation=one.correlation):
                break
        self.figures.asked(len(requests))

    def _tell(self, link: BrokerLink, *, last: bool = False) -> None:
        at = float("inf") if last else self._clock.monotonic_s()
        for gateway, payload in self._receipts.due(at):
            link.tell(f"{gateway.prefix}/rcpt", payload)

    def _over(self) -> bool:
        idle_s = self._settings.idle_s
        return self._stop.is_set() or bool(idle_s and self._clock.monotonic_s() - self._came_s >= idle_s)

    def _pause(self, what: str, error: StoreEdgeError, backoff: Backoff) -> None:
        pause_s = backoff.failed()
        _log.warning(what, reason=str(error), retry_in_s=round(pause_s, 1))
        self._stop.wait(pause_s)
