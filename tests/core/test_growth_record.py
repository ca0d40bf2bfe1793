"""What a run's record holds may be a hundred times as much, as in `test_growth`.

People without number, reasons of any length, both a long search and a long shelf.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

import pytest

from bot.core.documents.postmortem import Said, ids
from bot.core.engine.fold import fold
from bot.core.procedure import Procedure
from bot.core.procedure.search import search
from bot.core.run import events as e
from bot.core.sealing import record as audit
from bot.core.views import board
from tests.core.growing import TEXTS, Work, given, grows_in_step, long, long_run, procedure, wordy
from tests.core.story import render
from tests.core.strategies import ANA, PEOPLE, START, Desk


def crowd(count: int) -> list[e.Person]:
    return [e.Person(id=f"U{n}", name=f"name {n}") for n in range(count)]


def stored(facts: Sequence[e.Fact]) -> list[audit.Stored]:
    """The facts as they are stored, each following from the one before it."""
    rows: list[audit.Stored] = []
    head = e.GENESIS
    for fact in facts:
        body = e.dump(fact.event)
        head = e.chain(head, fact.run_id, fact.seq, fact.at, body)
        rows.append(audit.Stored(fact.seq, e.stamp(fact.at), fact.event.kind, body, head))
    return rows


def written(facts: Sequence[e.Fact], said: Sequence[Said] = ()) -> str:
    return render(fold(facts), facts, names={}, said=said, exported_at=START)


READ: dict[str, Callable[[Sequence[e.Fact]], object]] = {
    "fold": fold,
    "foldable": audit.foldable,
    "board": lambda facts: board.draw(fold(facts)),
    "post-mortem": written,
    "names": lambda facts: ids(fold(facts), facts, ()),
}


@pytest.mark.parametrize("what", READ)
def test_everyone_who_acts_is_someone_else(what: str) -> None:
    def make(size: int) -> Work:
        return partial(READ[what], long_run(50 * size, people=crowd(50 * size)))

    grows_in_step(make)


def test_everyone_who_speaks_is_someone_else() -> None:
    facts = long_run(1)

    def make(size: int) -> Work:
        said = [Said(START + timedelta(seconds=n), f"U{n}", "Hi") for n in range(100 * size)]
        return partial(written, facts, said)

    grows_in_step(make)


def test_the_audit_of_a_run() -> None:
    def make(size: int) -> Work:
        entries = stored(long_run(50 * size))
        return lambda: audit.check("KC-7", entries, None)

    grows_in_step(make)


def test_the_audit_of_a_run_of_which_nothing_follows() -> None:
    def make(size: int) -> Work:
        entries = stored(long_run(50 * size))[::-1]
        return lambda: audit.check("KC-7", entries, None)

    grows_in_step(make)


def test_the_numbers_of_runs() -> None:
    def make(size: int) -> Work:
        there = [(f"P{n % 50}", 2 * n) for n in range(100 * size)]
        return lambda: audit.gaps(there, {"P1": 10**6})

    grows_in_step(make)


def told(reason: str, times: int = 1) -> list[e.Fact]:
    """A run in which steps fail and are skipped for this reason, which is also the closing's."""
    desk = Desk(procedure(steps=[{"id": f"s{n}", "title": "S", "do": "It."} for n in range(times)]))
    facts = list(desk.facts)
    events: list[e.Event] = []
    for n in range(times):
        events += [
            e.StepTaken(step=f"s{n}", by=PEOPLE[n % 3]),
            e.StepFailed(step=f"s{n}", by=ANA, what=reason),
            e.StepTaken(step=f"s{n}", by=ANA),
            e.StepSkipped(step=f"s{n}", by=ANA, reason=reason),
        ]
    events.append(e.RunClosed(by=ANA, reasons={"none": reason}))
    for event in events:
        at = START + timedelta(seconds=len(facts))
        facts.append(e.Fact(facts[0].run_id, len(facts) + 1, at, event, facts[0].hash))
    return facts


@pytest.mark.parametrize("what", ["board", "post-mortem", "names"])
def test_a_reason(what: str) -> None:
    for shape, text in TEXTS.items():
        if shape != "halves":  # the door takes them out, and no record holds them
            grows_in_step(
                partial(given, lambda t: READ[what](told(t)), partial(long, text, 200)), shape
            )


@pytest.mark.parametrize("what", ["fold", "board", "post-mortem"])
def test_reasons(what: str) -> None:
    def make(size: int) -> Work:
        return partial(READ[what], told("It was not needed", 3 * size))

    grows_in_step(make)


def test_many_words_and_many_procedures_to_search() -> None:
    def make(size: int) -> Work:
        shelf: list[Procedure] = [wordy(f"p-{n}", 30) for n in range(5 * size)]
        return partial(search, shelf, " ".join(f"leek{n}kye" for n in range(5 * size)))

    grows_in_step(make)
