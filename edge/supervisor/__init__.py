"""One process per agent, started, watched, restarted and stopped; and what the gateway says of itself."""
