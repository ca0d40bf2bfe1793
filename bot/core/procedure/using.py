"""Which values the parts of a procedure use: the names in braces, where the bot fills."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from bot.core.procedure import (
    Check,
    Leaf,
    Placed,
    Procedure,
    VerifyByCheck,
    begun_whole,
    check_of,
    format_of,
)
from bot.core.procedure.kinds.base import FILLED_IN_STEP, Keys
from bot.core.template import names


def used_by_check(check: Check) -> frozenset[str]:
    """The names in the texts of a check, with the list that its `each` is of.

    One of them may be the variable of its `each`, and that list may be a set of its target. What
    its requests keep is theirs.
    """
    by_hand = check.by_hand
    texts = [check.title, *check.questions, *((by_hand.run, by_hand.expected) if by_hand else ())]
    compared = (
        getattr(one, key) for one in check.expect for key in ("equals", "not_equals", "contains")
    )
    named = _named(text for text in chain(texts, compared) if isinstance(text, str))
    return (named - check.kept).union((check.each or {}).values())


def entries_of(
    procedure: Procedure, check: Check, values: Mapping[str, str]
) -> Sequence[str] | None:
    """The entries of the list input that a check's `each` is of; None where it is of a set."""
    for of in (check.each or {}).values():
        known = procedure.inputs.get(of)
        if known is not None and known.list:
            return known.entries(values.get(of, ""))
    return None


def lists_of(procedure: Procedure) -> frozenset[str]:
    """The inputs that are lists."""
    return frozenset(name for name, known in procedure.inputs.items() if known.list)


def used_by_step(placed: Placed, procedure: Procedure) -> frozenset[str]:
    """The names in the texts of a step, of what it stands in, and of its check."""
    step = placed.step
    own = (text for keys in format_of(step).filled for text in _texts(step, keys))
    around = (
        text for one in placed.groups for keys in FILLED_IN_STEP for text in _texts(one, keys)
    )
    used = _named(chain(own, around))
    check = procedure.checks.get(check_of(step) or "")
    return used if check is None else used | used_by_check(check)


def needed_by(step: Leaf, checks: Mapping[str, Check]) -> frozenset[str]:
    """The names without whose values a step cannot be said to be done.

    They are those in what is done, and in the check that it waits for. A check that is only looked
    at afterwards says itself what it lacks.
    """
    keys = (keys for keys in format_of(step).filled if keys[0] not in _BESIDE)
    named = _named(text for way in keys for text in _texts(step, way))
    awaited = checks.get(check_of(step) or "") if begun_whole(step) else None
    return named if awaited is None else named | used_by_check(awaited)


_BESIDE = frozenset({"warnings", "links", "on_failure", "rollback"})
"""What is read beside a step, and not done."""


def lines_using(procedure: Procedure, known: Iterable[str]) -> Iterator[str]:
    """The keys of the lines of the verification that a person confirms and that use a value."""
    wanted = frozenset(known)
    for index, (_, line) in enumerate(procedure.lines()):
        if not isinstance(line, VerifyByCheck) and wanted & _named((line.confirm,)):
            yield f"confirm:{index}"


def _named(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(name for text in texts for name in names(text))


def _texts(part: Any, keys: Keys) -> Iterator[str]:
    if isinstance(part, tuple):
        for one in part:
            yield from _texts(one, keys)
    elif isinstance(part, str):
        yield part
    elif part is not None and keys:
        yield from _texts(getattr(part, keys[0], None), keys[1:])
