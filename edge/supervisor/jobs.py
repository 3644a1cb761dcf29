"""What a gateway runs for a configuration: one job an agent, and which of them a new configuration touches."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from edge.agent.roster import OCCUPANCY, UPLINK, agent_names, is_door
from edge.config.gateway import Config
from edge.config.read import config_hash, parse_checked, read_text
from edge.supervisor.process import Job


@dataclass(frozen=True)
class ConfigFile:
    """A configuration, and where it was read.

    Attributes:
        path: the file.
        folder: what relative paths in it are relative to.
        config: what it says.
        digest: the hash of its text.
    """

    path: Path
    folder: Path
    config: Config
    digest: str

    @classmethod
    def read(cls, path: Path, folder: Path | None = None) -> "ConfigFile":
        """Read a file.

        Args:
            path: TOML.
            folder: for its relative paths; its own when absent.

        Raises:
            ConfigError: it cannot be read, is wrong, or names a file that is not there.
        """
        text, folder = read_text(path), folder or path.parent
        return cls(path.resolve(), folder.resolve(), parse_checked(text, folder=folder), config_hash(text))


def jobs_of(file: ConfigFile) -> tuple[Job, ...]:
    """The agents that a configuration asks for."""
    agents = tuple(Job(name, agent_command(file, name)) for name in agent_names(file.config))
    if file.config.uplink is None:
        return agents
    return *agents, Job(UPLINK, agent_command(file, UPLINK), last=True)


def jobs_after(jobs: Sequence[Job], before: ConfigFile, after: ConfigFile) -> tuple[Job, ...]:
    """The jobs of a new configuration; whose part of it is unchanged keeps its old job, and so its process.

    Args:
        jobs: as they run now.
        before: the configuration that they run under.
        after: the new one.
    """
    old, parts_before, parts_after = {job.name: job for job in jobs}, _parts(before.config), _parts(after.config)
    return tuple(
        old[job.name]
        if job.name in old and job.name in parts_before and parts_before[job.name] == parts_after[job.name]
        else job
        for job in jobs_of(after)
    )


def _parts(config: Config) -> Mapping[str, object]:
    """Each agent's part of a configuration. The uplink tells the whole of it at its birth."""
    return {
        **{f"camera/{camera.id}": (camera, is_door(camera.id, config)) for camera in config.camera},
        **{f"shelf/{shelf.id}": shelf for shelf in config.shelf},
        **{f"checkout/{lane.id}": lane for lane in config.lane},
        OCCUPANCY: (config.occupancy, config.store, config.camera),
        UPLINK: config,
    }


def agent_command(file: ConfigFile, name: str) -> tuple[str, ...]:
    """What starts the process of one agent."""
    where = ("--config", str(file.path), "--folder", str(file.folder))
    return sys.executable, "-m", "edge", "agent", *where, name
