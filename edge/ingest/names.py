"""Names ⇄ numbers: gateways, streams and boots, each known after the first time."""

from collections.abc import Iterable

from edge.codec import Gateway, Received, Source
from edge.events import Kind, OutboxEvicted
from edge.ingest.database import Database, Transaction
from edge.ingest.numbered import Numbers

# Known at a time; then everything is asked for anew.
MOST = 500_000

Stream = tuple[Gateway, Source, str]
Boot = tuple[Gateway, str]


class Names:
    """What the database calls them. Rows are made in a transaction of their own, so that they lock nobody out."""

    def __init__(self) -> None:
        self._gateways: dict[Gateway, int] = {}
        self._streams: dict[Stream, int] = {}
        self._boots: dict[Boot, int] = {}

    def forget(self) -> None:
        """The database may be another one."""
        self._gateways.clear()
        self._streams.clear()
        self._boots.clear()

    def learn(self, database: Database, events: Iterable[Received], gateways: Iterable[Gateway]) -> None:
        """Know all names that these events and births have.

        Raises:
            DatabaseError: the database is not there.
            RefusedError: it takes no such name.
        """
        if len(self._streams) + len(self._boots) > MOST:
            self.forget()
        streams, boots = set[Stream](), set[Boot]()
        for one in events:
            streams.update(key for key in _streams(one) if key not in self._streams)
            boot = one.gateway, one.record.stamp.boot_id
            if boot not in self._boots:
                boots.add(boot)
        new = {one for one in gateways if one not in self._gateways}
        new.update(key[0] for key in streams if key[0] not in self._gateways)
        new.update(key[0] for key in boots if key[0] not in self._gateways)
        if not (streams or boots or new):
            return
        with database.transaction() as transaction:
            found = {gateway: _gateway(transaction, gateway) for gateway in sorted(new, key=lambda one: one.prefix)}
            known = self._gateways | found if new else self._gateways
            found_streams = {key: _stream(transaction, known[key[0]], key) for key in sorted(streams, key=str)}
            found_boots = {key: _boot(transaction, known[key[0]], key[1]) for key in sorted(boots, key=str)}
        self._gateways.update(found)
        self._streams.update(found_streams)
        self._boots.update(found_boots)

    def gateway(self, gateway: Gateway) -> int:
        """A gateway's number."""
        return self._gateways[gateway]

    def numbers(self, one: Received) -> Numbers:
        """The numbers of an event's names; they must have been learnt."""
        record = one.record
        gateway = self._gateways[one.gateway]
        stream = self._streams[one.gateway, record.source, record.epoch]
        boot = self._boots[one.gateway, record.stamp.boot_id]
        if not isinstance(one.event, OutboxEvicted):
            return Numbers(gateway, stream, boot)
        about = evicted_stream(one)
        return Numbers(gateway, stream, boot, self._streams[about] if about else 0)


def evicted_stream(one: Received) -> Stream | None:
    """Which stream an eviction is about; None where it does not say."""
    event = one.event
    if not isinstance(event, OutboxEvicted):
        return None
    kind, _, name = event.source.partition("/")
    if kind not in set(Kind) or not name:
        return None
    return one.gateway, Source(Kind(kind), name), event.epoch or one.record.epoch


def _streams(one: Received) -> list[Stream]:
    own = one.gateway, one.record.source, one.record.epoch
    about = evicted_stream(one)
    return [own] if about is None else [own, about]


def _gateway(transaction: Transaction, gateway: Gateway) -> int:
    names = {"tenant": gateway.tenant, "store": gateway.store, "gateway": gateway.gateway}
    transaction.run(
        "INSERT INTO gateway (tenant, store, gateway) VALUES (:tenant, :store, :gateway) ON CONFLICT DO NOTHING",
        **names,
    )
    return int(
        transaction.one(
            "SELECT id FROM gateway WHERE tenant = :tenant AND store = :store AND gateway = :gateway", **names
        )
    )


def _stream(transaction: Transaction, gateway: int, key: Stream) -> int:
    _, source, epoch = key
    names = {"gateway": gateway, "kind": str(source.kind), "source": source.id, "epoch": epoch}
    transaction.run(
        "INSERT INTO stream (gateway_id, kind, source, epoch) VALUES (:gateway, :kind, :source, :epoch)"
        " ON CONFLICT DO NOTHING",
        **names,
    )
    return int(
        transaction.one(
            "SELECT id FROM stream WHERE gateway_id = :gateway AND kind = :kind AND source = :source"
            " AND epoch = :epoch",
            **names,
        )
    )


def _boot(transaction: Transaction, gateway: int, boot_id: str) -> int:
    names = {"gateway": gateway, "boot": boot_id}
    transaction.run("INSERT INTO boot (gateway_id, boot_id) VALUES (:gateway, :boot) ON CONFLICT DO NOTHING", **names)
    return int(transaction.one("SELECT id FROM boot WHERE gateway_id = :gateway AND boot_id = :boot", **names))
