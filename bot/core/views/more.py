"""Everything that someone can do with a run now: one form, of what every act lists.

Slack's menus hold five lines, and the board shows what is in hand. Here is the whole of it: what
can be done with the run, with its steps that are in hand or come next, and with the lines that
people vouch for. Each act says what its line is called, and when it is there.
"""

from bot.core.acting.asking import OnLine, OnRun, OnStep
from bot.core.acts.registry import ACTS
from bot.core.blockkit.blocks import Block, actions, button, context, divider, section
from bot.core.run.events import Person
from bot.core.run.model import Run, State
from bot.core.run.outline import Row
from bot.core.text import brief
from bot.core.views.steps import standing

STEPS_LISTED = 12
"""How many steps are listed; *Show all steps* has the others."""
LINES_LISTED = 12
"""How many lines of the verification are listed; the board has the others."""

_TITLE_SHOWN = 300

_LINES = [line for asking in ACTS.askings for line in asking.lines]
_ON_RUN = [line for line in _LINES if isinstance(line, OnRun)]
_ON_STEP = [line for line in _LINES if isinstance(line, OnStep)]
_ON_LINE = [line for line in _LINES if isinstance(line, OnLine)]


def choices(run: Run, by: Person) -> list[Block]:
    """Everything that *by* can do with *run* now."""
    made = {
        choice: button(choice.label, choice.verb, f"{run.id}/")
        for choice in _ON_RUN
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
    """The steps that someone is on, that failed or are in doubt, are asked for, or come next."""
    following = {row.id for row in run.outline.next_steps}
    return [
        row
        for row in run.outline.rows
        if not row.ruled_out
        and (
            row.state in (State.TAKEN, State.FAILED)
            or row.in_doubt
            or row.id in following
            or ((row.asked is not None or row.declined) and not row.finished)
        )
    ]


def _on_steps(run: Run, by: Person) -> list[Block]:
    in_hand = _in_hand(run)
    blocks: list[Block] = [divider()] if in_hand else []
    for row in in_hand[:STEPS_LISTED]:
        offered = [line.button(run, row) for line in _ON_STEP if line.when(row, by)]
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
            for choice in _ON_LINE
            if choice.when(item)
        ]
        blocks += [section(f"{sign} {title}"), actions(f"line:{item.key}", *offered)]
    if len(lines) > LINES_LISTED:
        blocks.append(context(f"… {len(lines) - LINES_LISTED} more, on the board"))
    return blocks
