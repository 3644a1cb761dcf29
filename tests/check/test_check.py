"""What `check` and `probe` say; the broker is a real one where there is one, and liars where only those will do."""

import contextlib
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.check import check as checks
from edge.check.broker import ask_broker
from edge.check.camera import StreamSeen
from edge.check.check import Finding, Report, check_config, probe_config
from edge.config.camera import CameraConfig, LineConfig
from edge.config.gateway import Config, StoreConfig, UplinkConfig
from edge.errors import ConfigError, DeviceError, SourceError
from tests.media import REPO, demo

DOOR = LineConfig(id="door", points=((300, 150), (300, 575)), inside=(-1, 0))
VARIABLE = "CAMERA_PASSWORD"
HD = StreamSeen(size=(1280, 720), fps=25.0, how="h264")
START_S = 5.0


def config(tmp_path: Path, *cameras: CameraConfig, uplink: UplinkConfig | None = None) -> Config:
    store = StoreConfig(tenant="acme", store="sh-001", gateway="gw-1", data_dir=str(tmp_path / "data"))
    return Config(store=store, uplink=uplink, camera=cameras)


def bad(findings: Iterator[Finding]) -> list[str]:
    return [str(finding) for finding in findings if not finding.ok]


@pytest.fixture
def no_models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "_model", lambda camera: f"{camera.model}: a stand-in")


