"""What somebody wrote in an entry, as it is stored: for whoever looks for secrets in it."""

import json
from dataclasses import dataclass
from typing import Any

from bot.core.acting.sealed import INPUTS, WORDS
from bot.core.run import events as e
from bot.core.sealing.body import is_sealed, seal
from bot.core.sealing.people import People
from bot.core.sealing.reading import Entry
from bot.core.sealing.table import BY_KIND
from bot.core.sealing.words import unmasked

_WRITTEN = {
    kind: [name for name, how in fields.items() if how in (WORDS, INPUTS)]
    for kind, fields in BY_KIND.items()
}


@dataclass(frozen=True, slots=True)
class Written:
    """A text of an entry, and in which field it stands: `text`, `reasons/up`."""

    where: str
    text: str


def written(entry: Entry, people: People) -> list[Written]:
    """What somebody wrote in an entry, unmasked; nothing, once it was erased."""
    body, beside = entry.body, entry.beside
    if not is_sealed(body):
        people = People()
        made = seal(e.load(body), people, str)
        body, beside = made.body, made.beside
    if beside is None:
        return []
    stored, values = json.loads(body), json.loads(beside)["values"]
    return [
        Written(where, unmasked(values[number], people))
        for name in _WRITTEN.get(entry.kind, ())
        for where, number in _places(name, stored.get(name))
        if number is not None
    ]


def _places(name: str, kept: Any) -> list[tuple[str, Any]]:
    """Where the texts of a field are: each with the number of its value."""
    if isinstance(kept, list):
        return [(f"{name}/{n}", number) for n, number in enumerate(kept)]
    if not isinstance(kept, dict):
        return [(name, kept)]
    return [(f"{name}/{key}", number) for key, number in kept.items()]
