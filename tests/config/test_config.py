"""One TOML file → frozen models, and a one-line error for whatever cannot work."""

import contextlib
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge import secrets
from edge.config.camera import CameraConfig, CaptureConfig, LineConfig
from edge.config.floor import FloorConfig
from edge.config.gateway import Config, RemoteConfig, UplinkConfig
from edge.config.occupancy import OccupancyConfig
from edge.config.read import config_hash, load, parse
from edge.config.staff import StaffConfig
from edge.config.zone import QueueConfig, ZoneConfig
from edge.errors import ConfigError
from edge.vision.models import DEFAULT
from tests.media import REPO

EXAMPLE = REPO / "deploy" / "examples" / "store.toml"
VARIABLE = "STORE_EDGE_SECRET"
FOLDER = Path("/etc/store-edge")
STORE = """
[store]
tenant = "acme"
store = "sh-001"
gateway = "gw-1"
data_dir = "data"
"""
UPLINK = '[uplink]\nurl = "mqtts://broker.example"\n'
CAMERA = '[[camera]]\nid = "entrance"\nurl = "rtsp://10.0.0.5/sub"\n'
FILE_CAMERA = '[[camera]]\nid = "entrance"\nurl = "clips/door.mp4"\n'
LINE = '[[camera.line]]\nid = "door"\npoints = [[300, 150], [300, 575]]\ninside = [-1, 0]\n'


def read(text: str) -> Config:
    return parse(text, folder=FOLDER)


