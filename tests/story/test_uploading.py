"""A process that is killed while it uploads: the file is there once, and in the record once."""

import asyncio
import hashlib
import random
from dataclasses import replace

import pytest

from bot.core.run.events import FileUploaded
from bot.demo.workspace.client import PersonClient
from bot.edges.store import upgrade
from tests.hanging import HANG_S
from tests.story.conftest import Bot, Child
from tests.story.driver import Json, Someone
from tests.story.test_exporting import _files, _text


@pytest.mark.parametrize(("database", "kills"), [("sqlite", 4), ("postgres", 1)])
@pytest.mark.timeout(400)  # it starts the bot several times, and waits for a dead one's lease
async def test_a_file_is_uploaded_and_recorded_once_through_kills(
    child: Child,
    ana: Someone,
    people: PersonClient,
    request: pytest.FixtureRequest,
    database: str,
    kills: int,
) -> None:
    if database == "postgres":
        url = request.getfixturevalue("postgres_url")
        await asyncio.to_thread(upgrade, url)
        child.environ["RUNBOOK_DATABASE_URL"] = url
    ana = replace(ana, patience=HANG_S)
    log = Bot(child.environ)
    await people.faults(limits=False)
    await child.start()
    await ana.types("/runbook mend-it thing=lamp")
    await ana.board("MI-1")
    for kill in range(1, kills + 1):
        await ana.types("/runbook export MI-1")

        async def there(number: int = kill) -> bool | None:
            return len(await _files(ana)) >= number or None

        await ana.eventually(there, "the file")
        await asyncio.sleep(random.uniform(0, 0.02))  # noqa: S311 - any moment will do
        await child.end("kill")
        await child.start()

        async def recorded(number: int = kill) -> bool | None:
            return (await log.kinds("MI-1")).count("file_uploaded") >= number or None

        await ana.eventually(recorded, "its entry")
    async with log.log() as store:

        async def nothing_waits() -> bool | None:
            return (await store.outbox.backlog(0)).waiting == 0 or None

        await ana.eventually(nothing_waits, "everything shown")
    files: list[Json] = await _files(ana)
    uploaded = [f.event for f in await log.facts("MI-1") if isinstance(f.event, FileUploaded)]
    assert {one["id"]: await _hash(one) for one in files} == {
        one.file: one.sha256 for one in uploaded
    }
    assert len(files) == len(uploaded) == kills


async def _hash(file: Json) -> str:
    return hashlib.sha256((await _text(file)).encode()).hexdigest()
