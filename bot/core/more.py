"""Everything that someone can do with a run now: one form, drawn from three tables.

Slack's menus hold five lines, and the board shows what is in hand. Here is the whole of it: what
can be done with the run, with its steps that are in hand or come next, and with the lines that
people vouch for. A row says what it is called, the verb of its button, and for whom it is there.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bot.core.blocks import Block, actions, button, context, divider, section
from bot.core.events import Person
from bot.core.kinds import kind_of
from bot.core.outline import Row
from bot.core.proof import Item
from bot.core.rows import target
from bot.core.run import Run, State
from bot.core.steps import standing, take
from bot.core.text import brief

STEPS_LISTED = 12
"""How many steps are listed; *Show all steps* has the others."""
LINES_LISTED = 12
"""How many lines of the verification are listed; the board has the others."""

_TITLE_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be done with a run; `verb` is read back by `bot.core.clicks`.

    `does` is what it does, where its label does not say that.
    """

    label: str
    does: str
    verb: str
    when: Callable[[Run], bool]


def _open(run: Run) -> bool:
    return run.closed is None


def _closed(run: Run) -> bool:
    return run.closed is not None


def _always(run: Run) -> bool:
    return True


def _has_inputs(run: Run) -> bool:
    return _open(run) and bool(run.procedure.inputs)


def _has_checks(run: Run) -> bool:
    return _open(run) and bool(run.outline.verification.checks)


def _can_close(run: Run) -> bool:
    return _open(run) and run.closing is None


def _can_undo(run: Run) -> bool:
    marked = any(run.outline.tally[state] for state in _ENDED)
    return _open(run) and (marked or any(map(_vouched, run.outline.verification.confirms)))


CHOICES = (
    Choice("Verify now", "", "verify", _has_checks),
    Choice("Add a note…", "", "note", _open),
    Choice("Show all steps", "", "show", _always),
    Choice("Inputs and people", "", "about", _always),
    Choice("Post-mortem", "", "export", _always),
    Choice(
        "Undo…",
        "A step, or a confirmation, is open again; your system stays as it is.",
        "undo_ask",
        _can_undo,
    ),
    Choice(
        "Close…",
        "Ends the run, once its verification has passed or with reasons.",
        "close",
        _can_close,
    ),
    Choice(
        "Started by mistake…",
        "A wrong procedure, a wrong value, a false alarm: closes the run with one reason.",
        "mistake",
        _open,
    ),
    Choice(
        "Start again with other values…",
        "A new run with the values you give; this one is closed, and each links to the other.",
        "again",
        _has_inputs,
    ),
    Choice("Reopen…", "The run goes on; its verification starts over.", "reopen", _closed),
)
"""Everything that can be done with a run, in the order in which it is listed."""

_ENDED = (State.DONE, State.SKIPPED, State.FAILED)


@dataclass(frozen=True, slots=True)
class StepChoice:
    """Something that *by* can do with a step of an open run."""

    label: str
    verb: str
    when: Callable[[Row, Person], bool]


def _on_it(row: Row, by: Person) -> bool:
    return row.state is State.TAKEN


def _on_it_is_another(row: Row, by: Person) -> bool:
    return row.state is State.TAKEN and (row.step.holder is None or row.step.holder.id != by.id)


def _unfinished(row: Row, by: Person) -> bool:
    return row.state not in (State.DONE, State.SKIPPED)


def _can_be_checked(row: Row, by: Person) -> bool:
    return row.check is not None and row.state in kind_of(row.leaf).offers_check


def _marked(row: Row, by: Person) -> bool:
    return row.state in _ENDED


def _any(row: Row, by: Person) -> bool:
    return True


STEP_CHOICES = (
    StepChoice("Done", "done", _on_it),
    StepChoice("Failed…", "fail", _on_it),
    StepChoice("Skip…", "skip", _unfinished),
    StepChoice("Take over", "take_over", _on_it_is_another),
    StepChoice("Hand over…", "hand_over", _on_it),
    StepChoice("Give back", "give_back", _on_it),
    StepChoice("Check again", "check", _can_be_checked),
    StepChoice("Undo", "undo", _marked),
    StepChoice("Note…", "note", _any),
    StepChoice("Show in full", "show", _any),
)
"""Everything but taking it that can be done with a step, in the order in which it is listed."""


@dataclass(frozen=True, slots=True)
class LineChoice:
    """Something that can be done with a line of the verification that no check answers."""

    label: str
    verb: str
    when: Callable[[Item], bool]


def _vouched(item: Item) -> bool:
    return item.green is True


def _not_vouched(item: Item) -> bool:
    return item.green is not True


LINE_CHOICES = (
    LineChoice("Confirm…", "confirm", _not_vouched),
    LineChoice("Take back", "withdraw", _vouched),
)


def choices(run: Run, by: Person) -> list[Block]:
    """Everything that *by* can do with *run* now."""
    made = {
        choice: button(choice.label, choice.verb, f"{run.id}/")
        for choice in CHOICES
        if choice.when(run)
    }
    blocks = [actions("plain", *(one for choice, one in made.items() if not choice.does))]
    for choice, one in made.items():
        if choice.does:
            # One under the other: beside its words, a button leaves them no room on a phone.
            blocks += [actions(choice.verb, one), context(choice.does)]
    if run.closed is None:
        blocks += _on_steps(run, by) + _on_lines(run)
    return blocks


def _in_hand(run: Run) -> list[Row]:
    """The steps that someone is on, that failed or are in doubt, and those that come next."""
    following = {row.id for row in run.outline.next_steps}
    return [
        row
        for row in run.outline.rows
        if not row.ruled_out
        and (row.state in (State.TAKEN, State.FAILED) or row.in_doubt or row.id in following)
    ]


def _on_steps(run: Run, by: Person) -> list[Block]:
    in_hand = _in_hand(run)
    blocks: list[Block] = [divider()] if in_hand else []
    for row in in_hand[:STEPS_LISTED]:
        can_take = row.state in (State.OPEN, State.FAILED)
        offered = [take(run, row, primary=False)] if can_take else []
        offered += [
            button(
                choice.label,
                choice.verb,
                target(run, row),
                says=f"{choice.label} step {row.number}",
            )
            for choice in STEP_CHOICES
            if choice.when(row, by)
        ]
        blocks += [section(standing(run, row)), actions(f"step:{row.id}", *offered)]
    if left := len(in_hand) - STEPS_LISTED:
        blocks += [context(f"… {left} more: *Show all steps*")] if left > 0 else []
    return blocks


def _on_lines(run: Run) -> list[Block]:
    lines = run.outline.verification.confirms
    blocks: list[Block] = [divider()] if lines else []
    for item in lines[:LINES_LISTED]:
        sign = "🟢" if item.green else "⚪"
        title = brief(item.title, _TITLE_SHOWN)
        offered = [
            button(
                choice.label, choice.verb, f"{run.id}/{item.key}", says=f"{choice.label} {title}"
            )
            for choice in LINE_CHOICES
            if choice.when(item)
        ]
        blocks += [section(f"{sign} {title}"), actions(f"line:{item.key}", *offered)]
    if len(lines) > LINES_LISTED:
        blocks.append(context(f"… {len(lines) - LINES_LISTED} more, on the board"))
    return blocks
