"""Measurements a user can repeat: `store-edge bench …`."""
