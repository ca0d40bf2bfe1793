"""People erase their words in Slack while replicas are killed: what they were promised is gone.

Whoever heard nothing presses again, and that is safe: it is done once, whatever the first press
came to.
"""

import asyncio
import random
import time
from functools import partial
from pathlib import Path

import pytest

from bot.app.erasure_list import listed
from bot.core.run import events as e
from bot.edges.store import SqlLog, file_of
from tests.chaos import report
from tests.chaos.canaries import shown
from tests.chaos.conftest import within
from tests.chaos.plan import lasts
from tests.chaos.site import Replica, Site, site
from tests.story.driver import INCIDENTS, Json, Someone, words

LONG = lasts(weight=2)
RUN = "CA-1"
SURE = {"Are you sure?": "cannot be undone"}


async def written(url: str) -> tuple[list[str], list[int]]:
    """The notes of the run as they are, and the entries that were said to be erased."""
    async with await SqlLog.open(url, read_only=True) as log:
        assert (await log.checked(RUN)).faults == ()
        events = [fact.event for fact in await log.read(RUN)]
    notes = [event.text for event in events if isinstance(event, e.NoteAdded)]
    return notes, [seq for one in events if isinstance(one, e.Erased) for seq in one.entries]


async def asks(who: Someone, having: str) -> Json:
    """The form in which it is chosen what to erase, once it lists *having*."""
    await who.does("More…", await who.board(RUN))

    async def listing() -> Json | None:
        form = await who.form()
        return form if "More for" in words(form) else None

    await who.does("Erase something…", await who.eventually(listing, "what can be done"))

    async def there() -> Json | None:
        form = await who.form()
        return form if having in words(form) else None

    return await who.eventually(there, having)


async def puts_away(who: Someone) -> None:
    """Close the forms that a press without an answer left open."""
    for view in reversed(await who.people.views(who.id)):
        await who.people.close(who.id, view)


async def gone_from_slack(place: Site, ana: Someone, said: list[str]) -> None:
    async def gone() -> bool | None:
        text = (await shown(place, ("board", "thread"))).decode()
        return not any(word in text for word in said) or None

    assert await ana.eventually(gone, "nothing of it in Slack")


@pytest.mark.parametrize("kind", ["sqlite", "postgres_url"])
@pytest.mark.parametrize("short", [True, pytest.param(False, marks=LONG)])
async def test_what_people_erase_in_slack_is_gone_whatever_dies(
    kind: str, tmp_path: Path, dice: random.Random, request: pytest.FixtureRequest, *, short: bool
) -> None:
    url = request.getfixturevalue(kind)
    replicas = 1 if kind == "sqlite" else 2
    again = 0
    # On a server the list is where the bot runs.
    make = partial(Replica, cwd=tmp_path)
    async with site(tmp_path, names=["ana"], url=url, replicas=replicas, make=make) as place:
        ana = Someone(place.people, "ana", INCIDENTS)
        await ana.types("/runbook chore-ana thing=lamp")
        await ana.board(RUN)
        said: list[str] = []
        for number in range(2) if short else within(60):
            word = f"hunter-{number:03}"
            await ana.does("Add a note…")
            assert (await ana.fills({"Note": f"I used {word}"}))["ok"]
            said.append(word)
            await asks(ana, word)
            pressed = asyncio.create_task(ana.fills({"Entries": word, **SURE}))
            one = dice.choice(place.replicas)
            await asyncio.sleep(dice.choice((0.0, 0.01, 0.03, 0.1, 0.3)))
            await one.end()
            await one.start()
            answer = await pressed
            await puts_away(ana)
            notes, _ = await written(url)
            if answer["ok"]:
                assert not any(word in text for text in notes), "it was promised"
            elif any(word in text for text in notes):
                again += 1
                await asks(ana, word)
                assert (await ana.fills({"Entries": word, **SURE}))["ok"]
        begun = time.monotonic()
        notes, entries = await written(url)
        assert not any(word in text for word in said for text in notes)
        assert len(entries) == len(set(entries)) == len(said), "each once"
        await gone_from_slack(place, ana, said)
        recovery = time.monotonic() - begun
        for replica in place.replicas:
            await replica.end()
        where = tmp_path / listed(file_of(url))
        assert where.read_text().count('"run"') >= len(said)
        assert await place.replicas[0].run(f"erase --again {where} --yes") == 0
        assert await written(url) == (notes, entries), "there was nothing left to do"
    happened, name = {"words erased": len(said), "kills": len(said)}, place.database
    report.row("kill while people erase in Slack", name, replicas, happened, recovery, again)
