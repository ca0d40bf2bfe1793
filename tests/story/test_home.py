"""The Home of one person: drawn when they open it, and after that when it would look otherwise."""

import pytest

from bot.app import home
from bot.demo.workspace.client import PersonClient
from tests.story.conftest import Bot
from tests.story.driver import Json, Someone, find, words


@pytest.fixture(autouse=True)
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """How far apart pictures are is tried where the clock can be moved."""
    monkeypatch.setattr(home, "APART", 0.2)
    monkeypatch.setattr(home, "PACE", 0.05)


async def shown(who: Someone, having: str) -> Json:
    """Someone's Home, once it has these words."""

    async def there() -> Json | None:
        view = await who.people.home(who.id)
        return view if view and having in words(view) else None

    return await who.eventually(there, f"{having!r} in the Home")


async def presses(who: Someone, view: Json, label: str, row: str = "") -> None:
    answer = await who.people.click(who.id, view, **find(view, label, row))
    assert answer["ok"], answer


async def test_a_home_shows_what_waits_and_follows_what_happens(
    bot: Bot, ana: Someone, ben: Someone, people: PersonClient
) -> None:
    await people.open_home("ana")
    empty = words(await shown(ana, "Nothing waits for you."))
    assert "No run is open that you can see." in empty
    assert "It follows for 15 minutes" in empty
    await ana.types("/runbook mend-it thing=lamp")
    await ana.does("Take", await ana.board("MI-1"), row="step 1")
    mine = await shown(ana, "you are on it since")
    assert "Runs that you are in" in words(mine)
    assert "/archives/C0INCIDENTS/p" in words(mine)
    # What is pressed there opens on top of nothing.
    await presses(ana, mine, "Catch me up", "MI-1")
    assert "1 step is in hand" in words(await ana.form())
    await ana.dismisses()
    # To someone else it is one of the others.
    await people.open_home("ben")
    theirs = words(await shown(ben, "Other open runs"))
    assert "Nothing waits for you." in theirs
    assert "MI-1" in theirs


async def test_procedures_are_looked_for_and_started_from_home(
    bot: Bot, ana: Someone, people: PersonClient
) -> None:
    await people.open_home("ana")
    view = await shown(ana, "Procedures")
    look = {"action_id": "home_search", "block_id": "home_search", "value": "broken"}
    assert (await people.click("ana", view, **look))["ok"]
    found = await shown(ana, "for “broken”")
    await presses(ana, found, "Start…", "mend-it")
    form = await ana.form()
    assert "In which channel?" in words(form)
    values = {
        "in:channel": {
            "value": {"type": "conversations_select", "selected_conversation": ana.channel}
        },
        "thing": {"value": {"type": "plain_text_input", "value": "lamp"}},
    }
    assert (await people.submit("ana", form, values))["ok"]
    await ana.board("MI-1")
    await shown(ana, "Runs that you are in")


async def test_a_run_of_a_private_channel_is_there_for_those_inside(
    bot: Bot, ana: Someone, ben: Someone, people: PersonClient
) -> None:
    there = ana.in_("C0KEYROOM")
    await there.types("/invite @runbook")
    await there.types("/runbook mend-it thing=lamp")
    await there.board("MI-1")
    for name in ("ana", "ben"):
        await people.open_home(name)
    await shown(ana, "MI-1")
    theirs = words(await shown(ben, "Procedures"))
    assert "MI-1" not in theirs


async def test_a_guest_sees_the_runs_of_the_channels_that_they_are_in(
    bot: Bot, ana: Someone, ben: Someone, people: PersonClient
) -> None:
    gil = Someone(people, "gil")
    assert await people.stand("gil", guest="multi") == gil.id
    await ana.types("/runbook mend-it thing=lamp")
    await ana.board("MI-1")
    for name in ("ben", "gil"):
        await people.open_home(name)
    await shown(ben, "MI-1")
    assert "MI-1" not in words(await shown(gil, "No run is open that you can see."))
    await ana.types("/invite @gil")
    await people.open_home("gil")
    await shown(gil, "MI-1")
