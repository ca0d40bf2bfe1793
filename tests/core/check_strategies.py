"""Checks for Hypothesis, as a file writes them."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from tests.core.hostile import lines


@st.composite
def expectations(draw: st.DrawFn, *, across: bool) -> dict[str, Any]:
    """One expectation, as a file writes it."""
    scalars = st.one_of(
        st.none(), st.booleans(), st.integers(-9, 9), st.sampled_from([0.5, 2.0]), lines
    )
    operands: dict[str, st.SearchStrategy[Any]] = {
        "equals": scalars,
        "not_equals": scalars,
        "in": st.lists(scalars, max_size=3),
        "contains": scalars,
        "matches": st.just("^a+$"),
        "gt": st.integers(-9, 9),
        "lte": st.sampled_from([0, 1.0, 2.5]),
        "exists": st.booleans(),
        "same_as": st.sampled_from(["start", {"check": "c0"}]),
        **({"all_equal": st.just(value=True), "max_spread": st.just(3)} if across else {}),
    }
    shape = draw(
        st.sampled_from(["status", "select", "min_ok"] if across else ["status", "select"])
    )
    if shape == "status":
        return {"status": draw(st.sampled_from([200, [200, 204]]))}
    if shape == "min_ok":
        return {"min_ok": draw(st.integers(1, 3))}
    selector = draw(
        st.sampled_from([("pointer", "/a~1b"), ("pointer", ""), ("jmespath", "x"), ("header", "H")])
    )
    name = draw(st.sampled_from(sorted(operands)))
    return {selector[0]: selector[1], name: draw(operands[name])}


_PROGRESS: Sequence[dict[str, Any]] = (
    {},
    {},
    {"progress": {"pointer": "/n"}},
    {"progress": {"pointer": "/n", "of": "min", "goal": 0}, "stall_after": "1m"},
)


_SERIES: Sequence[list[dict[str, Any]]] = (
    [{"series": "absent"}],
    [{"series": "every", "equals": 1}],
    [{"series": "any", "gt": 0}, {"series": "count", "gte": 2}],
    [{"label": "version", "equals": "1.2"}, {"min_ok": 1}],
    [{"series": "every", "max_change": 0}],
)


_ASKED: Sequence[dict[str, Any]] = (
    {"get": "/keys"},
    {"head": "/keys"},
    {"dns": "www.example.com", "record": "MX"},
    {"tcp": True},
    {"requests": [{"get": "/jobs", "keep": {"job": "/0/id"}}, {"get": "/jobs/{{ job }}"}]},
    {"tls": True},
)


@st.composite
def checks(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> dict[str, Any]:
    """One check, as a file writes it; every check can be waited for."""
    each = draw(st.booleans())
    if draw(st.integers(0, 3)) == 0:
        return _queried(draw, texts)
    check: dict[str, Any] = {
        "title": draw(texts),
        "target": "civictrust",
        **draw(st.sampled_from(_ASKED if not each else _ASKED[:3])),
        "expect": draw(st.lists(expectations(across=each), max_size=2)),
        "poll": {"every": "5s", "deadline": "10m"} | draw(st.sampled_from(_PROGRESS)),
        "by_hand": {"run": draw(texts), "expected": draw(texts)},
    }
    return check | ({"each": {"node": "nodes"}} if each else {})


def _queried(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> dict[str, Any]:
    """A check that puts a query, over a time or not."""
    return {
        "title": draw(texts),
        "target": "civictrust",
        "promql": draw(st.sampled_from(["up", 'min by (job) (up{job="node"})'])),
        "range": "10m",
        "expect": draw(st.sampled_from(_SERIES)),
        "poll": {"every": "5s", "deadline": "10m"},
    }
