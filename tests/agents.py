"""Processes that behave as agents do at their best and worst: `python -m tests.agents BEHAVIOUR`."""

import itertools
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable

from edge.agent.heartbeat import HeartbeatWriter
from edge.agent.supervised import heartbeat_of_parent, stopped_by_signal, tie_to_parent


def works(heartbeat: HeartbeatWriter, stop: threading.Event) -> None:
    for n in itertools.count():
        heartbeat.beat(n=n, notify=os.environ.get("NOTIFY_SOCKET", ""), group=os.getpgid(0), stdin=sys.stdin.read())
        if stop.wait(0.05):
            return


def crashes(heartbeat: HeartbeatWriter, _stop: threading.Event) -> None:
    heartbeat.last_words("SourceError: no such camera")
    sys.exit(1)


def dies(heartbeat: HeartbeatWriter, _stop: threading.Event) -> None:
    heartbeat.beat()
    os.kill(os.getpid(), signal.SIGSEGV)


def hangs(heartbeat: HeartbeatWriter, _stop: threading.Event) -> None:
    heartbeat.beat(n=1)
    threading.Event().wait()


def returns(heartbeat: HeartbeatWriter, _stop: threading.Event) -> None:
    heartbeat.beat(n=41)
    heartbeat.beat(n=42)


def ignores_sigterm(heartbeat: HeartbeatWriter, stop: threading.Event) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    works(heartbeat, stop)


def has_a_child(heartbeat: HeartbeatWriter, stop: threading.Event) -> None:
    with subprocess.Popen(["sleep", "600"]) as child:
        heartbeat.beat(child=child.pid)
        while not stop.wait(0.05):
            heartbeat.beat()
        child.kill()


def lets_an_uplink_drain(heartbeat: HeartbeatWriter, stop: threading.Event) -> None:
    left = 3
    while not stop.wait(0.1):
        heartbeat.beat(link="connected", pending=left)
        left = max(0, left - 1)


BEHAVIOURS: dict[str, Callable[[HeartbeatWriter, threading.Event], None]] = {
    behaviour.__name__: behaviour
    for behaviour in (works, crashes, dies, hangs, returns, ignores_sigterm, has_a_child, lets_an_uplink_drain)
}


def main() -> None:
    tie_to_parent()
    heartbeat = heartbeat_of_parent()
    heartbeat.hello()
    BEHAVIOURS[sys.argv[1]](heartbeat, stopped_by_signal())
    heartbeat.last_words()


if __name__ == "__main__":
    main()
