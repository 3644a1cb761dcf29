"""From the outbox to the broker: MQTT 5, at least once, deleted on PUBACK or receipt only."""
