"""Hypothesis without a clock, for conftest.py files: `import unhurried`.

Its deadline of 0.2 s for an example, and its measure of how quickly examples are made, fail on a
busy machine through no fault of what is tested.
"""

from hypothesis import HealthCheck, settings

settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")
