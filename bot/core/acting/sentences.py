"""What the sentences of acts share: how the post-mortem names steps, checks and lines."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.acting.names import Names
from bot.core.markup.model import Code, Inline, Words, joined
from bot.core.run import events as e
from bot.core.run.expected import missed, tolerated
from bot.core.run.model import Run
from bot.core.run.values import Values


@dataclass(frozen=True, slots=True)
class Around:
    """What a sentence about a fact may look at: the run at its end, the run before the fact.

    `before` is None for a run's first fact.
    """

    run: Run
    before: Run | None
    names: Names


def step_title(run: Run, step_id: str) -> Inline:
    """A step's number and title: `1 (Revoke the key)`; raises ValueError."""
    placed = run.known(step_id)
    if placed is None:
        raise ValueError(f"{run.id} has no step {step_id}")
    return f"{placed.number} (", Words(run.words(placed.step.title, step_id)), ")"


def check_title(around: Around, check: str) -> Inline:
    """What a check says when it passes, with the values of then where they are others now."""
    run = around.before if around.run.given and around.before else around.run
    return Words(run.words(around.run.procedure.checks[check].title))


def item_title(run: Run, key: str) -> Inline:
    """The words of a line of the verification, by its key."""
    found = next((item.title for item in run.verification() if item.key == key), None)
    return Words(found or "The procedure has no verification")


def why(run: Run, observed: e.CheckObserved) -> Inline:
    """Why a look failed, and why the bot stopped looking, or what it let pass; in parentheses."""
    inside = tolerated(observed, run.procedure) if observed.green else _why_red(run, observed)
    return (" (", inside, ")") if inside else ""


def _why_red(run: Run, observed: e.CheckObserved) -> Inline:
    some = any(not seen.held for seen in observed.seen)
    ended = ("; given up: ", Words(observed.reason)) if observed.reason and some else ""
    return missed(observed, run.procedure), ended


def light(green: bool | None) -> str:  # noqa: FBT001 - a verdict is what it is
    """A verdict as a sign and a word, for colour never speaks alone."""
    return "⚪ not known" if green is None else "🟢 passed" if green else "🔴 failed"


def given(values: Mapping[str, str], texts: Values | None = None) -> Inline:
    """Values, each with its name; *texts* know what those are called that steps find."""
    called = str if texts is None else texts.called
    return joined(
        ", ", ((Words(called(name)), " = ", Code(value)) for name, value in values.items())
    )