def refusal(text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        read(text)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def refused(text: str) -> str:
    """The refusal, or nothing."""
    try:
        read(text)
    except ConfigError as error:
        return str(error)
    return ""


def test_the_smallest_configuration_has_the_defaults() -> None:
    config = read(STORE + CAMERA + LINE)
    assert config.uplink is None
    assert (config.outbox.quota_mb, config.health.port, config.health.host) == (512, 9469, "127.0.0.1")
    (camera,) = config.camera
    assert (camera.model, camera.fps, camera.interval_s, camera.play) == (DEFAULT, 10, 60, "real_time")
    assert camera.line == (LineConfig(id="door", points=((300, 150), (300, 575)), inside=(-1, 0)),)
    assert config.store.timezone == "UTC"


def test_relative_paths_are_seen_from_the_file() -> None:
    text = (
        STORE
        + UPLINK
        + 'ca_file = "ca.pem"\npassword_file = "/run/secrets/mqtt"\n'
        + FILE_CAMERA
        + 'model = "models/m.onnx"\n'
    )
    config = read(text)
    assert config.uplink is not None
    assert config.store.data_dir == "/etc/store-edge/data"
    assert (config.uplink.ca_file, config.uplink.password_file) == ("/etc/store-edge/ca.pem", "/run/secrets/mqtt")
    assert (config.camera[0].url, config.camera[0].model) == (
        "/etc/store-edge/clips/door.mp4",
        "/etc/store-edge/models/m.onnx",
    )


def test_streams_devices_and_bundled_models_are_no_paths() -> None:
    for url in ("rtsp://10.0.0.5/sub", "https://cam/mjpeg?channel=1", "/dev/video0"):
        camera = read(STORE + CAMERA.replace("rtsp://10.0.0.5/sub", url)).camera[0]
        assert (camera.url, camera.model, camera.is_file) == (url, DEFAULT, False)


@pytest.mark.parametrize(
    ("url", "host", "port", "tls"),
    [
        ("mqtt://localhost", "localhost", 1883, False),
        ("mqtts://broker.example", "broker.example", 8883, True),
        ("mqtts://[::1]:18883/", "::1", 18883, True),
    ],
)
def test_a_brokers_address(url: str, host: str, port: int, tls: bool) -> None:
    uplink = UplinkConfig(url=url)
    assert (uplink.host, uplink.port, uplink.tls) == (host, port, tls)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[store]\ntenant = \n", "line 2, column 10: expected TOML, found invalid value"),
        ("[store", "end of document: expected TOML, found expected ']' at the end of a table declaration"),
        (
            '"a\\nb" = 1\n' + STORE,
            (
                "'a\\nb': expected a known key, found 'a\\nb'; known here: store, uplink, outbox,"
                " supervisor, health, remote, camera, shelf, lane, occupancy"
            ),
        ),
        ("", "store: expected this key, found none; add it"),
        (STORE.replace('tenant = "acme"\n', ""), "store.tenant: expected this key, found none; add it"),
        (STORE + CAMERA + "fsp = 5", "camera[0].fsp: expected a known key, found 'fsp'; did you mean 'fps'?"),
        (
            STORE + CAMERA + "[[camera.line]]\nponts = []",
            "camera[0].line[0].ponts: expected a known key, found 'ponts'; did you mean 'points'?",
        ),
        (STORE + "[outbox]\nzzz = 5", "outbox.zzz: expected a known key, found 'zzz'; known here: quota_mb"),
        (STORE + '[[lane]]\nid = "sco-1"', "lane[0].scanner: expected this key, found none; add it"),
        (STORE + CAMERA + 'fps = "ten"', "camera[0].fps: expected a number, found 'ten'"),
        (STORE + CAMERA + "fps = 0", "camera[0].fps: expected a number > 0.0, found 0"),
        (STORE + CAMERA + "fps = nan", "camera[0].fps: expected a number > 0.0, found nan"),
        (STORE + CAMERA + "threads = 1.5", "camera[0].threads: expected a whole number, found 1.5"),
        (STORE + CAMERA + "loop = 1", "camera[0].loop: expected true or false, found 1"),
        (STORE + CAMERA + 'play = "slow"', "camera[0].play: expected 'real_time' or 'fast' or 'live', found 'slow'"),
        (STORE + CAMERA + "frame_size = [1280]", "camera[0].frame_size: expected an array of length 2, found [1280]"),
        ("camera = 3\n" + STORE, "camera: expected an array, found 3"),
        (
            STORE + CAMERA.replace("[[camera]]", "[camera]"),
            "camera: expected an array, found a table; write [[camera]] for each of them",
        ),
        (
            STORE + CAMERA + LINE.replace("[[camera.line]]", "[camera.line]"),
            "camera[0].line: expected an array, found a table; write [[camera.line]] for each of them",
        ),
        (
            STORE.replace("[store]", "[[store]]"),
            "store: expected a table, found an array of 1; write [store], once",
        ),
        (
            STORE + CAMERA.replace("entrance", "en/trance"),
            (
                "camera[0].id: expected an id of 1 to 64 letters, digits and _.- that begins with a letter or a digit,"
                " found 'en/trance'"
            ),
        ),
        (
            STORE + CAMERA + CAMERA,
            "camera[1].id: expected an id of its own, found 'entrance', which camera[0] has",
        ),
        (
            STORE + CAMERA + LINE + LINE,
            "camera[0].line[1].id: expected an id of its own, found 'door', which line[0] has",
        ),
        (
            STORE + CAMERA + LINE.replace("575", "150"),
            "camera[0].line[0].points: expected two different points, found [300, 150] twice",
        ),
        (
            STORE + CAMERA + LINE.replace("[-1, 0]", "[0, 0]"),
            "camera[0].line[0].inside: expected a direction such as [-1, 0], found [0, 0]",
        ),
        (
            STORE + CAMERA + LINE.replace("[-1, 0]", "[0, 3]"),
            "camera[0].line[0].inside: expected a direction across the line, found [0, 3], which runs along it",
        ),
        (
            STORE + CAMERA + LINE.replace("[300, 150]", "[300, -150]"),
            "camera[0].line[0].points[0][1]: expected a number >= 0.0, found -150",
        ),
        (
            STORE + CAMERA + "frame_size = [640, 480]\n" + LINE,
            "camera[0].line[0].points: expected points within 640x480 pixels, found [300, 575]",
        ),
        (
            STORE.replace("[store]", '[store]\ntimezone = "Mars/Olympus"'),
            "store.timezone: expected a time zone such as 'Europe/Berlin', found 'Mars/Olympus'",
        ),
        (
            STORE + UPLINK.replace("mqtts", "https"),
            "uplink.url: expected mqtt://HOST, mqtts://HOST, found 'https://broker.example'",
        ),
        (
            STORE + CAMERA.replace("rtsp:", "ftp:"),
            (
                "camera[0].url: expected rtsp://HOST, rtsps://HOST, http://HOST, https://HOST or /dev/video0 or the"
                " path of a file, found 'ftp://10.0.0.5/sub'"
            ),
        ),
        (
            STORE + UPLINK.replace("example", "example:123456"),
            "uplink.url: expected a URL, found 'mqtts://broker.example:123456' (Port out of range 0-65535)",
        ),
        (
            STORE + UPLINK.replace("example", "example/topic"),
            "uplink.url: expected nothing after the port, found 'mqtts://broker.example/topic'",
        ),
        (
            STORE + UPLINK + 'cert_file = "gw.pem"',
            "uplink.key_file: expected key_file beside cert_file, found none; give both or neither",
        ),
        (
            STORE + UPLINK + 'key_file = "gw.key"',
            "uplink.cert_file: expected cert_file beside key_file, found none; give both or neither",
        ),
        (
            STORE + UPLINK.replace("mqtts", "mqtt") + 'ca_file = "ca.pem"',
            "uplink.url: expected an mqtts:// URL beside ca_file, found 'mqtt://broker.example'",
        ),
        (
            STORE + UPLINK.replace("mqtts", "mqtt") + "verify = false",
            "uplink.url: expected an mqtts:// URL beside verify, found 'mqtt://broker.example'",
        ),
        (
            STORE + UPLINK + 'password_file = "a"\npassword_env = "B"',
            (
                "uplink.password_env: expected at most one of password_file, password_env, found password_file and"
                " password_env"
            ),
        ),
        (
            STORE + CAMERA + 'password_env = "B"',
            "camera[0].username: expected a username beside the password, found none",
        ),
        (
            STORE + CAMERA + 'play = "fast"',
            "camera[0].play: expected it with a video file only, found it with 'rtsp://10.0.0.5/sub'",
        ),
        (
            STORE + "[supervisor]\nbackoff_initial_s = 90",
            "supervisor.backoff_max_s: expected at least backoff_initial_s (90), found 60",
        ),
    ],
)
def test_what_cannot_work_is_refused_in_one_line(text: str, expected: str) -> None:
    assert refusal(text) == expected


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (STORE + UPLINK + 'password = "geheim"', "uplink.password"),
        (STORE + CAMERA + 'password = "geheim"', "camera[0].password"),
        (STORE + UPLINK.replace("broker", "gw:geheim@broker"), "uplink.url"),
        (STORE + UPLINK.replace("mqtts://", "mqts://gw:geheim@"), "uplink.url"),
        (STORE + CAMERA.replace("10.0.0.5", "admin:geheim@10.0.0.5"), "camera[0].url"),
        (STORE + CAMERA.replace("rtsp://", "rstp://admin:geheim@"), "camera[0].url"),
        (STORE + CAMERA.replace("sub", "sub?pwd=geheim") + 'play = "fast"', "camera[0].play"),
        (STORE + CAMERA + 'line = [["rtsp://a:geheim@b"]]', "camera[0].line[0]"),
        (STORE + CAMERA + 'line = { password = "geheim" }', "camera[0].line"),
        (STORE + CAMERA + 'fps = "rtsp://a:geheim@b"', "camera[0].fps"),
    ],
)
def test_a_secret_in_the_file_is_refused_and_never_shown(text: str, path: str) -> None:
    message = refusal(text)
    assert message.startswith(f"{path}: expected ")
    assert "geheim" not in message


