"""Every kind of step has all of its parts, and nobody asks for a kind but the kinds themselves."""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from bot.core.engine import commands as c
from bot.core.kinds import kind_of
from bot.core.kinds.kind import Kind
from bot.core.lint.vocabulary import name_of
from bot.core.procedure import (
    FORMATS,
    Approval,
    Approve,
    Decide,
    Group,
    Leaf,
    Procedure,
    Step,
    format_of,
    options_of,
    told_by,
)
from bot.core.procedure.kinds.base import AnyStep
from bot.core.procedure.kinds.decide import Option, Question
from bot.core.procedure.kinds.format import Format
from bot.core.run import events as e
from bot.core.views import forms
from bot.core.views.board import draw
from tests.core.drawn import aloud
from tests.core.story import EXPORTED, render
from tests.core.strategies import ANA, Desk

ROOT = Path(__file__).parents[3]
ROOMS = (ROOT / "bot/core/procedure/kinds", ROOT / "bot/core/kinds")
KINDS: tuple[type[AnyStep], ...] = tuple(get_args(one)[0] for one in get_args(get_args(Step)[0]))
LEAVES: tuple[type[AnyStep], ...] = get_args(Leaf)
NO_TEXTS = {
    ("id",),
    ("role",),
    ("image",),
    ("danger",),
    ("approval", "role"),
    ("approve", "role"),
    ("for_each",),
    ("target",),
    *(("decide", "options", *rest) for rest in (("id",), ("reason",), ("then", "goto"))),
    ("decide", "name"),
    *(
        ("captures", *rest)
        for rest in ((), ("description",), ("pattern",), ("enum",), ("example",))
    ),
}
"""Texts that are for programs, or say what is asked for."""


def made(kind: type[AnyStep]) -> Any:
    """A step of a kind, of which nothing is known but that."""
    options = (Option(id="yes", title="Yes"), Option(id="no", title="No"))
    more: Any = {"decide": Question(options=options)} if kind is Decide else {}
    more |= {"approve": Approval()} if kind is Approve else {}
    return kind.model_construct(id="one", title="One", **more)


def test_there_are_kinds() -> None:
    assert set(LEAVES) < set(KINDS)
    assert set(KINDS) - set(LEAVES) == {Group}


@pytest.mark.parametrize("record", [Format, Kind])
def test_no_part_of_a_kind_has_a_default(record: type[Any]) -> None:
    without = {one.name for one in fields(record)}
    with pytest.raises(TypeError) as refused:
        record()
    assert all(repr(name) in str(refused.value) for name in without)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_what_a_file_may_say_of_each_kind_is_known(kind: type[AnyStep]) -> None:
    assert format_of(made(kind)).model is kind
    assert [one.model for one in FORMATS].count(kind) == 1
    assert told_by({format_of(made(kind)).key: ""}).model is kind
    assert name_of(kind)


def test_nothing_is_known_of_what_is_no_kind() -> None:
    assert {one.model for one in FORMATS} == set(KINDS)
    assert len({one.key for one in FORMATS}) == len(FORMATS)


@pytest.mark.parametrize("kind", LEAVES, ids=lambda kind: kind.__name__)
def test_how_each_kind_that_people_take_behaves_is_known(kind: type[AnyStep]) -> None:
    assert kind_of(made(kind)).model is kind
    step = made(kind)
    assert kind_of(step).ends(step) or options_of(step), "nobody could end it"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_text_of_a_kind_is_filled_or_a_name(kind: type[AnyStep]) -> None:
    known = format_of(made(kind))
    assert set(texts(kind)) == {*known.filled, *known.asks} | (NO_TEXTS & set(texts(kind)))
    assert {(key,) for key in known.typed} <= known.filled
    assert {part.key for part in known.parts} <= {key for way in parts(kind) for key in way}


def parts(model: type[BaseModel]) -> Iterator[tuple[str, ...]]:
    """The ways to all keys of a model that have a mapping behind them."""
    for key, field in model.model_fields.items():
        for inner in mentioned(field.annotation):
            if issubclass(inner, BaseModel) and inner not in KINDS:
                yield (key,)
                yield from ((key, *rest) for rest in parts(inner))


def texts(model: type[BaseModel]) -> Iterator[tuple[str, ...]]:
    """The ways to the texts of a model; the steps in a step are asked by themselves."""
    for key, field in model.model_fields.items():
        for inner in mentioned(field.annotation):
            if issubclass(inner, str):
                yield (key,)
            elif issubclass(inner, BaseModel) and inner not in KINDS:
                yield from ((key, *rest) for rest in texts(inner))


def mentioned(annotation: Any) -> Iterator[type]:
    if isinstance(annotation, type):
        yield annotation
    elif isinstance(annotation, str):
        yield str  # A literal.
    for inner in get_args(annotation):
        yield from mentioned(inner)


def asks_for_a_kind(file: Path) -> Iterator[int]:
    """The lines on which a file tells kinds of steps apart."""
    names = {kind.__name__ for kind in KINDS}
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        told: Sequence[ast.AST] = ()
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            told = node.args[1:] if node.func.id in ("isinstance", "issubclass") else ()
        if isinstance(node, ast.MatchClass):
            told = [node.cls]
        if isinstance(node, ast.Compare) and any(isinstance(op, ast.Is) for op in node.ops):
            told = node.comparators
        for inner in (one for part in told for one in ast.walk(part)):
            if getattr(inner, "id", getattr(inner, "attr", "")) in names:
                yield node.lineno if hasattr(node, "lineno") else 0


