"""Rules over approvals: enough people can give each, and each is about something.

They see a procedure that has its shape; whether a role is there is said by `bot.core.lint.roles`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.core.lint.references import walk
from bot.core.procedure import (
    Approval,
    Placed,
    Procedure,
    Step,
    approval_of,
    commands,
    finds_of,
    guards,
    options_of,
)
from bot.core.procedure.finding import Finding, Path, quoted
from bot.core.run.covering import covered, guarded, words_of
from bot.core.run.need import first_of
from bot.core.template import names


def approvals(procedure: Procedure) -> Iterator[Finding]:
    """Find approvals that nobody can give, that anyone can, or that are about nothing."""
    places = {one.step.id: n for n, one in enumerate(procedure.leaves())}
    for path, step in walk(procedure.steps):
        asked = approval_of(step)
        if asked is None:
            continue
        here = (*path, "approve" if guards(step) else "approval")
        yield from _enough(procedure, here, asked)
        if guards(step) and step.role is not None and asked.role is None:
            message = "nobody does an approval, and this says nothing of who gives it"
            yield Finding((*path, "role"), message, f"approve: {{ role: {step.role} }}")
        if step.id in places:
            yield from _about(procedure, path, here, step, places)
    yield from _gone_round(procedure, places)


def _gone_round(procedure: Procedure, places: Mapping[str, int]) -> Iterator[Finding]:
    """No answer leads past an approval to what that is about: it would be done without."""
    placed = procedure.leaves()
    guard = guarded(placed)
    for path, step in walk(procedure.steps):
        for index, option in enumerate(options_of(step)):
            to = None if option.goto is None else first_of(placed, option.goto)
            asks = None if to is None else guard.get(to)
            if asks is not None and places[step.id] < places[asks.step.id]:
                message = f"this leads past the approval {quoted(asks.step.id)} to what it is about"
                at: Path = (*path, "decide", "options", index, "then", "goto")
                yield Finding(at, message, asks.step.id)


def _enough(procedure: Procedure, here: Path, asked: Approval) -> Iterator[Finding]:
    """Where a list alone says who holds the role, it has as many people as have to approve."""
    role = procedure.roles.get(asked.role or "")
    if role is None or role.slack_group is not None or not role.people:
        return
    there = len(set(role.people))
    if asked.min > there:
        message = f"{asked.min} must approve, and {there} on the list of {quoted(asked.role)}"
        write = f"min: {there}, or more people in the role"
        yield Finding((*here, "min"), message, write)
    elif asked.min == there:
        message = f"everyone on the list of {quoted(asked.role)} must approve, so none may ask"
        yield Finding((*here, "role"), message, "one more person in the role", severity="warning")


def _about(
    procedure: Procedure, path: Path, here: Path, step: Step, places: Mapping[str, int]
) -> Iterator[Finding]:
    """What is approved is there, and is not left to anyone where it cannot be undone."""
    placed = procedure.leaves()
    about = covered(placed, places[step.id])
    if guards(step) and _is_alternative(placed[places[step.id]]):
        message = "an alternative that only asks: what comes after it is another one"
        yield Finding(here, message, "approval: at the alternative itself", at_key=True)
    elif not about:
        message = "nothing comes after it in its list, so nothing waits for it"
        yield Finding(here, message, "the step that it is about, behind it", at_key=True)
    found = {name for one in about for name in finds_of(one.step)} if guards(step) else set()
    used = {
        name
        for one in about
        for text in (*words_of(one.step), *commands(one.step))
        for name in names(text)
    }
    for name in sorted(found & used):
        message = f"what it is about uses {quoted(name)}, which is found only behind it"
        yield Finding(here, message, "approval: at the step that uses it", at_key=True)
    asked = approval_of(step)
    destroys = next((one for one in about if one.step.danger is not None), None)
    named = procedure.who is not None and procedure.who.of("approve")
    if asked is not None and asked.role is None and destroys is not None and not named:
        message = f"anyone may approve {quoted(destroys.step.id)}, which cannot be undone"
        yield Finding(here, message, "role: (one of `roles:`)", severity="warning", at_key=True)


def _is_alternative(placed: Placed) -> bool:
    return bool(placed.groups) and placed.groups[-1].one_of
