"""The catch-up: how a run stands, in ten sentences, for whoever comes to it late.

Each answers one question by itself, also when the answer is that there is nothing to tell, and
nothing in it is guessed: all of it is the outline's. A time is a moment, never an age, since nobody
redraws it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.core.acting.alerted import told as alert_told
from bot.core.acting.catchup import steps, waiting, whole
from bot.core.acting.catchup.answer import Answer
from bot.core.acting.owner_call import told as owner_told
from bot.core.acting.owner_call import what
from bot.core.acting.pins import last
from bot.core.acting.stakeholders import told as stakeholders_told
from bot.core.blockkit.blocks import Block, contexts, section
from bot.core.run.model import Run

About = Literal[
    "fixed", "failed", "red", "hand", "waits", "next", "approved", "decided", "far", "people"
]
"""What a sentence is about."""

ASKED: Mapping[About, str] = {
    "fixed": "Is it fixed?",
    "failed": "Which steps failed, or cannot go on?",
    "red": "Which checks failed?",
    "hand": "What is in hand, by whom, since when?",
    "waits": "What waits for what, until when?",
    "next": "What comes next, and who should do it?",
    "approved": "What was approved, or waits for approval?",
    "decided": "What was decided, and why?",
    "far": "How far are we?",
    "people": "Who is here, and who started it?",
}
"""The question that each sentence answers, in order of weight."""

_CALLS = 3
"""How many calls of the owner that are about no step stand below them."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """The answer to one question, as one line of mrkdwn; `tells` is False where nothing is so."""

    about: About
    text: str
    tells: bool


def catch_up(run: Run) -> Sequence[Sentence]:
    """How a run stands: what there is to tell in order of weight, then what is not so."""
    made = [Sentence(about, *answer(run)) for about, answer in _ANSWERS.items()]
    return sorted(made, key=lambda one: not one.tells)


def blocks(run: Run) -> list[Block]:
    """The same, drawn for a form, an answer or a hand-off: what is not so is quiet.

    What people added to the timeline last stands under it: it is no question about the state.
    """
    told = catch_up(run)
    return [
        *(section(one.text) for one in told if one.tells),
        *contexts([*last(run), *_outside(run), *(one.text for one in told if not one.tells)]),
    ]


def _outside(run: Run) -> Iterator[str]:
    """The alert; who was told beside those who are here: the owner of no step, and stakeholders."""
    if (alert := alert_told(run)) is not None:
        yield alert
    for call in [one for one in run.calls.values() if one.step is None][-_CALLS:]:
        yield f"{owner_told(run, call)} · {what(run, call, plainly=False)}"
    if (update := stakeholders_told(run)) is not None:
        yield update


_ANSWERS: Mapping[About, Callable[[Run], Answer]] = {
    "fixed": whole.fixed,
    "failed": steps.failed,
    "red": waiting.red,
    "hand": steps.hand,
    "waits": waiting.waits,
    "next": steps.what_next,
    "approved": steps.approved,
    "decided": steps.decided,
    "far": whole.far,
    "people": whole.people,
}
