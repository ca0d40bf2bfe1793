"""Whether what lies beside the entries is what they were sealed with, or was erased."""

from typing import Any

from bot.core.sealing.body import RESEALED, SEAL, WAS, Gone, held, is_sealed, opened, persons
from bot.core.sealing.people import People, canonical, stored
from bot.core.sealing.reading import Entry, was


def sealed_faults(entry: Entry, people: People, gone: Gone) -> list[str]:
    """What is wrong with the values of one entry, in words; its body has been looked at."""
    seq, beside = entry.seq, entry.beside
    sealed = stored(entry.body) if is_sealed(entry.body) else {}
    committed = bool(sealed.get(SEAL))
    if beside is None and committed and seq not in gone.words:
        return [f"the words of entry {seq} are gone, and no entry says that they were erased"]
    if beside is not None and seq in gone.words:
        return [f"the words of entry {seq} are there, and an entry says that they were erased"]
    if beside is not None and not _fits(entry, sealed, people, committed=committed):
        return [f"the words of entry {seq} are not those that were recorded"]
    try:
        known = all(people.has(token, key) for token, key in persons(sealed, beside))
    except (ValueError, TypeError, KeyError):
        return [f"who is in entry {seq} cannot be read"]
    return [] if known else [f"someone in entry {seq} is not among the run's people"]


def _fits(entry: Entry, sealed: dict[str, Any], people: People, *, committed: bool) -> bool:
    """Whether what lies beside an entry is stored as it was written, and is what was sealed."""
    beside = entry.beside or ""
    try:
        before = was(beside)
        # The hash is of the body before, so what stands in its place is held against that.
        if before is not None and (
            opened(entry.body, beside, people) != before
            or canonical({**sealed, RESEALED: True}) != entry.body
        ):
            return False
        if canonical(stored(beside)) != beside:
            return False
    except ValueError:
        return False
    if committed:
        return held(sealed, beside)
    # An entry without words has nothing beside it but its body of before.
    return stored(beside) == {"salt": "", "values": [], WAS: before}


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
