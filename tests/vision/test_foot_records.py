"""Foot records: what is packed is what is unpacked, and damage is seen."""

import zlib

import msgspec
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from edge.vision.detections import Clothes, Track
from edge.vision.foot_records import (
    HEAD_BYTES,
    Began,
    Degraded,
    Ended,
    Finished,
    FootRecord,
    Framed,
    Sized,
    block_bytes,
    framed,
    pack,
    unpack,
)
from edge.vision.footprint import Footprint, footprint, track_of
from tests.vision.test_interval import BEGAN

figures = st.tuples(
    st.integers(0, 2**40), st.integers(-(2**15), 2**15 - 1), st.integers(-(2**15), 2**15 - 1), st.integers(0, 65535)
)
feet = st.lists(figures.map(lambda one: (*one, 200)), max_size=4).map(
    lambda all_: tuple(n for one in all_ for n in one)
)
prints = st.tuples(figures, st.sampled_from(Clothes)).map(lambda one: Footprint(*one[0], 200, int(one[1])))
records = st.lists(
    st.one_of(
        st.builds(Framed, st.integers(0, 2**60), st.integers(0, 2**40), feet),
        st.builds(framed, st.integers(0, 2**60), st.integers(0, 2**40), st.lists(prints, max_size=4)),
        st.builds(Degraded, st.text(max_size=20)),
        st.builds(Sized, st.tuples(st.integers(1, 9999), st.integers(1, 9999))),
        st.builds(Ended, st.floats(0, 1e6).map(BEGAN.after), st.booleans()),
        st.just(Finished()),
        st.just(Began("run", BEGAN, 60.0, 10.0, None, goes_on=True)),
    ),
    max_size=30,
)


@given(records)
def test_what_is_packed_is_unpacked(kept: list[FootRecord]) -> None:
    block = pack(kept)
    head, data = block[:HEAD_BYTES], block[HEAD_BYTES:]
    assert block_bytes(head) == len(data)
    assert unpack(head, data) == kept


@given(records, st.data())
def test_a_damaged_block_is_none(kept: list[FootRecord], data: st.DataObject) -> None:
    block = bytearray(pack(kept))
    place = data.draw(st.integers(HEAD_BYTES, len(block) - 1))
    block[place] ^= data.draw(st.integers(1, 255))
    assert unpack(bytes(block[:HEAD_BYTES]), bytes(block[HEAD_BYTES:])) is None
    assert unpack(bytes(block[:HEAD_BYTES]), bytes(block[HEAD_BYTES:-1])) is None


@given(st.floats(-900, 4000), st.floats(-900, 4000), st.floats(0, 3000), st.floats(0, 1))
def test_a_footprint_is_where_the_track_stood_and_goes_through_itself(
    x: float, y: float, tall: float, score: float
) -> None:
    box = np.asarray([x - 10, y - tall, x + 10, y], dtype=np.float32)
    kept = footprint(Track(7, box, score, 1.0))
    again = track_of(kept, 1.0)
    assert abs(float(again.box[0]) - x) <= 0.13
    assert abs(float(again.box[3]) - y) <= 0.13
    assert abs(float(again.box[3] - again.box[1]) - tall) <= 0.13
    assert footprint(again) == kept


def test_what_somebody_wears_is_kept_where_it_was_told() -> None:
    feet = [Footprint(1, 4, 8, 12, 200, Clothes.UNIFORM), Footprint(2, 4, 8, 12, 200)]
    assert list(framed(5, 6, feet).footprints()) == feet
    assert framed(5, 6, feet[1:]).clothes == (), "a camera that looks for no uniform keeps no more than before"
    assert track_of(feet[0], 1.0).clothes is Clothes.UNIFORM
    assert footprint(track_of(feet[0], 1.0)) == feet[0]


def test_a_record_from_before_clothes_were_kept_says_nothing_of_them() -> None:
    old = msgspec.msgpack.encode([[2, 100, 1, [7, 4, 8, 12, 200]]])
    data = zlib.compress(old)
    head = len(data).to_bytes(4, "little") + zlib.crc32(data).to_bytes(4, "little")
    kept = unpack(head, data)
    assert kept == [Framed(100, 1, (7, 4, 8, 12, 200))]
    assert isinstance(kept[0], Framed)
    assert [one.clothes for one in kept[0].footprints()] == [Clothes.UNSEEN]
