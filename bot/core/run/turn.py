"""Whose turn it is: the steps that come next, and the groups that open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from bot.core.procedure import Step, containers_of, guards
from bot.core.run.states import State

if TYPE_CHECKING:
    # An outline answers with what is found here.
    from bot.core.run.outline import Outline, Row


def turn(outline: Outline, steps: Iterable[Step], *, loose: bool = False) -> list[Row]:
    """The open steps whose turn it is: one, or one of each branch where order is free.

    What comes after a group waits for it, also while its members are still to be listed.
    """
    found: list[Row] = []
    for step in steps:
        row = outline.by_id.get(step.id)
        if row and row.state is State.OPEN and row.spare is None and row.awaited is None:
            found.append(row)
        for around, _ in containers_of(step):
            found += turn(outline, around.steps, loose=around.any_order or around.one_of)
        if (found or _is_to_open(outline, step.id)) and not loose:
            break
    return found


def _is_to_open(outline: Outline, group: str) -> bool:
    """Whether a group is only waiting for its turn, in which its members are listed."""
    return group in outline.awaiting and not outline.unlisted[group]


def opens(outline: Outline, steps: Iterable[Step]) -> Sequence[str]:
    """The groups whose turn has come, and whose members are still to be listed: their ids.

    That is when nothing that comes before is open, or in hand, but for an approval that asks about
    it: people approve whole commands, so these have to be known.
    """
    return _opens(outline, steps, loose=False)[0]


def _opens(outline: Outline, steps: Iterable[Step], *, loose: bool) -> tuple[list[str], bool]:
    """The groups that open among some steps, and whether what follows has to wait for these."""
    found: list[str] = []
    held = asked = False
    for step in steps:
        if held and not (loose or asked):
            break
        asked = guards(step)
        here = _is_begun(outline, step.id)
        if step.id in outline.unlisted:
            found += [step.id] if step.id in outline.awaiting else []
            here = _is_to_open(outline, step.id)
        else:
            for around, _ in containers_of(step):
                inner_loose = around.any_order or around.one_of
                inner, waits = _opens(outline, around.steps, loose=inner_loose)
                found += inner
                here = here or waits
        held = held or here
    return found, held


def _is_begun(outline: Outline, step_id: str) -> bool:
    row = outline.by_id.get(step_id)
    if row is None or row.spare is not None or row.awaited is not None:
        return False
    return row.state in (State.OPEN, State.TAKEN)
