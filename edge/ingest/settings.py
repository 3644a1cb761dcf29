"""What an ingest worker is told. Pure."""

import re
from typing import Self

import msgspec

from edge.config.gateway import UplinkConfig
from edge.errors import ConfigError
from edge.ingest.backfill import BackfillRule
from edge.ingest.batch import BatchRule

_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]{0,63}")


class DeadLetterRule(msgspec.Struct, frozen=True, kw_only=True):
    """How long dead letters are kept."""

    days: int = 30
    rows: int = 100_000


class IngestSettings(msgspec.Struct, frozen=True, kw_only=True):
    """A worker's settings.

    Attributes:
        broker: where the events come from, and how to log in there.
        database: ``sqlite:///FILE`` or ``postgresql://HOST/NAME``.
        database_password_file: a file that holds its password.
        group: of the shared subscription; its workers share the events between them.
        worker: this worker's name, its own within the group and the same after a restart.
        receipts: tell gateways what is committed.
        receipts_every_s: how often one gateway is told, at most.
        backfill: ask for what is missing.
        backfill_every_s: how often the gaps are looked at.
        idle_s: end when nothing came for so long; never when 0.
    """

    broker: UplinkConfig
    database: str
    database_password_file: str | None = None
    group: str = "ingest"
    worker: str = "1"
    batch: BatchRule = BatchRule()
    receipts: bool = True
    receipts_every_s: float = 1.0
    backfill: BackfillRule | None = BackfillRule()
    backfill_every_s: float = 10.0
    dead_letters: DeadLetterRule = DeadLetterRule()
    idle_s: float = 0.0

    def __post_init__(self) -> None:
        for name, value in (("--group", self.group), ("--worker", self.worker)):
            if not _NAME.fullmatch(value):
                raise ConfigError(f"expected 1 to 64 letters, digits and _.-, found {value!r}", name)

    @property
    def client_id(self) -> str:
        """Whose session it is at the broker."""
        return f"{self.group}-{self.worker}"

    @property
    def receive_maximum(self) -> int:
        """One batch is being written while the next one comes."""
        return min(65_535, 2 * self.batch.most)

    def with_worker(self, name: str) -> Self:
        """The same for another worker of the group."""
        return msgspec.structs.replace(self, worker=name)
