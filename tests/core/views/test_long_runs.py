"""Sixty steps of every kind, three rounds and two hundred notes: Slack takes all that is drawn."""

import contextlib
import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from bot.core.acting.evidence import MOST_FILES, NOTHING, GivenFile, Shown
from bot.core.blockkit.picture import Picture
from bot.core.engine import commands as c
from bot.core.engine.effects import touched
from bot.core.engine.fold import begin, evolve
from bot.core.procedure import Procedure, approval_of, captures_of, evidence_of, options_of
from bot.core.run import events as e
from bot.core.run.outline import Row
from bot.core.run.refusals import Refused
from bot.core.run.stake import to_type
from bot.core.views import forms, notices, walkthrough
from bot.core.views.board import BUDGET, at_a_glance, draw, sentence
from tests.core.drawn import accepted, accepted_view, harmless, marked_up, weight
from tests.core.huge import line
from tests.core.story import EXPORTED, render
from tests.core.strategies import ANA, BEN, CHO, PEOPLE, Desk

Json = dict[str, Any]

ROUNDS, NOTES = 3, 200
SERVICES = tuple(f"service-{n}" for n in range(12))
SHOWN = Shown(
    text=line("shown ", 2_000),
    files=tuple(
        GivenFile(f"F{n}", line("f ", 255), 7, "t/p", f"https://files.example/{'p' * 460}{n}")
        for n in range(MOST_FILES)
    ),
)


def step(n: int, **more: Any) -> Json:
    made: Json = {
        "id": f"s{n}",
        "title": line(f"T{n} {{{{ place }}}} "),
        "do": line(f"Do {n} ", 2_000),
        "warnings": [line("W ", 1_000)] * 3,
        "expected": line("It is well ", 1_000),
        "rollback": line("Go back ", 1_000),
        "links": [{"title": line("L "), "url": f"https://h.example/{'x' * 500}"}] * 3,
        "timeout": "31m",
        "remind": "11m",
        "role": "keeper",
    }
    return made | more


def question(n: int, *options: Json, **more: Any) -> Json:
    title = line(f"Q{n} ")
    return {"id": f"s{n}", "title": title, "decide": {"options": list(options)}, **more}


def option(name: str, **more: Any) -> Json:
    return {"id": name, "title": f"{name} {'<&>' * 20}"[:75], **more}


def steps() -> list[Json]:
    """Sixty, of which two are of each service, and two of an answer that is not given."""
    found = {"description": line("Which? "), "pattern": ".*"}
    first = [step(n, run=[f"run {n} ".ljust(2_000, "<")] * 3) for n in range(10)]
    finds = [step(n, captures={f"found_{n}": found}) for n in range(10, 15)]
    shows = [step(n, evidence={"text": line("W? "), "file": line("F? ")}) for n in range(15, 20)]
    each = {
        "id": "each",
        "title": line("Each "),
        "for_each": {"service": "services"},
        "any_order": True,
        "steps": [step(20, run=["stop {{ service }} with {{ found_10 }}"]), step(21)],
    }
    guarded = step(
        23, danger="destructive", run=["wipe {{ found_11 }}"], confirm="{{ place }}", timeout="7d"
    )
    failing = step(24, on_failure=[step(25), step(26)], check="c0")
    branches = question(
        27,
        option("branch", then=[step(28), step(29)]),
        option("on"),
        *(option(f"other-{n}", reason="required") for n in range(3)),
    )
    free = {"id": "free", "title": line("G "), "any_order": True}
    ways = {"id": "ways", "title": line("O "), "one_of": True}
    return [
        *first,
        *finds,
        *shows,
        each,
        {"id": "s22", "title": line("A "), "approve": {"min": 2, "timeout": "30m"}},
        guarded,
        failing,
        branches,
        {**free, "steps": [step(n) for n in range(30, 35)]},
        {**ways, "steps": [step(n) for n in range(35, 37)]},
        step(37, when="{{ found_12 }} exists", approval={"min": 1}),
        question(38, option("on"), option("again", reason="required", then={"goto": "s0"})),
    ]


