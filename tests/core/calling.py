"""Random words to the owner of a procedure, and the story in which all of it happens."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from hypothesis import strategies as st

from bot.core.engine import commands as c
from bot.core.run import events as e
from bot.core.run.model import Run

A = TypeVar("A")


def calling(draw: st.DrawFn, run: Run, step: str) -> dict[type, Callable[[], dict[str, Any]]]:
    """What can be said about the owner: mostly of a call that somebody made."""

    def about() -> dict[str, Any]:
        checks = st.sampled_from([None, None, "c9", *run.procedure.checks])
        return {"step": draw(st.sampled_from([step, step, None])), "check": draw(checks)}

    def of_call() -> dict[str, Any]:
        return {"request": draw(st.sampled_from([1, *run.calls, *run.calls]))}

    return {c.CallOwner: about, c.OwnerComes: of_call, c.OwnerStays: of_call}


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
