"""A query in PromQL as a file writes it: where in it the values stand, and how they are put there.

A value never ends the text that it stands in: what is in quotes is escaped, and in a pattern a
value stands for itself alone.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import re2

from bot.core.template import literal, spans


class Place(NamedTuple):
    """A placeholder in a query: in which quotes it stands (none: ""), and whether in a pattern."""

    start: int
    end: int
    name: str | None
    quote: str = ""
    pattern: bool = False


def places(query: str) -> Iterator[Place]:
    """Every placeholder of *query*, in order."""
    found = {start: (end, name) for start, end, name in spans(query)}
    at, begun, quote, pattern, comment = 0, 0, "", False, False
    while at < len(query):
        sign = query[at]
        if at in found:
            end, name = found[at]
            yield Place(at, end, name, quote, pattern)
            at = end
            continue
        if comment:
            comment = sign != "\n"
        elif quote:
            if sign == "\\" and quote != "`":
                at += 1
            elif sign == quote:
                quote = ""
        elif sign in "\"'`":
            begun, quote = at, sign
            pattern = query[:begun].rstrip().endswith(("=~", "!~"))
        elif sign == "#":
            comment = True
        at += 1


def put_in(query: str, values: Mapping[str, str]) -> str:
    """*query* with *values* in it; a name without a value keeps its braces, so that it is seen."""

    def one(place: Place) -> str | None:
        if place.name is None:
            return "{{"
        value = values.get(place.name)
        return None if value is None else as_it_stands(value, place)

    return _changed(query, one)


def put_sources(query: str, sources: Mapping[str, str], values: Mapping[str, str]) -> str:
    """*query* with other template text in the place of some names; *values* come as they stand."""

    def one(place: Place) -> str | None:
        if place.name is not None and place.name in values:
            return literal(as_it_stands(values[place.name], place))
        return None if place.name is None else sources.get(place.name)

    return _changed(query, one)


def _changed(query: str, one: Callable[[Place], str | None]) -> str:
    made, last = "", 0
    for place in places(query):
        if (text := one(place)) is not None:
            made += query[last : place.start] + text
            last = place.end
    return made + query[last:]


def as_it_stands(value: str, place: Place) -> str:
    """A value as it is written at its place."""
    if place.pattern:
        value = str(re2.escape(value))
    if place.quote in ("", "`"):
        return value
    escaped = value.replace("\\", "\\\\").replace(place.quote, "\\" + place.quote)
    return escaped.replace("\n", "\\n")
