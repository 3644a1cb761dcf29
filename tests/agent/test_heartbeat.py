"""The heartbeat pipe: real pipes, never a wait."""

import itertools
import os
import time
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.agent.heartbeat import INTERVAL_S, PIPE_BUF, HeartbeatLine, HeartbeatReader, HeartbeatWriter, read_all


class Pipe:
    def __init__(self) -> None:
        self.theirs, self.ours = os.pipe()
        os.set_blocking(self.theirs, False)
        self.now_s = 0.0
        self.writer = HeartbeatWriter(self.ours, lambda: self.now_s)
        self.reader = HeartbeatReader()
        self.closed: set[int] = set()

    def lines(self) -> list[HeartbeatLine]:
        return self.reader.feed(read_all(self.theirs)[0])

    def close(self, fd: int) -> None:
        if fd not in self.closed:
            os.close(fd)
            self.closed.add(fd)


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    pipe = Pipe()
    yield pipe
    pipe.close(pipe.theirs)
    pipe.close(pipe.ours)


def test_figures_are_kept_and_renewed(pipe: Pipe) -> None:
    pipe.writer.hello()
    pipe.writer.beat(fps=9.5, status="online")
    pipe.now_s = 1
    pipe.writer.beat(fps=10.0)
    lines = pipe.lines()
    assert [line.seq for line in lines] == [0, 1, 2]
    assert lines[-1].figures == {"fps": 10.0, "status": "online"}


def test_a_changed_state_is_told_at_once(pipe: Pipe) -> None:
    pipe.writer.beat(link="connecting")
    pipe.writer.beat(link="connected", pending=3)
    pipe.writer.beat(link="connected", pending=2)
    assert [line.figures for line in pipe.lines()] == [{"link": "connecting"}, {"link": "connected", "pending": 3}]


def test_many_beats_make_few_lines_and_the_last_words_have_the_newest_figures(pipe: Pipe) -> None:
    for n in range(1000):
        pipe.now_s = n * INTERVAL_S / 100
        pipe.writer.beat(n=n)
    pipe.writer.last_words("SourceError: gone")
    lines = pipe.lines()
    assert 10 <= len(lines) <= 12
    assert (lines[-1].figures, lines[-1].error) == ({"n": 999}, "SourceError: gone")


def test_a_full_pipe_drops_lines_and_never_blocks(pipe: Pipe) -> None:
    began = time.monotonic()
    for n in range(20_000):
        pipe.now_s = float(n)
        pipe.writer.beat(n=n, text="x" * 100)
    assert time.monotonic() - began < 5
    seen = [line.seq for line in pipe.lines()]
    assert 0 < len(seen) < 20_000
    pipe.now_s = 1e6
    pipe.writer.beat(n=-1)
    assert pipe.lines()[-1].figures["n"] == -1


def test_what_cannot_be_told_does_no_harm(pipe: Pipe) -> None:
    pipe.writer.beat(fps=float("nan"), ok=1, share=float(np.float32(0.5)), numpy=np.float32(0.25))  # type: ignore[arg-type]  # an agent may slip
    assert pipe.lines()[-1].figures == {"ok": 1, "share": 0.5, "numpy": 0.25}
    pipe.now_s = 1
    pipe.writer.beat(long="x" * PIPE_BUF)
    assert pipe.lines()[-1].figures == {}


def test_a_supervisor_that_went_is_noticed(pipe: Pipe) -> None:
    assert not pipe.writer.supervisor_is_gone()
    pipe.close(pipe.theirs)
    assert pipe.writer.supervisor_is_gone()
    with pytest.raises(BrokenPipeError):
        pipe.writer.beat()
    pipe.writer.last_words()


def test_the_end_of_the_pipe_is_told_apart_from_silence(pipe: Pipe) -> None:
    pipe.writer.hello()
    assert read_all(pipe.theirs)[1] is False
    pipe.close(pipe.ours)
    assert read_all(pipe.theirs) == (b"", True)


@given(pieces=st.lists(st.binary(max_size=40)), cuts=st.lists(st.integers(0, 400), max_size=8))
def test_any_split_gives_the_same_lines_and_rubbish_gives_none(pieces: list[bytes], cuts: list[int]) -> None:
    good = b'{"seq":7,"figures":{"fps":9.5}}'
    stream = b"".join(piece.replace(b"\n", b"") + b"\n" + good + b"\n" for piece in pieces)
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    reader = HeartbeatReader()
    lines = [line for a, b in itertools.pairwise(edges) for line in reader.feed(stream[a:b])]
    assert lines == HeartbeatReader().feed(stream)
    assert sum(line.seq == 7 for line in lines) >= len(pieces)


def test_an_endless_line_takes_no_memory() -> None:
    reader = HeartbeatReader()
    for _ in range(100):
        reader.feed(b"x" * 10_000)
    assert len(reader._rest) <= PIPE_BUF
