"""The camera agent: one camera's frames in, crossings and interval counts out."""

from pathlib import Path

from edge.agent.protocol import Host
from edge.config.camera import CameraConfig
from edge.errors import ConfigError
from edge.events import CameraStatus, CameraStatusChanged, Direction, FootfallCrossed, Stamp
from edge.vision.camera import Camera, StatusChange
from edge.vision.camera_health import CameraHealth
from edge.vision.detections import Crossing, Frame
from edge.vision.foot_store import FootStore, tracks_folder
from edge.vision.health_file import HealthFile
from edge.vision.interval import Interval
from edge.vision.look import look, thumbnail
from edge.vision.measures import Measures
from edge.vision.measures_log import LoggedMeasures
from edge.vision.motion_gate import MotionGate
from edge.vision.pipeline import Pipeline, Step, open_pipeline
from edge.vision.setup import UNKNOWN_SIZE, drawn_of
from edge.vision.uniform import uniform_of

FRAME_WAIT_S = 0.25
BEAT_EVERY_S = 0.5
MEGABYTE = 1024 * 1024


class CameraAgent:
    """Counts the people who cross the lines of one camera."""

    def __init__(self, config: CameraConfig, data_dir: Path | None = None) -> None:
        """Begin nothing yet.

        Args:
            config: the camera's.
            data_dir: the gateway's; the camera's past is kept there, without pixels. None keeps none.
        """
        self._config = config
        self._data_dir = data_dir

    def run(self, host: Host) -> None:
        """Count until `host.stop` is set or the video is at its end.

        Raises:
            ModelError: the model cannot be used.
            ConfigError: a line lies outside the picture.
        """
        config = self._config
        host.beat(status="starting")
        with Camera(config, host.clock) as camera:
            watch = Watch(config, host, self._store(), self._health_file())
            while not host.stop.is_set() and camera.status is not CameraStatus.ENDED:
                frame = camera.next_frame(FRAME_WAIT_S)
                for change in camera.status_changes():
                    watch.status(change)
                if frame is not None:
                    watch.frame(frame)
                else:
                    watch.idle(camera.status)
                watch.beat(camera.status)
            watch.finish(camera.status)

    def _store(self) -> FootStore | None:
        config = self._config
        if self._data_dir is None or not config.tracks_days:
            return None
        folder = tracks_folder(self._data_dir, config.id)
        return FootStore(folder, days=config.tracks_days, most_bytes=config.tracks_mb * MEGABYTE)

    def _health_file(self) -> HealthFile | None:
        # A recording shows whatever it shows: its next run begins elsewhere.
        if self._data_dir is None or self._config.is_file:
            return None
        return HealthFile(self._data_dir / "health" / self._config.id)


