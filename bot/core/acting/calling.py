"""Whom a message calls for a role: its user group by its id, and those on a list beside it.

It is worked out when the fact is made, of what is known then, and recorded with it: whoever draws
the message knows of no configuration.
"""

import re
from collections.abc import Collection, Sequence
from typing import Any

from bot.core.person import Person
from bot.core.procedure import Procedure
from bot.core.run.holding import Knows
from bot.core.text import counted, escape, mention

MOST = 10
"""How many people are called by name; the others are counted."""
_MENTION = re.compile(r"<@[A-Z0-9]+>")


def called(
    procedure: Procedure, roles: Sequence[str], knows: Knows, but: Collection[str] = ()
) -> dict[str, Any]:
    """The fields of a fact that say whom it calls for these roles; nobody among *but* by name."""
    groups: dict[str, None] = {}
    people: dict[str, None] = {}
    for role in roles:
        told = knows.members(procedure, role)
        inside = told.people if told.id is not None and told.fresh else frozenset()
        if told.id is not None:
            groups[told.id] = None
        # Who is called with the group is not called twice.
        listed = (one for one in knows.people(procedure, role) if one not in inside)
        people |= dict.fromkeys(one for one in listed if one not in but)
    found = [mention(Person(id=one)) for one in people]
    others = {"others": len(found) - MOST} if len(found) > MOST else {}
    return {"groups": tuple(groups), "calls": tuple(found[:MOST]), **others}


def say(groups: Sequence[str], calls: Sequence[str], others: int) -> str:
    """Those who are called, as Slack notifies them; what was erased of it is left out."""
    by_name = [one for one in calls if _MENTION.fullmatch(one)]
    more = f" and {counted(others, 'other')}" if others and by_name else ""
    parts = [*(f"<!subteam^{escape(one)}>" for one in groups)]
    if by_name:
        parts.append(f"{', '.join(by_name)}{more}")
    return " ".join(parts)
