"""Rules over roles: every one that is named is there, and every one that is there is named.

And the owner's group has a channel in which it can be called.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.lint.references import undefined, walk
from bot.core.procedure import Procedure, approval_of, guards
from bot.core.procedure.finding import Finding, Path, quoted


def roles(procedure: Procedure) -> Iterator[Finding]:
    """Find roles that are named and are not there, or that nothing names."""
    used: set[str] = set()
    for path, role in _named(procedure):
        used.add(role)
        if role not in procedure.roles:
            yield undefined(path, role, "role", procedure.roles, "roles:")
    owner = procedure.owner
    if owner is not None and owner.slack_group is not None and owner.place is None:
        message = "a group is called by a post in the owner's channel, and there is none"
        yield Finding(("owner", "slack_group"), message, 'slack: "#storage-oncall"', "warning")
    for role in procedure.roles:
        if role not in used:
            message = f"nothing names the role {quoted(role)}"
            write = f"`role: {role}` at a step, or `who:`, or leave it out"
            yield Finding(("roles", role), message, write, severity="warning", at_key=True)


def _named(procedure: Procedure) -> Iterator[tuple[Path, str]]:
    """Every role that is named, with the path of its name."""
    for path, step in walk(procedure.steps):
        if step.role is not None:
            yield (*path, "role"), step.role
        if (asked := approval_of(step)) is not None and asked.role is not None:
            yield (*path, "approve" if guards(step) else "approval", "role"), asked.role
    if procedure.who is not None:
        for right, index, role in procedure.who.named():
            yield ("who", right, index), role
