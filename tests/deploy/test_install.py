import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.deploy import made_wheels
from tests.media import REPO

INSTALL = REPO / "deploy" / "install"
UNIT = "etc/systemd/system/store-edge.service"
AT_BOOT = "etc/systemd/system/multi-user.target.wants/store-edge.service"
Wheels = Callable[..., Path]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "root").mkdir()
    return tmp_path / "root"


@pytest.fixture
def wheels(tmp_path: Path) -> Wheels:
    def make(version: str = "1.0.0", main: str = made_wheels.RUNS, name: str = "") -> Path:
        folder = tmp_path / f"wheels-{name or version}"
        made_wheels.store_edge(folder, version, main)
        made_wheels.with_small_pip(folder)
        return folder

    return make


def call(*arguments: str | Path, script: Path = INSTALL) -> subprocess.CompletedProcess[str]:
    command = ["sh", script, "--python", sys.executable, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def install(root: Path, *arguments: str | Path) -> str:
    done = call("--root", root, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def tree(root: Path) -> dict[str, tuple[int, int, str]]:
    """Everything below a folder: mode, time of the last change, and where a link points."""
    found = {}
    for path in sorted(root.rglob("*")):
        seen = path.lstat()
        target = str(path.readlink()) if path.is_symlink() else ""
        found[str(path.relative_to(root))] = (stat.S_IMODE(seen.st_mode), seen.st_mtime_ns, target)
    return found


def current(root: Path, name: str = "current") -> str:
    return (root / "opt/store-edge" / name).readlink().name


def test_a_dry_run_tells_everything_and_changes_nothing(root: Path, wheels: Wheels) -> None:
    told = install(root, "--wheels", wheels(), "--dry-run")
    assert "would switch to 1.0.0" in told
    assert f"would write /{UNIT}" in told
    assert tree(root).keys() <= {"etc"}


def test_a_box_gets_release_config_unit_and_rules(root: Path, wheels: Wheels) -> None:
    told = install(root, "--wheels", wheels())
    assert current(root) == "1.0.0"
    script = root / "opt/store-edge/releases/1.0.0/bin/store-edge"
    assert script.read_text("utf-8").startswith("#!/opt/store-edge/releases/1.0.0/bin/python")
    assert (root / UNIT).read_bytes() == (REPO / "deploy/systemd/store-edge.service").read_bytes()
    assert (root / "etc/udev/rules.d/61-store-edge.rules").is_file()
    assert (root / "etc/modules-load.d/store-edge.conf").is_file()
    assert stat.S_IMODE((root / "etc/store-edge").stat().st_mode) == 0o750
    assert stat.S_IMODE((root / "etc/store-edge/store.toml").stat().st_mode) == 0o640
    assert "next: edit" in told
    assert not (root / AT_BOOT).is_symlink(), "a sample is no configuration to start with"


def test_nothing_of_the_installer_s_machine_stays_in_the_image(root: Path, wheels: Wheels) -> None:
    install(root, "--wheels", wheels())
    for path in root.rglob("*"):
        if path.is_file() and not path.is_symlink() and path.suffix != ".pyc":
            assert str(root).encode() not in path.read_bytes(), path


def test_doing_it_twice_changes_nothing(root: Path, wheels: Wheels) -> None:
    made = wheels()
    install(root, "--wheels", made)
    before = tree(root)
    assert "nothing to do" in install(root, "--wheels", made)
    assert tree(root) == before


def test_a_configuration_of_one_s_own_starts_at_boot_and_is_never_overwritten(
    root: Path, wheels: Wheels, tmp_path: Path
) -> None:
    mine, other = tmp_path / "mine.toml", tmp_path / "other.toml"
    mine.write_text("mine", "utf-8")
    other.write_text("other", "utf-8")
    install(root, "--wheels", wheels(), "--config", mine)
    assert (root / AT_BOOT).resolve() == root / UNIT
    done = call("--root", root, "--wheels", wheels("1.1.0"), "--config", other)
    assert "stays as it is" in done.stderr
    assert (root / "etc/store-edge/store.toml").read_text("utf-8") == "mine"


def test_an_update_switches_and_keeps_one_release_to_go_back_to(root: Path, wheels: Wheels) -> None:
    for version in ("1.0.0", "1.1.0", "1.2.0"):
        install(root, "--wheels", wheels(version))
    assert (current(root), current(root, "previous")) == ("1.2.0", "1.1.0")
    assert sorted(one.name for one in (root / "opt/store-edge/releases").iterdir()) == ["1.1.0", "1.2.0"]


def test_a_release_that_does_not_run_is_never_switched_to(root: Path, wheels: Wheels) -> None:
    install(root, "--wheels", wheels())
    done = call("--root", root, "--wheels", wheels("1.1.0", made_wheels.BROKEN))
    assert done.returncode == 1
    assert "does not run on this machine; nothing was changed" in done.stderr
    assert current(root) == "1.0.0"


def test_a_build_that_was_cut_off_is_made_anew(root: Path, wheels: Wheels) -> None:
    cut_off = root / "opt/store-edge/releases/1.0.0"
    cut_off.mkdir(parents=True)
    (cut_off / "half").touch()
    install(root, "--wheels", wheels())
    assert (cut_off / "WHEELS").is_file()
    assert not (cut_off / "half").exists()


def test_other_wheels_of_the_same_version_are_refused(root: Path, wheels: Wheels) -> None:
    install(root, "--wheels", wheels())
    done = call("--root", root, "--wheels", wheels(main="pass\n", name="other"))
    assert done.returncode == 2
    assert "give this build a version of its own" in done.stderr


@pytest.mark.slow
def test_pip_installs_it_without_an_index(root: Path, tmp_path: Path) -> None:
    made_wheels.store_edge(tmp_path / "wheels", "1.0.0")
    made_wheels.with_pip(tmp_path / "wheels")
    install(root, "--wheels", tmp_path / "wheels")
    release = root / "opt/store-edge/current"
    assert (release / "bin/store-edge").read_text("utf-8").startswith("#!/opt/store-edge/releases/1.0.0/bin/python")
    assert list(release.glob("lib/python3*/site-packages/store_edge-1.0.0.dist-info/INSTALLER"))


def test_wheels_that_lack_a_library_change_nothing(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "lacking"
    made_wheels.store_edge(folder, "1.0.0", "import a_library_that_is_not_there\n")
    made_wheels.with_small_pip(folder)
    done = call("--root", root, "--wheels", folder)
    assert done.returncode == 1
    assert not (root / "opt/store-edge/current").exists()


@pytest.mark.parametrize("purge", [False, True])
def test_taking_it_off_keeps_the_data_unless_told(root: Path, wheels: Wheels, *, purge: bool) -> None:
    install(root, "--wheels", wheels())
    outbox = root / "var/lib/store-edge/outbox.db"
    outbox.parent.mkdir(parents=True)
    outbox.touch()
    install(root, "--uninstall", *(["--purge-data"] if purge else []))
    assert not (root / "opt/store-edge").exists()
    assert not (root / UNIT).exists()
    assert outbox.exists() is not purge
    assert (root / "etc/store-edge/store.toml").exists() is not purge
    assert "nothing to do" in install(root, "--uninstall")


@pytest.mark.skipif(os.getuid() != 0, reason="only root can make a user")
def test_the_service_s_user_reads_the_configuration_and_nobody_else(root: Path, wheels: Wheels) -> None:
    install(root, "--wheels", wheels())
    (line,) = [line for line in (root / "etc/group").read_text("utf-8").splitlines() if line.startswith("store-edge:")]
    seen = (root / "etc/store-edge/store.toml").stat()
    assert (seen.st_uid, seen.st_gid) == (0, int(line.split(":")[2]))
    install(root, "--uninstall", "--purge-data")
    assert "store-edge" not in (root / "etc/passwd").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--nonsense"], "found '--nonsense'"),
        (["--wheels"], "expected a value after --wheels"),
        (["--purge-data"], "expected --uninstall beside --purge-data"),
        (["--root", "/does/not/exist"], "expected a folder for --root"),
        (["--wheels", "/does/not/exist", "--dry-run"], "expected one store_edge-*.whl"),
        (["--tarball", "/does/not/exist", "--dry-run"], "expected a release tarball"),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(arguments: list[str], words: str) -> None:
    done = call(*arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
