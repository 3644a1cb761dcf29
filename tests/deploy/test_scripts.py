import shutil
import subprocess

import pytest

from tests.media import REPO

SCRIPTS = ["deploy/install", "deploy/recover", "deploy/release", "deploy/try-bare", "deploy/try-boot"]


@pytest.mark.parametrize("script", SCRIPTS)
def test_shellcheck_finds_nothing(script: str) -> None:
    if shutil.which("shellcheck") is None:
        pytest.skip("shellcheck is not on this machine")
    done = subprocess.run(["shellcheck", REPO / script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("script", SCRIPTS)
def test_it_may_be_run(script: str) -> None:
    assert (REPO / script).stat().st_mode & 0o111 == 0o111
