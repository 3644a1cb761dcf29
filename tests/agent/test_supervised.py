"""An agent is tied to the supervisor that started it, and to no other."""

import os
import signal

import pytest

from edge.agent.heartbeat import FD_VARIABLE
from edge.agent.supervised import heartbeat_of_parent, stopped_by_signal
from edge.errors import ConfigError
from tests.heartbeat_pipe import Line


@pytest.mark.parametrize("number", [None, "", "three"])
def test_without_the_supervisor_s_pipe_no_agent_starts(number: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FD_VARIABLE, raising=False)
    if number is not None:
        monkeypatch.setenv(FD_VARIABLE, number)
    with pytest.raises(ConfigError, match="only the supervisor starts agents"):
        heartbeat_of_parent()


def test_a_pipe_that_nobody_reads_any_more_starts_no_agent(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs, ours = os.pipe()
    os.close(theirs)
    monkeypatch.setenv(FD_VARIABLE, str(ours))
    try:
        with pytest.raises(ConfigError, match="found that it is gone"):
            heartbeat_of_parent()
    finally:
        os.close(ours)


def test_what_is_said_to_the_supervisor_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    with Line() as line:
        monkeypatch.setenv(FD_VARIABLE, str(line.ours))
        heartbeat_of_parent().beat(n=1)
        assert line.heard()[-1].figures == {"n": 1}


def test_sigterm_stops_and_sigint_is_the_supervisor_s_business() -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        stop = stopped_by_signal()
        os.kill(os.getpid(), signal.SIGINT)
        assert not stop.is_set()
        os.kill(os.getpid(), signal.SIGTERM)
        assert stop.wait(5)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
