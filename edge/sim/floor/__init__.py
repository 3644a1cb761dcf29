"""People on a shop floor whose every step is known, and what a detector would see of them.

Shares no code with what is measured on it; places are metres on the floor, and a pinhole camera looks down on it.
"""
