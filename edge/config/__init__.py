"""The configuration: one TOML file, read into frozen models; what is refused is told by its path."""
