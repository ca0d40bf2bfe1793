"""A plain step in a run: people end it, and its check is looked at then."""

from collections.abc import Iterator, Sequence

from bot.core.kinds.controls import DONE, DONE_WITH, FAILED, Control
from bot.core.kinds.kind import Kind, by_people_only, commands_shown, never_stalls, nothing
from bot.core.markup.model import Block, Code, Paragraph, Words
from bot.core.procedure import Task
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.outline import Row
from bot.core.run.proof import Verdict
from bot.core.run.refusals import request_for
from bot.core.run.states import State
from bot.core.run.waits import TITLE_SHOWN, WORDS_SHOWN, looked
from bot.core.template import bare
from bot.core.text import briefly, span


def _look(run: Run, step: Task, by: e.Person, ahead: int) -> Sequence[e.Event]:
    if step.check is None:
        return ()
    return (request_for(step.id, run, ahead, step.check, by, wait=False),)


_CHECKED = frozenset({State.TAKEN, State.DONE})


def _not_checked(state: State) -> str | None:
    if state in _CHECKED:
        return None
    return (
        "The check of a step is run when somebody is on it or has done it. Take it, or press "
        "*Verify now*, which checks the whole system."
    )


def _ends(step: Task) -> Sequence[Control]:
    return (DONE_WITH if step.captures or step.evidence else DONE, FAILED)


def _says(run: Run, row: Row, step: Task) -> Sequence[str]:
    """What it finds, or has found."""
    known = run.outline.values if row.step.values is None else row.step.values
    told = []
    for name, spec in step.captures.items():
        if row.state is State.DONE:
            told.append(f"Found: {bare(name)} {span(known.get(name, ''), WORDS_SHOWN)}")
        else:
            looks = f" ({spec.bounds})" if spec.bounds else ""
            asked = f"*Done…* asks for {bare(name)}: {spec.description}{looks}"
            told.append(briefly(asked, 2 * TITLE_SHOWN))
    return told


def _shown(run: Run, step: Task) -> Iterator[Block]:
    yield from commands_shown(run, step)
    if step.starts is not None:
        yield Paragraph(("Leads to ", Code(run.words(step.starts, step.id))))
    for name, spec in step.captures.items():
        looks = (" (", Words(spec.bounds), ")") if spec.bounds else ""
        yield Paragraph(
            ("Asked for when done: ", Code(bare(name)), ", ", Words(spec.description), looks)
        )


def _verdict(run: Run, row: Row, seen: Verdict) -> str:
    return looked(run, seen)


KIND = Kind(
    model=Task,
    taken=nothing,
    done=_look,
    resumed=nothing,
    checked_again=_look,
    not_checked=_not_checked,
    offers_check=_CHECKED,
    ended_by=by_people_only,
    ends=_ends,
    stalled=never_stalls,
    says=_says,
    verdict=_verdict,
    shown=_shown,
    by_hand=None,
)
