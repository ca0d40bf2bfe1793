"""A step that waits for a check, in a run: the bot looks while someone is on it, and ends it."""

from collections.abc import Iterator, Sequence

from bot.core.kinds.kind import Kind, done_or_failed, nothing
from bot.core.markup.model import Block, Paragraph, Words
from bot.core.procedure import Wait, say_poll, show_duration
from bot.core.procedure.kinds.wait import say_wait
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.outline import Row
from bot.core.run.polling import gives_up
from bot.core.run.proof import Verdict
from bot.core.run.refusals import request_for
from bot.core.run.states import State
from bot.core.run.timing import waits_until
from bot.core.run.waits import TITLE_SHOWN, WORDS_SHOWN, counted, looked, moment
from bot.core.text import brief

_CHECKED = frozenset({State.TAKEN, State.DONE})


def _is_over(run: Run, step: Wait) -> bool:
    """Whether its time is over, if it has one: from then on its check ends it."""
    return step.lasts is None or run.steps[step.id].over


def _looks(run: Run, step: Wait, by: e.Person, ahead: int) -> Sequence[e.Event]:
    """What taking it sets off: where it waits for a time first, a timer sets off the looks."""
    if step.wait.until is None or step.lasts is not None:
        return ()
    return (request_for(step.id, run, ahead, step.wait.until, by, wait=True),)


def _resumed(run: Run, step: Wait, by: e.Person, ahead: int) -> Sequence[e.Event]:
    if step.wait.until is None or not _is_over(run, step):
        return ()
    return (request_for(step.id, run, ahead, step.wait.until, by, wait=True),)


def _checked_again(run: Run, step: Wait, by: e.Person, ahead: int) -> Sequence[e.Event]:
    """Until it passes, or, where nobody waits for it any more or yet, as the check of any step."""
    if step.wait.until is None:
        return ()
    waits = run.steps[step.id].state is State.TAKEN and _is_over(run, step)
    return (request_for(step.id, run, ahead, step.wait.until, by, wait=waits),)


def _not_checked(state: State) -> str | None:
    if state in _CHECKED:
        return None
    return "The bot starts checking when someone takes this step."


def _ended_by(run: Run, step: Wait, seen: e.CheckObserved) -> bool:
    return seen.green and seen.check == step.wait.until and _is_over(run, step)


def _stalled(row: Row) -> bool:
    return row.check is not None and row.wait is None and waits_until(row.leaf, row.step) is None


def _says(run: Run, row: Row, step: Wait) -> Sequence[str]:
    """What it waits for, how far it is, until when the bot looks; or that it has stopped."""
    asked = ""
    if step.wait.until is not None:
        asked = brief(run.words(run.procedure.checks[step.wait.until].title, step.id), TITLE_SHOWN)
    if row.state is not State.TAKEN:
        when = "" if step.lasts is None else f"{show_duration(step.lasts)} after it is taken"
        if not asked:
            return (f"Done by itself {when}",)
        least = f", not before {when}" if when else ""
        return (f"Done by itself when the check passes{least}: {asked}",)
    if step.lasts is not None and (end := waits_until(step, row.step)) is not None:
        when = f"{moment(run, end)} (after {show_duration(step.lasts)})"
        if not asked:
            return (f"Done by itself at {when}",)
        return (f"Done by itself when the check passes, not before {when}: {asked}",)
    look = row.wait
    if look is None:
        seen = row.verdict
        why = brief((seen.observed.reason if seen else None) or "stopped", WORDS_SHOWN)
        at = f" at {moment(run, seen.at)}" if seen else ""
        return (f"🔴 Stopped checking{at}: {why}. {asked}: press *Look again*, or *Failed…*.",)
    ends = f" · gives up {moment(run, gives_up(run, look))}"
    return (f"Done by itself when the check passes: {asked}{counted(run, look)}{ends}",)


def _verdict(run: Run, row: Row, seen: Verdict) -> str:
    if row.state is not State.TAKEN:
        return looked(run, seen)
    if not _stalled(row):
        return ""
    return f" · 🔴\u00a0stopped checking {moment(run, seen.at)}"


def _shown(run: Run, step: Wait) -> Iterator[Block]:
    check = None if step.wait.until is None else run.procedure.checks[step.wait.until]
    look = f" (check {say_poll(check.poll)})" if check is not None and check.poll else ""
    title = None if check is None else run.words(check.title, step.id)
    label, words = say_wait(step, title)
    yield Paragraph((f"{label}: ", Words(words), look))


KIND = Kind(
    model=Wait,
    taken=_looks,
    done=nothing,
    resumed=_resumed,
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