def test_models_refuse_the_same_when_they_are_made_by_hand() -> None:
    with pytest.raises(ConfigError, match=r"^points: expected two different points"):
        LineConfig(id="door", points=((1, 1), (1, 1)), inside=(1, 0))
    with pytest.raises(ConfigError, match=r"^loop: expected it with a video file only"):
        CameraConfig(id="entrance", url="/dev/video0", loop=True)


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_text_is_refused_in_one_line_or_read(text: str) -> None:
    assert len(refused(text).splitlines()) <= 1


VALUES = st.one_of(
    st.integers(-5, 10**20), st.floats(), st.booleans(), st.just("x"), st.just([]), st.just([[1, 2]]), st.just({"a": 1})
)


@given(st.data(), VALUES)
@settings(max_examples=200, deadline=None)
def test_any_value_in_any_place_is_refused_at_its_place_or_read(data: st.DataObject, value: object) -> None:
    section, keys = data.draw(st.sampled_from(sorted(KEYS.items())))
    key = data.draw(st.sampled_from(keys))
    text = STORE + UPLINK + "[outbox]\n" + FILE_CAMERA + LINE
    place = "" if section == "outbox" else key
    lines = [line for line in text.splitlines() if not place or not line.startswith(f"{place} =")]
    lines.insert(lines.index(section) + 1, f"{key} = {as_toml(value)}")
    with contextlib.suppress(tomllib.TOMLDecodeError):  # the key may stand in two sections and be there twice now
        tomllib.loads("\n".join(lines))
        assert PLACED.match(refused("\n".join(lines)))