class Watch:
    """What is going on at one camera: its pipeline, the interval that runs, and what to show of it.

    Time is the frames' own, so that a recording which plays faster than life has intervals of its own time.

    Attributes:
        analysed: how many pictures the detector looked at.
    """

    def __init__(
        self,
        config: CameraConfig,
        host: Host,
        store: FootStore | None = None,
        health_file: HealthFile | None = None,
    ) -> None:
        self._config, self._host, self._store = config, host, store
        self._pipeline: Pipeline | None = None
        began = host.clock.now()
        self._interval = Interval(config.interval_s, config.fps, began)
        self._run = f"{began.boot_id}/{began.monotonic_s!r}"
        self._measures = self._measures_for(None)
        self._health_file = health_file
        reference = None if health_file is None else health_file.load(began.wall)
        self._health = CameraHealth(reference=reference) if config.health else None
        self._gate = MotionGate() if config.gate else None
        staff = config.staff
        self._uniform = uniform_of(staff.colours, staff.tolerance) if staff is not None and staff.colours else None
        self._media: Stamp = began  # the moment of the newest frame
        self._first_s = began.monotonic_s  # the moment of the first one
        self._totals = {f"{way}.{line.id}": 0 for line in config.line for way in Direction}
        self._frames, self._fps, self._latency_s = 0, 0.0, 0.0
        self.analysed = 0
        self._beaten_s = began.monotonic_s

    def status(self, change: StatusChange) -> None:
        """Tell that the camera came or went."""
        if self._health is not None and change.status is CameraStatus.ONLINE:
            self._health.back()
        self._host.emit(CameraStatusChanged(status=change.status, reason=change.reason), self._stamp(change.at))

    def frame(self, frame: Frame) -> None:
        """Analyse one frame, unless the gate passes it over."""
        if self._pipeline is None:
            self._pipeline, self._first_s = self._open(frame), frame.at
        self._media = self._stamp(frame.at)
        self._close_due(self._media)
        self._examine(frame)
        if self._gate is None or self._gate.wants(thumbnail(frame.image), frame.at):
            self._analyse(self._pipeline.step(frame))
        self._latency_s = self._host.clock.monotonic_s() - frame.at

    def idle(self, status: CameraStatus) -> None:
        """No frame came: the interval goes on, unwatched."""
        if status is not CameraStatus.ONLINE:
            self._measures.degrade("camera_offline")
        self._close_due(self._host.clock.now())

    def beat(self, status: CameraStatus) -> None:
        """Show that the loop is alive, and what it sees."""
        now_s = self._host.clock.monotonic_s()
        if now_s - self._beaten_s < BEAT_EVERY_S:
            return
        self._fps = self._frames / (now_s - self._beaten_s)
        self._frames, self._beaten_s = 0, now_s
        self._show(status)

    def finish(self, status: CameraStatus) -> None:
        """The agent stops: send what the interval has so far."""
        self._count(self._measures.finish())
        now = self._host.clock.now()
        # A recording that plays fast is ahead of the clock.
        end = self._media if status is CameraStatus.ENDED or self._media.monotonic_s > now.monotonic_s else now
        if end.monotonic_s > self._interval.began.monotonic_s:
            self._emit_interval(end, early=True)
        if self._store is not None:
            self._store.flush()
        self._show(status)

    def _show(self, status: CameraStatus) -> None:
        played_s = self._media.monotonic_s - self._first_s
        self._host.beat(
            camera=status.value,
            status=status.value,
            picture=(CameraStatus.ONLINE if self._health is None else self._health.status).value,
            fps=round(self._fps, 1),
            latency_s=round(max(0.0, self._latency_s), 3),
            media_s=round(played_s, 3),
            tracks_lost=0 if self._store is None else self._store.lost,
            **self._totals,
        )

    def _open(self, frame: Frame) -> Pipeline:
        size = (frame.image.shape[1], frame.image.shape[0])
        for error in self._config.outside(size):
            raise ConfigError(error.message, f"camera {self._config.id}: {error.path}")
        self._measures = self._measures_for(size)
        return open_pipeline(
            self._config.model,
            [],
            frame_size=size,
            score=self._config.score,
            threads=self._config.threads,
            provider=self._config.provider,
        )

    def _measures_for(self, size: tuple[int, int] | None) -> Measures:
        drawn = drawn_of(self._config, size or UNKNOWN_SIZE)
        if self._store is None:
            return Measures(drawn, self._interval)
        return LoggedMeasures(drawn, self._interval, self._store.keep, self._run, size)

    def _examine(self, frame: Frame) -> None:
        """See whether the picture shows what it should; counting says meanwhile that it does not see well."""
        if self._health is None:
            return
        if self._health.due(frame.at):
            verdict = self._health.update(look(frame.image), frame.at)
            if verdict is not None:
                self._host.emit(CameraStatusChanged(status=verdict.status, reason=verdict.reason), self._media)
            learnt = self._health.learnt
            if self._health_file is not None and learnt is not None and self._health_file.due(frame.at):
                self._health_file.keep(learnt, frame.at)
        if self._health.status is not CameraStatus.ONLINE:
            self._measures.degrade(f"camera_{self._health.status}")

    def _analyse(self, step: Step) -> None:
        self._frames += 1
        self.analysed += 1
        if self._gate is not None and step.anyone:
            self._gate.people(step.frame.at)
        tracks = step.tracks if self._uniform is None else self._uniform.seen(step.frame.image, step.tracks)
        self._count(self._measures.frame(tracks, step.frame.index, step.frame.at))

    def _count(self, crossings: list[Crossing]) -> None:
        for crossing in crossings:
            self._totals[f"{crossing.direction}.{crossing.line}"] += 1
            event = FootfallCrossed(
                line=crossing.line, direction=crossing.direction, confidence=round(crossing.confidence, 3)
            )
            self._host.emit(event, self._stamp(crossing.at))

    def _close_due(self, now: Stamp) -> None:
        if self._interval.due(now.monotonic_s):
            self._emit_interval(now)

    def _emit_interval(self, now: Stamp, *, early: bool = False) -> None:
        for event in self._measures.close(now, early=early):
            self._host.emit(event, now)

    def _stamp(self, monotonic_s: float) -> Stamp:
        now = self._host.clock.now()
        return now.after(monotonic_s - now.monotonic_s)
