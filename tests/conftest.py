"""What holds for all tests."""

from hypothesis import settings

# How fast a machine is at the moment is no property of the code.
settings.register_profile("store-edge", deadline=None)
settings.load_profile("store-edge")
