"""Facts in tests: an event as what it must be."""

from typing import TypeVar

from bot.core.run import events as e

E = TypeVar("E", bound=e.Event)


def event(fact: e.Fact, kind: type[E]) -> E:
    """The fact's event, which must be of this kind."""
    assert isinstance(fact.event, kind), fact
    return fact.event
