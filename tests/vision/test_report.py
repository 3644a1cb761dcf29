"""The validation's page stands alone and shows every mistake."""

import base64
import re
from html.parser import HTMLParser
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from edge.vision.annotate import open_video
from edge.vision.detections import Track
from edge.vision.report import page, timeline
from edge.vision.strips import OFFSETS_S, WIDTH, Strip, cut_strips, frames_around, mistakes, tracks_at
from edge.vision.validate import ClipResult, Skipped, Validation, compare
from tests.vision.test_validate import counted, result, truth


class Wellformed(HTMLParser):
    """Complains about tags that do not match."""

    ALONE = frozenset({"meta", "img", "line", "polygon", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loaded += [value or "" for name, value in attrs if name in {"src", "href"}]
        if tag not in self.ALONE:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """One that closes itself."""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def parsed(html: str) -> Wellformed:
    parser = Wellformed()
    parser.feed(html)
    parser.close()
    assert parser.open == []
    return parser


def one_track(number: int) -> tuple[Track, ...]:
    return (Track(id=number, box=np.array([10, 10, 60, 90], np.float32), score=0.9, at=0.0),)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """100 pictures, each as bright as its number."""
    path = tmp_path / "door.mp4"
    with open_video(path, 10) as write:
        for n in range(100):
            write(np.full((360, 640, 3), n, np.uint8), n / 10)
    with av.open(str(path)) as container:
        assert sum(1 for _ in container.decode(video=0)) == 100
    return path


def compared(clip: Path) -> ClipResult:
    tracks = {n: one_track(n) for n in range(0, 100, 2)}
    return compare(truth(), clip, counted((20, "in"), (70, "in"), (80, "out")), 0.5, tracks)


def test_misses_and_false_counts_come_in_time_order() -> None:
    wrong = mistakes(result((20, "in"), (70, "in"), (97, "out"), (80, "out")))
    assert [(one.kind, one.frame, str(one.direction)) for one in wrong] == [
        ("missed", 50, "in"),
        ("false", 70, "in"),
        ("false", 97, "out"),
    ]


def test_a_strip_stays_inside_the_clip() -> None:
    first, last = mistakes(result((2, "in"), (20, "in"), (50, "in"), (80, "out"), (98, "out")))
    assert frames_around(first, result()) == (2, 7, 12)
    assert frames_around(last, result()) == (88, 93, 98)


def test_strips_show_the_pictures_around_each_mistake(clip: Path) -> None:
    missed, false = cut_strips(compared(clip))
    assert [at for at, _ in missed.pictures] == [4.0, 4.5, 5.0, 5.5, 6.0]
    assert len(false.pictures) == len(OFFSETS_S)
    for at, data in missed.pictures:
        image = np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR))
        assert image.shape == (WIDTH * 360 // 640, WIDTH, 3)
        assert float(image[-20:].mean()) == pytest.approx(at * 10, abs=5)
    assert len(cut_strips(compared(clip), most=1)) == 1


def test_a_clip_without_mistakes_is_not_read_again() -> None:
    right = compare(truth(), Path("gone.mp4"), counted((20, "in"), (50, "in"), (80, "out")), 0.5, {})
    assert cut_strips(right) == ()


def test_the_people_of_the_last_analysed_picture_are_drawn() -> None:
    tracks = {0: one_track(1), 4: one_track(2)}
    assert tracks_at(3, tracks) == tracks[0]
    assert tracks_at(4, tracks) == tracks[4]
    assert tracks_at(3, {}) == ()


def test_the_page_needs_nothing_from_elsewhere(clip: Path) -> None:
    one = compared(clip)
    html = page(Validation("m", (one,), (Skipped("b.mp4", "no such file"),)), {"door.mp4": cut_strips(one)})
    parser = parsed(html)
    assert len(parser.loaded) == 10
    for source in parser.loaded:
        head, _, data = source.partition(",")
        assert head == "data:image/jpeg;base64"
        assert base64.b64decode(data).startswith(b"\xff\xd8")
    assert "http" not in html
    assert "Missed" in html
    assert "Counted, but false" in html
    assert "no such file" in html


def test_names_are_escaped() -> None:
    html = page(Validation("<m>", (result(file="<b>&.mp4", line=[[0, 1], [2, 3]]),), ()), {})
    parsed(html)
    assert "<m>" not in html
    assert "&lt;b&gt;&amp;.mp4" in html


def test_mistakes_without_pictures_are_told() -> None:
    one = result()
    assert "3 more without pictures" in page(Validation("m", (one,), ()), {})
    assert "1 more without pictures" in page(
        Validation("m", (one,), ()), {"door.mp4": [Strip(mistake, ()) for mistake in mistakes(one)[:2]]}
    )


def test_the_time_line_has_a_mark_for_every_crossing() -> None:
    svg = timeline(result((20, "in"), (70, "in")))
    assert len(re.findall('<polygon class="good"', svg)) == 2
    assert len(re.findall('<polygon class="bad"', svg)) == 3
