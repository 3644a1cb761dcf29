"""Trains the bundled person detector on rendered shops; needs the extra [train], and no gateway imports it."""
