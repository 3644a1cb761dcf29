"""The camera and its agent: real child processes, real streams."""

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.agent.protocol import Host
from edge.clock import SystemClock
from edge.config.camera import CameraConfig, LineConfig
from edge.events import CameraStatus, CameraStatusChanged, Event, FootfallCounted, FootfallCrossed, Stamp
from edge.vision.agent import CameraAgent
from edge.vision.camera import Camera
from edge.vision.detections import Frame
from tests import media
from tests.vision.clips import video

DOOR = LineConfig(id="door", points=((198, 191), (471, 180)), inside=(0.04, 1.0))


def camera(url: str, **more: object) -> CameraConfig:
    fields: dict[str, object] = {"id": "cam", "url": url, "open_timeout_s": 1.0, "stale_after_s": 0.6} | more
    return CameraConfig(**fields)  # type: ignore[arg-type]  # any field of the model


def frames_of(one: Camera, count: int, within_s: float = 15) -> list[Frame]:
    until = time.monotonic() + within_s
    found: list[Frame] = []
    while len(found) < count and one.status is not CameraStatus.ENDED and time.monotonic() < until:
        if (frame := one.next_frame(0.2)) is not None:
            found.append(frame)
    return found


def wait_for(one: Camera, fact: Callable[[], bool], within_s: float = 15) -> None:
    until = time.monotonic() + within_s
    while not fact():
        assert time.monotonic() < until, one.status
        one.next_frame(0.1)


def test_a_recording_gives_every_frame_and_ends(tmp_path: Path) -> None:
    url = str(video(tmp_path / "v.mp4", frames=40))
    with Camera(camera(url, play="fast"), SystemClock()) as one:
        assert [frame.index for frame in frames_of(one, 100)] == list(range(40))
        assert [change.status for change in one.status_changes()] == [CameraStatus.ONLINE, CameraStatus.ENDED]


def test_a_recording_plays_at_its_own_speed_and_again_and_again(tmp_path: Path) -> None:
    url = str(video(tmp_path / "v.mp4", frames=5))
    with Camera(camera(url, loop=True), SystemClock()) as one:
        found = frames_of(one, 12)
    assert len(found) == 12
    assert found[-1].at - found[0].at == pytest.approx(1.1, abs=0.05)


def test_a_recording_played_like_a_camera_leaves_out_what_nobody_fetched(tmp_path: Path) -> None:
    url = str(video(tmp_path / "v.mp4", frames=40))
    with Camera(camera(url, play="live", stale_after_s=5), SystemClock()) as one:
        seen = frames_of(one, 2)
        time.sleep(1.5)
        seen += frames_of(one, 100)
    indices = [frame.index for frame in seen]
    assert indices == sorted(set(indices))
    # The picture that lay ready when nobody looked, and the ones since.
    assert 15 <= len(indices) <= 28, indices
    assert indices[-1] == 39


def test_a_file_that_is_none_is_offline_with_the_reason(tmp_path: Path) -> None:
    with Camera(camera(str(tmp_path / "none.mp4")), SystemClock()) as one:
        wait_for(one, lambda: bool(one._changes))
        (change,) = one.status_changes()
        assert change.status is CameraStatus.OFFLINE
        assert "no such file" in change.reason


def test_a_decoder_that_is_killed_comes_back_and_leaves_nothing_behind(tmp_path: Path) -> None:
    url = str(video(tmp_path / "v.mp4", frames=50))
    with Camera(camera(url, loop=True), SystemClock()) as one:
        frames_of(one, 2)
        open_files = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - as plain as it can be
        for _ in range(3):
            assert one._child is not None
            os.kill(one._child.process.pid, signal.SIGKILL)
            wait_for(one, lambda: one.status is not CameraStatus.ONLINE)
            wait_for(one, lambda: one.status is CameraStatus.ONLINE)
        assert len(os.listdir("/proc/self/fd")) == open_files  # noqa: PTH208 - as above


