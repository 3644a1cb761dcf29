"""The cloud's side: from an MQTT 5 broker into a database, with the effect of exactly once."""
