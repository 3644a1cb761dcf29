"""One device's process: what an agent is, what runs it, and its way to the disk and to its supervisor."""
