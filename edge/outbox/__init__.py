"""The durable queue between the agents and the uplink: accepted means fsynced."""
