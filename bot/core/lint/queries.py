"""Rules over queries in PromQL, which Prometheus must read, and over checks that only connect.

They see a procedure that has its shape.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import promql_parser

from bot.core.procedure import CONNECTS, OF_SERIES, Check, Expectation, Procedure, captures_of
from bot.core.procedure.example import example
from bot.core.procedure.finding import Finding, Path, printable, quoted
from bot.core.procedure.promql import places, put_in

_EVERY = "{ series: every, equals: 1 }"
_STAND_INS = ("x", "1", "5m")
"""What stands in the place of values while a query is read: a name, a number, a time."""
_RENAMED = ("holt_winters",)
"""Functions that only an older Prometheus knows."""


def queries(procedure: Procedure) -> Iterator[Finding]:
    """Find queries that no Prometheus reads, and expectations that are of no series."""
    for name, check in procedure.checks.items():
        here: Path = ("checks", name)
        if check.promql is None:
            yield from _elsewhere(check, here)
            if check.asks in _UNLIKE_ANSWERS:
                yield from _connection(check, here)
            continue
        yield from _query(procedure, check, here)
        yield from _asked(check, here)
        for index, expectation in enumerate(check.expect):
            yield from _expected(check, expectation, (*here, "expect", index))


def _elsewhere(check: Check, here: Path) -> Iterator[Finding]:
    """What is of series stands in no other check."""
    for index, expectation in enumerate(check.expect):
        for key in (*OF_SERIES, "max_change"):
            if key in expectation.model_fields_set:
                message = f"{quoted(key)} is of the series of a query, and this check has none"
                write = "pointer, jmespath or header; or promql: in the check"
                yield Finding((*here, "expect", index, key), message, write, at_key=True)


_UNLIKE_ANSWERS = {
    "tcp": ({"pointer", "jmespath", "header", "status"}, "the check without `expect`"),
    "tls": ({"header", "status"}, "pointer: /days_left"),
    "dns": ({"header", "status"}, "pointer: /answers"),
}
"""What is no HTTP: the selectors that look at nothing there, and what to write."""


def _connection(check: Check, here: Path) -> Iterator[Finding]:
    """A connection has no members and no answer; a certificate and a name have values."""
    if check.each is not None and check.asks in CONNECTS:
        message = "a target has one address, and no members there"
        yield Finding((*here, "each"), message, "a target for each address", at_key=True)
    unknown, write = _UNLIKE_ANSWERS[check.asks]
    for index, expectation in enumerate(check.expect):
        for key in sorted(unknown & expectation.model_fields_set):
            message = f"{quoted(key)} looks at an answer, and this only connects"
            if check.dns is not None:
                message = f"{quoted(key)} is of an answer by HTTP, and this asks for a name"
            yield Finding((*here, "expect", index, key), message, write, at_key=True)


def _asked(check: Check, here: Path) -> Iterator[Finding]:
    """A query asks once, and something is expected of what it finds."""
    if check.each is not None:
        message = "a query asks for all members at once"
        yield Finding((*here, "each"), message, "by (LABEL) in the query", at_key=True)
    if not check.expect:
        message = "nothing is expected of the series of this query"
        yield Finding((*here, "promql"), message, f"expect: [{_EVERY}]", at_key=True)
    if len(check.expect) > 1 and any(one.series == "absent" for one in check.expect):
        message = "no series is expected, and something of them as well"
        yield Finding((*here, "expect"), message, "series: absent, alone", at_key=True)
    progress = check.poll.progress if check.poll is not None else None
    if progress is not None and progress.pointer != "/value":
        message = "of a query the value of each series is followed"
        yield Finding((*here, "poll", "progress", "pointer"), message, "pointer: /value")


def _expected(check: Check, expectation: Expectation, here: Path) -> Iterator[Finding]:
    for key in ("pointer", "jmespath", "header", "status"):
        if key in expectation.model_fields_set:
            message = f"{quoted(key)} looks at an answer, and a query has series"
            write = "series: every, or label: and its name"
            yield Finding((*here, key), message, write, at_key=True)
            return
    how, operand = expectation.comparison or ("", None)
    at = (*here, how)
    if how in _OF_EACH and expectation.series in ("any", "count"):
        message = f"{quoted(how)} is of every series"
        yield Finding((*here, "series"), message, "series: every")
    elif how == "max_change" and expectation.series is None:
        yield Finding((*here, "label"), "a label does not change", "series: every", at_key=True)
    elif how == "max_change" and check.range is None:
        yield Finding(at, "one value alone does not change", "range: 10m in the check", at_key=True)
    elif how in ("all_equal", "max_spread") and check.range is not None and expectation.series:
        message = f"{quoted(how)} compares series at one moment"
        yield Finding(at, message, "max_change, or the check without range", at_key=True)
    elif expectation.series == "count" and _passes_with_none(how, operand):
        message = "a query that finds no series never passes by their count"
        yield Finding(at, message, "series: absent, alone")


_OF_EACH = ("all_equal", "max_spread", "max_change", "exists")


def _passes_with_none(how: str, operand: Any) -> bool:
    """Whether a count asks for no series."""
    return (how in ("equals", "lte") and operand == 0) or (how == "lt" and operand == 1)


def _query(procedure: Procedure, check: Check, here: Path) -> Iterator[Finding]:
    """The query is one, and answers with one value of each series at a time."""
    at = (*here, "promql")
    query = check.promql or ""
    trouble, kind = _read_somehow(procedure, query)
    if trouble is not None:
        yield Finding(at, f"Prometheus cannot read this query: {trouble}", _advice(trouble))
    elif kind in ("MatrixSelector", "SubqueryExpr"):
        message = "this query answers with many values of each series"
        yield Finding(at, message, "the query without [...], and range: 10m in the check")
    elif kind == "StringLiteral":
        yield Finding(at, "a text in quotes is no query", "up, for example")


def _read_somehow(procedure: Procedure, query: str) -> tuple[str | None, str]:
    """Read a query with something in the place of its values; one way that works is enough."""
    specs = dict(procedure.inputs)
    found = {n: s for one in procedure.leaves() for n, s in captures_of(one.step).items()}
    known = {name: shown for name, s in (specs | found).items() if (shown := example(s))}
    names = {place.name for place in places(query) if place.name is not None}
    first = None
    for stand_in in _STAND_INS:
        values: Mapping[str, str] = {name: known.get(name, stand_in) for name in names}
        trouble, kind = _read(put_in(query, values))
        if trouble is None:
            return None, kind
        first = first or trouble
        if names <= known.keys():
            break
    return first, ""


@lru_cache(maxsize=1_024)  # a folder is read again whenever a file in it changes
def _read(query: str) -> tuple[str | None, str]:
    """Why Prometheus's grammar refuses *query*, in its words; and what kind of query it is."""
    try:
        made = promql_parser.parse(query)
    except ValueError as error:
        said = printable(str(error))
        renamed = any(f"'{name}'" in said for name in _RENAMED)
        return (None, "") if renamed else (said, "")
    while isinstance(made, promql_parser.ParenExpr):
        made = made.expr
    return None, type(made).__name__


def _advice(trouble: str) -> str:
    if "expected type matrix" in trouble:
        return "a time in brackets: rate(http_requests_total[5m])"
    if "expected type" in trouble:
        return "what the function takes"
    return "the query as it works on the page of your Prometheus"
