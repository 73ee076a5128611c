"""How hard Hypothesis tries: HYPOTHESIS_PROFILE names a profile. And the databases that some tests need."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

from databases import database
from mariadb import mariadb

__all__ = ["database", "mariadb"]

# Random filters of random records are large by nature: how long one takes to draw says nothing about the code.
_SLOW_DRAWS = (HealthCheck.too_slow, HealthCheck.data_too_large)

for name, examples in {"quick": 20, "default": 100, "thorough": 5000}.items():
    settings.register_profile(
        name, max_examples=examples, deadline=None, suppress_health_check=_SLOW_DRAWS, print_blob=True
    )
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
