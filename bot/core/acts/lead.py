"""Leading to another procedure: a step starts a run of it, and hears how that one ends.

The other run is what begins, so it says where it comes from; that is told to this run by its
timers, whatever dies in between (`bot.core.run.polling`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.acting.act import Act
from bot.core.acting.approvals import agreed
from bot.core.acting.intents import Begin
from bot.core.acting.meaning import Meaning, all_stay, by_person, no_message, one_notice
from bot.core.acting.naming import by_name
from bot.core.acting.sealed import ABOUT, OPEN
from bot.core.acting.sentences import Around
from bot.core.acting.start_form import start_value
from bot.core.acting.steps import NAME_SHOWN, addressed, already, due, place
from bot.core.acting.thread import Scene, said, step_name
from bot.core.blockkit.blocks import Block, button
from bot.core.blockkit.picture import Picture
from bot.core.kinds.controls import DONE
from bot.core.markup.model import Inline
from bot.core.procedure import leads_to
from bot.core.procedure.starts import led
from bot.core.run import events as e
from bot.core.run.leading import Other, Outcome
from bot.core.run.model import Closed, Run
from bot.core.run.outline import Row
from bot.core.run.refusals import Refused
from bot.core.run.states import State
from bot.core.run.waits import WORDS_SHOWN, moment
from bot.core.template import names
from bot.core.text import escape, mention, run_link, shorten, span


@dataclass(frozen=True, slots=True)
class TellStarted:
    """Another run was started from step `of` of this one; the bot's own command."""

    of: str
    by: e.Person
    run: str
    board: str | None


@dataclass(frozen=True, slots=True)
class TellClosed:
    """A run that was started from a step of this one was closed; the bot's own command."""

    by: e.Person
    run: str
    outcome: Outcome


def _started(run: Run, command: TellStarted, at: datetime) -> Sequence[e.Event]:
    if command.of not in run.steps:
        raise Refused(f"{run.id} has no step {span(command.of, NAME_SHOWN)}.")
    if command.run in run.others:
        return ()
    event = e.OtherStarted(step=command.of, by=command.by, run=command.run, board=command.board)
    return (event,)


def _closed(run: Run, command: TellClosed, at: datetime) -> Sequence[e.Event]:
    other = run.others.get(command.run)
    if other is None or other.outcome == command.outcome:
        return ()
    event = e.OtherClosed(step=other.step, by=command.by, run=command.run, outcome=command.outcome)
    return (event,)


TELL_STARTED = Act(TellStarted, rule=_started, when_closed=True, needs=None, asking=None)
TELL_CLOSED = Act(TellClosed, rule=_closed, when_closed=True, needs=None, asking=None)


FROM = (State.OPEN, State.TAKEN)
"""The states of a step from which it leads on."""

# How it is asked for. ---------------------------------------------------------------------------


def others(run: Run, row: Row) -> Sequence[tuple[str, Other]]:
    """The runs that a step led to, by their ids."""
    return [(name, one) for name, one in run.others.items() if one.step == row.id]


def leads(run: Run, said: str, procedure: str, by: e.Person) -> str:
    """The id of the step that someone may start a procedure from as things stand.

    Raises Refused: what was pressed, or the form that it opened, may be older than what became of
    the step, and is held to that as every control is.
    """
    nothing = "Nothing was started."
    placed, step = place(run, addressed(run, said))
    line, row = leads_to(placed.step), run.outline.by_id[placed.step.id]
    if line is None or led(line).procedure != procedure:
        raise Refused(f"Step {placed.number} does not lead to `{escape(procedure)}`. {nothing}")
    if step.state not in FROM:
        raise Refused(f"{already(run, placed, step)} {nothing}")
    due(run, placed)
    if step.state is State.OPEN:
        # To start it is to do what the step is for.
        agreed(run, placed, by)
    for name, one in others(run, row):
        if one.outcome is None:
            raise Refused(
                f"{mention(one.by)} started {run_link(name, one.board)} from step {placed.number} "
                f"already, and it is open. {nothing}"
            )
    return placed.step.id


