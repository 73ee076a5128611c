"""How hard Hypothesis tries: HYPOTHESIS_PROFILE names a profile, a CI run takes its own."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# Random filters of random records are large by nature: how long one takes to draw says nothing about the code.
_SLOW_DRAWS = (HealthCheck.too_slow, HealthCheck.data_too_large)

settings.register_profile("default", max_examples=100, deadline=None, suppress_health_check=_SLOW_DRAWS)
settings.register_profile("ci", max_examples=300, deadline=None, suppress_health_check=_SLOW_DRAWS, print_blob=True)
settings.register_profile("thorough", max_examples=5000, deadline=None, suppress_health_check=_SLOW_DRAWS)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "default"))
