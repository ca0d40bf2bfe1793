"""Who acts on a run: a person, or the bot for a reason of its own.

A command says what is asked, and who is named in the record for it. The actor says who asks, and
through what; whether they may is asked of the actor, in one place, before any rule, with what is
known of who holds which role (`bot.core.run.holding`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bot.core.person import Person

Via = Literal["slack", "terminal", "timer", "bot", "alert", "agent"]
"""Through what something was asked: by people in Slack or on a terminal, or by the bot itself.

By the bot it is when a timer's time has come, when its checker has looked or Slack has answered
(`bot`), when an alert came in, or when an agent acts for a person.
"""


@dataclass(frozen=True, slots=True)
class Someone:
    """A person who acts, and through what they do."""

    person: Person
    via: Via = "slack"


@dataclass(frozen=True, slots=True)
class System:
    """The bot itself; `on_behalf_of` is the person for whom it acts, if it does for one."""

    via: Via = "bot"
    on_behalf_of: Person | None = None


Actor = Someone | System


def source(actor: Actor) -> Mapping[str, Any]:
    """What the facts say of who acted: nothing where it goes without saying.

    That is of a person in Slack, who stands in the fact, and of what only the bot itself records.
    """
    said: dict[str, Any] = {} if actor.via in ("slack", "bot") else {"via": actor.via}
    if isinstance(actor, System) and actor.on_behalf_of is not None:
        said["on_behalf_of"] = actor.on_behalf_of
    return said


_WAYS = {"terminal": "from a terminal", "alert": "through an alert", "agent": "through an agent"}
_UNSAID = ("slack", "timer", "bot", "age")
"""What people need not be told: it is as they know it, or the bot's own, which says why."""


def way(via: str | None) -> str:
    """Through what something came, in words; empty where that was Slack, or the bot itself.

    A later version may have a word of its own for it.
    """
    if via is None or via in _UNSAID:
        return ""
    return _WAYS.get(via) or (f"through {via}" if via.isidentifier() else "")


def came(via: str | None) -> str:
    """The same, as it stands after who did it."""
    return f", {how}" if (how := way(via)) else ""
