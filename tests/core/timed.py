"""What random steps say of time."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

NOBODY = timedelta(minutes=15)
"""How long a run may have nobody on it."""

_TIMED: tuple[dict[str, str], ...] = ({}, {}, {"timeout": "40s"}, {"timeout": "5m", "remind": "1m"})


def timed(draw: st.DrawFn) -> dict[str, Any]:
    """A time-out, or none."""
    return dict(draw(st.sampled_from(_TIMED)))


def waiting(draw: st.DrawFn, names: Sequence[str], *, checks: bool) -> dict[str, Any]:
    """A wait for a time, or for one of the checks of these names, with a time or without."""
    if not checks:
        return {"wait": {"for": "30s"}}
    least: tuple[dict[str, str], ...] = ({}, {"for": "20s"})
    return {"wait": {"until": draw(st.sampled_from(names)), **draw(st.sampled_from(least))}}
