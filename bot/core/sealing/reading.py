"""A run's stored entries, read: each with what is left of it, and who erased the rest."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Protocol

from bot.core.run import events as e
from bot.core.run.actor import came
from bot.core.run.secrets import Secret
from bot.core.sealing.body import WAS, Erased, Gone, is_sealed, seal, unseal
from bot.core.sealing.people import People, stored

_LATER = frozenset({"erased", "secrets_found"})
"""The kinds of entries that say how what is before them is read."""

_BY = {"terminal": "an operator", "slack": "someone", "age": "the bot, for its age"}
"""Who erased something, where the fact names nobody."""


class Entry(Protocol):
    """What is read: an entry as it is stored."""

    @property
    def seq(self) -> int: ...
    @property
    def at(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def body(self) -> str: ...
    @property
    def beside(self) -> str | None: ...


def event_of(entry: Entry, people: People, gone: Gone) -> e.Event:
    """What an entry says; raises ValueError for one that this version does not know."""
    body, beside, known = entry.body, entry.beside, people
    if not is_sealed(body):
        if entry.seq not in gone.masks:
            return e.load(body)
        # Sealed in memory, since that is where masks are put on.
        known = People()
        made = seal(e.load(body), known, str)
        body, beside = made.body, made.beside
    return unseal(body, beside, known, seq=entry.seq, gone=gone)


def time_of(entry: Entry) -> datetime:
    """When an entry was written; raises ValueError for what is no time."""
    at = datetime.fromisoformat(entry.at)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def gone_from(entries: Iterable[Entry], people: People) -> Gone:
    """What was erased, or is masked, as far as *entries* say so.

    Those that cannot be read say nothing.
    """
    words: dict[int, Erased] = {}
    whom: dict[str, Erased] = {}
    unchecked: set[int] = set()
    masks: dict[int, tuple[Secret, ...]] = {}
    for entry in entries:
        if entry.kind not in _LATER:
            continue
        try:
            event, at = event_of(entry, people, Gone()), time_of(entry)
        except ValueError:
            continue
        if isinstance(event, e.Erased):
            who = event.by
            by = f"{who.name or who.id}{came(event.via)}" if who else _BY[event.via]
            how = Erased(at, by)
            words = {**dict.fromkeys(event.entries, how), **words}
            whom = {**dict.fromkeys(event.people, how), **whom}
            unchecked |= set(event.unchecked)
        elif isinstance(event, e.SecretsFound):
            masks[event.entry] = (*masks.get(event.entry, ()), *event.secrets)
    return Gone(words, whom, frozenset(unchecked), masks)


def rereads(events: Iterable[e.Event]) -> bool:
    """Whether one of them says that what is before it is read otherwise now: erased, or masked."""
    return any(isinstance(event, e.Erased | e.SecretsFound) for event in events)


def was(beside: str | None) -> str | None:
    """The body that an entry had before it was sealed afterwards, while that is kept."""
    if beside is None or '"was":' not in beside:
        return None
    try:
        kept = stored(beside).get(WAS)
    except ValueError:
        return None
    return kept if isinstance(kept, str) else None