def test_nobody_but_the_kinds_tells_kinds_apart() -> None:
    """If this fails: put what differs into the record of the kind, and ask that."""
    found = {
        f"{file.relative_to(ROOT)}:{line}"
        for file in (ROOT / "bot").rglob("*.py")
        if file.parent not in ROOMS
        for line in asks_for_a_kind(file)
    }
    assert found == set()
    assert list(asks_for_a_kind(ROOMS[0] / "__init__.py")), "this test is blind"


def test_the_page_of_what_to_touch_names_the_places_of_a_kind() -> None:
    page = (ROOT / "docs/architecture.md").read_text()
    row = next(line for line in page.splitlines() if line.startswith("| a step kind |"))
    for name in re.findall(r"`(core/[\w/.]+)`", row):
        assert (ROOT / "bot" / name).exists(), name
    for room in ROOMS:
        name = str(room.relative_to(ROOT / "bot"))
        assert f"`{name}/`" in row
        assert ("assert_never(step)" in (room / "__init__.py").read_text("utf-8")) == (
            f"`{name}/__init__.py`" in row
        )


TASK: dict[str, Any] = {"run": ["x"], "check": "up"}
WAIT: dict[str, Any] = {"wait": {"until": "up"}}


def begun(says: dict[str, Any]) -> Desk:
    """A run of one step that says this, and someone is on it."""
    shape = {
        "schema": "procedure/v1",
        "id": "trouble",
        "title": "Trouble",
        "symptoms": ["It hurts"],
        "checks": {"up": {"title": "Up", "target": "system", "get": "/up"}},
        "steps": [{"id": "one", "title": "One", **says}],
        "verification": [{"check": "up"}],
    }
    desk = Desk(Procedure.model_validate(shape))
    desk.do(c.Take("one", ANA))
    return desk


def look(desk: Desk, *, green: bool) -> None:
    """Answer every look that is under way."""
    for request in list(desk.run.pending.values()):
        seen = (e.Seen(expectation="/a exists", held=green, seen="7"),)
        told = {"check": "up", "green": green, "final": True, "seen": seen}
        desk.do(c.Observe(e.CheckObserved(request=request.id, **told)))


@pytest.mark.parametrize("says", [TASK, WAIT], ids=["task", "wait"])
def test_a_step_in_doubt_can_be_checked_again_as_its_board_says(says: dict[str, Any]) -> None:
    desk = begun(says)
    desk.do(c.MarkDone("one", ANA))
    desk.do(c.Verify(ANA))
    look(desk, green=False)
    assert "press *Check again*" in aloud(draw(desk.run).blocks)
    assert "Check again step 1" in str(forms.of(desk.run, "more", None, ANA))
    asked = desk.do(c.CheckAgain("one", ANA))
    assert [type(one) for one in asked] == [e.CheckRequested]
    assert [one.wait for one in desk.run.pending.values()] == [False], "nobody waits any more"
    look(desk, green=True)
    assert desk.run.outline.by_id["one"].finished


@pytest.mark.parametrize(("says", "looks"), [(TASK, []), (WAIT, [True])], ids=["task", "wait"])
def test_only_a_wait_goes_on_when_its_run_is_reopened(
    says: dict[str, Any], looks: list[bool]
) -> None:
    desk = begun(says)
    desk.do(c.Mistake(ANA, "It is over."))
    assert not desk.run.pending
    desk.do(c.Reopen(ANA, "It is not."))
    assert [one.wait for one in desk.run.pending.values()] == looks


def test_a_wait_that_gave_up_says_that_nothing_looks_any_more() -> None:
    desk = begun(WAIT)
    look(desk, green=False)
    said = aloud(draw(desk.run).blocks)
    assert "· 🔴\u00a0stopped checking" in said
    assert "check failed" not in said


def test_a_wait_that_a_person_ends_is_a_deviation_and_a_task_is_none() -> None:
    for says, named in ((TASK, False), (WAIT, True)):
        desk = begun(says)
        desk.do(c.MarkDone("one", ANA))
        document = render(desk.run, desk.facts, names={}, said=(), exported_at=EXPORTED)
        assert ("**Not awaited.** Step 1" in document) == named
        assert ("before its check had passed." in document) == named


def test_the_document_says_what_a_wait_waited_for_and_how_it_was_looked_at() -> None:
    """Whether anything was seen or not: who reads it has no procedure at hand."""
    until = {"until": "up"}
    poll = {"every": "10s", "deadline": "30m", "stall_after": "2m"}
    desk = begun({"wait": until})
    shape = desk.run.procedure.model_dump(by_alias=True, exclude_unset=True)
    shape["checks"]["up"] |= {"title": "Node {{ node }} is up", "poll": poll}
    shape["inputs"] = {"node": {"description": "Which"}}
    desk = Desk(Procedure.model_validate(shape), node="node-3")
    desk.do(c.Take("one", ANA))
    document = render(desk.run, desk.facts, names={}, said=(), exported_at=EXPORTED)
    assert (
        "Wait until: Node node-3 is up (check every 10s, for at most 30m; stuck after 2m without "
        "progress)"
    ) in document
