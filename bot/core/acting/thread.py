"""What the acts share that speak in the thread: how a message is made, and what it names."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.core.blockkit.blocks import SECTION_LIMIT, Block, actions, button, section
from bot.core.blockkit.picture import Picture
from bot.core.kinds.controls import Control
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.outline import Row
from bot.core.run.rows import target, title
from bot.core.run.waits import TITLE_SHOWN
from bot.core.text import brief, cut

REASON_SHOWN = 300
ACCOUNT_SHOWN = 600
"""How much of a reason, and of what somebody tells, a message shows, in characters."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A fact in its run, as it is told of in the thread.

    `facts` are all of the run's, `number` is its own. `offered` says that its buttons are of use;
    `between` tells a fact as what came between a closing and its looks, None if it is no such.
    """

    run: Run
    facts: Sequence[e.Fact]
    number: int
    offered: bool
    between: Callable[[e.Event], str | None]

    @property
    def before(self) -> Sequence[e.Fact]:
        """The facts before it."""
        return self.facts[: self.number - 1]


def said(text: str) -> Picture:
    """A message of words."""
    text = cut(text, SECTION_LIMIT)
    return Picture(text, [section(text)])


def offering(text: str, *buttons: Block) -> Picture:
    """A message with buttons for what can be done next."""
    text = cut(text, SECTION_LIMIT)
    return Picture(text, [section(text), actions("next", *buttons)])


def pressed(run: Run, step_id: str, control: Control) -> Block:
    """A button for a step that the message is about."""
    row = run.outline.by_id.get(step_id)
    about = target(run, row) if row else f"{run.id}/{step_id}"
    return button(control.label, control.verb, about)


def opens_if_it_fails(run: Run, row: Row) -> str:
    """Which steps the failure of a step opens, by their numbers: `steps 3f.1 to 3f.4 open`."""
    inside = [one for one in run.placed if any(g.fails == row.id for g in one.groups)]
    if not inside:
        return ""
    first, last = inside[0].number, inside[-1].number
    return f"step {first} opens" if first == last else f"steps {first} to {last} open"


def step_name(run: Run, step_id: str) -> str:
    """A step's number and title, or its id where the procedure has it no more."""
    row = run.outline.by_id.get(step_id)
    if row is not None:
        return title(row)
    placed = run.known(step_id)
    if placed is None:
        return step_id
    return f"*{placed.number}* {brief(run.words(placed.step.title), TITLE_SHOWN)}"


def whats_next(run: Run) -> str:
    """What comes after what the message tells of."""
    if run.closed is not None:
        return "The run is closed."
    if upcoming := run.outline.next_steps:
        return f"Next: step {title(upcoming[0])}."
    return "No step is open any more: *Verify now*, then *Close…*, on the board."


def check_name(run: Run, name: str) -> str:
    """What a check says when it passes."""
    return brief(run.words(run.procedure.checks[name].title), TITLE_SHOWN)


def request_of(facts: Sequence[e.Fact], request_id: str) -> e.CheckRequested:
    """The request with this id."""
    return next(
        f.event
        for f in facts
        if isinstance(f.event, e.CheckRequested) and f.event.request == request_id
    )


def last_look(facts: Sequence[e.Fact], request_id: str) -> e.CheckObserved | None:
    """The last look that was recorded for a request."""
    return next(
        (
            f.event
            for f in reversed(facts)
            if isinstance(f.event, e.CheckObserved) and f.event.request == request_id
        ),
        None,
    )
