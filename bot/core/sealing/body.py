"""An entry sealed: the body that is hashed, what lies beside it, and the way back.

In the body each value that goes under the commitment is a number, its place in the list of values
beside it. So what a run is folded of (which step, whether a check passed, that there was a reason)
stays readable for good, and nothing else does.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.core.acting.sealed import FIGURES, OPEN, PERSON, Fields, How
from bot.core.person import ERASED
from bot.core.run import events as e
from bot.core.run.secrets import Secret
from bot.core.sealing.people import APART, People, Salts, canonical, commitment, stored
from bot.core.sealing.table import BY_KIND
from bot.core.sealing.words import covered, mentioned, nameless, put_together, taken_apart

SEAL = "seal"
"""The key of a sealed body that has the commitment; empty where there is nothing to commit to."""

RESEALED = "resealed"
"""The key that a body has which was sealed after it was hashed."""
WAS = "was"
"""The key beside such a body that has the plain one, until something is erased."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sealed:
    """A fact as it is stored: the body, and what lies beside it, if anything does."""

    body: str
    beside: str | None


@dataclass(frozen=True, slots=True)
class Erased:
    """When something was erased, and by whom, in words."""

    at: datetime
    by: str

    def __str__(self) -> str:
        return f"erased on {self.at:%Y-%m-%d} by {self.by}"


@dataclass(frozen=True, slots=True)
class Gone:
    """What was erased of a run: the words of entries, by number, and people, by token.

    `unchecked` are entries of before that were changed for it, and do not follow any more. `masks`
    are the secrets in the words of entries, which are there, and which nobody reads.
    """

    words: Mapping[int, Erased] = field(default_factory=dict)
    people: Mapping[str, Erased] = field(default_factory=dict)
    unchecked: frozenset[int] = frozenset()
    masks: Mapping[int, Sequence[Secret]] = field(default_factory=dict)


def is_sealed(body: str) -> bool:
    """Whether a stored body is a sealed one, without reading all of it."""
    # Keys are sorted and no kind of fact has such a field, so this cannot stand in a plain body
    # but within a text, whose quotation marks are escaped.
    if f'"{SEAL}":"' not in body:
        return False
    try:
        return SEAL in stored(body)
    except ValueError:
        return False  # It is no entry that anybody can read.


def seal(event: e.Event, people: People, salts: Salts) -> Sealed:
    """Seal an event; whoever appears in it for the first time is added to *people*."""
    values: list[Any] = []
    body = _sealed(e.plain(event, alone=True), BY_KIND[event.kind], values, people, salts)
    salt = salts() if values else ""
    made = commitment("words", salt, values) if values else ""
    beside = canonical({"salt": salt, "values": values}) if values else None
    return Sealed(canonical({**body, SEAL: made}), beside)


def reseal(body: str, people: People, salts: Salts) -> Sealed:
    """Seal an entry afterwards that was written plain; raises ValueError for one not known.

    Its hash stays what it was, so the plain body is kept beside it until something is erased.
    """
    made = seal(e.load(body), people, salts)
    beside = json.loads(made.beside) if made.beside else {"salt": "", "values": []}
    return Sealed(
        canonical({**json.loads(made.body), RESEALED: True}), canonical({**beside, WAS: body})
    )


def without_was(beside: str) -> str | None:
    """What lies beside an entry that was sealed afterwards, without the plain body."""
    left = {key: value for key, value in json.loads(beside).items() if key != WAS}
    return canonical(left) if left["values"] else None


def unseal(
    body: str, beside: str | None, people: People, *, seq: int = 0, gone: Gone | None = None
) -> e.Event:
    """The event again, with words in place of what was erased; raises ValueError.

    Nothing is held against the commitments: that is the audit's.
    """
    return e.load(opened(body, beside, people, seq=seq, gone=gone))


def opened(
    body: str, beside: str | None, people: People, *, seq: int = 0, gone: Gone | None = None
) -> str:
    """A sealed body as it would be stored if nothing were sealed; raises ValueError."""
    sealed = stored(body)
    plain = {key: value for key, value in sealed.items() if key not in (SEAL, RESEALED)}
    try:
        values = None if beside is None else stored(beside)["values"]
        opening = _Opening(values, people, seq, gone or Gone())
        return canonical(opening.read(plain, fields_of(sealed)))
    except (KeyError, IndexError, TypeError, AttributeError, RecursionError) as damaged:
        raise ValueError("what lies beside the entry does not belong to it") from damaged


