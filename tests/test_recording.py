"""Recordings of a serial line: written, read, cut and damaged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import ConfigError
from edge.recording import Chunk, Direction, Header, chunk_line, header_line, read

HEADER = header_line("aisle-3", "nci")
directions: st.SearchStrategy[Direction] = st.sampled_from(("rx", "tx"))
steps = st.tuples(st.integers(0, 10**9), directions, st.binary(min_size=1, max_size=30))


def chunks_of(told: list[tuple[int, Direction, bytes]]) -> list[Chunk]:
    """Chunks in the order of their microseconds."""
    return [Chunk(at / 1e6, direction, data) for at, direction, data in sorted(told, key=lambda one: one[0])]


@given(source=st.text(), driver=st.none() | st.text(), told=st.lists(steps, max_size=10))
def test_what_was_written_is_read(source: str, driver: str | None, told: list[tuple[int, Direction, bytes]]) -> None:
    chunks = chunks_of(told)
    header, got = read([header_line(source, driver), *map(chunk_line, chunks)])
    assert header == Header(1, "serial", source, driver)
    assert list(got) == chunks


@given(told=st.lists(steps, min_size=1, max_size=6), cut=st.integers(0, 60))
def test_a_recording_cut_anywhere_gives_all_whole_chunks(told: list[tuple[int, Direction, bytes]], cut: int) -> None:
    chunks = chunks_of(told)
    last = chunk_line(chunks[-1])
    lines = [HEADER, *map(chunk_line, chunks[:-1]), last[: min(cut, len(last) - 2)]]
    _, got = read([line for line in lines if line])
    assert list(got) == chunks[:-1]


def test_the_format_is_that_of_the_design() -> None:
    assert HEADER == b'{"recording":1,"kind":"serial","source":"aisle-3","driver":"nci"}\n'
    assert chunk_line(Chunk(12.345, "rx", b"ST,+")) == b'{"at":12.345,"rx":"53542c2b"}\n'
    assert chunk_line(Chunk(12.34567891, "tx", b"W")) == b'{"at":12.345679,"tx":"57"}\n'


def test_a_whole_last_line_needs_no_line_feed() -> None:
    _, got = read([HEADER, b'{"at":1.5,"rx":"0d0a"}'])
    assert list(got) == [Chunk(1.5, "rx", b"\r\n")]


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"hello\n",
        b"\xff\n",
        b'{"recording":2,"kind":"serial","source":"a"}\n',
        b'{"recording":1,"kind":"detections","source":"a"}\n',
        b'{"recording":1,"kind":"serial"}\n',
        b'{"recording":1,"kind":"serial","source":"a","colour":"red"}\n',
    ],
)
def test_a_wrong_header_is_told(line: bytes) -> None:
    with pytest.raises(ConfigError, match=r'line 1: expected the header \{"recording":1,"kind":"serial"') as caught:
        read([line] if line else [])
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"hello\n", "malformed"),
        (b"\n", "found nothing"),
        (b"\xff\xfe\n", "malformed"),
        (b'{"at":1.5}\n', "either rx or tx"),
        (b'{"at":1.5,"rx":"00","tx":"00"}\n', "either rx or tx"),
        (b'{"rx":"00"}\n', "missing required field `at`"),
        (b'{"at":-1,"rx":"00"}\n', ">= 0"),
        (b'{"at":"1","rx":"00"}\n', "Expected `float`"),
        (b'{"at":1.5,"rx":""}\n', "two hexadecimal digits a byte"),
        (b'{"at":1.5,"rx":"0"}\n', "hexadecimal"),
        (b'{"at":1.5,"rx":"0g"}\n', "hexadecimal"),
        (b'{"at":1.5,"rx":"00 00"}\n', "two hexadecimal digits a byte"),
        (b'{"at":1.5,"rx":"00","note":"x"}\n', "unknown field `note`"),
        (b'{"at":0.5,"rx":"00"}\n', "goes back, from 1 s"),
        (b'{"at":1.5,"rx":"' + b"0g" * 4000 + b'"}\n', "…"),
    ],
)
def test_a_wrong_line_is_told_with_its_number(line: bytes, why: str) -> None:
    _, got = read([HEADER, b'{"at":1,"rx":"00"}\n', line, b'{"at":2,"rx":"00"}\n'])
    assert next(got).at == 1
    with pytest.raises(ConfigError, match=r'line 3: expected a chunk as \{"at":1.5,"rx":"0d0a"\}, found ') as caught:
        next(got)
    assert why in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300
