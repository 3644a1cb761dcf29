"""From readings to weights that can be believed: glitches out, noise known, rest found, faults told. Pure."""
