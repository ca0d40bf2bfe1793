"""What is still to be done after runs: of those that the one who asks may see, and of no others."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from bot.app import reviewing
from bot.app.conversation import Answer, Asked
from bot.core.blockkit.picture import Picture
from bot.core.engine import commands as c
from bot.core.run import events as e
from tests.app.test_answering import CHANNEL, Room
from tests.core.drawn import accepted
from tests.core.strategies import ANA, BEN

TODAY = date(2026, 11, 1)


async def room(*items: Sequence[tuple[str, date | None]]) -> Room:
    """A run for each of *items*, which are ben's; one is late where its day is before today."""
    made = Room(tuple(f"FI-{n}" for n in range(1, len(items) + 1)))
    await made.opened()
    for number, some in enumerate(items, 1):
        for text, due in some:
            await made.desk.act(f"FI-{number}", c.AddItem(ANA, text, BEN, due), delivery=None)
    return made


async def asked(made: Room, text: str = "review", by: e.Person = ANA) -> Answer:
    return await made.talk.ask(
        Asked(by=by, text=text, channel=CHANNEL, team=None, delivery=text, can_open=False)
    )


def words(answer: Answer) -> str:
    accepted(Picture(answer.text, answer.blocks))
    return answer.text


async def test_without_items_it_says_so() -> None:
    made = await room((), ())
    assert "no open action item in a run" in words(await asked(made))
    assert "no open action item of runs of `fix-it`" in words(await asked(made, "review fix-it"))


async def test_the_late_come_first_and_each_leads_to_its_run() -> None:
    today = (await room()).clock.now().date()
    old, later = today - timedelta(days=1), today + timedelta(days=9)
    made = await room([("Buy a pump.", None), ("Buy a hose.", old)], [("Ask <@U0BEN>.", later)])
    said = words(await asked(made)).splitlines()
    assert said[0] == "*3 open action items*, 1 past its day"
    assert said[1] == "• ⚠️ Buy a hose."
    assert said[2].startswith(f"due {old.isoformat()} · ben · ")
    assert "FI-1" in said[2]
    assert said[3].startswith("• Ask @")
    assert "FI-2" in said[4]
    assert said[6].startswith("no date yet · ben · ")


async def test_what_is_over_is_not_told_and_a_closed_run_is() -> None:
    made = await room([("Buy a pump.", None), ("Buy a hose.", None)])
    run = await made.desk.run("FI-1")
    await made.desk.act("FI-1", c.MarkItem(BEN, run.seq, "dropped"), delivery=None)
    await made.desk.act("FI-1", c.Mistake(ANA, "A false alarm."), delivery=None)
    said = words(await asked(made))
    assert said.startswith("*1 open action item*")
    assert "pump" in said
    assert "hose" not in said


async def test_of_an_unknown_procedure_nothing_is_made_up() -> None:
    made = await room([("Buy a pump.", None)])
    assert "There is no procedure `fix-its`" in words(await asked(made, "review fix-its"))
    assert "pump" in words(await asked(made, "review FIX-IT"))


async def test_a_long_list_says_how_much_it_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reviewing, "READ", 2)
    some = [(f"Number {n} {'x' * 300}.", None) for n in range(15)]
    made = await room(some, some, some)
    answer = await asked(made)
    assert words(answer).startswith("*30 open action items*")
    assert "… 10 more." in str(answer.blocks)
    assert "Of the newest 2 runs" in str(answer.blocks)
