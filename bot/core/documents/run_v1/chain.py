"""The chain of a run in a file of its own: put into it, and read back for an audit.

What a secret was found in is withheld, for a file travels. Its entry still follows, where it is
stored sealed; that its words are those that were recorded cannot be told from the file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.core.acting.sealed import OPEN, PERSON
from bot.core.documents.run_v1.model import Chain, Entry
from bot.core.run import events as e
from bot.core.run.events import Fact
from bot.core.sealing.body import fields_of, is_sealed, opened
from bot.core.sealing.people import People, stored
from bot.core.sealing.reading import event_of, gone_from
from bot.core.sealing.record import Checked, Stored, check_copy


def chain(run_id: str, entries: Sequence[Stored], people: str) -> Chain:
    """The record as a file has it; raises ValueError for one that nobody can read."""
    known = People(people)
    gone = gone_from(entries, known)
    made = []
    for one in entries:
        masked = one.seq in gone.masks and one.seq not in gone.words
        made.append(
            Entry(
                number=one.seq,
                at=one.at,
                kind=one.kind,
                hash=one.hash,
                body=one.body if is_sealed(one.body) or not masked else None,
                beside=None if masked else one.beside,
                masked=e.dump(event_of(one, known, gone)) if masked else None,
            )
        )
    return Chain(run=run_id, people=people, entries=made)


@dataclass(frozen=True, slots=True)
class Copied:
    """What an audit of a chain in a file finds: the facts that it makes, if it makes a run.

    `withheld` are the entries whose words nobody can hold against the record.
    """

    checked: Checked
    facts: Sequence[Fact]
    withheld: Sequence[int]


def read(copy: Chain) -> Copied:
    """Audit the chain of a file."""
    entries = [_stored(one, one.body or "", one.beside) for one in copy.entries]
    masked = {
        one.number: _stored(one, one.masked, None) for one in copy.entries if one.masked is not None
    }
    checked, facts = check_copy(copy.run, entries, copy.people, masked)
    odd = _dressed(entries, masked, copy.people)
    return Copied(replace(checked, faults=(*checked.faults, *odd)), facts, sorted(masked))


def _stored(one: Entry, body: str, beside: str | None) -> Stored:
    return Stored(one.number, one.at, one.kind, body, one.hash, beside)


def _dressed(entries: Sequence[Stored], masked: Mapping[int, Stored], people: str) -> list[str]:
    """Where what is read of a masked entry says more otherwise than its words."""
    return [
        f"entry {one.seq} does not say what is read of it"
        for one in entries
        if one.seq in masked and one.body and not _agree(one, masked[one.seq], people)
    ]


def _agree(entry: Stored, read_as: Stored, people: str) -> bool:
    try:
        bare = stored(opened(entry.body, None, People(people)))
        told = stored(read_as.body)
        fields = fields_of(stored(entry.body))
    except ValueError:
        return False
    plain = [name for name in {*bare, *told} if fields.get(name, OPEN) in (OPEN, PERSON)]
    return all(bare.get(name) == told.get(name) for name in plain)
