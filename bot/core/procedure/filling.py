"""Putting the values of the inputs into a procedure: into exactly the texts where lint allows it.

It decides no value: what is not given keeps its braces, so that it is seen.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any, TypeVar

from bot.core.procedure import (
    Check,
    Expectation,
    Model,
    Procedure,
    Step,
    Verify,
    VerifyByPerson,
    VerifyGroup,
    format_of,
)
from bot.core.procedure.kinds.base import Keys
from bot.core.procedure.promql import put_in
from bot.core.template import fill


def with_defaults(procedure: Procedure, given: Mapping[str, str]) -> dict[str, str]:
    """The *given* values, and the default of every input that was not given."""
    defaults = {k: v.default for k, v in procedure.inputs.items() if v.default is not None}
    return settled(procedure, {**defaults, **given})


def settled(procedure: Procedure, given: Mapping[str, str]) -> dict[str, str]:
    """The *given* values as they are recorded: lists in one form, however they were typed."""
    known = procedure.inputs
    return {n: known[n].settled(value) if n in known else value for n, value in given.items()}


def for_incident(procedure: Procedure, given: Mapping[str, str] | None) -> Procedure:
    """The *procedure* with the *given* values and the defaults, or with its braces when None.

    A page for any incident keeps them all: a default that stands in a command would be typed by
    someone whose node is another.
    """
    return filled(procedure, {} if given is None else with_defaults(procedure, given))


def filled(procedure: Procedure, values: Mapping[str, str]) -> Procedure:
    """The *procedure* with *values* in its steps, checks and verification."""
    lists = [name for name, known in procedure.inputs.items() if known.list]
    update: dict[str, object] = {
        "steps": tuple(filled_step(step, values) for step in procedure.steps),
        "checks": {k: filled_check(check, values, lists) for k, check in procedure.checks.items()},
        "verification": tuple(_filled_line(line, values) for line in procedure.verification),
    }
    if procedure.where is not None:
        update["where"] = fill(procedure.where, values)
    return procedure.model_copy(update=update)


def _filled_line(line: VerifyGroup | Verify, values: Mapping[str, str]) -> VerifyGroup | Verify:
    if isinstance(line, VerifyGroup):
        inside = tuple(_filled_line(one, values) for one in line.lines)
        return line.model_copy(update={"group": fill(line.group, values), "lines": inside})
    if isinstance(line, VerifyByPerson):
        return line.model_copy(update={"confirm": fill(line.confirm, values)})
    return line


def filled_check(check: Check, values: Mapping[str, str], lists: Collection[str] = ()) -> Check:
    """The *check* with *values* in its texts; the variable of `each` keeps its braces."""
    put = partial(fill, values=values)
    return changed_check(check, put, put, partial(put_in, values=values, lists=lists))


def changed_check(
    check: Check,
    change: Callable[[str], str],
    in_path: Callable[[str], str],
    in_query: Callable[[str], str],
) -> Check:
    """The *check* with its texts changed, and its path or its query as well."""
    update: dict[str, object] = {"title": change(check.title)}
    paths = {key: getattr(check, key) for key in ("get", "head", "dns")}
    update |= {key: in_path(text) for key, text in paths.items() if text}
    if check.requests is not None:
        update["requests"] = tuple(
            one.model_copy(update={"get": in_path(one.get)}) for one in check.requests
        )
    if check.promql is not None:
        update["promql"] = in_query(check.promql)
    if check.expect:
        update["expect"] = tuple(_expecting(e, change) for e in check.expect)
    if check.by_hand is not None:
        update["by_hand"] = changed(check.by_hand, (("run",), ("expected",)), change)
    return check.model_copy(update=update)


def _expecting(expectation: Expectation, change: Callable[[str], str]) -> Expectation:
    operands = {key: getattr(expectation, key) for key in ("equals", "not_equals", "contains")}
    return expectation.model_copy(
        update={key: change(o) for key, o in operands.items() if isinstance(o, str)}
    )


def filled_step(step: Step, values: Mapping[str, str]) -> Step:
    """The *step*, with all the steps in it, with *values* in its texts."""
    made = changed(step, format_of(step).filled, partial(fill, values=values))
    whole: Step = format_of(step).within(made, lambda one: filled_step(one, values))
    return whole


M = TypeVar("M", bound=Model)


def changed(model: M, places: Collection[Keys], change: Callable[[str], str]) -> M:
    """The *model* with the texts at these *places* changed; what is absent stays absent."""
    inner: dict[str, list[Keys]] = {}
    for key, *rest in places:
        inner.setdefault(key, []).append(tuple(rest))
    there = {key: getattr(model, key) for key in inner}
    update = {k: _in(part, inner[k], change) for k, part in there.items() if part is not None}
    return model.model_copy(update=update)


def _in(part: Any, places: Collection[Keys], change: Callable[[str], str]) -> Any:
    if isinstance(part, tuple):
        return tuple(_in(one, places, change) for one in part)
    if isinstance(part, str):
        return change(part)
    # Where a text may stand, and steps do, nothing is said of what is in those.
    return changed(part, [keys for keys in places if keys], change)
