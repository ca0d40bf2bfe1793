"""What the record suggests as action items: where the run left its procedure, and prevention.

Each is one press away. None repeats a reason or a note, which would have to be erased twice.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.core.markup.model import one_line
from bot.core.run.model import Run
from bot.core.run.outline import Row
from bot.core.run.states import State
from bot.core.text import shorten

_TITLE_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to do that the record suggests: by what name, in which words, and why."""

    name: str
    text: str
    why: str


def suggested(run: Run) -> Sequence[Suggestion]:
    """What nobody took up yet, from what went wrong to what keeps it from happening again."""
    if run.closed is not None and run.closed.mistake is not None:
        return ()
    taken = {item.suggestion for item in run.items.values()}
    found = (*_of_checks(run), *_of_steps(run), *_of_prevention(run))
    return [one for one in found if one.name not in taken]


def suggestion_of(run: Run, name: str) -> Suggestion | None:
    """The one with this name, if nobody took it up."""
    return next((one for one in suggested(run) if one.name == name), None)


def _said(title: str) -> str:
    return f"“{shorten(one_line(title), _TITLE_SHOWN)}”"


def _of_checks(run: Run) -> Iterator[Suggestion]:
    """Lines of the verification that the run was closed without."""
    if run.closed is None:
        return
    titles = {item.key: item.title for item in run.verification()}
    for key in run.closed.reasons:
        if key in titles:
            text = f"Make this true, or find out why it cannot be shown: {_said(titles[key])}"
            yield Suggestion(f"proof {key}", text, "closed without proof")
        else:
            text = "Write down how to prove that the system has recovered: give it a verification"
            yield Suggestion(f"proof {key}", text, "the procedure has no verification")


def _of_steps(run: Run) -> Iterator[Suggestion]:
    for row in run.outline.rows:
        step = f"step {row.number}, {_said(row.title)}"
        if row.state is State.FAILED or row.step.failing:
            yield Suggestion(f"failed {row.id}", f"Find out why it failed: {step}", "it failed")
        elif row.in_doubt:
            text = f"Find out why its check failed after it was done: {step}"
            yield Suggestion(f"red {row.id}", text, "done, and its check failed")
        elif row.state is State.SKIPPED:
            text = f"Say in the procedure when this is not needed: {step}"
            yield Suggestion(f"skipped {row.id}", text, "it was skipped")
        elif _was_left(run, row):
            text = f"Do what was left, or take it out of the procedure: {step}"
            yield Suggestion(f"left {row.id}", text, "not done when the run was closed")
        if row.step.late is not None:
            text = f"Find out what took so long, or give it more time: {step}"
            yield Suggestion(f"late {row.id}", text, "it was past its time-out")


def _was_left(run: Run, row: Row) -> bool:
    """Whether the run was closed with this step not done, though it was needed."""
    left = row.state in (State.OPEN, State.TAKEN) and not row.ruled_out
    return run.closed is not None and left


def _of_prevention(run: Run) -> Iterator[Suggestion]:
    for number, one in enumerate(run.procedure.prevention, 1):
        text = one_line(run.words(one))
        yield Suggestion(f"prevention {number}", text, "the procedure's prevention")
