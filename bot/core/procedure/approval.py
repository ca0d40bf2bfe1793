"""Approvals, in a file: how many people must agree, who they are, and within which time."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bot.core.procedure.fields import Duration, Id, Model, show_duration

MOST = 20
"""The most people whose agreement can be asked for."""


class Approval(Model):
    """Whose agreement something needs: never that of whoever asks for it, nor of who does it."""

    min: Annotated[int, Field(ge=1, le=MOST)] = 1
    """How many people must approve."""
    role: Id | None = None
    """The role that they hold; else anyone but the person who asks."""
    timeout: Duration | None = None
    """How long a request waits for them, such as `30m`; then it is asked for again."""


def say_approval(asked: Approval) -> str:
    """Who must approve: `2 people (role: custodian), not the one who asks, within 30m`."""
    role = f" (role: {asked.role})" if asked.role else ""
    within = f", within {show_duration(asked.timeout)} of asking" if asked.timeout else ""
    return f"{_people(asked.min)}{role}, not the one who asks{within}"


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number} people"
