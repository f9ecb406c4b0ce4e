"""What holds for all tests."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# By default an example that takes more than 200 ms is a failure: on a machine that does much else each may.
settings.register_profile("loaded", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("loaded")
