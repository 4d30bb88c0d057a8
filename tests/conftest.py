"""What holds for every test."""

from __future__ import annotations

from hypothesis import settings

# a property is right or wrong; how long one example takes depends on who else uses the machine
settings.register_profile("dualcross", deadline=None)
settings.load_profile("dualcross")
