"""The command line: exit statuses, one-line errors, no traceback for a user's mistake."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import structlog

from edge import cli
from edge.clock import SystemClock
from edge.codec import Source
from edge.errors import CodecError, ConfigError, DeviceError, ModelError, OutboxError, SourceError, StoreEdgeError
from edge.events import Direction, FootfallCrossed, Kind
from edge.outbox.outbox import Outbox
from edge.verbs.bench import bench
from tests.media import REPO, demo

LINE = ("--line", "198,191,471,180", "--in", "0,1")
VERBS = ("demo", "run", "check", "count", "validate", "model", "outbox", "schema", "bench", "ingest")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(REPO), "COLUMNS": "120"}
    command = [sys.executable, "-m", "edge", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=60)


def refused(*arguments: str) -> str:
    """The one line with which `arguments` are refused."""
    done = run(*arguments)
    assert done.returncode == 2, done
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("store-edge: ")
    return line


def test_help_names_the_verbs() -> None:
    for arguments in ((), ("--help",)):
        done = run(*arguments)
        assert done.returncode == 0
        assert all(verb in done.stdout for verb in VERBS)
        assert "agent" not in done.stdout.split()


@pytest.mark.parametrize(
    "verb",
    [
        *VERBS,
        "model check",
        "model export",
        "model list",
        "outbox status",
        "bench outbox",
        "bench ingest",
        "bench fleet",
    ],
)
def test_every_verb_explains_itself(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run([*verb.split(), "--help"]) == 0
    assert "Usage: store-edge " + verb in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("fly",), "No such command 'fly'"),
        (("count",), "Missing argument"),
        (("count", "clip.mp4"), "Missing option"),
        (("count", "clip.mp4", "--lines", "1"), "No such option"),
        (("count", "clip.mp4", *LINE, "--fps", "fast"), "Invalid value for '--fps'"),
        (("demo", "--seconds", "-3"), "Invalid value for '--seconds'"),
        (("model",), "Missing command"),
        (("agent",), "expected agent --config FILE --folder FOLDER NAME"),
        (("validate", "nowhere.json"), "nowhere.json: expected a truth file"),
        (("check", "nowhere.toml"), "nowhere.toml"),
        (("run", "nowhere.toml"), "nowhere.toml"),
    ],
)
def test_wrong_usage_is_one_line_and_two(arguments: tuple[str, ...], says: str) -> None:
    assert says in refused(*arguments)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("count", "nowhere.mp4", *LINE), "nowhere.mp4"),
        (("count", str(demo("entrance.json")), *LINE), "entrance.json"),
        (("count", str(demo("entrance.mp4")), "--line", "1,2,3", "--in", "0,1"), "--line: expected X1,Y1,X2,Y2"),
        (("count", str(demo("entrance.mp4")), "--line", "0,0,9000,0", "--in", "0,1"), "640x360"),
        (("count", str(demo("entrance.mp4")), *LINE, "--anchor", "head"), "expected foot or center, found head"),
        (("count", str(demo("entrance.mp4")), *LINE, "--model", "nobody"), "nobody"),
        (("demo", "--clip", str(demo("entrance.mp4"))), "expected --line"),
        (("model", "check", str(demo("entrance.mp4"))), "entrance.mp4"),
    ],
)
def test_bad_input_is_one_line_and_two(arguments: tuple[str, ...], says: str) -> None:
    assert says in refused(*arguments)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ConfigError("x"), 2),
        (SourceError("x"), 2),
        (ModelError("x"), 2),
        (DeviceError("x"), 1),
        (OutboxError("x"), 1),
        (CodecError("x"), 1),
        (StoreEdgeError("x"), 1),
    ],
)
def test_whose_fault_it_is_decides_the_status(error: StoreEdgeError, status: int) -> None:
    assert cli.status_of(error) == status


def test_a_file_that_cannot_be_written_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")
    where = tmp_path / "taken" / "schemas"
    said = refused("schema", "--out", str(where))
    assert said.startswith(f"store-edge: {where}: expected a file or folder that can be read or written here, found: ")


def test_a_question_that_nobody_answers_is_one_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "edge", "init", "--no-find", "--out", str(tmp_path / "store.toml")]
    environment = os.environ | {"PYTHONPATH": str(REPO)}
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment, check=False, timeout=60
    )
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "store-edge: expected an answer, found the end of the input; give it as an option (--help)"
    ]
    assert not list(tmp_path.iterdir())


def test_an_error_of_many_lines_is_told_in_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: list[str]) -> int:
        raise ConfigError("expected this,\n  found that", path="store.toml")

    monkeypatch.setattr(cli, "_dispatch", fail)
    assert cli.run(["check"]) == 2
    assert capsys.readouterr().err == "store-edge: store.toml: expected this, found that\n"


@pytest.mark.parametrize(("error", "status"), [(KeyboardInterrupt(), 130), (BrokenPipeError(), 1)])
def test_an_interrupt_and_a_closed_pipe_are_quiet(
    error: BaseException, status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: list[str]) -> int:
        raise error

    monkeypatch.setattr(cli, "_dispatch", fail)
    monkeypatch.setattr(sys, "stdout", sys.stdout)  # a closed pipe takes standard output away: give it back
    assert cli.run(["check"]) == status
    assert capsys.readouterr().err == ""


def test_the_help_of_a_reader_that_is_gone_is_no_traceback() -> None:
    environment = os.environ | {"PYTHONPATH": str(REPO)}
    command = f"{sys.executable} -m edge --help | true"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, env=environment, check=False)
    assert "Traceback" not in done.stderr


def test_an_agents_process_does_without_the_command_line() -> None:
    """Agents start often and stay small: no typer, no OpenCV before they know what they are."""
    code = (
        "import sys; from edge import cli; cli.run(['agent']);"
        "print(sorted({'typer', 'cv2', 'onnxruntime', 'av', 'numpy'} & set(sys.modules)))"
    )
    environment = os.environ | {"PYTHONPATH": str(REPO)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout.strip() == "[]"


def test_schemas_are_written_where_they_are_wanted(tmp_path: Path) -> None:
    done = run("schema", "--out", str(tmp_path / "schemas"))
    assert done.returncode == 0
    written = [Path(line) for line in done.stdout.splitlines()]
    assert any("footfall.counted.v1" in path.name for path in written)
    assert all(path.is_file() for path in written)


def test_an_outbox_is_looked_into_without_touching_it(tmp_path: Path) -> None:
    file = tmp_path / "outbox.db"
    source = Source(Kind.CAMERA, "door")
    with Outbox(file, quota_bytes=10_000_000) as outbox:
        for _ in range(3):
            event = FootfallCrossed(line="l", direction=Direction.IN, confidence=0.5)
            outbox.append(source, event, SystemClock().now())
        outbox.ack([outbox.pending(0, 1)[0].rowid])
    status = json.loads(run("outbox", "status", str(file), "--json").stdout)
    (row,) = status["sources"]
    assert (row["source"], row["accepted"], row["delivered"], row["pending"]) == ("camera/door", 3, 1, 2)
    assert status["rows"] == 2
    assert "camera/door" in run("outbox", "status", str(file)).stdout
    peeked = [json.loads(line) for line in run("outbox", "peek", str(file), "--limit", "1").stdout.splitlines()]
    assert [one["sequence"] for one in peeked] == [2]
    assert peeked[0]["data"]["direction"] == "in"
    assert "nowhere.db" in refused("outbox", "status", "nowhere.db")


def test_a_configuration_is_checked(tmp_path: Path) -> None:
    file = tmp_path / "store.toml"
    file.write_text(
        '[store]\ntenant = "t"\nstore = "s"\ngateway = "g"\ndata_dir = "data"\n'
        f'[[camera]]\nid = "door"\nurl = {json.dumps(str(demo("entrance.mp4")))}\n'
        '[[camera.line]]\nid = "l"\npoints = [[0, 10], [600, 10]]\ninside = [0, 1]\n',
        encoding="utf-8",
    )
    done = run("check", str(file), "--json")
    assert done.returncode == 0, done
    assert json.loads(done.stdout)["ok"] is True
    file.write_text(file.read_text().replace("[600, 10]", "[6000, 10]"), encoding="utf-8")
    done = run("check", str(file))
    assert done.returncode == 1
    assert "camera[0].line[0].points" in done.stdout


@pytest.mark.slow
def test_counting_prints_json_alone_on_standard_output(tmp_path: Path) -> None:
    video = tmp_path / "seen.mp4"
    done = run("count", str(demo("entrance.mp4")), *LINE, "--fps", "5", "--json", "--annotate", str(video))
    assert done.returncode == 0, done.stderr
    counted = json.loads(done.stdout)
    keys = {"in", "out", "crossings", "frames", "decoded_fps", "analysed_fps", "model"}
    assert set(counted) == keys
    assert counted["in"] + counted["out"] == len(counted["crossings"]) > 0
    assert video.stat().st_size > 10_000
    assert done.stderr == ""


@pytest.mark.slow
def test_validating_writes_the_page_and_obeys_the_threshold(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    arguments = ("validate", str(demo("entrance.json")), "--json", "--html", str(page))
    done = run(*arguments, "--min-f1", "0.5")
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert {"clips", "f1", "bias_in", "bias_out"} <= set(figures)
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert run(*arguments, "--min-f1", "1").returncode == int(figures["f1"] < 1)


@pytest.mark.slow
def test_ctrl_c_while_counting_is_quiet() -> None:
    environment = os.environ | {"PYTHONPATH": str(REPO)}
    command = [sys.executable, "-m", "edge", "count", str(demo("entrance.mp4")), *LINE]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
        time.sleep(3)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=10)
    assert process.returncode == 130
    assert said == b""


def test_what_a_bench_logs_stands_beside_its_figures(capsys: pytest.CaptureFixture[str]) -> None:
    bench()
    structlog.get_logger().info("schema_upgraded", version=2)
    structlog.reset_defaults()
    said = capsys.readouterr()
    assert said.out == ""
    assert "schema_upgraded" in said.err
