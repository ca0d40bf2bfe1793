"""People paste secrets while replicas are killed: each is told once, masked once, and in no log."""

import asyncio
import json
import random
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import pytest

from bot.core.run import events as e
from bot.core.run.secrets import MASK
from bot.edges.store import SqlLog
from tests.chaos import report
from tests.chaos.canaries import shown
from tests.chaos.conftest import within
from tests.chaos.plan import lasts
from tests.chaos.site import Site, site
from tests.edges.detector.planted import PLANTED
from tests.story.driver import INCIDENTS, Someone, words

LONG = lasts(weight=2)
RUN = "CA-1"


def written(secret: str) -> set[str]:
    """How a secret may stand in a log: as it is, within JSON, within an address, within Python."""
    inside = (json.dumps(secret), repr(secret))
    return {secret, quote(secret), quote(secret, safe=""), *(one[1:-1] for one in inside)}


def logged(place: Site) -> str:
    """All that the replicas wrote, at every level."""
    texts = [path.read_text("utf-8", "replace") for path in place.folder.glob("*.log")]
    return "\n".join(texts)


async def found(url: str) -> Mapping[int, list[e.SecretsFound]]:
    """What the record says was found, by the entry."""
    async with await SqlLog.open(url, read_only=True) as log:
        assert (await log.checked(RUN)).faults == ()
        made: dict[int, list[e.SecretsFound]] = {}
        for fact in await log.read(RUN):
            if isinstance(fact.event, e.SecretsFound):
                made.setdefault(fact.event.entry, []).append(fact.event)
        return made


async def told(place: Site, who: Someone) -> list[str]:
    """What the bot wrote to someone alone."""
    world = place.workspace.world
    alone = world.state.direct(who.id, world.app.bot_user)
    return [words(one) for one in await place.people.messages(alone.id, who.id)]


@pytest.mark.parametrize("kind", ["sqlite", "postgres_url"])
@pytest.mark.parametrize("short", [True, pytest.param(False, marks=LONG)])
async def test_what_is_pasted_is_told_once_masked_once_and_in_no_log(
    kind: str, tmp_path: Path, dice: random.Random, request: pytest.FixtureRequest, *, short: bool
) -> None:
    url = request.getfixturevalue(kind)
    environ = {"RUNBOOK_LOG_LEVEL": "DEBUG"}
    replicas = 1 if kind == "sqlite" else 2
    async with site(tmp_path, names=["ana"], url=url, replicas=replicas, environ=environ) as place:
        ana = Someone(place.people, "ana", INCIDENTS)
        await ana.types("/runbook chore-ana thing=lamp")
        await ana.does("Take", await ana.board(RUN), row="step 1")
        await ana.board(RUN, "since")
        kinds = dice.sample(sorted(PLANTED), len(PLANTED))
        pasted: list[str] = []
        for number in range(2) if short else within(len(kinds)):
            line, secret = PLANTED[kinds[number]]
            # The board and the thread tell of the first one, the record of all.
            ask, field = ("Add a note…", "Note") if number else ("Failed…", "What happened?")
            await ana.does(ask, row="" if number else "step 1")
            assert (await ana.fills({field: f"number {number}: {line}"}))["ok"]
            pasted.append(secret)
            one = dice.choice(place.replicas)
            # It is acknowledged: what looks through it may have begun, or not.
            await asyncio.sleep(dice.choice((0.0, 0.01, 0.05, 0.2)))
            await one.end()
            await one.start()
        begun = time.monotonic()

        async def all_of_it() -> Mapping[int, list[e.SecretsFound]] | None:
            said = await found(url)
            return said if len(said) == len(pasted) else None

        said = await ana.eventually(all_of_it, "what was found")
        assert {entry: len(events) for entry, events in said.items()} == dict.fromkeys(said, 1)

        async def all_told() -> list[str] | None:
            alone = [text for text in await told(place, ana) if "You pasted" in text]
            return alone if len(alone) >= len(pasted) else None

        alone = await ana.eventually(all_told, "what is told to ana alone")
        assert len(alone) == len(pasted), "each once"
        assert all(sum(f"entry {entry} of" in text for text in alone) == 1 for entry in said)

        async def all_masked() -> str | None:
            text = (await shown(place, ("board", "thread"))).decode()
            return None if any(json.dumps(one)[1:-1] in text for one in pasted) else text

        assert json.dumps(MASK)[1:-1] in await ana.eventually(all_masked, "no secret")
        recovery = time.monotonic() - begun
        for replica in place.replicas:
            await replica.end()
        text = logged(place)
        assert "secrets were found in entry" in text, "the search is in the log, and what it found"
        for secret in pasted:
            assert not [one for one in written(secret) if one in text]
            assert not [one for one in alone if secret in one]
    happened = {"secrets": len(pasted), "kills": len(pasted)}
    report.row("kill after a secret is pasted", place.database, replicas, happened, recovery)