def procedure() -> Procedure:
    check = {
        "target": "t",
        "get": "/",
        "each": {"m": "nodes"},
        "poll": {"every": "5s", "deadline": "9m"},
    }
    return Procedure.model_validate(
        {
            "schema": "procedure/v1",
            "id": "long",
            "title": line("Long "),
            "summary": line("S ", 3_000),
            "severity": "SEV1",
            "owner": {"team": line("team"), "slack": "#here", "page": line("page ")},
            "symptoms": [line(f"S{n} ") for n in range(9)],
            "inputs": {
                "place": {"description": line("Where? "), "pattern": ".*"},
                "services": {"description": "W", "enum": list(SERVICES), "list": True},
            },
            "roles": {"keeper": {"description": line("keeps "), "people": ["U0ANA"]}},
            "checks": {
                f"c{n}": {**check, "title": line(f"C{n} {{{{ found_13 }}}} ")} for n in range(9)
            },
            "steps": steps(),
            "verification": [
                {"group": line("V "), "lines": [{"check": f"c{n}"} for n in range(9)]},
                *({"confirm": line(f"P{n} ")} for n in range(9)),
            ],
            "glossary": {f"word-{n}": line("It is ", 300) for n in range(50)},
        }
    )


# Three rounds of it. ----------------------------------------------------------------------------


def notes() -> Iterator[c.AddNote]:
    """Two hundred notes by everyone, on the run and on its steps."""
    for n in range(NOTES):
        where = ("s0", None, "s20@3", f"s{n % 20}", "s38")[n % 5]
        yield c.AddNote(where, PEOPLE[n % 3], line(f"note {n} ", 2_000))


class Working:
    """People who do whatever is next, and write a note after each."""

    def __init__(self) -> None:
        self.desk = Desk(procedure(), place=line("here ", 300), services=",".join(SERVICES))
        self.desk.sets = {"nodes": tuple(f"node-{n}" for n in range(9))}
        self.writing = notes()
        self.answers = itertools.chain(["again"] * (ROUNDS - 1), itertools.repeat("on"))

    def round(self, seen: Callable[[], None] = lambda: None) -> None:
        """Do all that is left, until the last question is answered, and look after each step."""
        for _ in range(200):
            row = self.next()
            self.work(row)
            for note in itertools.islice(self.writing, 2):
                self.write(note)
            seen()
            if row.id == "s38":
                return
        raise AssertionError("a round has no end")

    def write(self, note: c.AddNote) -> None:
        """Write a note on its step; where members are not listed yet, on the run."""
        of = self.desk.run.outline.by_id.get(note.step or "")
        try:
            self.desk.do(replace(note, step=of.ref if of else None))
        except Refused:
            self.desk.do(replace(note, step=None))

    def next(self) -> Row:
        """What is next, where nothing failed, or what failed, after the steps that this opened."""
        outline = self.desk.run.outline
        row, failed = outline.next_steps[0], outline.failed
        if failed and not any(heading.group.fails for heading in row.groups):
            return outline.by_id[failed[0].step.id]
        return row

    def work(self, row: Row) -> None:
        do, ref = self.desk.do, row.ref
        wanted = approval_of(row.leaf)
        if options := options_of(row.leaf):
            answer = next(self.answers) if row.id == "s38" else options[-1].id
            do(c.Decide(ref, BEN, answer, line("why ", 2_000)))
            return
        if wanted is not None and row.unapproved:
            do(c.AskApproval(ref, ANA))
            number = self.desk.run.asked[row.id].number
            do(c.Vote(ref, CHO, number, approves=False, reason=line("no ", 2_000)))
            for by in (BEN, CHO):
                do(c.Vote(ref, by, number))
            if row.asks:
                return
        do(c.Take(ref, ANA, to_type(self.desk.run, row.leaf)))
        if row.id == "s24" and not row.step.words:
            do(c.Fail(ref, CHO, line("what ", 2_000)))
            return
        values = dict.fromkeys(captures_of(row.leaf), line("found ", 900))
        do(c.MarkDone(ref, ANA, values, SHOWN if evidence_of(row.leaf) else NOTHING))

    def verify(self) -> None:
        """Have everything looked at; all of it is as bad as it can be, on every member."""
        self.desk.do(c.Verify(ANA))
        for request in list(self.desk.run.pending.values()):
            seen = tuple(
                e.Seen(
                    expectation=line("/a equals ", 600), member=node, held=False, seen=line("2 ")
                )
                for node in self.desk.sets["nodes"]
            )
            made = e.CheckObserved(
                request=request.id, check=request.check, green=False, final=True, seen=seen
            )
            self.desk.do(c.Observe(made))


