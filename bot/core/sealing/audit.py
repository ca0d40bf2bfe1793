"""Whether what lies beside the entries is what they were sealed with, or was erased."""

import json
from typing import Any

from bot.core.sealing.body import SEAL, Gone, held, is_sealed, opened, persons
from bot.core.sealing.people import People
from bot.core.sealing.reading import Entry, was


def sealed_faults(entry: Entry, people: People, gone: Gone) -> list[str]:
    """What is wrong with the values of one entry, in words; its body has been looked at."""
    seq, beside = entry.seq, entry.beside
    try:
        sealed = json.loads(entry.body) if is_sealed(entry.body) else {}
    except ValueError:
        return []  # It is no entry that anybody can read, and has been told of.
    committed = bool(sealed.get(SEAL))
    if beside is None and committed and seq not in gone.words:
        return [f"the words of entry {seq} are gone, and no entry says that they were erased"]
    if beside is not None and seq in gone.words:
        return [f"the words of entry {seq} are there, and an entry says that they were erased"]
    if beside is not None and not _fits(entry, sealed, people, committed=committed):
        return [f"the words of entry {seq} are not those that were recorded"]
    if all(people.has(token, key) for token, key in persons(sealed, beside)):
        return []
    return [f"someone in entry {seq} is not among the run's people"]


def _fits(entry: Entry, sealed: dict[str, Any], people: People, *, committed: bool) -> bool:
    try:
        before = was(entry.beside)
        if before is not None and opened(entry.body, entry.beside, people) != before:
            return False
    except ValueError:
        return False
    return held(sealed, entry.beside or "") if committed else before is not None


def people_faults(people: People, gone: Gone) -> list[str]:
    """Who is not the one who was recorded, or is gone, or is there, though no entry says so."""
    faults = people.faults()
    for token in people.tokens:
        name = f"person {people.number(token)}"
        if people.id(token) is None and token not in gone.people:
            faults.append(f"{name} is gone, and no entry says that they were erased")
        if people.id(token) is not None and token in gone.people:
            faults.append(f"{name} is there, and an entry says that they were erased")
    return faults
