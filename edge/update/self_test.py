"""A new release tried before it is used: it checks the box's configuration, and replays recorded inputs."""

import json
import os
import subprocess
from pathlib import Path

from edge.errors import StoreEdgeError

CHECK_S, REPLAY_S = 120.0, 600.0
EXPECTED_SUFFIX = ".expected"
LONGEST = 300


class SelfTestError(StoreEdgeError):
    """The new release does not do what the present one does."""


def self_test(python: Path, config: Path, recordings: Path | None) -> int:
    """Try a release.

    Args:
        python: the release's own interpreter.
        config: of the box.
        recordings: a folder of recordings (`store-edge record`), each with what `store-edge replay --json` gave for it
            beside it as ``FILE.expected``.

    Returns:
        How many recordings were replayed.

    Raises:
        SelfTestError: it refuses the configuration, or counts otherwise; or the folder holds nothing to replay.
    """
    _run(python, CHECK_S, "check", str(config))
    files = sorted(recordings.glob(f"*{EXPECTED_SUFFIX}")) if recordings is not None else []
    if recordings is not None and not files:
        raise SelfTestError(
            f"expected recordings, each with FILE{EXPECTED_SUFFIX} beside it, found none in {recordings}"
        )
    for expected in files:
        recording = expected.with_name(expected.name.removesuffix(EXPECTED_SUFFIX))
        told = _run(python, REPLAY_S, "replay", str(recording), "--config", str(config), "--json")
        if _facts(told) != _facts(expected.read_text(encoding="utf-8")):
            raise SelfTestError(f"expected the events of {expected}, found others: the new release counts otherwise")
    return len(files)


def _facts(text: str) -> list[object]:
    """What the events say, without what differs from run to run."""
    try:
        return [(event["type"], event["data"]) for line in text.splitlines() if line for event in [json.loads(line)]]
    except (ValueError, KeyError, TypeError) as error:
        raise SelfTestError(
            f"expected one event a line, as `store-edge replay --json` gives them, found: {error}"
        ) from error


def _run(python: Path, timeout_s: float, *arguments: str) -> str:
    environment = os.environ | {"PYTHONPATH": "", "ORT_DISABLE_TELEMETRY": "1"}
    try:
        done = subprocess.run(
            [str(python), "-m", "edge", *arguments],
            capture_output=True, text=True, check=False, timeout=timeout_s, env=environment, cwd="/",
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SelfTestError(f"expected the new release to run {arguments[0]}, found: {error}") from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip()[-LONGEST:]
        raise SelfTestError(f"expected {arguments[0]} to succeed with the new release, found: {said}")
    return done.stdout
