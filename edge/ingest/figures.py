"""What a worker shows of itself: counters for Prometheus, on loopback unless told otherwise."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

from edge.errors import ConfigError
from edge.ingest.store import Written


class Figures:
    """One worker's counters, in a registry of their own."""

    def __init__(self, group: str, worker: str) -> None:
        self.registry = CollectorRegistry()
        labels = {"group": group, "worker": worker}

        def counter(name: str, text: str) -> Counter:
            made = Counter(f"store_edge_ingest_{name}", text, list(labels), registry=self.registry)
            return made.labels(**labels)

        self._events = counter("events", "Events committed, those that were there already included.")
        self._duplicates = counter("duplicates", "Events that were there already.")
        self._dead = counter("dead_letters", "Messages set aside.")
        self._requests = counter("backfill_requests", "Requests to send events again.")
        self._troubles = counter("troubles", "Times that the broker or the database was not there.")
        up = Gauge("store_edge_ingest_connected", "1 while the broker is there.", list(labels), registry=self.registry)
        self._up = up.labels(**labels)
        buckets = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
        commit = Histogram(
            "store_edge_ingest_commit_seconds",
            "From the begin of a batch's transaction to its commit.",
            list(labels),
            buckets=buckets,
            registry=self.registry,
        )
        self._commit = commit.labels(**labels)

    def serve(self, address: str, port: int) -> None:
        """Serve ``/metrics`` by a thread of its own.

        Raises:
            ConfigError: the address cannot be listened on.
        """
        try:
            start_http_server(port, address, registry=self.registry)
        except OSError as error:
            raise ConfigError(
                f"expected an address to listen on, found {address}:{port} ({error.strerror})", "--metrics-port"
            ) from None

    def wrote(self, written: Written, seconds: float) -> None:
        """A batch was committed."""
        self._events.inc(written.events)
        self._duplicates.inc(written.events - written.new)
        self._dead.inc(written.dead)
        self._commit.observe(seconds)

    def asked(self, requests: int) -> None:
        """Requests were published."""
        self._requests.inc(requests)

    def connected(self, up: bool) -> None:
        """The link came, or went."""
        self._up.set(up)
        if not up:
            self._troubles.inc()

    def stalled(self) -> None:
        """The database was not there."""
        self._troubles.inc()
