"""The steps of an update, one after the other. Killed after any of them, the box has the old release or the new one."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from edge.errors import StoreEdgeError
from edge.update import bundle
from edge.update.releases import Releases, is_newer
from edge.update.self_test import self_test
from edge.update.service import Service

KEY_FILE, CONFIG = Path("/etc/store-edge/release.pub"), Path("/etc/store-edge/store.toml")
HEALTH_WITHIN_S = 120.0
INCOMING = "incoming-"
LONGEST = 500

_log = structlog.get_logger()


class UpdateError(StoreEdgeError):
    """An update was not made, or was taken back; the box runs the release that it ran."""


@dataclass(frozen=True)
class Plan:
    """How to update.

    Attributes:
        tarball: the release, with its signature beside it.
        key_file: the public keys that are trusted.
        config: of the box.
        recordings: inputs for the self-test; None for none.
        older: go back to an older release.
        within_s: the new release has so long to come to health.
        install: further arguments for the release's own `install`.
    """

    tarball: Path
    key_file: Path = KEY_FILE
    config: Path = CONFIG
    recordings: Path | None = None
    older: bool = False
    within_s: float = HEALTH_WITHIN_S
    install: Sequence[str] = ()


def apply(plan: Plan, releases: Releases, service: Service, at_step: Callable[[str], None] = lambda _step: None) -> str:
    """Update.

    Args:
        plan: what to.
        releases: on this box.
        service: the gateway's.
        at_step: is told before each step.

    Returns:
        The version that runs now.

    Raises:
        UpdateError: it was not made, or was taken back.
        SignatureError: nobody who is trusted has signed it.
        BundleError: it is no release.
        SelfTestError: the new release does not do what this one does.
    """
    at_step("verify")
    for leftover in releases.folder.glob(f"{INCOMING}*"):
        shutil.rmtree(leftover, ignore_errors=True)  # of an update that was cut off
    with tempfile.TemporaryDirectory(prefix=INCOMING, dir=releases.folder) as folder:
        tarball = bundle.take(plan.tarball, Path(folder))
        comment = bundle.verified(tarball, plan.key_file)
        _log.info("release_verified", signed=comment)
        at_step("unpack")
        unpacked = bundle.unpack(tarball, Path(folder) / "unpacked")
        version, before, trial = version_of(unpacked), releases.current(), releases.trial()
        if version != before:
            _bring_in(unpacked, version, plan, releases, service.ailing(), at_step)
        elif trial is None or trial.after != version:
            return version  # else an update to it was cut off, and is brought to its end
    at_step("restart")
    service.restart()
    at_step("confirm")
    confirm(releases, service, plan.within_s, at_step)
    if releases.current() != version:
        raise UpdateError(f"{version} was taken back; {releases.current()} runs")
    return version


def confirm(
    releases: Releases, service: Service, within_s: float, at_step: Callable[[str], None] = lambda _step: None
) -> None:
    """See that the release on trial comes to health; else go back.

    Raises:
        UpdateError: it was taken back.
    """
    with releases.judging():
        _judge(releases, service, within_s, at_step)


def _judge(releases: Releases, service: Service, within_s: float, at_step: Callable[[str], None]) -> None:
    trial = releases.trial()
    if trial is None:
        return
    is_used = releases.current() == trial.after
    trouble = service.comes_to_health(trial.after, within_s, trial.ailing) if is_used else ""
    if releases.current() == trial.after and not trouble:
        at_step("keep")
        releases.end_trial()
        _log.info("update_kept", version=trial.after)
        return
    at_step("back")
    if trial.before:
        releases.switch(trial.before)
        _place_system_files(releases, trial.before, trial.after)
    releases.end_trial()
    at_step("restart-old")
    service.restart()
    raise UpdateError(
        f"{trial.after} did not come to health within {within_s:g} s ({trouble}); {trial.before} runs again"
    )


def _place_system_files(releases: Releases, version: str, left: str) -> None:
    """A release runs under another one's units rather than not at all."""
    try:
        releases.place_system_files(version, left)
    except OSError as error:
        _log.error("system_files_stay", reason=str(error))


def _bring_in(
    unpacked: Path,
    version: str,
    plan: Plan,
    releases: Releases,
    ailing: Sequence[str],
    at_step: Callable[[str], None],
) -> None:
    """Build a release beside the one in use, try it, and switch to it."""
    before = releases.current()
    if before and not plan.older and not is_newer(version, before):
        raise UpdateError(f"expected a release newer than {before}, found {version}; --older goes back")
    at_step("stage")
    _install(unpacked, "--stage", *plan.install)
    at_step("self-test")
    replayed = self_test(releases.path(version) / "bin" / "python", plan.config, plan.recordings)
    _log.info("self_test_passed", version=version, recordings=replayed)
    at_step("trial")
    releases.begin_trial(before, version, ailing)
    at_step("switch")
    _install(unpacked, "--no-start", *plan.install)
    if releases.trial() is None:
        # The gateway started in between: to `recover` it looked like an update that was cut off before the switch.
        releases.begin_trial(before, version, ailing)
        _place_system_files(releases, version, before)


def version_of(unpacked: Path) -> str:
    """The version of a release that was unpacked.

    Raises:
        UpdateError: it has none, or several.
    """
    wheels = list((unpacked / "wheels").glob("store_edge-*.whl"))
    if len(wheels) != 1:
        raise UpdateError(f"expected one store_edge-*.whl in the release, found {len(wheels)}")
    return wheels[0].name.split("-")[1]


def _install(unpacked: Path, *arguments: str) -> None:
    command = ["sh", str(unpacked / "install"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | {"PYTHONPATH": ""})
    if done.returncode:
        raise UpdateError(f"expected install {arguments[0]} to succeed, found: {done.stderr.strip()[-LONGEST:]}")
