"""The first configuration of a box: what is connected is found, the rest is asked, and `store.toml` is written."""
