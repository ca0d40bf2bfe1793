"""Showing the whole procedure of a run, page by page; it records nothing."""

from typing import Never

from bot.core.acting.asking import Asking, OnRun, OnStep, at_any_time, listed
from bot.core.acting.intents import Show
from bot.core.acting.inwords import InWords, or_the_run
from bot.core.kinds.controls import Control
from bot.core.run.events import Person
from bot.core.run.model import Run
from bot.core.run.outline import Row

CONTROL = Control("Show in full", "show", "Show step {} in full")


def _at_step(run: str, rest: str, by: Person) -> Show:
    return Show(run, rest or None)


def _at_page(run: str, rest: str, by: Person) -> Show:
    return Show(run, first=int(rest), turned=True)


def _any(row: Row, by: Person) -> bool:
    return True


ON_RUN = OnRun("Show all steps", "", "show", at_any_time)


def _in_words(run: Run, row: Row | None, words: str, by: Person) -> Show:
    return Show(run.id, None if row is None else row.ref)


SHOW: Asking[Never] = Asking(
    verbs={CONTROL.verb: _at_step, "page": _at_page, "page_next": _at_page},
    questions=[],
    lines=[
        OnStep(_any, listed(CONTROL)),
        ON_RUN,
    ],
    words=[
        InWords(
            said=("show", "show all steps", "show steps", "all steps", "steps"),
            after="",
            runs="any",
            step=or_the_run,
            lacking="",
            means=_in_words,
            control=(ON_RUN.label, ON_RUN.verb),
            told="",
        )
    ],
)
