"""People named in a message that notifies them of nothing.

A mention calls somebody, so messages mention those who must act or who wait for what is told. Who
merely did something stands there by name. An edit notifies nobody, so boards mention whom they
like; what is posted does not.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.core.blockkit.blocks import Block
from bot.core.run.events import Person
from bot.core.run.model import Run
from bot.core.text import brief, mention

_SHOWN = 80
"""How much of a name is shown, in characters."""
_MENTION = re.compile(r"<@([A-Z0-9]+)>")


def by_name(run: Run, person: Person) -> str:
    """Someone by name; by a mention where nobody told theirs, since an id says nothing."""
    name = _name(run, person)
    if name is None or person.is_erased:
        return mention(person)
    return f"{name}{' (external)' if person.team else ''}"


def _name(run: Run, person: Person) -> str | None:
    met = run.people.get(person.id)
    name = person.name or (met.name if met is not None else None)
    return brief(name, _SHOWN) if name else None


def quiet(run: Run, blocks: Sequence[Mapping[str, Any]]) -> list[Block]:
    """Blocks in which nobody is mentioned whose name is known, for where they are posted.

    What people wrote is escaped in them, so each mention is the bot's own.
    """
    return [_quiet(run, one) for one in blocks]


def quietly(run: Run, text: str) -> str:
    """The same for words."""
    return _MENTION.sub(lambda one: _name(run, Person(id=one[1])) or one[0], text)


def _quiet(run: Run, drawn: Any) -> Any:
    if isinstance(drawn, str):
        return quietly(run, drawn)
    if isinstance(drawn, list):
        return [_quiet(run, one) for one in drawn]
    if isinstance(drawn, dict):
        return {key: _quiet(run, one) for key, one in drawn.items()}
    return drawn
