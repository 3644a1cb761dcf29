"""A configuration on trial."""

from edge.events import AgentStatus
from edge.fleet.trial import SETTLE_S, Trial
from edge.supervisor.snapshot import AgentSnapshot, Snapshot


def now(**agents: str) -> Snapshot:
    """A gateway whose agents are ``online``, ``offline``, ``failed`` or ``starting``."""
    return Snapshot(tuple(agent(name.replace("_", "/"), how) for name, how in agents.items()))


def agent(name: str, how: str) -> AgentSnapshot:
    if how == "failed":
        return AgentSnapshot(name, AgentStatus.FAILED, reason="no such model")
    if how == "starting":
        return AgentSnapshot(name, None)
    return AgentSnapshot(name, AgentStatus.RUNNING, figures={"status": how})


def test_it_is_kept_when_all_it_touches_is_well_for_a_while() -> None:
    trial = Trial(["camera/a", "camera/b"], {}, until_s=60)
    assert trial.verdict(now(camera_a="starting", camera_b="online"), 1) is None
    assert trial.verdict(now(camera_a="online", camera_b="online"), 2) is None
    assert trial.verdict(now(camera_a="online", camera_b="offline"), 3) is None, "it has to last"
    assert trial.verdict(now(camera_a="online", camera_b="online"), 4) is None
    assert trial.verdict(now(camera_a="online", camera_b="online"), 4 + SETTLE_S) is True


def test_it_is_taken_back_when_the_time_is_over() -> None:
    trial = Trial(["camera/a"], {}, until_s=60)
    assert trial.verdict(now(camera_a="failed"), 59) is None
    assert trial.verdict(now(camera_a="failed"), 60) is False
    assert trial.complaint(now(camera_a="failed")) == "camera/a: failed: no such model"
    assert trial.complaint(now()) == "camera/a: not started"


def test_what_ailed_before_need_not_heal_but_must_live() -> None:
    trial = Trial(["camera/a"], {"camera/a": "status offline"}, until_s=60)
    assert trial.complaint(now(camera_a="offline")) == ""
    assert trial.complaint(now(camera_a="failed")) == "camera/a: failed: no such model"
    assert trial.complaint(now(camera_a="starting")) == "camera/a: starting"


def test_what_it_does_not_touch_is_not_asked() -> None:
    trial = Trial(["camera/a"], {}, until_s=60)
    assert trial.complaint(now(camera_a="online", camera_b="failed")) == ""
