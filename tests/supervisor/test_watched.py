"""One agent under watch, with a real process and a clock that the test turns."""

import sys
import time
from collections.abc import Callable, Iterator

import pytest

from edge.events import Event
from edge.supervisor.process import Job, told
from edge.supervisor.restart import RestartPolicy
from edge.supervisor.watched import Patience, WatchedAgent

POLICY = RestartPolicy(initial_s=1, max_s=60, stable_s=30)
PATIENCE = Patience(heartbeat_s=5, start_s=30)


class Turned:
    """An agent, and the time that the test makes it."""

    def __init__(self, behaviour: str) -> None:
        self.events: list[Event] = []
        job = Job(behaviour, (sys.executable, "-m", "tests.agents", behaviour))
        self.agent = WatchedAgent(job, POLICY, PATIENCE, self.events.append)
        self.at = 1000.0

    def until(self, holds: Callable[[], bool]) -> None:
        """Let the process live, with next to no time passing for the one who watches."""
        end = time.monotonic() + 20
        while not holds():
            assert time.monotonic() < end
            self.at += 0.001
            self.agent.tick(self.at)
            time.sleep(0.01)


@pytest.fixture
def hangs() -> Iterator[Turned]:
    it = Turned("hangs")
    yield it
    it.agent.retire()
    it.agent.kill()
    it.until(lambda: not it.agent.running)


def test_silence_is_counted_from_the_last_heartbeat(hangs: Turned) -> None:
    hangs.until(lambda: hangs.agent.beats > 0)
    for _ in range(9):
        hangs.at += 0.5
        hangs.agent.tick(hangs.at)
    assert hangs.agent.running
    hangs.at += 0.6
    hangs.agent.tick(hangs.at)
    hangs.until(lambda: not hangs.agent.running)
    assert hangs.agent.snapshot(hangs.at).reason == "no heartbeat for 5 s"


def test_time_in_which_the_supervisor_stood_still_is_no_silence(hangs: Turned) -> None:
    hangs.until(lambda: hangs.agent.beats > 0)
    hangs.at += 3600
    hangs.agent.tick(hangs.at)
    hangs.until(lambda: True)
    assert hangs.agent.running
    age_s = hangs.agent.snapshot(hangs.at).heartbeat_age_s
    assert age_s is not None
    assert age_s < PATIENCE.heartbeat_s


def test_a_death_is_followed_by_its_backoff() -> None:
    it = Turned("crashes")
    it.until(lambda: bool(it.events))
    running = []
    for later_s in (0.0, 0.4, 1.1):  # the full delay is 1 s, and half of it is fixed
        it.agent.tick(it.at + later_s)
        running.append(it.agent.running)
    assert running == [False, False, True]
    it.until(lambda: not it.agent.running)
    assert it.agent.snapshot(it.at).restarts == 1


def test_how_a_process_ended_is_told() -> None:
    assert told(-9, "what it said") == "killed by SIGKILL"
    assert told(1, "SourceError: gone") == "SourceError: gone"
    assert told(3) == "exit status 3"