def _sealed(plain: Json, fields: Fields, values: list[Any], people: People, salts: Salts) -> Json:
    """A record with tokens for people, and numbers for what goes into *values*."""

    def leaf(value: Any) -> int:
        values.append(taken_apart(value, people, salts) if isinstance(value, str) else value)
        return len(values) - 1

    made: Json = {}
    for name, value in plain.items():
        how = fields[name]
        if value is None or how is OPEN:
            made[name] = value
        elif how is PERSON:
            made[name] = _face(value, people, salts)
        elif isinstance(how, Mapping):
            made[name] = [_sealed(one, how, values, people, salts) for one in value]
        elif isinstance(value, dict) and how is not FIGURES:
            made[name] = {key: leaf(value[key]) for key in sorted(value)}
        elif isinstance(value, list):
            made[name] = [leaf(one) for one in value]
        else:
            made[name] = leaf(value)
    return made


def _face(person: Json, people: People, salts: Salts) -> str:
    token = people.meet(person["id"], salts)
    rest = {key: value for key, value in person.items() if key != "id"}
    return f"{token}{APART}{people.note(token, rest)}" if rest else token


@dataclass(frozen=True, slots=True)
class _Opening:
    """One entry that is read: its values, or None when they were erased."""

    values: list[Any] | None
    people: People
    seq: int
    gone: Gone

    def read(self, record: Json, fields: Fields) -> Json:
        """A record with its values in place again, masks put on."""
        made: Json = {}
        for name, value in record.items():
            # A field that this version does not know is refused by whoever reads the event.
            how = fields.get(name, OPEN)
            if value is None or how is OPEN:
                made[name] = value
            elif how is PERSON:
                made[name] = self._person(value)
            elif isinstance(how, Mapping):
                made[name] = [self.read(one, how) for one in value]
            elif isinstance(value, dict):
                made[name] = {
                    key: self._value(number, f"{name}/{key}") for key, number in value.items()
                }
            elif isinstance(value, list):
                made[name] = [self._value(one, f"{name}/{n}") for n, one in enumerate(value)]
            elif how is not FIGURES or self.values is not None:
                made[name] = self._value(value, name)
        return made

    def _value(self, number: int, where: str) -> Any:
        if self.values is None:
            why = self.gone.words.get(self.seq)
            return f"({why})" if why else "(erased)"
        kept, masks = self.values[number], self.gone.masks.get(self.seq, ())
        if here := [one for one in masks if one.where == where]:
            kept = covered(kept, here)
        return put_together(kept, self.people)

    def _person(self, face: str) -> Json:
        token, _, key = face.partition(APART)
        known = self.people.id(token)
        if known is not None:
            return {"id": known, **(self.people.said(token, key) if key else {})}
        why = self.gone.people.get(token)
        number = self.people.number(token)
        name = f"person {number} ({why})" if why else nameless(number)
        return {"id": f"{ERASED}{token[:16]}", "name": name}


def fields_of(body: Json) -> Fields:
    """How each field of a stored body is sealed; nothing of a kind that is not known."""
    kind = body.get("kind")
    return BY_KIND.get(kind, {}) if isinstance(kind, str) else {}


def authors(body: Json) -> Iterator[str]:
    """The tokens of those who did or wrote what a sealed body says, or for whom it was done."""
    for name in ("by", "on_behalf_of", "author"):
        if isinstance(face := body.get(name), str):
            yield face.partition(APART)[0]


def faces(body: Json) -> Iterator[tuple[str, str]]:
    """Who is in a sealed body: the token of each, and the commitment to what else is known."""
    for name, how in fields_of(body).items():
        if how is PERSON and isinstance(face := body.get(name), str):
            token, _, key = face.partition(APART)
            yield token, key


def persons(body: Json, beside: str | None) -> Iterator[tuple[str, str]]:
    """Who is in a sealed entry, its words included."""
    yield from faces(body)
    if beside is not None:
        for value in json.loads(beside)["values"]:
            yield from mentioned(value)


def held(body: Json, beside: str) -> bool:
    """Whether what lies beside a sealed body is what it was sealed with."""
    try:
        kept = stored(beside)
        return commitment("words", kept["salt"], kept["values"]) == str(body[SEAL])
    except (ValueError, KeyError, RecursionError):
        return False


def hows(fields: Fields) -> Iterator[How]:
    """How each of the fields is stored, those of records included."""
    for how in fields.values():
        if isinstance(how, How):
            yield how
        else:
            yield from hows(how)
