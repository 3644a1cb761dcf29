"""Real partitions: the box in a network namespace of its own, the broker in another, packets dropped between them.

`python -m tests.faults.partition --json`. Unlike a closed connection a dropped packet tells nobody anything: the box
has to find out by itself. It needs root, ip(8), ss(8) and iptables(8); rules stand in the box's namespace only.
"""

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults.broker import Broker
from tests.faults.gateway import PRODUCERS
from tests.faults.kills import CONFIG, DRAIN_S, UP_S, Gateway, pending, say, until
from tests.faults.producer import ENOUGH, account_path
from tests.faults.verdict import Account, Verdict, judge
from tests.faults.witness import Witness

# A link of two addresses, in a range that is nobody's (RFC 1918).
CLOUD, BOX, PREFIX = "10.213.87.1", "10.213.87.2", 30
# Which chains of the box drop everything.
WAYS: Mapping[str, Sequence[str]] = {
    "both ways": ("OUTPUT", "INPUT"),
    "nothing reaches the broker": ("OUTPUT",),
    "nothing comes from the broker": ("INPUT",),
}
ACK_TIMEOUT_S = 4
LASTS_S = 12.0
ARRIVE_S = 30.0
BOX_CONFIG = CONFIG.replace("mqtt://127.0.0.1", f"mqtt://{CLOUD}").replace(
    "backoff_max_s = 0.5\n", f"backoff_max_s = 0.5\nack_timeout_s = {ACK_TIMEOUT_S}\nconnect_timeout_s = 2\n", 1
)


@dataclass(frozen=True)
class Cut:
    """One partition.

    Attributes:
        noticed_s: until the box gave its connection up, as its kernel knows it; None: it did not while it lasted.
        recovered_s: from its end to the first new event that arrived.
        backlog: events that waited at its end.
    """

    noticed_s: float | None
    recovered_s: float
    backlog: int


@dataclass(frozen=True)
class Outcome:
    """All of them, and what came of the events."""

    cuts: Mapping[str, Cut]
    verdict: Verdict
    pending: int

    def as_json(self) -> dict[str, Any]:
        cuts = {
            name: {"noticed_s": one.noticed_s, "recovered_s": one.recovered_s, "backlog": one.backlog}
            for name, one in self.cuts.items()
        }
        told = self.verdict
        return cuts | {"accepted": told.accepted, "lost": told.lost, "duplicates": told.duplicates}


def obstacle() -> str:
    """Why there can be no namespaces here; empty when there can."""
    if os.getuid() != 0:
        return "network namespaces take root"
    missing = [name for name in ("ip", "ss", "iptables") if shutil.which(name) is None]
    if missing:
        return f"expected ip, ss and iptables on this machine, found no {' and no '.join(missing)}"
    try:
        with namespace() as name:
            _do("ip", "netns", "exec", name, "iptables", "-A", "OUTPUT", "-j", "DROP")
    except subprocess.CalledProcessError as error:
        return f"the kernel gives no namespace with rules: {error.stderr.decode(errors='replace').strip()}"
    return ""


@contextlib.contextmanager
def namespace() -> Iterator[str]:
    """A namespace for the box, joined to this one by a pair of interfaces."""
    name, ours, theirs = f"box-{os.getpid()}", f"c{os.getpid()}", f"b{os.getpid()}"
    with contextlib.ExitStack() as stack:
        _do("ip", "netns", "add", name)
        stack.callback(_do, "ip", "netns", "delete", name)
        _do("ip", "link", "add", ours, "type", "veth", "peer", "name", theirs, "netns", name)
        # The kernel takes a namespace apart later; the link is gone when this returns.
        stack.callback(_do, "ip", "link", "delete", ours)
        _do("ip", "address", "add", f"{CLOUD}/{PREFIX}", "dev", ours)
        _do("ip", "link", "set", ours, "up")
        _do("ip", "-n", name, "address", "add", f"{BOX}/{PREFIX}", "dev", theirs)
        for device in (theirs, "lo"):
            _do("ip", "-n", name, "link", "set", device, "up")
        yield name


@contextlib.contextmanager
def dropping(name: str, chains: Sequence[str]) -> Iterator[None]:
    """Everything on the link is dropped, without a word."""
    for chain in chains:
        side = "-i" if chain == "INPUT" else "-o"
        _do("ip", "netns", "exec", name, "iptables", "-A", chain, "!", side, "lo", "-j", "DROP")
    try:
        yield
    finally:
        _do("ip", "netns", "exec", name, "iptables", "-F")


def run(folder: Path, lasts_s: float = LASTS_S) -> Outcome:
    """One partition of each kind, under load."""
    with namespace() as name, Broker(folder / "broker", CLOUD) as broker, Witness(broker.port) as witness:
        gateway = Gateway(folder, broker, BOX_CONFIG, inside=("ip", "netns", "exec", name))
        try:
            assert until(lambda: len(witness.received()) > 50, UP_S), "nothing arrives even without a fault"
            cuts = {}
            for way, chains in WAYS.items():
                cuts[way] = _cut(gateway, witness, name, chains, lasts_s)
            (gateway.data / ENOUGH).touch()
            until(lambda: set(gateway.agents()) == {"uplink"}, UP_S)
            until(lambda: pending(gateway.data) == 0, DRAIN_S)
            left = pending(gateway.data)
            # A busy machine may take longer than the box is given; that is another test's business.
            with contextlib.suppress(subprocess.TimeoutExpired):
                gateway.stop()
            account = Account.of(account_path(gateway.data, one).read_text("ascii") for one in PRODUCERS)
            until(lambda: not judge(account, witness.received()).lost, ARRIVE_S)
            return Outcome(cuts, judge(account, witness.received()), left)
        finally:
            gateway.close()


def _cut(gateway: Gateway, witness: Witness, name: str, chains: Sequence[str], lasts_s: float) -> Cut:
    noticed_s = None
    assert until(lambda: _is_connected(name), UP_S), "the box does not connect"
    with dropping(name, chains):
        began = time.monotonic()
        if until(lambda: not _is_connected(name), lasts_s):
            noticed_s = round(time.monotonic() - began, 2)
        time.sleep(max(0.0, began + lasts_s - time.monotonic()))
        arrived, backlog = len(witness.received()), pending(gateway.data)
    mended = time.monotonic()
    assert until(lambda: len(witness.received()) > arrived, UP_S), "nothing arrives any more"
    recovered_s = round(time.monotonic() - mended, 2)
    assert until(lambda: pending(gateway.data) < backlog / 2, DRAIN_S), "what waited does not go"
    return Cut(noticed_s, recovered_s, backlog)


def _is_connected(name: str) -> bool:
    return bool(_do("ip", "netns", "exec", name, "ss", "-Htn", "state", "established", "dst", CLOUD))


def _do(*command: str) -> bytes:
    return subprocess.run(command, check=True, capture_output=True).stdout


def main() -> int:
    """The program."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if reason := obstacle():
        say(reason, sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="store-edge-partition-") as folder:
        outcome = run(Path(folder))
    say(json.dumps(outcome.as_json()) if options.json else str(outcome), sys.stdout)
    return 0 if outcome.verdict.ok and not outcome.pending else 1


if __name__ == "__main__":
    sys.exit(main())