class MjpegServer:
    """Pictures over HTTP, as cheap cameras send them; it can fall silent."""

    def __init__(self) -> None:
        self.silent = threading.Event()
        self._stop = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.1)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/mjpeg"
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def close(self) -> None:
        self._stop.set()
        self._threads[0].join()
        for thread in self._threads[1:]:
            thread.join()
        self._listener.close()

    def _accept(self) -> None:
        while not self._stop.is_set():
            try:
                client, _ = self._listener.accept()
            except TimeoutError:
                continue
            self._threads.append(threading.Thread(target=self._serve, args=(client,)))
            self._threads[-1].start()

    def _serve(self, client: socket.socket) -> None:
        with client:
            try:
                client.recv(4096)
                client.sendall(b"HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=b\r\n\r\n")
                number = 0
                while not self._stop.wait(0.05):
                    if self.silent.is_set():
                        continue
                    number += 1
                    picture = np.full((120, 160, 3), number % 255, dtype=np.uint8)
                    jpeg = cv2.imencode(".jpg", picture)[1].tobytes()
                    head = f"--b\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n".encode()
                    client.sendall(head + jpeg + b"\r\n")
            except OSError:
                return


@contextmanager
def mjpeg() -> Iterator[MjpegServer]:
    server = MjpegServer()
    try:
        yield server
    finally:
        server.close()


def test_a_live_stream_that_falls_silent_is_noticed_and_comes_back() -> None:
    with mjpeg() as server, Camera(camera(server.url, open_timeout_s=3.0), SystemClock()) as one:
        assert len(frames_of(one, 5)) == 5
        server.silent.set()
        wait_for(one, lambda: one.status in {CameraStatus.STALE, CameraStatus.OFFLINE})
        server.silent.clear()
        wait_for(one, lambda: one.status is CameraStatus.ONLINE)
        told = [change.status for change in one.status_changes()]
        assert told[0] is CameraStatus.ONLINE
        assert told[-1] is CameraStatus.ONLINE


def test_a_stream_that_refuses_is_offline() -> None:
    with Camera(camera("rtsp://127.0.0.1:1/none"), SystemClock()) as one:
        wait_for(one, lambda: bool(one._changes))
        assert one.status_changes()[0].status is CameraStatus.OFFLINE


class Collected:
    """A host's `emit` that keeps what it is given."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def __call__(self, event: Event, stamp: Stamp) -> None:
        assert stamp.boot_id
        self.events.append(event)


def silent(**_figures: float | str) -> None:
    """Nobody watches."""


def test_the_agent_counts_the_bundled_clip_and_its_intervals_agree_with_its_crossings() -> None:
    collected = Collected()
    config = camera(str(media.demo("entrance.mp4")), play="fast", interval_s=5, stale_after_s=10, line=(DOOR,))
    CameraAgent(config).run(Host(collected, silent, SystemClock(), threading.Event()))
    crossed = [event for event in collected.events if isinstance(event, FootfallCrossed)]
    counted = [event for event in collected.events if isinstance(event, FootfallCounted)]
    assert isinstance(collected.events[0], CameraStatusChanged)
    assert sum(event.in_ for event in counted) == sum(event.direction == "in" for event in crossed) == 9
    assert sum(event.out for event in counted) == sum(event.direction == "out" for event in crossed) == 5
    assert sum(event.interval_s for event in counted) == pytest.approx(48, abs=2)


def test_a_dead_camera_gives_intervals_that_say_so(tmp_path: Path) -> None:
    collected, stop = Collected(), threading.Event()
    config = camera(str(tmp_path / "none.mp4"), interval_s=1, line=(DOOR,))
    threading.Timer(2.5, stop.set).start()
    CameraAgent(config).run(Host(collected, silent, SystemClock(), stop))
    counted = [event for event in collected.events if isinstance(event, FootfallCounted)]
    assert len(counted) >= 2
    assert {(event.in_, event.observed_s, event.degraded) for event in counted} == {(0, 0.0, ("camera_offline",))}
