"""A question in a run: an answer ends it, and nobody takes it."""

from collections.abc import Iterator, Sequence

from bot.core.kinds.controls import Control
from bot.core.kinds.kind import (
    Kind,
    by_people_only,
    commands_shown,
    never_stalls,
    no_verdict,
    nothing,
)
from bot.core.markup.model import Block, Words, bullets
from bot.core.procedure import Decide, comes_next, tried_again
from bot.core.run.model import Run
from bot.core.run.need import first_of
from bot.core.run.outline import Row
from bot.core.run.states import State
from bot.core.run.waits import TITLE_SHOWN
from bot.core.text import brief


def _has_no_check(state: State) -> str | None:
    return "A question has no check."


def _ends(step: Decide) -> Sequence[Control]:
    return ()


def _says(run: Run, row: Row, step: Decide) -> Sequence[str]:
    """Where each answer leads, while it is open."""
    if row.state is not State.OPEN:
        return ()
    told = []
    again = tried_again(run.placed, row.id)
    then = comes_next(run.placed, row.id, verified=bool(run.procedure.verification))
    on = f"goes on with {then}" if then else "goes on"
    for option in step.decide.options:
        where = on if again is None else f"goes back to step {again.number}"
        if option.goto is not None:
            first = first_of(run.placed, option.goto)
            where = f"goes to step {run.placed[first].number}" if first is not None else where
        elif option.steps:
            number = len(option.steps)
            where = f"adds {number} step{'s' if number > 1 else ''}"
        why = ", and asks why" if option.reason else ""
        told.append(f"{brief(run.words(option.title, step.id), TITLE_SHOWN)}: {where}{why}")
    return (" · ".join(told),)


def _shown(run: Run, step: Decide) -> Iterator[Block]:
    yield from commands_shown(run, step)
    yield bullets(Words(run.words(option.title, step.id)) for option in step.decide.options)


KIND = Kind(
    model=Decide,
    taken=nothing,
    done=nothing,
    resumed=nothing,
    checked_again=nothing,
    not_checked=_has_no_check,
    offers_check=frozenset(),
    ended_by=by_people_only,
    ends=_ends,
    stalled=never_stalls,
    says=_says,
    verdict=no_verdict,
    shown=_shown,
    by_hand=None,
)
