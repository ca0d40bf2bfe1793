"""A question, in a file: people answer it, and the answer says where the run goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Discriminator, Field, Tag, field_validator

from bot.core.markup.model import Block, Inline, Listing, bullets
from bot.core.procedure.checks import Check
from bot.core.procedure.fields import Id, Model, Name, Text, refused
from bot.core.procedure.finding import Finding, Path, quoted
from bot.core.procedure.kinds.base import FILLED_IN_LEAF, AnyLeaf
from bot.core.procedure.kinds.format import (
    Container,
    Format,
    Part,
    Scope,
    captures_none,
    no_approval,
)
from bot.core.procedure.kinds.paper import Paper
from bot.core.procedure.parts import Link

if TYPE_CHECKING:
    # A branch holds steps of every kind, so the models are completed where all kinds are known.
    from bot.core.procedure.kinds import Step

OPTION_LIMIT = 75
"""The longest title of an option, in characters: what a button of Slack's holds."""


ENDS = frozenset({"end", "stop", "close", "finish", "done", "exit"})
"""What somebody writes who wants an answer to end the run."""
_STEP_KEYS = frozenset({"id", "title", "do", "run", "steps"})


class Goto(Model):
    """Where an answer leads: on from another step."""

    goto: Id
    """A step or a group; an earlier one is done again, as a new round."""


def _then(value: Any) -> str:
    return "[goto]" if isinstance(value, dict | Goto) else "[steps]"


class Option(Model):
    """One of the answers to a question."""

    id: Annotated[Id, Field(max_length=40)]
    """A short name, once in its question; the record and conditions use it."""
    title: Annotated[str, Field(min_length=1, max_length=OPTION_LIMIT, pattern=r"^[^\n\r]*$")]
    """What the button says: "The network"."""
    then: (
        Annotated[
            Annotated[Goto, Tag("[goto]")]
            | Annotated[tuple[Step, ...], Field(strict=False, min_length=1), Tag("[steps]")],
            Discriminator(_then),
        ]
        | None
    ) = None
    """Where it leads: `{ goto: STEP }`, or steps that only this answer needs; else simply on."""
    reason: Literal["required"] | None = None
    """`required`: whoever gives this answer says why."""

    @field_validator("then", mode="before")
    @classmethod
    def _no_bare_name(cls, value: Any) -> Any:
        if isinstance(value, str):
            name = value.strip().removeprefix("goto").strip(" :")[:80]
            ends = "; a run is ended by people, not by an answer" if name in ENDS else ""
            raise refused("the name of a step alone", f"then: {{ goto: {name} }}{ends}")
        if isinstance(value, dict) and "goto" not in value and _STEP_KEYS & value.keys():
            raise refused("the steps of an answer are a list", "`- ` before each of them")
        return value

    @property
    def steps(self) -> Sequence[Any]:
        """The steps that only this answer needs."""
        return self.then if isinstance(self.then, tuple) else ()

    @property
    def goto(self) -> str | None:
        """The step or the group from which it goes on; None where it goes simply on."""
        return self.then.goto if isinstance(self.then, Goto) else None


class Question(Model):
    """What is asked, and what can be answered."""

    options: Annotated[tuple[Option, ...], Field(strict=False, min_length=2, max_length=5)]
    """Two to five answers, and where each leads."""
    name: Name | None = None
    """The name of the answer in conditions: `when: "{{ name }} is OPTION"`."""


class Decide(AnyLeaf):
    """A question, which is its title: an answer of someone's says how the run goes on."""

    decide: Question
    """What can be answered."""
    run: Annotated[tuple[Text, ...], Field(strict=False)] = ()
    """The exact commands that show the answer, one an entry."""

    # Nothing is done, so nothing is to be seen of it, and nothing is to be undone.
    danger: ClassVar[None] = None
    confirm: ClassVar[None] = None
    expected: ClassVar[None] = None
    on_failure: ClassVar[None] = None
    advice: ClassVar[None] = None
    recovery: ClassVar[Sequence[Any]] = ()
    rollback: ClassVar[None] = None
    # Nobody has it in hand.
    timeout: ClassVar[None] = None
    remind: ClassVar[None] = None
    lasts: ClassVar[None] = None

    def option(self, option_id: str | None) -> Option | None:
        """The option with this id."""
        return next((one for one in self.decide.options if one.id == option_id), None)


