"""What comes of each line that people might type, over a log in memory."""

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.app.conversation import Answer, Asked
from bot.app.desk import Desk
from bot.core.acting.admission import Known
from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.engine.starting import Begun, started
from bot.core.procedure import Loaded, Procedure
from bot.core.run import events as e
from bot.core.run.model import Run
from tests.app.talking import Shelf, answering
from tests.core.strategies import ANA, BEN
from tests.core.words.lines import LINES, Line
from tests.fakes import FakeClock, FakeLog

CHANNEL, DIRECT = "C0INC", "D0ANA"


def plain(step: str, **more: Any) -> dict[str, Any]:
    return {"id": step, "title": f"Do {step}", "do": "It.", **more}


FIX_IT = Procedure.model_validate(
    {
        "schema": "procedure/v1",
        "id": "fix-it",
        "title": "Fix it",
        "owner": {"team": "us", "slack": "#us"},
        "symptoms": ["A broken disk, which is full"],
        "inputs": {
            "thing": {"description": "What is broken", "pattern": "[a-z' ]+", "required": True}
        },
        "checks": {
            "works": {
                "title": "It works",
                "target": "system",
                "get": "/works",
                "expect": [{"pointer": "/works", "equals": True}],
            }
        },
        "steps": [
            plain("look"),
            plain("clean", check="works"),
            plain("heal"),
            plain("wipe", danger="destructive"),
            plain("save", captures={"snapshot": {"description": "It"}}),
            {
                "id": "which",
                "title": "Which?",
                "decide": {
                    "options": [
                        {"id": "yes", "title": "Yes"},
                        {"id": "no", "title": "No"},
                    ]
                },
            },
            {
                "id": "both",
                "title": "Both",
                "any_order": True,
                "steps": [plain("wide"), plain("deep")],
            },
            plain("eight"),
            plain("nine"),
        ],
        "verification": [{"check": "works"}, {"confirm": "All is well"}],
    }
)
UNDO = Procedure.model_validate(
    {
        "schema": "procedure/v1",
        "id": "undo",
        "title": "Undo a change",
        "symptoms": ["A change is wrong"],
        "steps": [plain("one")],
        "verification": [{"confirm": "It is undone"}],
    }
)


class Room:
    """A channel with runs, and ana and ben in it."""

    def __init__(self, runs: tuple[str, ...]) -> None:
        self.clock = FakeClock()
        self.log = FakeLog(self.clock)
        self.desk = Desk(self.log, self.clock)
        shelf = [FIX_IT, UNDO] if "+undo" in runs else [FIX_IT]
        self.loaded = [Loaded(one, "", "", "0" * 64) for one in shelf]
        self.talk = answering(self.desk, self.log, Shelf(self.loaded))
        self.runs = [run for run in runs if not run.startswith("+")]

    async def opened(self) -> None:
        for _ in self.runs:
            event = started(self.loaded[0], {"thing": "lamp"}, Begun(CHANNEL), BEN)
            run = await self.desk.start(event, delivery=None, another=True)
            assert run is not None
            await self.worked(run)
            key = f"{run.id}/board"
            row = self.log.outbox.rows[key]
            self.log.outbox.rows[key] = replace(row, ts=f"{run.id}.0")

    async def worked(self, run: Run) -> None:
        for command in (
            *(c.Take("look", ANA), c.MarkDone("look", ANA), c.Take("clean", ANA)),
            *(
                c.Take("save", BEN),
                c.Take("eight", BEN),
                c.Take("nine", BEN),
                c.Fail("nine", BEN, "It broke."),
            ),
        ):
            await self.desk.act(run.id, command, delivery=None)

    async def facts(self) -> dict[str, list[e.Fact]]:
        rows = await self.log.runs(limit=10)
        return {row.run_id: await self.log.read(row.run_id) for row in rows}

    async def types(self, text: str, where: str, delivery: str = "d1") -> Answer:
        asked = Asked(
            by=ANA,
            text=text,
            channel=DIRECT if where == "d" else CHANNEL,
            team=None,
            delivery=delivery,
            can_open=where == "/",
            thread="FI-1.0" if where == "t" else None,
            named=where != "/",
            passing=where == "~",
            direct=where == "d",
        )
        try:
            return await self.talk.ask(asked)
        except Refused as refused:
            return Answer(str(refused), trouble=True)


def shown(answer: Answer) -> str:
    """The words of an answer, and its buttons by their verbs."""
    verbs = [
        f"button:{one['action_id']}"
        for block in answer.blocks
        for one in (*block.get("elements", ()), block.get("accessory") or {})
        if one.get("type") == "button"
    ]
    whole = json.dumps(list(answer.blocks), ensure_ascii=False).replace('\\"', '"')
    return " ".join([answer.text, whole, *verbs])


def told(fact: e.Fact) -> str:
    event = fact.event
    said = (getattr(event, name, None) for name in ("reason", "what", "text"))
    inputs = dict(getattr(event, "inputs", {})).values()
    return next((one for one in (*said, *inputs) if one), "")


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line.where} {line.text[:60]}")
async def test_each_line_does_what_it_must(line: Line) -> None:
    room = Room(line.runs)
    await room.opened()
    before = await room.facts()
    answer = await room.types(line.text, line.where)
    after = await room.facts()
    new = [f for run, facts in after.items() for f in facts[len(before.get(run, ())) :]]
    if line.fact:
        assert [f.event.kind for f in new][:1] == [line.fact], shown(answer)
        assert getattr(new[0].event, "step", None) == line.step
        assert told(new[0]) == line.words or not line.words
        assert not answer.trouble
        return
    assert new == [], shown(answer)
    if line.form:
        assert answer.view is not None, shown(answer)
        assert answer.view["callback_id"] == line.form
        return
    assert answer.view is None, answer.view
    if not line.says:
        assert answer == Answer()
    for words in line.says:
        assert words in shown(answer)


def test_there_are_two_hundred_lines() -> None:
    assert len({(line.text, line.where, line.runs) for line in LINES}) >= 200


async def test_a_delivery_that_comes_twice_is_done_once() -> None:
    room = Room(("FI-1",))
    await room.opened()
    first = await room.types("done", "/")
    assert "is done" in first.text
    before = await room.facts()
    assert await room.types("done", "/") == Answer()
    assert await room.facts() == before


async def test_what_was_done_is_told_in_one_sentence() -> None:
    room = Room(("FI-1",))
    await room.opened()
    said = (await room.types("take 3", "t")).text
    assert said == "*<|FI-1>*: Step *3* Do heal is yours."


async def test_whoever_is_not_in_the_channel_is_told_of_no_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    room = Room(("FI-1",))
    await room.opened()
    before = await room.facts()

    async def outside(*_: object) -> Known:
        return Known(0.0, private=True)

    monkeypatch.setattr(room.log.acquaintances, "known", outside)
    for text in ("FI-1 take 3", "status FI-1", "FI-1", "note FI-1: x", "FI-1 done"):
        assert "There is no run `FI-1` here." in (await room.types(text, "d", text)).text
    assert await room.facts() == before
