"""An expectation held to what an earlier look of the run showed, as that was recorded.

What is recorded is a value as people read it, so only a text, a number, true, false and null are
compared, and only where they were told whole. What cannot be compared is never the same.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.core.checks.values import MISSING, UNREADABLE, Absent, number, show
from bot.core.procedure import START, Check, Earlier, Expectation, Procedure
from bot.core.run.expected import WHOLE
from bot.core.run.secrets import MASK
from bot.core.run.seen import Seen

LIMIT = 160
"""The longest value that is compared, in characters: as many as a verdict shows."""
Looked = Callable[[str | None], Sequence[Seen] | None]
"""What the last look at a check showed, or the one at the start (None), if there was one."""


@dataclass(frozen=True, slots=True)
class Against:
    """What an earlier look showed of a value: by member, as told; None where nobody looked."""

    where: str
    told: Mapping[str | None, str] | None
    begins: bool = False
    """Whether this look is the earlier one itself."""

    def shown(self, member: str | None) -> str:
        """How it reads in a verdict: `at the start 1042`."""
        value = (self.told or {}).get(member)
        if self.where == START:
            return "at the start" if value is None else f"at the start {value}"
        return f"in the check {self.where}" + ("" if value is None else f": {value}")


def named(operand: Any) -> str:
    """What `same_as` reads as before anything is known of the run."""
    where = operand.check if isinstance(operand, Earlier) else operand
    return Against(where, None).shown(None)


def against(procedure: Procedure, check: Check, looked: Looked, *, begins: bool = False) -> Check:
    """*check* with what earlier looks showed in the place of their names."""
    return check.model_copy(
        update={"expect": tuple(_known(procedure, check, e, looked, begins) for e in check.expect)}
    )


def _known(
    procedure: Procedure,
    check: Check,
    one: Expectation,
    looked: Looked,
    begins: bool,  # noqa: FBT001 - as above
) -> Expectation:
    operand = one.same_as
    if operand is None:
        return one
    where = operand.check if isinstance(operand, Earlier) else START
    other = procedure.checks.get(where) if isinstance(operand, Earlier) else check
    seen = looked(None if where == START else where)
    told = None if seen is None or other is None else _told(one, other, seen)
    # It is no file's any more, and is compared as it is.
    return one.model_copy(update={"same_as": Against(where, told, begins and where == START)})


def _told(one: Expectation, other: Check, seen: Sequence[Seen]) -> Mapping[str | None, str]:
    """What a look at *other* told of the value that *one* selects."""
    place = one.place or WHOLE
    if any(e.place == one.place and e.selector != one.selector for e in other.expect):
        return {}  # What was told of one is not told apart from the other.
    begun = tuple(
        f"{place} {(e.comparison or ('exists', ''))[0].replace('_', ' ')}"
        for e in other.expect
        if e.selector == one.selector
    )
    return {look.member: look.seen for look in seen if begun and look.expectation.startswith(begun)}


def is_same(value: Any, before: Against, member: str | None) -> tuple[bool, str]:
    """Whether a value is what the earlier look showed, and what is told of it."""
    shown = show(value, LIMIT)
    if isinstance(value, Absent):
        return False, shown
    if isinstance(value, list | dict):
        return False, "cannot be compared: take one value of the list, or its length"
    if before.begins:
        return True, shown
    if before.told is None:
        return False, f"cannot be compared: {_NOT_LOOKED[before.where == START]}"
    told = before.told.get(member)
    if told is None:
        return False, "cannot be compared: the earlier look did not show it"
    if MASK in told or told in (MISSING.words, UNREADABLE.words):
        return False, f"cannot be compared: the earlier look shows {told}"
    if max(len(told), len(shown)) >= LIMIT:
        return False, "cannot be compared: it is too long"
    if isinstance(value, str):
        return told == shown, shown
    exact = number(told)
    return told == shown or (exact is not None and exact == number(value)), shown


_NOT_LOOKED = {True: "nobody looked at the start", False: "that check was not looked at yet"}
