"""A query in PromQL as a file writes it: where in it the values stand, and how they are put there.

A value never ends the text that it stands in: what is in quotes is escaped, and in a pattern a
value stands for itself alone.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
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


def put_in(query: str, values: Mapping[str, str], lists: Collection[str] = ()) -> str:
    """*query* with *values* in it; a name without a value keeps its braces, so that it is seen.

    *lists* are the names whose values are lists: in a pattern one stands for any of its entries.
    """

    def one(place: Place) -> str | None:
        if place.name is None:
            return "{{"
        value = values.get(place.name)
        if value is None:
            return None
        if place.pattern and place.name in lists:
            return _in_quotes(_any_of(value), place)
        return as_it_stands(value, place)

    return _changed(query, one)


def _any_of(value: str) -> str:
    """A pattern that fits each entry of a list as it is recorded, and nothing else.

    A list without entries fits nothing: without a pattern it would be any series that lacks the
    label.
    """
    entries = [str(re2.escape(one)) for one in value.split(",") if one]
    return f"(?:{'|'.join(entries)})" if entries else _NOTHING


_NOTHING = "[^\\s\\S]"
"""A pattern that fits no text, not even the empty one."""


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
    return _in_quotes(str(re2.escape(value)) if place.pattern else value, place)


def _in_quotes(value: str, place: Place) -> str:
    if place.quote in ("", "`"):
        return value
    escaped = value.replace("\\", "\\\\").replace(place.quote, "\\" + place.quote)
    return escaped.replace("\n", "\\n")
