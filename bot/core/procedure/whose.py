"""Roles and rights in words, plain: what every view and page says alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.core.procedure.model import Procedure
from bot.core.procedure.roles import RIGHTS, Right, Role
from bot.core.text import counted

DOES: Mapping[Right, str] = {
    "start": "start this procedure",
    "work": "work on its steps",
    "approve": "approve",
    "confirm": "confirm its lines",
    "close": "close and reopen its runs",
    "erase": "erase what others wrote",
    "export": "have the post-mortem written",
}
"""What a rule is about."""

PRIVATE = "Private: seen only by people with a role that is named here"


def say_role(name: str, role: Role) -> str:
    """A role, what it is for, and what says who holds it."""
    by = [f"user group {role.slack_group}"] if role.slack_group else []
    by += [counted(len(role.people), "person", "people") + " by name"] if role.people else []
    return f"{name}: {role.description}" + (f" ({', '.join(by)})" if by else "")


def say_rights(procedure: Procedure) -> Iterator[str]:
    """What only the holders of roles may do, a line for each."""
    for right in RIGHTS:
        if procedure.who and (roles := procedure.who.of(right)):
            yield f"Only {' or '.join(roles)} may {DOES[right]}"
    if procedure.private:
        yield PRIVATE


def say_roles(procedure: Procedure) -> list[str]:
    """All that a procedure says of roles and rights, line by line."""
    known = [say_role(name, role) for name, role in procedure.roles.items()]
    return [*known, *say_rights(procedure)]
