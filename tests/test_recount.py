"""The verb's work: a time of a camera's past, or one line that says why not."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from edge import recount
from edge.errors import ConfigError
from edge.events import Stamp
from edge.recount import Wanted
from edge.vision import foot_store
from edge.vision.foot_store import FootStore
from edge.vision.interval import Interval
from edge.vision.measures import Drawn
from edge.vision.measures_log import LoggedMeasures
from tests.vision.test_interval import BEGAN
from tests.vision.test_recounting import a_day

CONFIG = """
[store]
tenant = "acme"
store = "sh-001"
gateway = "gw-1"
timezone = "Asia/Shanghai"
data_dir = "data"
[[camera]]
id = "entrance"
url = "rtsp://10.0.0.5/sub"
[[camera.line]]
id = "door"
points = [[170, 192], [282, 192]]
inside = [0, -1]
[[camera.zone]]
id = "floor"
points = [[100, 150], [500, 150], [500, 300], [100, 300]]
"""
# The day of the tests begins at midnight UTC: at eight in the morning in Shanghai.
BEGIN, END = "2026-11-01T08:00", "2026-11-01T08:05"


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gateway")
    (folder / "store.toml").write_text(CONFIG, encoding="utf-8")
    a_day(FootStore(foot_store.tracks_folder(folder / "data", "entrance"), days=30, most_bytes=1 << 30))
    return folder / "store.toml"


def test_all_that_is_drawn_is_counted_again(config: Path) -> None:
    rows = list(recount.rows(recount.recount(config, "entrance", BEGIN, END, Wanted())))
    assert {(row["type"], row.get("line") or row.get("zone")) for row in rows} == {
        ("footfall.counted.v1", "door"),
        ("zone.counted.v1", "floor"),
    }
    assert sum(row["in"] for row in rows if "in" in row) > 3


def test_only_what_is_named_is_counted_again(config: Path) -> None:
    rows = list(recount.rows(recount.recount(config, "entrance", BEGIN, END, Wanted(zone=["floor"]))))
    assert {row["type"] for row in rows} == {"zone.counted.v1"}
    in_utc = list(recount.rows(recount.recount(config, "entrance", "2026-11-01T00:00Z", "2026-11-01T00:05Z", Wanted())))
    assert [row for row in in_utc if "zone" in row] == rows


def test_the_staff_zone_counts_also_where_only_a_line_is_wanted(config: Path, tmp_path: Path) -> None:
    draft = tmp_path / "draft.toml"
    staffed = CONFIG + '[camera.staff]\nzones = ["floor"]\nstay_s = 1\n'
    draft.write_text(staffed.replace('"data"', f'"{config.parent / "data"}"'), encoding="utf-8")
    plain = list(recount.rows(recount.recount(config, "entrance", BEGIN, END, Wanted(line=["door"]))))
    rows = list(recount.rows(recount.recount(draft, "entrance", BEGIN, END, Wanted(line=["door"]))))
    assert {row["type"] for row in rows} == {"footfall.counted.v1"}
    assert {row["staff_out"] for row in plain} == {None}
    assert sum(row["staff_out"] for row in rows) > 0
    assert [row["out"] + row["staff_out"] for row in rows] == [row["out"] for row in plain]


@pytest.mark.parametrize(
    ("camera", "begin", "end", "wanted", "says"),
    [
        ("exit", BEGIN, END, Wanted(), "--camera: expected a camera of the configuration (entrance), found 'exit'"),
        ("entrance", BEGIN, END, Wanted(line=["gate"]), "--line: expected a line of entrance (door), found 'gate'"),
        ("entrance", BEGIN, END, Wanted(queue=["till"]), "--queue: expected a queue of entrance (none), found 'till'"),
        ("entrance", "noon", END, Wanted(), "--from: expected a time such as 2026-11-24T09:00, found 'noon'"),
        ("entrance", END, BEGIN, Wanted(), "--to: expected a time after --from, found 2026-11-01T08:00"),
        (
            "entrance",
            "2026-12-01T08:00",
            "2026-12-01T09:00",
            Wanted(),
            "--from: expected tracks between 2026-12-01T00:00Z and 2026-12-01T01:00Z, found none; what is kept",
        ),
    ],
)
def test_what_cannot_be_counted_is_one_line(
    config: Path, camera: str, begin: str, end: str, wanted: Wanted, says: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        recount.recount(config, camera, begin, end, wanted)
    assert str(caught.value).startswith(says)
    assert "\n" not in str(caught.value)


def test_a_line_outside_the_pictures_that_were_kept_is_refused(config: Path, tmp_path: Path) -> None:
    draft = tmp_path / "draft.toml"
    draft.write_text(
        CONFIG.replace('"data"', f'"{config.parent / "data"}"').replace("[500, 300]", "[900, 300]"), encoding="utf-8"
    )
    with pytest.raises(ConfigError, match=r"camera entrance: zone\[0\].points: expected points within 640x360"):
        recount.recount(draft, "entrance", BEGIN, END, Wanted())


def kept_by(folder: Path, began: Stamp, *, pictures_until_s: float, seconds: float) -> Path:
    """A configuration beside the records of a camera before which nobody walked, in intervals of ten minutes."""
    folder.mkdir()
    (folder / "store.toml").write_text(CONFIG.replace("Asia/Shanghai", "Europe/Berlin"), encoding="utf-8")
    store = FootStore(foot_store.tracks_folder(folder / "data", "entrance"), days=30, most_bytes=1 << 30)
    interval = Interval(600.0, 1.0, began)
    LoggedMeasures(Drawn(), interval, store.keep, "run")  # before the first picture
    measures = LoggedMeasures(Drawn(), interval, store.keep, "run", (640, 360))
    for n in range(int(seconds) + 1):
        at = began.monotonic_s + n
        if interval.due(at):
            measures.close(began.after(n))
        if n < pictures_until_s:
            measures.frame([], n, at)
        else:
            measures.degrade("camera_offline")
    store.flush()
    return folder / "store.toml"


def test_a_past_without_tracks_tells_a_watched_zero_from_an_unwatched_one(tmp_path: Path) -> None:
    config = kept_by(tmp_path / "gateway", BEGAN, pictures_until_s=600, seconds=1200)
    rows = list(recount.rows(recount.recount(config, "entrance", "2026-11-01T00:00Z", "2026-11-01T01:00Z", Wanted())))
    doors = [row for row in rows if "in" in row]
    assert [(row["in"], row["out"]) for row in doors] == [(0, 0), (0, 0)]
    assert [row["observed_s"] for row in doors] == [pytest.approx(599, abs=1), 0]
    assert [row["degraded"] for row in doors] == [(), ("camera_offline",)]
    assert doors[0]["in_sd"] is None, "one picture a second tells no deviation"


def test_the_night_in_which_the_clocks_go_back_is_counted_whole_and_once(tmp_path: Path) -> None:
    """Europe/Berlin, 2026-10-25: 02:30 comes twice; the first is meant (PEP 495), and with an offset either."""
    half_past_one = msgspec.structs.replace(BEGAN, wall=datetime(2026, 10, 24, 23, 30, tzinfo=UTC))
    config = kept_by(tmp_path / "gateway", half_past_one, pictures_until_s=7200, seconds=7200)

    def minutes(begin: str, end: str) -> float:
        events = recount.recount(config, "entrance", begin, end, Wanted(line=["door"]))
        return sum(event.interval_s for event in events) / 60

    assert minutes("2026-10-25T01:30", "2026-10-25T03:00") == 120, "two hours lie between by the sun"
    assert minutes("2026-10-25T02:00", "2026-10-25T03:00") == 90
    assert minutes("2026-10-25T02:00+02:00", "2026-10-25T02:00+01:00") == 60
    assert minutes("2026-10-25T02:00+01:00", "2026-10-25T03:00+01:00") == 30
