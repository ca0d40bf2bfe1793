"""What a word to stakeholders begins with: drafted from the catch-up, for a person to change.

So it says what is known and nothing else; no command is in it, and of a private procedure no word.
"""

from collections.abc import Mapping, Sequence

from bot.core.acting.catchup import About, catch_up
from bot.core.run.model import Run
from bot.core.run.outline import Row
from bot.core.run.refusals import WORDS_LIMIT
from bot.core.run.states import State
from bot.core.text import plain, shorten, unmarked

_LISTED = 3
"""How many steps are named."""


def draft(run: Run) -> str:
    """A word to begin with, plain as it is typed: what is wrong, what is done, what comes next."""
    told: Mapping[About, str] = {one.about: _plain(run, one.text) for one in catch_up(run)}
    if run.procedure.private:
        state = "is over" if run.closed is not None else "is being worked on"
        said = [f"The incident {run.id} {state}.", told["far"]]
    else:
        said = [told["fixed"], told["far"]]
        if run.closed is None:
            said += _steps("In hand", run.outline.in_state(State.TAKEN))
            said += _steps("Next", run.outline.next_steps)
        if run.procedure.impact and run.closed is None:
            said.insert(1, f"What is at stake: {run.words(run.procedure.impact).rstrip('.')}.")
    return shorten("\n".join(said), WORDS_LIMIT)


def _steps(head: str, rows: Sequence[Row]) -> list[str]:
    """Some steps by what is done in them: who does it, and how, is nothing to readers elsewhere."""
    names = [" ".join(row.title.split()).rstrip(".") for row in rows[:_LISTED]]
    return [f"{head}: {'; '.join(names)}."] if names else []


def _plain(run: Run, text: str) -> str:
    names = {one.id: one.name for one in run.responders if one.name}
    return unmarked(plain(text, names))
