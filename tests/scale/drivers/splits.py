"""Streams in disorder, cut anywhere."""

from typing import NamedTuple

from hypothesis import strategies as st

from tests.scale.drivers.streams import STREAMS, read


class Disorder(NamedTuple):
    """Good frames, halves of frames and rubbish in a row, and where to cut them."""

    name: str
    data: bytes
    cuts: list[int]


@st.composite
def disorder(draw: st.DrawFn, driver: str) -> Disorder:
    """Bytes for a driver: mostly of one of its forms."""
    stream = draw(st.sampled_from([stream for stream in STREAMS if stream.driver == driver]))
    frames = [frame for frame, _ in stream.throw(draw(st.integers(0, 1000)), 30)]
    good = st.sampled_from(frames)
    half = st.builds(lambda frame, n: frame[:n], good, st.integers(0, 20))
    rubbish = st.binary(max_size=40) | st.lists(st.sampled_from(stream.alphabet), max_size=60).map(bytes)
    data = b"".join(draw(st.lists(good | half | rubbish, max_size=30)))
    return Disorder(stream.name, data, draw(st.lists(st.integers(0, len(data)), max_size=20)))


def assert_same_in_pieces(chaos: Disorder) -> None:
    """Readings and counts do not depend on the cuts."""
    stream = next(stream for stream in STREAMS if stream.name == chaos.name)
    whole = read(stream.driver, chaos.data, settings=stream.settings)
    assert read(stream.driver, chaos.data, chaos.cuts, stream.settings) == whole
    assert read(stream.driver, chaos.data, range(len(chaos.data)), stream.settings) == whole
