"""RTSP cameras that behave as badly as real ones, against real decoder processes."""

import ssl
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from edge.clock import SystemClock
from edge.config.camera import CameraConfig
from edge.events import CameraStatus
from edge.vision import camera as camera_module
from edge.vision.camera import Camera, StatusChange
from edge.vision.detections import Frame
from tests.authority import authority
from tests.vision.rtsp_server import FPS, Login, RtspServer, rtsp

SIGNS = "p@ss/w:rd%"
LOGIN = {"username": "viewer", "password_env": "CAMERA_PASSWORD"}


@pytest.fixture(autouse=True)
def _soon_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camera_module, "RETRY_MOST_S", 0.5)
    monkeypatch.setenv("CAMERA_PASSWORD", SIGNS)


def opened(server: RtspServer, **more: str | float) -> Camera:
    fields: dict[str, object] = {"id": "door", "url": server.url, "open_timeout_s": 3.0, "stale_after_s": 1.0} | more
    return Camera(CameraConfig(**fields), SystemClock())  # type: ignore[arg-type]  # any field of the model


def watch(one: Camera, until: Callable[[], bool], within_s: float = 20) -> tuple[list[Frame], list[StatusChange]]:
    """Take frames until something is so."""
    end_s = time.monotonic() + within_s
    frames: list[Frame] = []
    changes: list[StatusChange] = []
    while not until():
        assert time.monotonic() < end_s, (one.status, changes)
        frame = one.next_frame(0.1)
        changes += one.status_changes()
        if frame is not None:
            frames.append(frame)
    return frames, changes


def is_(one: Camera, status: CameraStatus) -> Callable[[], bool]:
    return lambda: one.status is status


def statuses(changes: list[StatusChange]) -> list[CameraStatus]:
    return [change.status for change in changes]