PLACED = re.compile(r"^$|[a-z_.\[\]0-9]+: expected (.*, found |this key)")
KEYS = {
    "[store]": ["tenant", "timezone", "data_dir"],
    "[uplink]": ["url", "window", "verify", "ca_file", "keepalive_s"],
    "[outbox]": ["quota_mb"],
    "[[camera]]": ["fps", "frame_size", "play", "score", "threads", "username"],
    "[[camera.line]]": ["points", "inside", "anchor", "band_px"],
}


def as_toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{ a = 1 }"
    return f'"{value}"' if isinstance(value, str) else str(value)


def test_load_sees_that_the_files_are_there(tmp_path: Path) -> None:
    file = tmp_path / "store.toml"
    file.write_text(STORE + UPLINK + 'ca_file = "ca.pem"\n' + FILE_CAMERA + 'model = "m.onnx"\n', encoding="utf-8")
    for name, path in (
        ("uplink.ca_file", "ca.pem"),
        ("camera[0].url", "clips/door.mp4"),
        ("camera[0].model", "m.onnx"),
    ):
        with pytest.raises(ConfigError) as caught:
            load(file)
        assert str(caught.value) == f"{name}: expected a file, found none at {tmp_path / path}"
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(b"x")
    assert load(file).camera[0].id == "entrance"


def test_a_file_from_a_windows_editor_is_read(tmp_path: Path) -> None:
    file = tmp_path / "store.toml"
    file.write_text(STORE, encoding="utf-8-sig")
    assert load(file).store.gateway == "gw-1"


def test_load_says_why_it_cannot_read_the_file(tmp_path: Path) -> None:
    file = tmp_path / "store.toml"
    with pytest.raises(ConfigError, match=r"^expected a configuration file at .*, found none to read \(No such file"):
        load(file)
    with pytest.raises(ConfigError, match=r"found none to read \(Is a directory\)"):
        load(tmp_path)
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match=r"^expected UTF-8 in .*, found byte 0xff$"):
        load(file)


def test_the_hash_tells_texts_apart() -> None:
    assert config_hash(STORE) == config_hash(STORE)
    assert config_hash(STORE) != config_hash(STORE + "#")
    assert re.fullmatch("[0-9a-f]{64}", config_hash(""))


EXPLAINED = (
    UplinkConfig,
    RemoteConfig,
    OccupancyConfig,
    CameraConfig,
    LineConfig,
    CaptureConfig,
    ZoneConfig,
    QueueConfig,
    StaffConfig,
    FloorConfig,
)


def test_the_example_is_right_also_with_all_that_it_comments_out() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    read(text)
    given_all = re.sub(r"^# (?=(\[?\[\w+\]|\w+ = ))", "", text, flags=re.MULTILINE)
    config = read(given_all)
    assert config.uplink is not None
    assert config.camera[0].password_file == str(FOLDER / "camera.pw")
    known = {name for model in EXPLAINED for name in model.__struct_fields__}
    hidden = {"password_env", "username_file", "username_env", "play", "loop"}
    for name in known - hidden:
        assert re.search(rf"^\[*{name}\]* ?=|^\[+camera.{name}\]", given_all, re.MULTILINE), f"{name} is not explained"


def test_secrets_come_from_a_file_or_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pw").write_text("ge heim\n", encoding="utf-8")
    monkeypatch.setenv(VARIABLE, "gw-1")
    uplink = UplinkConfig(url="mqtt://h", username_env=VARIABLE, password_file=str(tmp_path / "pw"))
    assert secrets.uplink_login(uplink) == ("gw-1", "ge heim")
    camera = CameraConfig(id="entrance", url="rtsp://h/1", username="viewer", password_env=VARIABLE)
    assert secrets.camera_login(camera) == ("viewer", "gw-1")
    assert secrets.uplink_login(UplinkConfig(url="mqtt://h")) == (None, None)


@pytest.mark.parametrize(
    ("content", "found"),
    [(b"", "an empty file"), (b"a\nb\n", "2 lines"), (b"\xff", "other bytes"), (b"x" * 5000, "1 lines")],
)
def test_a_file_that_holds_no_secret_is_refused(tmp_path: Path, content: bytes, found: str) -> None:
    (tmp_path / "pw").write_bytes(content)
    with pytest.raises(ConfigError, match=rf"^uplink.password_file: expected a secret .*, found {found}$"):
        secrets.uplink_login(UplinkConfig(url="mqtt://h", password_file=str(tmp_path / "pw")))


def test_a_variable_that_is_not_set_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises(
        ConfigError, match=r"^uplink\.password_env: expected the environment variable STORE_EDGE_SECRET"
    ):
        secrets.uplink_login(UplinkConfig(url="mqtt://h", password_env=VARIABLE))
