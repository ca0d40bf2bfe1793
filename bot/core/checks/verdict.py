"""Readings weighed: each expectation held to each of them, and what comes of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from bot.core.checks.arriving import Reading, value_of
from bot.core.checks.comparing import SEEN_LIMIT, describe, filled, holds, show_value
from bot.core.checks.earlier import Against, is_same
from bot.core.checks.query import Allowance, size
from bot.core.checks.values import MISSING, Absent, number, resolve, same
from bot.core.procedure import ACROSS, Check, Expectation
from bot.core.run.events import Advance, Seen
from bot.core.text import shorten

MOST_SEEN = 500
"""How many expectations a verdict shows; each is looked at for each member."""
_LOOKED = 30
"""What one expectation costs, whatever is compared."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of a look: green only when all held."""

    green: bool
    seen: tuple[Seen, ...]
    advance: Advance | None = None


def red(seen: str, expectation: str = "an answer", member: str | None = None) -> Verdict:
    """The verdict on a look that brought nothing to weigh."""
    said = Seen(expectation=expectation, member=member, held=False, seen=seen)
    return Verdict(green=False, seen=(said,))


One = Callable[[Expectation, Mapping[str, str], Reading, Allowance], Seen]
"""Holds an expectation to one reading."""
Whole = Callable[[Expectation, Mapping[str, str], Sequence[Reading], int, Allowance], Seen]
"""Holds an expectation to all readings that can be used, of so many."""


@dataclass(frozen=True, slots=True)
class Ways:
    """How what was asked in one way is weighed; `arrival`: whether who is off tells its own."""

    one: One
    whole: Whole
    arrival: bool


def of_all(expectation: Expectation) -> bool:
    """Whether an expectation is held to all readings together, and not to each."""
    comparison = expectation.comparison
    return (comparison is not None and comparison[0] in ACROSS) or expectation.series in _OF_ALL


_OF_ALL = ("any", "count")


def weigh(
    check: Check,
    inputs: Mapping[str, str],
    read: Sequence[tuple[Reading, Seen]],
    allowance: Allowance,
    ways: Ways,
) -> Verdict:
    """Weigh what was read; of each reading it is said whether it arrived as it should."""
    across = [e for e in check.expect if of_all(e)]
    single = [e for e in check.expect if e not in across and not e.statuses]
    tolerated = any(e.min_ok is not None for e in across)
    seen: list[Seen] = []
    usable: list[Reading] = []
    well = 0
    for reading, arrived in read:
        rest = [ways.one(e, inputs, reading, allowance) for e in single] if arrived.held else []
        ok = arrived.held and all(s.held for s in rest)
        # Under `min_ok` a member that failed is counted there, and shown without deciding.
        if not rest or (ways.arrival and not ok):
            seen.append(arrived)
        seen.extend(rest)
        if arrived.held:
            # What can be compared is compared, whatever else is not as it should be.
            usable.append(reading)
        well += ok
    decided = [] if tolerated else list(seen)
    for expectation in across:
        result = (
            _enough(expectation, well, len(read))
            if expectation.min_ok is not None
            else ways.whole(expectation, inputs, usable, len(read), allowance)
        )
        seen.append(result)
        decided.append(result)
    advance = _advance(check, [reading for reading, _ in read])
    return Verdict(all(s.held for s in decided), shown(seen), advance)


def shown(seen: Sequence[Seen]) -> tuple[Seen, ...]:
    """What of many a verdict shows: first of all what did not hold; the rest is counted."""
    if len(seen) <= MOST_SEEN:
        return tuple(seen)
    first = sorted(range(len(seen)), key=lambda at: seen[at].held)[: MOST_SEEN - 1]
    left = len(seen) - len(first)
    held = sum(s.held for s in seen) - sum(seen[at].held for at in first)
    more = Seen(
        expectation="the rest", held=held == left, seen=f"{left} more, {held} of them as expected"
    )
    return (*(seen[at] for at in sorted(first)), more)


def one_of(
    expectation: Expectation, inputs: Mapping[str, str], reading: Reading, allowance: Allowance
) -> Seen:
    """Hold an expectation to one reading."""
    name, operand = expectation.comparison or ("exists", True)
    allowance.take(_LOOKED * (1 + len(operand) if isinstance(operand, tuple) else 1))
    value = value_of(expectation, reading, allowance)
    allowance.take(len(value) if isinstance(value, list) else 1)
    if name == "same_as":
        member = reading.answer.member
        held, shown_as = _as_before(value, operand, member)
        told = describe(expectation, inputs, member)
        return Seen(expectation=told, member=member, held=held, seen=shown_as)
    operand = filled(name, operand, inputs)
    return Seen(
        expectation=describe(expectation, inputs),
        member=reading.answer.member,
        held=holds(name, value, operand, allowance),
        seen=show_value(value),
    )


def _as_before(value: Any, operand: Any, member: str | None) -> tuple[bool, str]:
    """Whether a value is what an earlier look showed; without a run there is none."""
    if isinstance(operand, Against):
        return is_same(value, operand, member)
    return False, "cannot be compared: there is no earlier look outside of a run"


def _enough(expectation: Expectation, well: int, asked: int) -> Seen:
    """Whether as many members as are asked for are as expected."""
    held = well >= (expectation.min_ok or 0)
    told = describe(expectation, {})
    return Seen(expectation=told, held=held, seen=f"{well} of {asked} as expected")


def all_of(
    expectation: Expectation,
    inputs: Mapping[str, str],
    usable: Sequence[Reading],
    asked: int,
    allowance: Allowance,
) -> Seen:
    """Hold an expectation to all members whose answers can be used."""
    name, operand = expectation.comparison or ("all_equal", True)
    told = describe(expectation, {})
    values = [(r.answer.member, value_of(expectation, r, allowance)) for r in usable]
    allowance.take(sum(_LOOKED + size(value) for _, value in values))
    if len(values) < asked:
        missing = f"only {len(values)} of {asked} can be compared"
        return Seen(expectation=told, held=False, seen=missing)
    listed = "; ".join(f"{member or ''} {show_value(value)}".strip() for member, value in values)
    if any(isinstance(value, Absent) for _, value in values):
        return Seen(expectation=told, held=False, seen=shorten(listed, SEEN_LIMIT * 3))
    if name == "all_equal":
        equal = all(same(value, values[0][1]) for _, value in values)
        seen = f"all {show_value(values[0][1])}" if equal else shorten(listed, SEEN_LIMIT * 3)
        return Seen(expectation=told, held=equal, seen=seen)
    numbers = [exact for _, value in values if (exact := number(value)) is not None]
    spread, most = (
        max(numbers, default=Fraction()) - min(numbers, default=Fraction()),
        number(operand),
    )
    close = len(numbers) == len(values) and most is not None and spread <= most
    return Seen(expectation=told, held=close, seen=shorten(listed, SEEN_LIMIT * 3))


def _advance(check: Check, read: Sequence[Reading]) -> Advance | None:
    """How far the slowest member is from the goal; None while one of them is silent."""
    progress = check.poll.progress if check.poll else None
    if progress is None:
        return None
    numbers = [
        float(exact)
        for reading in read
        if reading.document is not MISSING
        and (exact := number(resolve(progress.pointer, reading.document))) is not None
    ]
    if not numbers or len(numbers) < len(read):
        return None
    ahead, slowest = max(numbers), min(numbers)
    if progress.of == "min":
        ahead, slowest = slowest, ahead
    return Advance(now=slowest, goal=ahead if progress.goal is None else progress.goal)