@contextlib.contextmanager
def mosquitto(folder: Path, *settings: str) -> Iterator[int]:
    """A real broker on a free port of loopback."""
    program = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        pytest.skip("mosquitto is not on this machine")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    file = folder / "mosquitto.conf"
    # Started by root it would become another user, who may not read the test's folder.
    file.write_text("\n".join([f"listener {port} 127.0.0.1", "user root", *settings, ""]), encoding="utf-8")
    with subprocess.Popen([program, "-c", str(file)], stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(port)
            yield port
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    deadline_s = time.monotonic() + START_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < deadline_s, "the broker does not come up"
            threading.Event().wait(0.02)
        else:
            return


@contextlib.contextmanager
def liar(answer: bytes | None) -> Iterator[int]:
    """A server that answers whatever comes with `answer` and closes; with None it stays silent."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        held: list[socket.socket] = []

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection = server.accept()[0]
                    held.append(connection)
                    if answer is not None and connection.recv(1000):
                        connection.sendall(answer)
                        connection.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        thread.join(5)
        for connection in held:
            connection.close()


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate that vouches for itself, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not on this machine")
    cert, key = folder / f"{name}.pem", folder / f"{name}.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-keyout", str(key), "-out", str(cert)],
        check=True, capture_output=True,
    )  # fmt: skip
    return cert, key


@pytest.mark.usefixtures("no_models")
def test_a_configuration_that_can_work(tmp_path: Path) -> None:
    camera = CameraConfig(id="entrance", url="rtsp://10.0.0.5/sub", line=(DOOR,))
    findings = list(check_config(config(tmp_path, camera)))
    assert Report(tuple(findings)).ok
    assert [str(finding) for finding in findings] == [
        f"store.data_dir: {tmp_path}/data will be made",
        "uplink: no broker: events stay in the outbox",
        "camera[0].model: person-int8: a stand-in",
    ]
    assert Report(tuple(findings)).as_json()["findings"][1] == {
        "path": "uplink",
        "ok": True,
        "text": "no broker: events stay in the outbox",
    }


def test_the_folder_of_the_outbox(tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"")
    assert bad(check_config(config(tmp_path))) == [
        f"store.data_dir: expected a folder, found a file at {tmp_path}/data"
    ]


@pytest.mark.usefixtures("no_models")
def test_lines_and_sizes_are_held_against_the_video(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "look_at_file", lambda _camera: HD)
    outside = LineConfig(id="far", points=((300, 150), (300, 900)), inside=(-1, 0))
    camera = CameraConfig(id="entrance", url="door.mp4", frame_size=(1280, 960), line=(DOOR, outside))
    assert bad(check_config(config(tmp_path, camera))) == [
        "camera[0].frame_size: expected the stream's [1280, 720], found [1280, 960]",
        "camera[0].line[1].points: expected points within 1280x720 pixels, found [300, 900]",
    ]


@pytest.mark.usefixtures("no_models")
def test_a_camera_that_shows_nothing_is_a_finding_and_the_next_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def watch(camera: CameraConfig) -> StreamSeen:
        if camera.id == "entrance":
            raise SourceError("expected pictures within 10 s, found none (connection refused)")
        return HD

    monkeypatch.setattr(checks, "watch", watch)
    cameras = [CameraConfig(id=name, url=f"rtsp://{name}/1", line=(DOOR,)) for name in ("entrance", "exit")]
    findings = list(probe_config(config(tmp_path, *cameras)))
    assert [str(finding) for finding in findings] == [
        "camera[0].url: expected pictures within 10 s, found none (connection refused)",
        "camera[1].url: 1280x720, 25 pictures a second, h264",
    ]
    assert [finding.ok for finding in findings] == [False, True]


@pytest.mark.usefixtures("no_models")
def test_a_secret_that_is_not_there_is_found_before_the_night(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CAMERA_PASSWORD", raising=False)
    camera = CameraConfig(id="entrance", url="rtsp://h/1", username="viewer", password_env=VARIABLE, line=(DOOR,))
    uplink = UplinkConfig(url="mqtt://h", username="gw-1", password_file=str(tmp_path / "pw"))
    assert bad(check_config(config(tmp_path, camera, uplink=uplink))) == [
        f"uplink.password_file: expected a secret in {tmp_path}/pw, found none to read (No such file or directory)",
        "camera entrance: password_env: expected the environment variable CAMERA_PASSWORD, found it unset or empty",
    ]


def test_certificate_and_key_must_belong_together(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path, "localhost")
    _, other = certificate(tmp_path, "other")
    right = UplinkConfig(url="mqtts://h", ca_file=str(cert), cert_file=str(cert), key_file=str(key))
    assert not bad(check_config(config(tmp_path, uplink=right)))
    wrong = UplinkConfig(url="mqtts://h", cert_file=str(cert), key_file=str(other))
    (found,) = bad(check_config(config(tmp_path, uplink=wrong)))
    assert found.startswith("uplink.cert_file: expected a certificate in PEM and its key, found ")
    no_ca = UplinkConfig(url="mqtts://h", ca_file=str(key))
    assert bad(check_config(config(tmp_path, uplink=no_ca))) == [
        f"uplink.ca_file: expected certificates in PEM, found none in {key}"
    ]


def test_a_broker_says_what_it_grants(tmp_path: Path) -> None:
    with mosquitto(tmp_path, "allow_anonymous true", "max_inflight_messages 7") as port:
        said = ask_broker(UplinkConfig(url=f"mqtt://127.0.0.1:{port}"), "gw-1")
    assert said == f"127.0.0.1:{port} at 127.0.0.1:{port} accepts us, Receive Maximum 7"


def test_a_gateway_that_runs_is_not_thrown_off(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with mosquitto(tmp_path, "allow_anonymous true", f"log_dest file {log}") as port:
        ask_broker(UplinkConfig(url=f"mqtt://127.0.0.1:{port}", client_id="gw-1"), "other")
    assert "as gw-1-check (" in log.read_text(encoding="utf-8")


def test_a_broker_that_knows_another_password(tmp_path: Path) -> None:
    (tmp_path / "users").write_text("", encoding="utf-8")
    (tmp_path / "pw").write_text("wrong", encoding="utf-8")
    with mosquitto(tmp_path, "allow_anonymous false", f"password_file {tmp_path / 'users'}") as port:
        uplink = UplinkConfig(url=f"mqtt://127.0.0.1:{port}", username="gw-1", password_file=str(tmp_path / "pw"))
        assert bad(probe_config(config(tmp_path, uplink=uplink))) == [
            f"uplink.url: expected 127.0.0.1:{port} to accept us, found Not authorized (0x87)"
        ]


def test_a_broker_over_tls(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path, "localhost")
    stranger, _ = certificate(tmp_path, "stranger")
    tls = (f"certfile {cert}", f"keyfile {key}", "allow_anonymous true")
    with mosquitto(tmp_path, *tls) as port:
        url = f"mqtts://localhost:{port}"
        assert "accepts us" in ask_broker(UplinkConfig(url=url, ca_file=str(cert)), "gw-1")
        assert "accepts us" in ask_broker(UplinkConfig(url=url, verify=False), "gw-1")
        with pytest.raises(DeviceError, match=r"found a certificate that ca_file does not vouch for \(self.signed"):
            ask_broker(UplinkConfig(url=url, ca_file=str(stranger)), "gw-1")
        with pytest.raises(DeviceError, match=r"does not vouch for \(.*(IP address|ip address) mismatch"):
            ask_broker(UplinkConfig(url=f"mqtts://127.0.0.1:{port}", ca_file=str(cert)), "gw-1")
        with pytest.raises(DeviceError, match="found a closed connection"):
            ask_broker(UplinkConfig(url=f"mqtt://localhost:{port}"), "gw-1")


def test_tls_to_a_broker_without(tmp_path: Path) -> None:
    with mosquitto(tmp_path, "allow_anonymous true") as port, pytest.raises(DeviceError) as caught:
        ask_broker(UplinkConfig(url=f"mqtts://127.0.0.1:{port}", connect_timeout_s=2), "gw-1")
    assert "expected a broker at 127.0.0.1" in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (None, "silence"),
        (b"", "a closed connection"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "a closed connection"),
        (bytes.fromhex("20 05 00 00 02 24 00"), "QoS 0 only"),
        (bytes.fromhex("20 05 00 00 02 25 00"), "which does not"),
        (bytes.fromhex("20 03 00 89 00"), r"Server busy \(0x89\)"),
    ],
    ids=["silent", "closes", "web server", "QoS 0", "no retain", "busy"],
)
def test_what_answers_is_no_broker_for_us(answer: bytes | None, found: str) -> None:
    begin_s = time.monotonic()
    with liar(answer) as port, pytest.raises(DeviceError, match=f"^expected .*, found .*{found}$"):
        ask_broker(UplinkConfig(url=f"mqtt://127.0.0.1:{port}", connect_timeout_s=0.5), "gw-1")
    assert time.monotonic() - begin_s < 3


def test_nobody_is_there() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        with pytest.raises(
            DeviceError, match=rf"^expected a broker at 127.0.0.1:{port}, found nobody listening there$"
        ):
            ask_broker(UplinkConfig(url=f"mqtt://127.0.0.1:{port}"), "gw-1")


def test_a_name_without_an_address() -> None:
    with pytest.raises(DeviceError, match=r"found no address for broker\.invalid \("):
        ask_broker(UplinkConfig(url="mqtt://broker.invalid", connect_timeout_s=5), "gw-1")


def test_a_resolver_that_hangs_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    let_go = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_arguments, **_more: let_go.wait(30))
    monkeypatch.setattr("edge.check.broker._SLACK_S", 0.1)
    with pytest.raises(DeviceError, match="found silence"):
        ask_broker(UplinkConfig(url="mqtt://broker.example", connect_timeout_s=0.1), "gw-1")
    let_go.set()


def test_a_wrong_file_is_an_error_not_a_finding(tmp_path: Path) -> None:
    (tmp_path / "store.toml").write_text("[store]\n", encoding="utf-8")
    for verb in (checks.check, checks.probe):
        with pytest.raises(ConfigError, match=r"^store\.tenant: "):
            verb(tmp_path / "store.toml")


def test_the_bundled_clip_is_looked_at_and_played(tmp_path: Path) -> None:
    clip = demo("entrance.mp4")
    file = tmp_path / "store.toml"
    file.write_text(
        f'[store]\ntenant = "a"\nstore = "s"\ngateway = "g"\ndata_dir = "data"\n'
        f'[[camera]]\nid = "entrance"\nurl = "{clip}"\nplay = "fast"\n'
        f'[[camera.line]]\nid = "door"\npoints = [[10, 10], [10, 9000]]\ninside = [1, 0]\n',
        encoding="utf-8",
    )
    report = checks.probe(file)
    texts = {finding.text for finding in report.findings if finding.path == "camera[0].url"}
    assert len(texts) == 2, report
    assert [finding.path for finding in report.findings if not finding.ok] == ["camera[0].line[0].points"]


def test_the_example_passes(tmp_path: Path) -> None:
    for name in ("store.toml", "price_book.csv"):
        shutil.copy(REPO / "deploy" / "examples" / name, tmp_path)
    report = checks.check(tmp_path / "store.toml")
    assert report.ok, [str(finding) for finding in report.findings]
