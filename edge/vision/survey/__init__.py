"""Commissioning: how well a camera hangs for counting, where a line should go, and what to expect of it."""
