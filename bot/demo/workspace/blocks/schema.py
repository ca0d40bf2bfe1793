"""Small rules to build tables from: each looks at one JSON value and notes what is wrong.

Knows JSON and Slack's wording, and not one block or element.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple


class Problem(NamedTuple):
    """One thing wrong, in Slack's words, and where."""

    message: str
    pointer: str

    def __str__(self) -> str:
        return f"{self.message} [json-pointer:{self.pointer}]"


Found = list[Problem]
Rule = Callable[[Any, str, Found], None]


def string(most: int, least: int = 1) -> Rule:
    """A string of `least` to `most` characters."""

    def rule(value: Any, at: str, found: Found) -> None:
        if not isinstance(value, str):
            found.append(Problem("must provide a string", at))
        elif len(value) < least:
            found.append(Problem(f"must be more than {least - 1} characters", at))
        elif len(value) > most:
            found.append(Problem(f"must be less than {most + 1} characters", at))

    return rule


def number(low: float, high: float) -> Rule:
    """A number within bounds, both of them allowed."""

    def rule(value: Any, at: str, found: Found) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            found.append(Problem("must provide a number", at))
        elif value < low:
            found.append(Problem(f"must be greater than or equal to {low:g}", at))
        elif value > high:
            found.append(Problem(f"must be less than or equal to {high:g}", at))

    return rule


def boolean(value: Any, at: str, found: Found) -> None:
    """True or false, and no 0 or 1."""
    if not isinstance(value, bool):
        found.append(Problem("must provide a boolean", at))


def anything(value: Any, at: str, found: Found) -> None:
    """What Slack accepts unread."""


def nullable(rule: Rule) -> Rule:
    """The rule, for a place that null may be left in."""

    def outer(value: Any, at: str, found: Found) -> None:
        if value is not None:
            rule(value, at, found)

    return outer


def one_of(*values: str) -> Rule:
    """One of the strings listed."""

    def rule(value: Any, at: str, found: Found) -> None:
        if value not in values:
            found.append(Problem("must be a valid enum value", at))

    return rule


def array(each: Rule, most: int, least: int = 1) -> Rule:
    """A list of `least` to `most` items, each of which obeys the rule."""

    def rule(value: Any, at: str, found: Found) -> None:
        if not isinstance(value, list):
            found.append(Problem("must provide an array", at))
            return
        if len(value) < least:
            found.append(Problem(f"no fewer than {least} items allowed", at))
        elif len(value) > most:
            found.append(Problem(f"no more than {most} items allowed", at))
        for index, item in enumerate(value[: most + 1]):
            each(item, f"{at}/{index}", found)

    return rule


def record(
    required: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None, *also: Rule
) -> Rule:
    """An object with these fields and no other; `also` judges fields against each other."""
    fields = {**required, **(optional or {})}

    def rule(value: Any, at: str, found: Found) -> None:
        if not isinstance(value, dict):
            found.append(Problem("must provide an object", at))
            return
        found.extend(
            Problem(f"missing required field: {name}", at) for name in required if name not in value
        )
        for name, inner in value.items():
            if name in fields:
                fields[name](inner, f"{at}/{name}", found)
            elif name != "type":
                found.append(Problem(f"invalid additional property: {name}", at))
        for check in also:
            check(value, at, found)

    return rule


def typed(table: Mapping[str, Rule], allowed: tuple[str, ...] | None = None) -> Rule:
    """An object whose `type` says which rule of the table it obeys."""

    def rule(value: Any, at: str, found: Found) -> None:
        if not isinstance(value, dict):
            found.append(Problem("must provide an object", at))
        elif "type" not in value:
            found.append(Problem("missing required field: type", at))
        elif not isinstance(value["type"], str):
            found.append(Problem("must provide a string", f"{at}/type"))
        elif value["type"] not in (table if allowed is None else allowed):
            found.append(Problem(f"unsupported type: {value['type']}", f"{at}/type"))
        else:
            table[value["type"]](value, at, found)

    return rule


def text(most: int, *kinds: str, least: int = 1) -> Rule:
    """A text object of one of the kinds; `plain_text` if none is named."""
    body = string(most, least)
    table = {
        "plain_text": record({"text": body}, {"emoji": boolean}),
        "mrkdwn": record({"text": body}, {"verbatim": boolean}),
    }
    return typed(table, kinds or ("plain_text",))


def union(rule: Rule) -> Rule:
    """The rule, for a place where Slack first says that no schema of several matched."""

    def outer(value: Any, at: str, found: Found) -> None:
        inner: Found = []
        rule(value, at, inner)
        if inner:
            found.append(Problem("failed to match all allowed schemas", at))
            found.extend(inner)

    return outer


def exactly_one(*names: str, words: str = "") -> Rule:
    """A check for `record`: one of the fields, and only one, must be there."""
    listed = " or ".join(f"`{name}`" for name in names)

    def rule(value: Any, at: str, found: Found) -> None:
        if sum(name in value for name in names) != 1:
            found.append(Problem(words or f"must define either {listed}", f"{at}/type"))

    return rule


def at_least_one(*names: str) -> Rule:
    """A check for `record`: one of the fields must be there."""
    listed = " or ".join(f"`{name}`" for name in names)

    def rule(value: Any, at: str, found: Found) -> None:
        if not any(name in value for name in names):
            found.append(Problem(f"must define either {listed}", f"{at}/type"))

    return rule
