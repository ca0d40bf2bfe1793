"""What a post-mortem is made from: a run, each fact with the run before and after it, the talk.

Nothing here writes Markdown.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, overload

from bot.core.acting.names import Names, mentioned
from bot.core.documents.postmortem.talk import Said
from bot.core.engine.fold import begin, evolve
from bot.core.procedure import Placed
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.rounds import span

A = TypeVar("A", bound=e.Event)
B = TypeVar("B", bound=e.Event)
C = TypeVar("C", bound=e.Event)


@dataclass(frozen=True, slots=True)
class Moment:
    """A fact, with the run as it was before (None for the first) and after it."""

    fact: e.Fact
    before: Run | None
    after: Run

    @property
    def at(self) -> datetime:
        return self.fact.at


@dataclass(frozen=True, slots=True)
class Story:
    """All that a post-mortem tells of; `said` is None when the thread was not read.

    `of_steps` has for each step the moments that belong to it, its check's looks among them.
    """

    run: Run
    moments: tuple[Moment, ...]
    names: Names
    said: tuple[Said, ...] | None
    exported_at: datetime
    of_steps: Mapping[str, Sequence[Moment]]

    @property
    def started(self) -> e.RunStarted:
        """The first event."""
        first = self.moments[0].fact.event
        if not isinstance(first, e.RunStarted):
            raise TypeError(f"{self.run.id} does not begin with run_started")
        return first

    @overload
    def of(self, a: type[A], /) -> list[tuple[Moment, A]]: ...
    @overload
    def of(self, a: type[A], b: type[B], /) -> list[tuple[Moment, A | B]]: ...
    @overload
    def of(self, a: type[A], b: type[B], c: type[C], /) -> list[tuple[Moment, A | B | C]]: ...
    def of(self, *kinds: type) -> list[tuple[Moment, Any]]:
        """The moments whose event is one of these kinds, each with that event, in order."""
        return [(m, m.fact.event) for m in self.moments if isinstance(m.fact.event, kinds)]

    def first(self, holds: Callable[[Moment], bool]) -> datetime | None:
        """When *holds* was first true, or None."""
        return next((m.at for m in self.moments if holds(m)), None)

    def at(self, m: Moment) -> Run:
        """The run whose values a moment is told with: of then, where they are others now."""
        return m.after if self.run.given else self.run

    def place(self, step_id: str) -> Placed:
        """The step with this id, which a fact of this run names."""
        placed = self.run.known(step_id)
        if placed is None:
            raise ValueError(f"{self.run.id} has no step {step_id}")
        return placed


def ids(run: Run, facts: Sequence[e.Fact], said: Sequence[Said]) -> list[str]:
    """Every id that the post-mortem will look up a name for: who acts, speaks or is mentioned.

    Of a long run or a long talk they can be gathered piece by piece.
    """
    texts = [
        getattr(fact.event, name)
        for fact in facts
        for name in ("reason", "what", "text", "words", "mistake")
        if getattr(fact.event, name, None)
    ]
    # Of every closing, also of one that did not come or was taken back.
    texts += (one for f in facts for one in getattr(f.event, "reasons", {}).values())
    texts += (one.text for one in said)
    speakers = (one.by for one in said)
    found = (key for text in texts for key in mentioned(text))
    theirs = [f.event for f in facts if isinstance(f.event, e.MessagePinned | e.MessageTakenBack)]
    authors = (one.author.id for one in theirs if one.author is not None)
    owners = (one.id for f in facts if (one := getattr(f.event, "owner", None)) is not None)
    whom = (one.id for fact in facts if (one := fact.event.on_behalf_of) is not None)
    apps = (
        one.app for one in theirs if isinstance(one, e.MessageTakenBack) and one.app is not None
    )
    return list(dict.fromkeys((*run.people, *whom, *owners, *authors, *speakers, *apps, *found)))


def tell(
    run: Run, facts: Sequence[e.Fact], names: Names, said: Sequence[Said] | None, at: datetime
) -> Story:
    """Follow *facts* once more from the first; raises ValueError when they do not make *run*."""
    moments: list[Moment] = []
    now: Run | None = None
    for fact in facts:
        after = begin(fact) if now is None else evolve(now, fact)
        moments.append(Moment(fact, now, after))
        now = after
    if now is None or (now.id, now.seq, now.head) != (run.id, run.seq, run.head):
        raise ValueError(f"these are not the facts that make {run.id} at fact {run.seq}")
    talk = None if said is None else tuple(sorted(said, key=lambda one: one.at))
    return Story(run, tuple(moments), names, talk, at, _of_steps(moments))


def _of_steps(moments: Sequence[Moment]) -> Mapping[str, Sequence[Moment]]:
    found: dict[str, list[Moment]] = {}
    asked: dict[str, str | None] = {}
    for m in moments:
        event = m.fact.event
        step = getattr(event, "step", None)
        if isinstance(event, e.CheckRequested):
            asked[event.request] = step
        elif isinstance(event, e.CheckObserved):
            step = asked.get(event.request)
        if isinstance(event, e.StepsReopened):
            for one in span(m.after.placed, event.first, event.last):
                found.setdefault(one, []).append(m)
        elif step is not None:
            found.setdefault(step, []).append(m)
    return found
