"""Hypothesis without deadlines: how long one example takes says nothing on a busy machine."""

from hypothesis import settings

settings.register_profile("core", deadline=None, max_examples=60)
settings.load_profile("core")
