"""Rules over roles: every one that is named is there, and every one that is there is named.

And the owner's group has a channel in which it can be called.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.lint.references import undefined, walk
from bot.core.procedure import Procedure, approval_of, guards
from bot.core.procedure.finding import Finding, Path, quoted
from bot.core.run.holding import Knows


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


def unheld(procedure: Procedure, knows: Knows) -> Iterator[Finding]:
    """Warn of approvals and rights of a role that nobody holds: neither here nor as configured."""
    for path, role in _named(procedure):
        decides = path[-1] != "role" or path[-2] in ("approve", "approval")
        if decides and role in procedure.roles and not knows.named(procedure, role):
            message = f"nobody holds the role {quoted(role)}"
            write = (
                f"people: [U012ABCDEF], or slack_group:, at {role} under `roles:`, here or in the "
                "file of targets"
            )
            yield Finding(path, message, write, severity="warning")


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
