"""What an erasure takes out of a run: worked out from what is stored, before it is decided."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from bot.core.acting.sealed import FIGURES, INPUTS, SEEN
from bot.core.sealing.body import RESEALED, authors, fields_of, hows, is_sealed, persons
from bot.core.sealing.people import People
from bot.core.sealing.reading import Entry, was

CLOSED_ONLY = (INPUTS, SEEN, FIGURES)
"""What a run under way works with: it goes once the run is closed."""
_READ = "evidence_read"
"""What the bot read of a file, which the entry with the number `entry` names."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to go: everything, or what a person wrote and who they are, or single entries.

    `tokens` are people that an earlier erasure took out, which is done again. `own` is the person
    whose entries alone may be named, if it matters whose they are.
    """

    everything: bool = False
    person: str | None = None
    entries: tuple[int, ...] = ()
    tokens: tuple[str, ...] = ()
    own: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The entries whose words go, the people, and the entries that do not follow any more.

    `later` is what goes only from a closed run, None for nothing.
    """

    words: tuple[int, ...] = ()
    people: tuple[str, ...] = ()
    unchecked: tuple[int, ...] = ()
    later: Wanted | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing goes, now or later."""
        return not (self.words or self.people or self.later)


class NotTheirs(Exception):
    """An entry was named that somebody else wrote; the argument is its number."""


@dataclass(slots=True)
class _Found:
    words: list[int] = field(default_factory=list)
    unchecked: list[int] = field(default_factory=list)
    later: list[int] = field(default_factory=list)


def plan(entries: Sequence[Entry], people: People, wanted: Wanted, *, is_open: bool) -> Plan:
    """What goes; *entries* are sealed, those of before afterwards. Raises ValueError, NotTheirs."""
    mine = people.token(wanted.person) if wanted.person else None
    tokens = _tokens(people, wanted, mine)
    found = _Found()
    going: Collection[str] = () if is_open else tokens
    for entry in entries:
        if not is_sealed(entry.body):
            raise ValueError(f"entry {entry.seq} is not sealed")
        _look(entry, wanted, mine, going, found, is_open=is_open)
    if wanted.own is not None:
        _only_own(entries, wanted, people.token(wanted.own))
    later = _later(wanted, found, tokens) if is_open else None
    return Plan(tuple(found.words), tuple(going), tuple(found.unchecked), later)


def _later(wanted: Wanted, found: _Found, tokens: Sequence[str]) -> Wanted | None:
    """What is left of it that goes only from a closed run."""
    if not found.later and not tokens:
        return None
    if wanted.everything:
        return Wanted(everything=True)
    return Wanted(entries=tuple(found.later), tokens=tuple(tokens))


def _only_own(entries: Sequence[Entry], wanted: Wanted, mine: str | None) -> None:
    """Raise NotTheirs for an entry that is named and was not written by *mine*."""
    for entry in entries:
        if entry.seq in wanted.entries and (
            mine is None or mine not in authors(json.loads(entry.body))
        ):
            raise NotTheirs(entry.seq)


def _tokens(people: People, wanted: Wanted, mine: str | None) -> list[str]:
    there = [token for token in people.tokens if people.id(token) is not None]
    if wanted.everything:
        return there
    return [token for token in there if token == mine or token in wanted.tokens]


def is_kept(entry: Entry) -> bool:
    """Whether any words of an entry are there."""
    return entry.beside is not None and bool(json.loads(entry.beside)["values"])


def _look(
    entry: Entry,
    wanted: Wanted,
    mine: str | None,
    going: Collection[str],
    found: _Found,
    *,
    is_open: bool,
) -> None:
    """Add what goes of one entry."""
    body, beside = json.loads(entry.body), entry.beside
    by_them = mine is not None and mine in authors(body)
    # A hash of what somebody showed goes with what they said of it: a short file could be guessed.
    with_it = body.get("kind") == _READ and body.get("entry") in found.words
    asked = wanted.everything or entry.seq in wanted.entries or by_them or with_it
    goes = asked and is_kept(entry)
    if goes and is_open and any(how in CLOSED_ONLY for how in hows(fields_of(body))):
        found.later.append(entry.seq)
        goes = False
    if goes:
        found.words.append(entry.seq)
    loses = goes or any(token in going for token, _ in persons(body, beside))
    if loses and body.get(RESEALED) and was(beside) is not None:
        found.unchecked.append(entry.seq)
