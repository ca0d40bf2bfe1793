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


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to go: everything, or what a person wrote and who they are, or single entries.

    `tokens` are people that an earlier erasure took out, which is done again.
    """

    everything: bool = False
    person: str | None = None
    entries: tuple[int, ...] = ()
    tokens: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The entries whose words go, the people, and the entries that do not follow any more.

    `waiting` says that something is left that goes only from a closed run.
    """

    words: tuple[int, ...] = ()
    people: tuple[str, ...] = ()
    unchecked: tuple[int, ...] = ()
    waiting: bool = False


@dataclass(slots=True)
class _Found:
    words: list[int] = field(default_factory=list)
    unchecked: list[int] = field(default_factory=list)
    waiting: bool = False


def plan(entries: Sequence[Entry], people: People, wanted: Wanted, *, is_open: bool) -> Plan:
    """What goes; *entries* are sealed, those of before afterwards. Raises ValueError."""
    mine = people.token(wanted.person) if wanted.person else None
    tokens = _tokens(people, wanted, mine)
    found = _Found(waiting=is_open and bool(tokens))
    going: Collection[str] = () if is_open else tokens
    for entry in entries:
        if not is_sealed(entry.body):
            raise ValueError(f"entry {entry.seq} is not sealed")
        _look(entry, wanted, mine, going, found, is_open=is_open)
    return Plan(tuple(found.words), tuple(going), tuple(found.unchecked), found.waiting)


def _tokens(people: People, wanted: Wanted, mine: str | None) -> list[str]:
    there = [token for token in people.tokens if people.id(token) is not None]
    if wanted.everything:
        return there
    return [token for token in there if token == mine or token in wanted.tokens]


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
    kept = beside is not None and bool(json.loads(beside)["values"])
    own = mine is not None and mine in authors(body)
    asked = wanted.everything or entry.seq in wanted.entries or own
    needed = is_open and any(how in CLOSED_ONLY for how in hows(fields_of(body)))
    goes = kept and asked and not needed
    found.waiting = found.waiting or (kept and asked and needed)
    if goes:
        found.words.append(entry.seq)
    loses = goes or any(token in going for token, _ in persons(body, beside))
    if loses and body.get(RESEALED) and was(beside) is not None:
        found.unchecked.append(entry.seq)
