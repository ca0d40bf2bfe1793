"""What an answer of the catch-up is made of."""

from collections.abc import Sequence

from bot.core.run.model import Run
from bot.core.run.outline import Row
from bot.core.run.waits import TITLE_SHOWN, WORDS_SHOWN, moment
from bot.core.text import brief, mention

_ROOM = 900
"""How long one sentence may be about, in characters: ten of them are one message."""

Answer = tuple[str, bool]
"""A sentence, and whether there is something to tell."""


def one_line(head: str, things: Sequence[str], nothing: str) -> Answer:
    """*head* and as many of the *things* as there is room for; *nothing* where there are none."""
    if not things:
        return nothing, False
    room, shown = _ROOM, list[str]()
    for thing in things:
        room -= len(thing)
        if room < 0 and shown:
            break
        shown.append(thing)
    left = len(things) - len(shown)
    more = f"; and {left} more" if left else ""
    return f"{head}: {'; '.join(shown)}{more}.", True


def flat(text: str | None, limit: int = WORDS_SHOWN) -> str:
    """Words of somebody's within a sentence: one line, without the point at its end."""
    return brief(" ".join((text or "").split()).rstrip(".;, "), limit)


def name_of(row: Row) -> str:
    """A step's number and title, to go on after."""
    round_ = f" (round {row.step.round})" if row.step.round > 1 else ""
    return f"*{row.number}* {flat(row.title, TITLE_SHOWN)}{round_}"


def by_whom(run: Run, row: Row) -> str:
    """Who ended a step, and when."""
    step = row.step
    who = mention(step.ended_by) if step.ended_by else ""
    return f"{who} {moment(run, step.ended_at)}" if step.ended_at else who


def check_title(run: Run, name: str) -> str:
    """The title of a check, as part of a sentence."""
    return flat(run.words(run.procedure.checks[name].title))
