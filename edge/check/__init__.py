"""Whether a configuration can work: on this machine, and with its devices and broker."""
