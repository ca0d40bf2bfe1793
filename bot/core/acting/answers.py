"""Answers to questions: what the acts that give and change them share, and how they are told."""

from collections.abc import Sequence

from bot.core.acting.jumps import leads_back, reopens
from bot.core.procedure import Leaf, Option, Placed, finds_of, options_of
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.outline import Row
from bot.core.run.refusals import Refused, worded
from bot.core.text import escape


def answered(
    run: Run, placed: Placed, option: Option, by: e.Person, reason: str
) -> Sequence[e.Event]:
    """What answering a question makes: the answer, and steps that it opens again."""
    why = {"reason": worded(reason, "the reason")} if option.reason or reason.strip() else {}
    made: list[e.Event] = [e.Decided(step=placed.step.id, by=by, option=option.id, **why)]
    if back := leads_back(run, placed, option.goto):
        made += reopens(run, back, "goto", placed.step.id, by)
    return made


def option_of(run: Run, placed: Placed, option_id: str) -> Option:
    """An option of a question; raises Refused."""
    options = options_of(placed.step)
    if not options:
        raise Refused(f"Step {placed.number} is no question.")
    found = next((one for one in options if one.id == option_id), None)
    if found is None:
        raise Refused(f"Step {placed.number} has no answer `{escape(option_id)}`.")
    return found


def said(run: Run, step: Leaf, option_id: str | None) -> str:
    """An answer, as plain text."""
    titles = (one.title for one in options_of(step) if one.id == option_id)
    return run.words(next(titles, option_id or ""), step.id)


def choices(run: Run, row: Row) -> list[tuple[str, str]]:
    """The answers of a question: words and id."""
    return [(run.words(one.title), one.id) for one in options_of(row.leaf)]


def finds(run: Run, step_id: str) -> Sequence[str]:
    """The names of the values that a step finds."""
    placed = run.find(step_id)
    return () if placed is None else finds_of(placed.step)
