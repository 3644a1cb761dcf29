"""The gateway under fire: the real one, with producers in place of cameras. `python -m tests.faults.gateway CONFIG`."""

import sys
from pathlib import Path

from edge import logs
from edge.supervisor.gateway import run_jobs
from edge.supervisor.jobs import ConfigFile, jobs_of
from edge.supervisor.process import Job

PRODUCERS = ("camera/load-0", "camera/load-1", "camera/load-2")


def main() -> int:
    logs.configure(agent="supervisor")
    file = Path(sys.argv[1])
    config = ConfigFile.read(file)
    producers = [Job(name, (sys.executable, "-m", "tests.faults.producer", str(file), name)) for name in PRODUCERS]
    return run_jobs([*producers, *jobs_of(config)], config)


if __name__ == "__main__":
    sys.exit(main())
