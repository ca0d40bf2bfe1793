"""How people ask for something: the verbs of buttons, the forms, the lines in *More…*.

A control carries a verb, the run, and what it is about; a form's `private_metadata` carries what
its answer is for. Both are read back by the act that drew them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from bot.core.acting.intents import Do, Form, Show, someone, text
from bot.core.acting.inwords import InWords, Runs, opens_in_words
from bot.core.acting.steps import NAME_SHOWN, addressed
from bot.core.blockkit.blocks import Block, button, section
from bot.core.blockkit.modal import View
from bot.core.kinds.controls import Control
from bot.core.run.events import Person
from bot.core.run.model import Run
from bot.core.run.outline import Row
from bot.core.run.proof import Item
from bot.core.run.refusals import Refused
from bot.core.run.rows import target, title
from bot.core.text import span

C = TypeVar("C")

Means = Callable[[str, str, Person], Do[C] | Form | Show]
"""What a click with a verb means, from the run's id, the rest of the control's value, and who."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A form as it was filled in: what it was about, and what was said, by field."""

    by: Person
    step: str | None
    about: Mapping[str, Any]
    values: Mapping[str, str]

    def of_step(self) -> str:
        """The step that it was about; raises Odd."""
        return text(self.step)

    def said(self, name: str) -> str:
        """What was written into a field; nothing, if it was left empty."""
        return self.values.get(name, "")

    def person(self, name: str) -> Person:
        """Who was chosen in a field; raises ValueError or LookupError."""
        return someone(self.values[name])


@dataclass(frozen=True, slots=True)
class Question(Generic[C]):
    """A form: how it is drawn, and how its answer is read.

    `draw` is given the run, the step or line that it is about, and who asked; it raises Refused.
    `read` is None where there is nothing to answer, or the answer goes elsewhere. `when_closed`
    says whether it is there for a closed run.
    """

    name: str
    when_closed: bool
    draw: Callable[[Run, str | None, Person], View]
    read: Callable[[Answer], C] | None


@dataclass(frozen=True, slots=True)
class Written:
    """An entry of a run as people choose it: what it is, and how its words begin."""

    seq: int
    label: str
    opening: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries of a run, the newest first.

    `older` is the number before which the next page begins, None at the end; `newer` likewise, 0
    for the first page. `anyone` says that they are not only those of the one who asked; `words`
    are what is looked for, if anything is.
    """

    entries: Sequence[Written]
    older: int | None
    newer: int | None
    anyone: bool
    words: str = ""


NO_PAGE = Page((), None, None, anyone=False)
"""There is nothing to choose from."""


@dataclass(frozen=True, slots=True)
class Choice(Generic[C]):
    """A form in which entries of the run are chosen, drawn of a page of them; else a question."""

    name: str
    when_closed: bool
    draw: Callable[[Run, Page, Person], View]
    read: Callable[[Answer], C]


@dataclass(frozen=True, slots=True)
class OnRun:
    """Something that can be done with a run; `does` says what, where its label does not."""

    label: str
    does: str
    verb: str
    when: Callable[[Run], bool]


@dataclass(frozen=True, slots=True)
class OnStep:
    """Something that someone can do with a step of an open run."""

    when: Callable[[Row, Person], bool]
    button: Callable[[Run, Row], Block]


@dataclass(frozen=True, slots=True)
class OnLine:
    """Something that can be done with a line of the verification that no check answers."""

    label: str
    verb: str
    when: Callable[[Item], bool]


@dataclass(frozen=True, slots=True)
class Asking(Generic[C]):
    """How people ask for something.

    `verbs`: what a click on a control of theirs means. `questions`: the forms that are opened for
    it. `lines`: where *More…* lists it, which has all that can be done. `words`: how it is asked
    for in words; none for what is only pressed where it is shown.
    """

    verbs: Mapping[str, Means[C]]
    questions: Sequence[Question[C] | Choice[C]]
    lines: Sequence[OnRun | OnStep | OnLine]
    words: Sequence[InWords[C]]


def on_board(line: OnRun, run: Run, *, style: str | None = None) -> Block:
    """The button of something that can be done with a run, on its board."""
    return button(line.label, line.verb, run.id, style=style)


def in_menu(line: OnRun, run: Run) -> tuple[str, str]:
    """The same as a line of the board's menu."""
    return line.label, f"{line.verb}/{run.id}/"


def in_a_form(line: OnRun, name: str, *said: str, runs: Runs = "open") -> InWords[C]:
    """The words for something that can be done with a run, and that a form asks for."""
    return InWords(
        said=said,
        after="",
        runs=runs,
        step=None,
        lacking="",
        means=opens_in_words(name),
        control=(line.label, line.verb),
        told="",
    )


# What a verb means. -----------------------------------------------------------------------------


def does(command: Callable[[str, Person], C]) -> Means[C]:
    """It is done at once, to a step or a line."""

    def means(run: str, rest: str, by: Person) -> Do[C]:
        return Do(run, command(rest, by))

    return means


def does_to_run(command: Callable[[Person], C]) -> Means[C]:
    """It is done at once, to the run."""

    def means(run: str, rest: str, by: Person) -> Do[C]:
        return Do(run, command(by))

    return means


def opens(name: str) -> Callable[[str, str, Person], Form]:
    """A form about the run is opened."""

    def means(run: str, rest: str, by: Person) -> Form:
        return Form(run, name)

    return means


def opens_about(name: str) -> Callable[[str, str, Person], Form]:
    """A form about a step or a line is opened."""

    def means(run: str, rest: str, by: Person) -> Form:
        return Form(run, name, rest)

    return means


# What forms share. ------------------------------------------------------------------------------


def row_of(run: Run, which: str | None) -> Row:
    """The step that a form is about; raises Refused."""
    row = run.outline.by_id.get(addressed(run, which or ""))
    if row is None:
        raise Refused(f"{run.id} has no step {span(which or '', NAME_SHOWN)}.")
    return row


def on_step(row: Row, *blocks: Block) -> list[Block]:
    """What is asked about a step, under its name."""
    return [section(title(row)), *blocks]


# When something can be done. --------------------------------------------------------------------


def while_open(run: Run) -> bool:
    """While the run is open."""
    return run.closed is None


def at_any_time(run: Run) -> bool:
    """Whether the run is open or not."""
    return True


def listed(control: Control) -> Callable[[Run, Row], Block]:
    """The button of a step as *More…* lists it, where its label says all."""

    def drawn(run: Run, row: Row) -> Block:
        says = f"{control.label} step {row.number}"
        return button(control.label, control.verb, target(run, row), says=says)

    return drawn
