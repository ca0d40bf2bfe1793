"""The fake log's record, sealed as the store seals it: what is erased is gone from there too."""

import itertools
from collections.abc import Sequence
from dataclasses import replace

from bot.core.engine.effects import Erasure
from bot.core.run import events as e
from bot.core.sealing.body import seal
from bot.core.sealing.people import People
from bot.core.sealing.reading import event_of, gone_from
from bot.core.sealing.record import Stored


class Seals:
    """What each fact of a run is stored as, and who appears in it."""

    def __init__(self) -> None:
        self._salts = itertools.count()
        self._people: dict[str, People] = {}
        self._made: dict[str, tuple[e.Event, str, str | None]] = {}

    def people(self, run_id: str) -> People:
        """Who appears in a run."""
        return self._people.setdefault(run_id, People())

    def sealed(self, fact: e.Fact, head: str) -> e.Fact:
        """A fact with its hash, which follows *head*."""
        made = seal(fact.event, self.people(fact.run_id), lambda: f"{next(self._salts):032x}")
        own = e.chain(head, fact.run_id, fact.seq, fact.at, made.body)
        self._made[own] = (fact.event, made.body, made.beside)
        return replace(fact, hash=own)

    def stored(self, fact: e.Fact) -> Stored:
        """A fact as it is stored; one that a test put in its place is plain."""
        event, body, beside = self._made.get(fact.hash, (None, "", None))
        if event is not fact.event:
            body, beside = e.dump(fact.event), None
        return Stored(fact.seq, e.stamp(fact.at), fact.event.kind, body, fact.hash, beside)

    def erase(self, facts: Sequence[e.Fact], gone: Erasure) -> list[e.Fact]:
        """The facts of a run as they are read once words and people are taken out of them."""
        people = self.people(facts[0].run_id)
        for token in gone.people:
            people.drop(token)
        kept = [
            replace(one, beside=None) if one.seq in gone.words else one
            for one in map(self.stored, facts)
        ]
        said = gone_from(kept, people)
        left: list[e.Fact] = []
        for fact, one in zip(facts, kept, strict=True):
            left.append(replace(fact, event=event_of(one, people, said)))
            self._made[fact.hash] = (left[-1].event, one.body, one.beside)
        return left
