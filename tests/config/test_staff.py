"""A camera's staff in the configuration: what is refused, and where it says so."""

import pytest

from edge.config.read import parse
from edge.vision.setup import drawn_of, staff_of
from tests.config.test_config import CAMERA, FOLDER, STORE, refusal

ZONE = '[[camera.zone]]\nid = "back"\npoints = [[10, 10], [200, 10], [200, 100], [10, 100]]\n'
STAFF = STORE + CAMERA + ZONE + "[camera.staff]\n"


def test_staff_are_read() -> None:
    text = STAFF + 'zones = ["back"]\nstay_s = 5\ncolours = ["#D02020", "#1e4fa0"]\ntolerance = 12\n'
    (camera,) = parse(text, folder=FOLDER).camera
    assert camera.staff is not None
    assert (camera.staff.zones, camera.staff.stay_s, camera.staff.tolerance) == (("back",), 5, 12)
    assert camera.staff.colours == ("#D02020", "#1e4fa0")
    rule = staff_of(camera, (640, 360))
    assert rule is not None
    assert rule.areas[0].depth((100, 50)) > 0 > rule.areas[0].depth((300, 50))


def test_without_the_section_nobody_is_staff() -> None:
    (camera,) = parse(STORE + CAMERA + ZONE, folder=FOLDER).camera
    assert camera.staff is None
    assert drawn_of(camera).staff is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "camera[0].staff: expected zones or colours that tell the staff, found neither"),
        ('zones = ["kitchen"]', "camera[0].staff.zones[0]: expected a zone of the camera (back), found 'kitchen'"),
        ('zones = ["back", "back"]', "camera[0].staff.zones[1]: expected each once, found 'back' twice"),
        ('zones = ["back"]\nstay_s = 0', "camera[0].staff.stay_s: expected a number >= 1.0, found 0"),
        ('colours = ["red"]', "camera[0].staff.colours[0]: expected a colour as '#d02020', found 'red'"),
        ('colours = ["#d0202"]', "camera[0].staff.colours[0]: expected a colour as '#d02020', found '#d0202'"),
        ('colours = ["#d02020\\n"]', "camera[0].staff.colours[0]: expected a colour as '#d02020'"),
        ("colours = [0xd02020]", "camera[0].staff.colours[0]: expected a string, found 13639712"),
        (
            'colours = ["#d02020", "#D02020"]',
            "camera[0].staff.colours[1]: expected each once, found '#d02020' twice",
        ),
        ('colours = ["#d02020"]\ntolerance = 41', "camera[0].staff.tolerance: expected a number <= 40.0, found 41"),
        ('colours = ["#d02020"]\ntolerance = nan', "camera[0].staff.tolerance: expected"),
        (
            'colors = ["#d02020"]',
            "camera[0].staff.colors: expected a known key, found 'colors'; did you mean 'colours'?",
        ),
    ],
)
def test_what_cannot_work_is_refused(text: str, says: str) -> None:
    assert refusal(STAFF + text + "\n").startswith(says)


def test_a_camera_without_zones_has_no_staff_zone() -> None:
    text = STORE + CAMERA + '[camera.staff]\nzones = ["back"]\n'
    assert refusal(text).startswith("camera[0].staff.zones[0]: expected a zone of the camera (none), found 'back'")
