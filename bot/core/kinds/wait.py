"""A step that waits for a check, in a run: the bot looks while someone is on it, and ends it."""

from collections.abc import Iterator, Sequence

from bot.core.kinds.kind import Kind, done_or_failed, nothing
from bot.core.markup.model import Block, Paragraph, Words
from bot.core.procedure import Wait, say_poll
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.outline import Row
from bot.core.run.polling import gives_up
from bot.core.run.proof import Verdict
from bot.core.run.refusals import request_for
from bot.core.run.states import State
from bot.core.run.waits import TITLE_SHOWN, WORDS_SHOWN, counted, looked, moment
from bot.core.text import brief

_CHECKED = frozenset({State.TAKEN, State.DONE})


def _looks(run: Run, step: Wait, by: e.Person, ahead: int) -> Sequence[e.Event]:
    return (request_for(step.id, run, ahead, step.wait.until, by, wait=True),)


def _checked_again(run: Run, step: Wait, by: e.Person, ahead: int) -> Sequence[e.Event]:
    """Until it passes, or, where nobody waits for it any more, as the check of any step."""
    waits = run.steps[step.id].state is State.TAKEN
    return (request_for(step.id, run, ahead, step.wait.until, by, wait=waits),)


def _not_checked(state: State) -> str | None:
    if state in _CHECKED:
        return None
    return "The bot starts checking when someone takes this step."


def _ended_by(step: Wait, seen: e.CheckObserved) -> bool:
    return seen.green and seen.check == step.wait.until


def _stalled(row: Row) -> bool:
    return row.wait is None


def _says(run: Run, row: Row, step: Wait) -> Sequence[str]:
    """What it waits for, how far it is, until when the bot looks; or that it has stopped."""
    check = run.procedure.checks[step.wait.until]
    asked = brief(run.words(check.title, step.id), TITLE_SHOWN)
    if row.state is not State.TAKEN:
        return (f"Done by itself when the check passes: {asked}",)
    look = row.wait
    if look is None:
        seen = row.verdict
        why = brief((seen.observed.reason if seen else None) or "stopped", WORDS_SHOWN)
        at = f" at {moment(run, seen.at)}" if seen else ""
        return (f"🔴 Stopped checking{at}: {why}. {asked}: press *Check again*, or *Failed…*.",)
    ends = f" · gives up {moment(run, gives_up(run, look))}"
    return (f"Done by itself when the check passes: {asked}{counted(run, look)}{ends}",)


def _verdict(run: Run, row: Row, seen: Verdict) -> str:
    if row.state is State.TAKEN:
        return f" · 🔴\u00a0stopped checking {moment(run, seen.at)}"
    return looked(run, seen)


def _shown(run: Run, step: Wait) -> Iterator[Block]:
    check = run.procedure.checks[step.wait.until]
    look = f" (check {say_poll(check.poll)})" if check.poll else ""
    yield Paragraph(("Wait until: ", Words(run.words(check.title, step.id)), look))


KIND = Kind(
    model=Wait,
    taken=_looks,
    done=nothing,
    resumed=_looks,
    checked_again=_checked_again,
    not_checked=_not_checked,
    offers_check=_CHECKED,
    ended_by=_ended_by,
    ends=done_or_failed,
    stalled=_stalled,
    says=_says,
    verdict=_verdict,
    shown=_shown,
    by_hand=("Not awaited.", "before its check had passed."),
)
