"""Random words to the owner of a procedure, and the story in which all of it happens."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from hypothesis import strategies as st

from bot.core.engine import commands as c
from bot.core.run import events as e
from bot.core.run.model import Run

A = TypeVar("A")


def calling(
    draw: st.DrawFn, run: Run, step: str, texts: st.SearchStrategy[str]
) -> dict[type, Callable[[], dict[str, Any]]]:
    """What can be said about the owner: mostly of a call that somebody made."""

    def about() -> dict[str, Any]:
        checks = st.sampled_from([None, None, "c9", *run.procedure.checks])
        return {"step": draw(st.sampled_from([step, step, None])), "check": draw(checks)}

    def of_call() -> dict[str, Any]:
        return {"request": draw(st.sampled_from([1, *run.calls, *run.calls]))}

    def of_update() -> dict[str, Any]:
        places = st.sampled_from([(), ("#status",), ("#status", "#others"), ("#nowhere",)])
        return {"text": draw(texts), "channels": draw(places)}

    return {
        c.CallOwner: about,
        c.OwnerComes: of_call,
        c.OwnerStays: of_call,
        c.TellStakeholders: of_update,
    }


def arrivals(draw: st.DrawFn, run: Run, kind: type[c.Command]) -> c.Command:
    """How a post elsewhere ended: mostly of one that somebody asked for."""
    if kind is c.TellCalled:
        why = draw(st.sampled_from([{}, {"error": "no"}, {"error": "answer_lost"}]))
        asked = st.one_of(st.integers(1, run.seq + 1), st.sampled_from([1, *run.calls]))
        return c.TellCalled(e.OwnerReached(request=draw(asked), **why))
    event = e.UpdateArrived(
        request=draw(st.sampled_from([1, *run.updates, *run.updates])),
        place=draw(st.sampled_from(["#status", "#status", "#others", "#nowhere"])),
        **draw(st.sampled_from([{}, {"error": "not_in_channel"}, {"error": "answer_lost"}])),
    )
    return c.TellArrived(event)


def updated(run: Callable[[], Run], does: Callable[[c.Command], A], ana: e.Person) -> Iterator[A]:
    """Stakeholders are told, and do not hear it."""
    yield does(c.TellStakeholders(ana, "We are on it.", ("#status",)))
    away = e.UpdateArrived(request=run().seq, place="#status", error="not_in_channel")
    yield does(c.TellArrived(away))


def broke(
    run: Callable[[], Run], does: Callable[[c.Command], A], ana: e.Person, ben: e.Person
) -> Iterator[A]:
    """A step failed, and its owner cannot be told; then one comes, and does not after all."""
    yield does(c.Fail("one", ana, "It broke."))
    yield does(c.CallOwner("one", ben))
    away = e.OwnerReached(step="one", request=run().seq, error="not_in_channel")
    yield does(c.TellCalled(away))
    yield does(c.CallOwner("one", ben))
    called = run().seq
    yield does(c.TellCalled(e.OwnerReached(step="one", request=called)))
    yield does(c.OwnerComes(ana, called))
    yield does(c.OwnerStays(ana, called))
    yield does(c.Undo("one", ana))
