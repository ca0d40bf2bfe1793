"""An approval in a run: votes end it, and nobody takes it."""

from collections.abc import Iterator, Sequence

from bot.core.kinds.controls import ASK_APPROVAL, Control
from bot.core.kinds.kind import Kind, by_people_only, never_stalls, no_verdict, nothing
from bot.core.markup.model import Block, Paragraph, Words
from bot.core.procedure import Approve, say_approval
from bot.core.run.covering import covered
from bot.core.run.model import Run
from bot.core.run.outline import Row
from bot.core.run.states import State


def _has_no_check(state: State) -> str | None:
    return "An approval has no check."


def _ends(step: Approve) -> Sequence[Control]:
    return (ASK_APPROVAL,)


def _says(run: Run, row: Row, step: Approve) -> Sequence[str]:
    """Which steps it lets through."""
    if row.state is not State.OPEN:
        return ()
    n = next(n for n, one in enumerate(run.placed) if one.step.id == row.id)
    numbers = [one.number for one in covered(run.placed, n)]
    if not numbers:
        return ()
    first, last = numbers[0], numbers[-1]
    what = f"Step {first} waits" if first == last else f"Steps {first} to {last} wait"
    return (f"{what} for it.",)


def _shown(run: Run, step: Approve) -> Iterator[Block]:
    yield Paragraph(("To be approved by ", Words(say_approval(step.approve))))


KIND = Kind(
    model=Approve,
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