def start_buttons(run: Run, row: Row) -> list[Block]:
    """The button that starts what a step leads to, unless a run of it is open already.

    A value that is not known yet is asked for in the form.
    """
    line = leads_to(row.leaf)
    if line is None or row.state not in FROM or (row.state is State.OPEN and row.unapproved):
        return []
    if any(one.outcome is None for _, one in others(run, row)):
        return []
    to = led(line)
    known = {
        name: run.words(text, row.id)
        for name, text in to.inputs.items()
        if all(run.outline.values.get(one) for one in names(text))
    }
    begin = Begin(to.procedure, known, led_from=run.id, led_step=row.ref)
    label = f"Start {to.procedure}"
    says = f"{label} from step {row.number}"
    return [button(shorten(label, 75), "start", start_value(begin), says=says)]


def led_to(run: Run, row: Row) -> list[str]:
    """What a step leads to, and what it led to, each run in a line."""
    line = leads_to(row.leaf)
    to = [] if line is None else [f"Leads to {span(run.words(line, row.id), WORDS_SHOWN)}"]
    return to + [
        f"↪️ {run_link(name, one.board)}, started by {mention(one.by)} {moment(run, one.at)}"
        + (f", {ENDS[one.outcome]}" if one.outcome else "")
        for name, one in others(run, row)
    ]


# What it makes. ---------------------------------------------------------------------------------


def outcome(closed: Closed) -> Outcome:
    """How a run ended."""
    if closed.mistake is not None:
        return "mistake"
    return "recovered" if closed.recovered else "unproven"


ENDS: dict[Outcome, str] = {
    "recovered": "closed as recovered",
    "unproven": "closed without proof",
    "mistake": "closed: it was started by mistake",
}
"""How the other run ended, in words."""


def _is_begun(run: Run, event: e.OtherStarted, at: datetime) -> Run:
    other = Other(event.step, event.by, at, event.board)
    return replace(run, others={**run.others, event.run: other})


def _is_over(run: Run, event: e.OtherClosed, at: datetime) -> Run:
    other = replace(run.others[event.run], outcome=event.outcome)
    return replace(run, others={**run.others, event.run: other})


def _notice(scene: Scene, event: e.OtherClosed) -> Picture:
    other, step = scene.run.others[event.run], scene.run.steps[event.step]
    where = run_link(event.run, other.board)
    told = f"{where}, which step {step_name(scene.run, event.step)} led to, was "
    whom = step.holder if step.state is State.TAKEN else other.by
    next_ = ""
    if step.state is State.TAKEN:
        next_ = f" If that is what the step wanted, press *{DONE.label}*."
    whom = whom or other.by
    # Whoever closed it knows.
    name = by_name(scene.run, whom) if whom.id == event.by.id else mention(whom)
    head = f"↩️ {scene.run.id}: {name}, "
    return said(f"{head}{told}{ENDS[event.outcome]}.{next_}")


def _began(around: Around, event: e.OtherStarted, it: Inline) -> Inline:
    return "started ", event.run, " from ", it


def _ended(around: Around, event: e.OtherClosed, it: Inline) -> Inline:
    # Who closed it is the one of whom this is told.
    how = ENDS[event.outcome].removeprefix("closed")
    comma = "," if how.startswith(" ") else ""
    return "closed ", event.run, ", which was started from ", it, comma, how


STARTED = Meaning(
    e.OtherStarted,
    sealed={**ABOUT, "run": OPEN, "board": OPEN},
    changes=_is_begun,
    # What is done to the system is done in the other run; this one's checks look at the same.
    matters=None,
    touches=no_message,
    offers=all_stay,
    opens=None,
    notice=None,
    messages={},
    sentence=_began,
    who=by_person,
    account=None,
    brings_looks=False,
)

CLOSED = Meaning(
    e.OtherClosed,
    sealed={**ABOUT, "run": OPEN, "outcome": OPEN},
    changes=_is_over,
    matters=None,
    touches=one_notice,
    offers=all_stay,
    opens=None,
    notice=_notice,
    messages={},
    sentence=_ended,
    who=by_person,
    account=None,
    brings_looks=False,
)
