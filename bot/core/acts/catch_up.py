"""Catching up with a run: how it stands, for whoever comes to it late; it records nothing."""

from typing import Never

from bot.core.acting.asking import Asking, OnRun, Question, at_any_time, in_a_form, opens
from bot.core.acting.catchup import blocks
from bot.core.blockkit.modal import View, modal
from bot.core.run.events import Person
from bot.core.run.model import Run


def _form(run: Run, which: str | None, by: Person) -> View:
    """How it stands, a sentence for each question that people have."""
    return modal("catch_up", f"Catch-up on {run.id}", None, blocks(run), run=run.id)


ON_RUN = OnRun("Catch me up", "", "catch_up", at_any_time)

CATCH_UP: Asking[Never] = Asking(
    verbs={ON_RUN.verb: opens("catch_up")},
    questions=[Question("catch_up", when_closed=True, draw=_form, read=None)],
    lines=[ON_RUN],
    words=[in_a_form(ON_RUN, "catch_up", "catch me up", "catch up", runs="any")],
)
