"""Frames through shared memory."""

import os
import threading
from collections.abc import Iterator

import numpy as np
import pytest

from edge.vision.frame_slot import FrameSlots

SIZE = (64, 48)


@pytest.fixture
def descriptor() -> Iterator[int]:
    found = os.memfd_create("test")
    yield found
    os.close(found)


def write(slots: FrameSlots, number: int) -> None:
    slots.free()[:] = number % 256
    slots.publish(number, number / 10)


def test_the_reader_gets_the_newest_frame_and_none_before_the_first(descriptor: int) -> None:
    writer, reader = FrameSlots(descriptor, SIZE), FrameSlots(descriptor, SIZE)
    assert reader.newest() is None
    for number in (7, 8, 9):
        write(writer, number)
    frame = reader.newest()
    assert frame is not None
    assert (frame.index, frame.at) == (9, 0.9)
    assert frame.image.shape == (48, 64, 3)
    assert (frame.image == 9).all()


def test_a_frame_is_the_readers_own(descriptor: int) -> None:
    writer, reader = FrameSlots(descriptor, SIZE), FrameSlots(descriptor, SIZE)
    write(writer, 1)
    frame = reader.newest()
    for number in (2, 3, 4):
        write(writer, number)
    assert frame is not None
    assert (frame.image == 1).all()


def test_a_half_written_frame_is_never_seen(descriptor: int) -> None:
    writer, reader = FrameSlots(descriptor, SIZE), FrameSlots(descriptor, SIZE)
    write(writer, 1)
    writer.free()[:10] = 2
    frame = reader.newest()
    assert frame is not None
    assert (frame.image == 1).all()


def test_what_an_earlier_writer_left_is_forgotten_and_another_size_fits(descriptor: int) -> None:
    write(FrameSlots(descriptor, (320, 240)), 1)
    slots = FrameSlots(descriptor, SIZE)
    slots.clear()
    assert slots.newest() is None
    write(slots, 5)
    frame = slots.newest()
    assert frame is not None
    assert frame.index == 5


def test_frames_are_whole_while_the_writer_goes_on(descriptor: int) -> None:
    writer, reader = FrameSlots(descriptor, SIZE), FrameSlots(descriptor, SIZE)
    write(writer, 0)
    stop = threading.Event()

    def work() -> None:
        number = 0
        while not stop.wait(0.0005):
            write(writer, number := number + 1)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        indexes = []
        for _ in range(300):
            frame = reader.newest()
            assert frame is not None
            assert len(np.unique(frame.image)) == 1
            assert frame.image[0, 0, 0] == frame.index % 256
            indexes.append(frame.index)
    finally:
        stop.set()
        thread.join()
    assert indexes == sorted(indexes)