@dataclass(frozen=True, slots=True)
class Branch:
    """The steps that one answer needs, as views draw them."""

    id: str
    title: str
    steps: Sequence[Any]
    answers: tuple[str, str]
    fails: None = None
    any_order: bool = False
    one_of: bool = False
    for_each: None = None
    when: None = None
    role: None = None
    where: None = None
    warnings: Sequence[str] = ()
    links: Sequence[Link] = ()


def branch_of(step: Decide, option: Option) -> Branch:
    """The branch of an option; its id has a dot, so no step has the same."""
    return Branch(f"{step.id}.{option.id}", option.title, option.steps, (step.id, option.id))


def _no_check(step: Decide) -> None:
    return None


def _rules(step: Decide, path: Path, checks: Mapping[str, Check]) -> Iterator[Finding]:
    """The answers can be told apart."""
    for key in ("id", "title"):
        seen: set[str] = set()
        for index, option in enumerate(step.decide.options):
            value = getattr(option, key)
            if value in seen:
                at = (*path, "decide", "options", index, key)
                yield Finding(
                    at, f"{quoted(value)} stands for two answers", "another for each of them"
                )
            seen.add(value)


def _mark(step: Decide) -> Inline:
    return ""


def _printed(step: Decide, paper: Paper) -> Iterator[Block]:
    yield from paper.to_do(step)
    yield from (Listing(paper.put(command).rstrip(), typed=True) for command in step.run)
    yield bullets(_line(step, option, paper) for option in step.decide.options)


def _line(step: Decide, option: Option, paper: Paper) -> Inline:
    """An answer, and what is done then."""
    again = paper.again.get(step.id)
    then = paper.next.get(step.id)
    on = f"go on with {then}" if then else "go on"
    where = again or on
    if option.goto is not None:
        where = f"go to step {paper.numbers.get(option.goto, option.goto)}"
    elif option.steps:
        first, last = (paper.numbers[option.steps[n].id] for n in (0, -1))
        where = f"do step {first}" if first == last else f"do steps {first} to {last}"
    why = ", and write down why" if option.reason else ""
    return "If “", paper.words(option.title), f"”: {where}{why}."


LETTERS = "abcde"
"""The letters of the branches of a question, in the order of its options."""


def _options(step: Decide) -> Sequence[Option]:
    return step.decide.options


def _finds(step: Decide) -> Sequence[str]:
    return () if step.decide.name is None else (step.decide.name,)


def _containers(step: Decide) -> Sequence[tuple[Container, str]]:
    return [
        (branch_of(step, option), letter)
        for letter, option in zip(LETTERS, step.decide.options, strict=False)
        if option.steps
    ]


def _within(step: Decide, change: Callable[[Any], Any]) -> Decide:
    options = tuple(
        one.model_copy(update={"then": tuple(map(change, one.steps))}) if one.steps else one
        for one in step.decide.options
    )
    asked = step.decide.model_copy(update={"options": options})
    return step.model_copy(update={"decide": asked})


def _scoped(step: Decide, scope: Scope) -> Decide:
    name = step.decide.name
    update = {
        "options": tuple(_leading(option, scope) for option in step.decide.options),
        "name": None if name is None else scope.value(name),
    }
    return step.model_copy(update={"decide": step.decide.model_copy(update=update)})


def _leading(option: Option, scope: Scope) -> Option:
    if option.goto is None:
        return option
    return option.model_copy(update={"then": Goto.model_construct(goto=scope.step(option.goto))})


FORMAT = Format(
    model=Decide,
    key="decide",
    name="a question",
    parts=(
        Part("decide", Question, "a question"),
        Part("options", Option, "an answer", many=True),
        Part("then", Goto, "where an answer leads"),
    ),
    filled=FILLED_IN_LEAF | {("run",), ("decide", "options", "title")},
    typed=("run",),
    asks=(),
    check=_no_check,
    rules=_rules,
    mark=_mark,
    printed=_printed,
    options=_options,
    finds=_finds,
    captures=captures_none,
    lists=(("decide", "options", "then"),),
    containers=_containers,
    within=_within,
    approval=no_approval,
    guards=False,
    scoped=_scoped,
)