def test_a_stream_is_sampled_evenly_on_the_monotonic_clock() -> None:
    with rtsp() as server, opened(server, fps=FPS / 2) as one:
        frames: list[Frame] = []
        while len(frames) < 15:
            frames += watch(one, is_(one, CameraStatus.ONLINE))[0]
            if (frame := one.next_frame(0.5)) is not None:
                frames.append(frame)
        assert 0 <= time.monotonic() - frames[-1].at < 1.0
    steps = [b.at - a.at for a, b in pairwise(frames)]
    assert sorted(steps)[len(steps) // 2] == pytest.approx(2 / FPS, abs=0.02)
    assert {frame.image.shape for frame in frames} == {(120, 160, 3)}
    assert frames[3].image.std() < 5, "the pictures are plain grey"


@pytest.mark.parametrize("scheme", ["Basic", "Digest"])
def test_a_password_with_signs_in_it_lets_us_in_and_stays_in_the_decoder(scheme: str) -> None:
    login = Login("viewer", SIGNS, "Basic" if scheme == "Basic" else "Digest")
    with rtsp(login=login) as server, opened(server, **LOGIN) as one:
        watch(one, is_(one, CameraStatus.ONLINE))
        assert one._child is not None
        command = one._child.process.args
    assert SIGNS not in str(command)
    assert "p%40ss" not in str(command)


@pytest.mark.parametrize("known", [{}, LOGIN], ids=["no", "wrong"])
def test_a_camera_that_needs_a_password_says_so_and_what_to_do(known: dict[str, str]) -> None:
    with rtsp(login=Login("viewer", "another", "Digest")) as server, opened(server, **known) as one:
        _, changes = watch(one, lambda: bool(server.requests) and one._child is None)
    assert statuses(changes) == [CameraStatus.OFFLINE]
    assert "401" in changes[0].reason
    assert "password_file" in changes[0].reason
    assert "p%40ss" not in changes[0].reason


def test_a_camera_that_accepts_and_never_answers_is_offline_in_time() -> None:
    with rtsp() as server:
        server.mute.set()
        with opened(server, open_timeout_s=1.0) as one:
            began_s = time.monotonic()
            _, changes = watch(one, lambda: one._retry.due > 0)
            assert time.monotonic() - began_s < 5
            assert statuses(changes) == [CameraStatus.OFFLINE]
            assert "no answer within 1 s" in changes[0].reason
            server.mute.clear()
            watch(one, is_(one, CameraStatus.ONLINE))


@pytest.mark.slow
def test_pictures_come_over_udp_and_their_silence_is_noticed() -> None:
    with rtsp(udp=True) as server, opened(server, rtsp_transport="udp") as one:
        frames, _ = watch(one, is_(one, CameraStatus.ONLINE))
        assert frames[0].image.shape == (120, 160, 3)
        assert frames[0].image.std() < 5, "the pictures are plain grey"
        server.silent.set()
        _, changes = watch(one, is_(one, CameraStatus.STALE))
        assert changes[-1].reason == "no new frame for 1 s"


def test_a_camera_that_has_only_the_other_transport_says_so() -> None:
    with rtsp(udp=True) as server, opened(server) as one:
        _, changes = watch(one, lambda: one._retry.due > 0)
    assert statuses(changes) == [CameraStatus.OFFLINE]
    assert changes[0].reason.startswith(f"{server.url}: expected a video, found ")


@pytest.mark.slow
def test_pictures_come_over_tls(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority(tmp_path).sign("camera"))
    with rtsp(tls=context, login=Login("viewer", SIGNS, "Digest")) as server, opened(server, **LOGIN) as one:
        assert server.url.startswith("rtsps://")
        watch(one, is_(one, CameraStatus.ONLINE))


def test_an_open_connection_without_new_pictures_is_stale_and_recovers() -> None:
    with rtsp() as server, opened(server) as one:
        watch(one, is_(one, CameraStatus.ONLINE))
        server.silent.set()
        began_s = time.monotonic()
        _, changes = watch(one, is_(one, CameraStatus.STALE))
        assert 0.9 < time.monotonic() - began_s < 2.5
        assert changes[-1].reason == "no new frame for 1 s"
        server.silent.clear()
        watch(one, is_(one, CameraStatus.ONLINE))


def test_a_camera_that_dies_is_offline_and_online_again_when_it_is_back() -> None:
    with rtsp() as server, opened(server) as one:
        before, _ = watch(one, is_(one, CameraStatus.ONLINE))
        server.stop()
        _, changes = watch(one, is_(one, CameraStatus.OFFLINE))
        assert "ended" in changes[-1].reason
        server.start()
        after, _ = watch(one, is_(one, CameraStatus.ONLINE))
        assert after[0].at > before[-1].at


@pytest.mark.parametrize(
    ("size", "says"),
    [
        ((320, 240), "frames come, scaled from 320×240 to 160×120"),
        (
            (320, 180),
            "frames come, scaled from 320×180 to 160×120, which is another shape: see whether the lines still fit",
        ),
    ],
)
def test_a_camera_that_returns_with_another_size_keeps_the_first_one(size: tuple[int, int], says: str) -> None:
    with rtsp() as server, opened(server) as one:
        watch(one, is_(one, CameraStatus.ONLINE))
        server.stop()
        server.size = size
        watch(one, is_(one, CameraStatus.OFFLINE))
        server.start()
        after, changes = watch(one, is_(one, CameraStatus.ONLINE))
    assert {frame.image.shape for frame in after} == {(120, 160, 3)}
    assert changes[-1].reason == says


def test_a_slow_reader_gets_the_newest_frame() -> None:
    with rtsp() as server, opened(server, fps=FPS) as one:
        watch(one, is_(one, CameraStatus.ONLINE))
        for _ in range(3):
            time.sleep(0.8)
            frame = one.next_frame(0.5)
            assert frame is not None
            assert time.monotonic() - frame.at < 0.4


def test_a_rate_below_one_frame_in_the_stale_time_is_no_silence() -> None:
    with rtsp() as server, opened(server, fps=0.4) as one:
        watch(one, is_(one, CameraStatus.ONLINE))
        began_s = time.monotonic()
        _, changes = watch(one, lambda: time.monotonic() - began_s > 3)
    assert changes == []
