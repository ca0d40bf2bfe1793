"""How a query is asked: by GET, all of it encoded, and a range in a bounded number of points.

The API is Prometheus's, https://prometheus.io/docs/prometheus/latest/querying/api/, which others
speak as well.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import quote

from bot.core.procedure.promql import put_in

POINTS = 31
"""How many points of each series a range has at most."""
PATIENCE = "4s"
"""How long the target may work on a query; then it says so, sooner than it is not waited for."""


class Window(NamedTuple):
    """The points of a range: seconds from one to the next, and how many there are."""

    step: int
    points: int


def window(span: timedelta) -> Window:
    """The points at which a range is looked at: its first moment, its last, and those between."""
    seconds = int(span.total_seconds())
    step = max(1, -(-seconds // (POINTS - 1)))
    return Window(step, seconds // step + 1)


def query_path(
    query: str,
    values: Mapping[str, str],
    span: timedelta | None,
    at: datetime | None,
    lists: Collection[str] = (),
) -> str:
    """The path that asks for *query*; without a time, the path without what is asked."""
    path = "/api/v1/query" if span is None else "/api/v1/query_range"
    if at is None:
        return path
    asked = f"{path}?query={quote(put_in(query, values, lists), safe='')}&timeout={PATIENCE}"
    if span is None:
        return asked
    step, points = window(span)
    end = at.timestamp()
    return f"{asked}&start={end - step * (points - 1):.3f}&end={end:.3f}&step={step}"