@cache
def after(rounds: int) -> Desk:
    """The run after so many rounds, each verified in vain."""
    working = Working()
    for _ in range(rounds):
        working.round()
        working.verify()
    return working.desk


AFTER = pytest.mark.parametrize("rounds", range(1, ROUNDS + 1))


def posted(desk: Desk) -> set[str]:
    """The messages of its thread, by their keys."""
    keys: set[str] = set()
    run = begin(desk.facts[0])
    for fact in desk.facts[1:]:
        keys.update(key for key in touched(run, [fact.event]) if key.startswith("notice/"))
        run = evolve(run, fact)
    return keys


def fits(picture: Picture) -> None:
    accepted(picture)
    assert weight(picture.blocks) <= BUDGET
    for text in (picture.text, *marked_up(picture.blocks)):
        harmless(text)


def test_it_is_as_long_as_is_said() -> None:
    run = after(ROUNDS).run
    assert len(run.placed) >= 60
    assert {run.steps[name].round for name in ("s0", "s20@12", "s38")} == {ROUNDS}
    assert sum(isinstance(fact.event, e.NoteAdded) for fact in after(ROUNDS).facts) == NOTES
    assert run.outline.next_steps == ()


EACH = 7
"""After how many steps the board is drawn: what is in hand is of another kind each time."""


def test_the_board_fits_whatever_was_done_last() -> None:
    working, steps_done = Working(), itertools.count()

    def seen() -> None:
        if next(steps_done) % EACH == 0:
            fits(draw(working.desk.run))

    for _ in range(ROUNDS):
        working.round(seen)
        working.verify()
        fits(draw(working.desk.run))


@AFTER
def test_a_closed_board_fits(rounds: int) -> None:
    desk = Desk.__new__(Desk)
    desk.__dict__.update(after(rounds).__dict__ | {"facts": [*after(rounds).facts]})
    desk.close(ANA, {item.key: line("why ", 2_000) for item in desk.run.verification()})
    fits(draw(desk.run))


@AFTER
def test_its_status_fits(rounds: int) -> None:
    run = after(rounds).run
    said = at_a_glance(run, f"*{run.id}*")
    harmless(said)
    assert len(said) <= 1_000
    assert len(sentence(run)) <= 1_000


@AFTER
def test_every_page_of_the_full_view_fits(rounds: int) -> None:
    run = after(rounds).run
    # A page begins at any step; of those next to each other, most is alike.
    for first in range(rounds, len(run.placed), EACH):
        view = walkthrough.draw(run, first)
        accepted_view(view)
        assert weight(view["blocks"]) <= walkthrough.LIMIT


@AFTER
def test_every_form_fits(rounds: int) -> None:
    run = after(rounds).run
    drawn = 0
    about = [None, *(row.ref for row in run.outline.rows), *(i.key for i in run.verification())]
    for name in ("more", *forms.QUESTIONS):
        for which in about:
            with contextlib.suppress(Refused):
                accepted_view(forms.of(run, name, which, BEN))
                drawn += 1
    assert drawn > len(run.placed)


def test_every_message_of_its_thread_fits() -> None:
    desk = after(ROUNDS)
    told = [notices.draw(desk.run, desk.facts, key) for key in posted(desk)]
    for picture in told:
        fits(picture)
    assert len(told) > NOTES / 10


def test_the_post_mortem_has_all_of_it() -> None:
    desk = after(ROUNDS)
    text = render(desk.run, desk.facts, names={}, said=(), exported_at=EXPORTED)
    for n in range(NOTES):
        assert f"note {n} " in text
    assert "round 3" in text.lower()
    assert len(text) < 3_000_000
