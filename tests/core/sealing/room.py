"""A run's record as it is stored sealed, and what an erasure takes out of it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from itertools import count

from bot.core.engine.fold import fold
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.sealing.body import seal
from bot.core.sealing.people import People, Salts
from bot.core.sealing.reading import event_of, gone_from
from bot.core.sealing.record import Checked, Row, Stored, check


def salts() -> Salts:
    """Salts that are all different, and the same in each run of a test."""
    numbers = count(1)
    return lambda: f"{next(numbers):032x}"


class Vault:
    """A run as the store keeps it: rows, and the column with its people."""

    def __init__(self, facts: Sequence[e.Fact], salt: Callable[[], str] | None = None) -> None:
        give = salt or salts()
        people = People()
        self.rows: list[Stored] = []
        head = e.GENESIS
        for fact in facts:
            made = seal(fact.event, people, give)
            head = e.chain(head, fact.run_id, fact.seq, fact.at, made.body)
            place = (fact.seq, e.stamp(fact.at), fact.event.kind)
            self.rows.append(Stored(*place, made.body, head, made.beside))
        self.people = str(people)
        self._facts = facts
        for fact in facts:
            if isinstance(fact.event, e.Erased):
                self.erase(fact.event.entries, fact.event.people)

    def erase(self, entries: Collection[int] = (), tokens: Collection[str] = ()) -> None:
        """Take the values of entries and people out of all that is kept."""
        self.rows = [replace(row, beside=None) if row.seq in entries else row for row in self.rows]
        people = People(self.people)
        for token in tokens:
            people.drop(token)
        self.people = str(people)

    def tells(self, entries: Collection[int], tokens: Collection[str] = ()) -> None:
        """Add the entry that says what was erased, and then erase it."""
        kept = [row.seq for row in self.rows if row.seq in entries and row.beside is not None]
        event = e.Erased(entries=tuple(kept), people=tuple(sorted(tokens)), via="terminal")
        last, people = self._facts[-1], People(self.people)
        made = seal(event, people, salts())
        seq = last.seq + 1
        head = e.chain(self.rows[-1].hash, last.run_id, seq, last.at, made.body)
        self.rows.append(Stored(seq, e.stamp(last.at), event.kind, made.body, head, made.beside))
        self._facts = [*self._facts, e.Fact(last.run_id, seq, last.at, event, head)]
        self.erase(kept, tokens)

    def facts(self) -> list[e.Fact]:
        """The facts as they are read back."""
        people = People(self.people)
        gone = gone_from(self.rows, people)
        return [
            replace(fact, event=event_of(row, people, gone), hash=row.hash)
            for fact, row in zip(self._facts, self.rows, strict=True)
        ]

    def run(self) -> Run:
        """The run that is folded of them."""
        return fold(self.facts())

    def row(self) -> Row:
        """The run's row, as the store keeps it."""
        run = fold(self._facts)
        return Row(
            len(self.rows),
            self.rows[-1].hash,
            run.channel,
            self.run().shelved_title,
            run.closed is None,
            run.procedure.id,
            self.run().started_by.id,
            e.stamp(run.started_at),
            self.people,
            run.id,
            private=run.procedure.private,
            drill=run.drill,
        )

    def checked(self, row: Row | None = None) -> Checked:
        """What an audit finds."""
        return check(self._facts[0].run_id, self.rows, row or self.row())

    @property
    def text(self) -> str:
        """All that is kept, as one text to search."""
        return "\n".join([self.people, *(f"{row.body} {row.beside}" for row in self.rows)])
