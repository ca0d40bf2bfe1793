"""Roles, in a file: who holds them, and what only their holders may do.

The bot's own configuration says the same in the same words, so its file is read by these models.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator, Field

from bot.core.procedure.fields import Id, Line, Model, refused

PERSON_PATTERN = r"^[UW][A-Z0-9]{2,79}$"
GROUP_PATTERN = r"^@?[^\s@<>,|/]{1,80}$"

Right = Literal["start", "work", "approve", "confirm", "close", "erase", "export"]
"""What a rule can keep for the holders of a role."""
RIGHTS: tuple[Right, ...] = get_args(Right)


def _one_or_more(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Roles = Annotated[
    tuple[Id, ...],
    Field(strict=False, min_length=1, max_length=20),
    BeforeValidator(_one_or_more, json_schema_input_type=Id | list[Id]),
]
"""One role, or several of which any will do."""
PersonId = Annotated[str, Field(pattern=PERSON_PATTERN)]
Group = Annotated[str, Field(pattern=GROUP_PATTERN)]


class Held(Model):
    """Who holds a role: the members of a user group, the people of a list, or both."""

    slack_group: Group | None = None
    """A user group of Slack, by its handle, such as `key-custodians`, or by its id."""
    people: Annotated[tuple[PersonId, ...], Field(strict=False, max_length=500)] = ()
    """People by their ids in Slack, such as `U012ABCDEF`; they hold it whatever Slack says."""


class Role(Held):
    """A part that someone plays in a procedure."""

    description: Line
    """What its holder does: "approves a revocation"."""


class Who(Model):
    """What only the holders of a role may do; what is not named, everyone may."""

    start: Roles | None = None
    """Who may start it."""
    work: Roles | None = None
    """Who may take its steps, end them and answer its questions."""
    approve: Roles | None = None
    """Who may approve, where a step does not name a role itself."""
    confirm: Roles | None = None
    """Who may confirm a line of the verification."""
    close: Roles | None = None
    """Who may close a run, and open it again."""
    erase: Roles | None = None
    """Who may erase what others wrote, beside those whom the bot's settings name."""
    export: Roles | None = None
    """Who may have the post-mortem written."""

    def of(self, right: Right) -> tuple[str, ...]:
        """The roles that have a right; none of them where everyone has it."""
        named: tuple[str, ...] | None = getattr(self, right)
        return named or ()

    def named(self) -> Iterator[tuple[Right, int, str]]:
        """Each role that is named, for which right, and where in its list."""
        for right in RIGHTS:
            for index, role in enumerate(self.of(right)):
                yield right, index, role

    @property
    def roles(self) -> frozenset[str]:
        """All roles that are named."""
        return frozenset(role for _, _, role in self.named())


EVERYONE = Who()
"""Nothing is kept for anyone."""


def of_somebody(who: Who | None, *, private: bool) -> None:
    """Refuse a procedure that is private, and says of nobody that they may see it."""
    if private and not (who and who.roles):
        raise refused(
            "a private procedure is seen by those whom `who` names, and it names nobody",
            "who: { start: ROLE }",
            "private",
        )
