"""What people, files and targets send may be a hundred times as much: the work grows with it.

Each input is taken to 1, 10 and 100 times its size, and the processor's time of the thread that
does the work is compared; no clock on the wall is read. Ten times as much may cost thirty times
as much, no more: what grows with the square costs a hundred.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from yarl import URL

from bot.core import text as words
from bot.core.blockkit import rich_text as markdown
from bot.core.checks import values
from bot.core.documents.postmortem import Said
from bot.core.engine import commands as c
from bot.core.engine import decide
from bot.core.engine.decide import Refused
from bot.core.engine.fold import fold
from bot.core.engine.starting import settle
from bot.core.markup.faces import FACES
from bot.core.markup.model import (
    Code,
    Document,
    Heading,
    Items,
    Listing,
    Paragraph,
    Strong,
    Table,
    Words,
)
from bot.core.procedure import Procedure
from bot.core.procedure.search import nearest, search
from bot.core.run import events as e
from bot.core.run.model import Closed, Run
from bot.core.views import board, closed_board, forms, walkthrough
from bot.core.words.grammar import read
from bot.edges.library import examine_file
from bot.edges.probes import paths
from tests.core.growing import TEXTS, TIMES, Work, given, grows_in_step, long, long_run
from tests.core.story import render
from tests.core.strategies import ANA, BEN, PEOPLE, START, Desk


def small(name: str, title: str) -> Procedure:
    return Procedure.model_validate(
        {
            "schema": "procedure/v1",
            "id": name,
            "title": title,
            "symptoms": ["Keys leak"],
            "steps": [{"id": "a", "title": "A", "do": "It."}],
        }
    )


def document(text: str) -> Document:
    """A document with *text* in every place where it could cost more than in step."""
    row = (text, Words(text), Code(text), Strong((text, "!")))
    return Document(
        (
            Heading(2, row),
            Paragraph(row),
            Items(((Paragraph(row), Listing(text)),)),
            Listing(text, typed=True),
            Table((), (row,)),
        )
    )


SHELF: list[Procedure] = [small(f"p-{n}", f"Recover key number {n}") for n in range(30)]


def _faced(write: Callable[[Document], str], text: str) -> str:
    return write(document(text))


TOOLS: dict[str, Callable[[str], object]] = {
    **{f"words in {name}": partial(_faced, write) for name, write in FACES.items()},
    "plain": lambda t: words.plain(t, {"U0": "ana"}),
    "brief": lambda t: words.brief(t, 3_000),
    "cut": lambda t: words.cut(t, len(t) - 1),
    "link": lambda t: words.link(t, t),
    "abridged": words.abridged,
    "show": lambda t: values.show(t, 200),
    "same": lambda t: values.same(t, t[:-1] + "x"),
    "number": values.number,
    "matches": lambda t: values.matches(t, "^(a+)+$"),
    "search": lambda t: search(SHELF, t),
    "nearest": lambda t: nearest([p.id for p in SHELF], t),
    "path": lambda t: _tried(lambda: paths.join(URL("http://h.example"), f"/{t}")),
    "file": lambda t: examine_file(t.encode("utf-8", "replace"), "a.yaml", START.date()),
    "quoted in a file": lambda t: examine_file(
        f"title: {json.dumps(t)}".encode(), "a.yaml", START.date()
    ),
    "typed": lambda t: _tried(lambda: read(t, {"a"})),
    "typed after a name": lambda t: _tried(lambda: read(f"start a b={t}", {"a"})),
    "instruction": lambda t: markdown.rich_text(t[:9_000]),
}


def _tried(work: Work) -> object:
    try:
        return work()
    except (Refused, ValueError) as refused:
        return refused


@pytest.mark.parametrize("tool", TOOLS)
def test_a_text(tool: str) -> None:
    for shape, text in TEXTS.items():
        grows_in_step(partial(given, TOOLS[tool], partial(long, text, 300)), shape)


# A run that grows. ------------------------------------------------------------------------------


def procedure(steps: int, *, group: str | None = None) -> Procedure:
    made: list[dict[str, Any]] = [
        {"id": f"s{n}", "title": f"Step {n}", "do": "It.", "check": "c"} for n in range(steps)
    ]
    if group:
        halves = [
            {"id": f"way{n}", "title": "W", "steps": part}
            for n, part in enumerate((made[: steps // 2], made[steps // 2 :]))
            if part
        ]
        made = [{"id": "g", "title": "G", group: True, "steps": halves}]
    return Procedure.model_validate(
        {
            "schema": "procedure/v1",
            "id": "long",
            "title": "Long",
            "symptoms": ["It hurts"],
            "inputs": {"key_id": {"description": "Which?", "pattern": ".*"}},
            "checks": {"c": {"title": "C", "target": "t", "get": "/"}},
            "steps": made,
            "verification": [{"check": "c"}, {"confirm": "All is well"}],
        }
    )


def half_done(steps: int, group: str | None = None) -> Run:
    """A run of which half the steps are done, one is in hand and one failed."""
    desk = Desk(procedure(steps, group=group), key_id="a")
    facts = list(desk.facts)
    seq = 1
    for n in range(max(2, steps // 2)):
        last = n == steps // 2 - 1
        events: list[e.Event] = [e.StepTaken(step=f"s{n}", by=ANA)]
        if not last:
            events.append(
                e.StepFailed(step=f"s{n}", by=ANA, what="no")
                if n == 1
                else e.StepDone(step=f"s{n}", by=BEN)
            )
        for event in events:
            seq += 1
            at = START + timedelta(seconds=seq)
            facts.append(e.Fact(facts[0].run_id, seq, at, event, facts[0].hash))
    return fold(facts)


DRAWN: dict[str, Callable[[Run], object]] = {
    "board": board.draw,
    "sentence": board.sentence,
    "page": lambda run: walkthrough.draw(run, 0),
    "closed": lambda run: closed_board.closed_board(run, Closed(ANA, START, {"none": "r"}), "foot"),
    "next": lambda run: run.outline.next_steps,
    "finished": lambda run: run.outline.counts,
    "undo": lambda run: forms.of(run, "undo", None, ANA),
    "about": lambda run: forms.of(run, "about", None, ANA),
    "verify": lambda run: decide.decide(run, c.Verify(ANA), START),
}


@pytest.mark.parametrize("group", [None, "any_order", "one_of"])
def test_steps(group: str | None) -> None:
    # The largest takes longer to make than to draw.
    runs = {40 * size: half_done(40 * size, group) for size in TIMES}

    def make(picture: str, size: int) -> Work:
        # As it is drawn after each fact: nothing is known of it yet.
        return lambda: DRAWN[picture](fold([], run=_fresh(runs[40 * size])))

    for picture in DRAWN:
        grows_in_step(partial(make, picture), picture)


def _fresh(run: Run) -> Run:
    return replace(run)


def talk(count: int, length: int = 40) -> Sequence[Said]:
    return [
        Said(START + timedelta(seconds=n), PEOPLE[n % 3].id, f"{n} <@U0ANA> ".ljust(length, "x"))
        for n in range(count)
    ]


def exported(facts: Sequence[e.Fact], said: Sequence[Said] = ()) -> str:
    return render(fold(facts), facts, names={"U0ANA": "ana"}, said=said, exported_at=START)


def test_messages_of_a_thread() -> None:
    facts = Desk(procedure(3), key_id="a").facts

    def make(size: int) -> Work:
        said = talk(20 * size)
        return lambda: exported(facts, said)

    grows_in_step(make)


def test_a_long_message_of_a_thread() -> None:
    facts = Desk(procedure(3), key_id="a").facts

    def tool(message: str) -> str:
        return exported(facts, [Said(START, ANA.id, message)])

    for shape, text in TEXTS.items():
        grows_in_step(partial(given, tool, partial(long, text, 400)), shape)


def test_speakers_and_names() -> None:
    facts = Desk(procedure(3), key_id="a").facts

    def make(size: int) -> Work:
        said = [Said(START + timedelta(seconds=n), f"U{n}", "Hi") for n in range(20 * size)]
        names = {f"U{n}": f"name {n % 50}" for n in range(20 * size)}
        run = fold(facts)
        return lambda: render(run, facts, names=names, said=said, exported_at=START)

    grows_in_step(make)


@pytest.mark.parametrize("kind", ["fold", "board", "export"])
def test_notes(kind: str) -> None:
    def make(size: int) -> Work:
        facts = long_run(20 * size)
        if kind == "fold":
            return lambda: fold(facts)
        run = fold(facts)
        return (lambda: exported(facts)) if kind == "export" else (lambda: board.draw(_fresh(run)))

    grows_in_step(make)


def worked(steps: int) -> Sequence[e.Fact]:
    """Every step taken, looked at and done, in turn."""
    facts = list(Desk(procedure(steps), key_id="a").facts)
    for n in range(steps):
        for event in (
            e.StepTaken(step=f"s{n}", by=PEOPLE[n % 3]),
            e.StepDone(step=f"s{n}", by=PEOPLE[n % 3]),
            e.CheckRequested(request=f"c{n}", check="c", step=f"s{n}", by=ANA),
            e.CheckObserved(request=f"c{n}", check="c", green=True, final=True, seen=()),
        ):
            at = START + timedelta(seconds=len(facts))
            facts.append(e.Fact(facts[0].run_id, len(facts) + 1, at, event, facts[0].hash))
    return facts


def test_a_post_mortem_of_as_many_steps_as_lint_lets_through() -> None:
    def make(size: int) -> Work:
        facts = worked(3 * size)
        return lambda: exported(facts)

    grows_in_step(make)


def test_an_input() -> None:
    made = procedure(3)

    def make(size: int) -> Work:
        value = "a b" * (100 * size)
        desk = Desk(made, key_id=value)

        def work() -> None:
            settle(made, {"key_id": value})
            board.draw(_fresh(desk.run))

        return work

    grows_in_step(make)
