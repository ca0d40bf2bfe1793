"""Planted values are erased in every way that there is, and looked for wherever they may be.

People work on runs through the bot's processes; every word, id, name, input, reason, secret and
seen value is unlike any other. Each place is searched before, when it must have them, and after.
"""

import asyncio
import contextlib
import json
import random
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiohttp import web

from bot.app.desk import Desk
from bot.core.engine import commands as c
from bot.core.run import events as e
from bot.edges.store import SqlLog
from tests.chaos import report
from tests.chaos.brisk import brisk
from tests.chaos.canaries import PROCEDURE, SECRETS, File, Planted, Server, Store, files, shown
from tests.chaos.plan import lasts
from tests.chaos.site import Replica, Site, environment, site
from tests.edges.store.making import started
from tests.fakes import FakeClock
from tests.nursery import program
from tests.postgres import Cluster
from tests.story.driver import INCIDENTS, Someone, words
from tests.story.test_again import opened

LONG = lasts(counted=180)
OLD = datetime(2025, 1, 1, tzinfo=UTC)
GONE_WITHIN_S = 1800.0
"""Seconds in which everything in Slack is drawn again, ten messages a minute."""
SETS = 3
"""How often there is each kind of secret in a note of the long form."""


@contextlib.asynccontextmanager
async def system(says: list[str]) -> AsyncIterator[str]:
    """What the check looks at: it answers the last of *says*; its address."""

    async def state(_: web.Request) -> web.Response:
        return web.json_response({"state": says[-1]})

    app = web.Application()
    app.router.add_get("/state", state)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@dataclass(slots=True)
class Scene:
    """The place, what was planted, and the commands of whoever has the machine."""

    place: Site
    store: Store
    planted: Planted
    says: list[str]
    folder: Path
    of: dict[str, set[str]] = field(default_factory=dict)
    """What was planted in each run."""

    async def command(self, *words: str, url: str = "", status: int | None = 0) -> str:
        """Run a command of the program; what it writes."""
        environ = environment({"RUNBOOK_DATABASE_URL": url or self.store.url})
        process = await program("bot", *words, environ=environ, cwd=self.folder)
        out, _ = await process.communicate()
        said = out.decode()
        assert status is None or process.returncode == status, said
        return said

    async def person(self) -> Someone:
        """Someone new, whose id and name are planted."""
        name, real = self.planted.one("id").lower(), self.planted.one("name")
        people = self.place.people
        made = await people.stand(name, real_name=f"{real} Ferreira")
        assert (await people.command(made, INCIDENTS, "/join", "#incidents"))["ok"]
        one = Someone(people, name, patience=40.0)
        assert one.id == made
        return one

    async def works(self, one: Someone, other: Someone, notes: int, sets: int) -> str:
        """A run from its start to its end, with something planted wherever one can write."""
        before = set(self.planted.kinds)
        plant = self.planted.one
        thing, what, late, why = (plant(k) for k in ("input", "reason", "reason", "reason"))
        self.says.append(plant("seen"))
        await one.types(f"/runbook canary thing={thing}")
        board = await one.board(having=thing)
        run = str(board["metadata"]["event_payload"]["run"])
        await one.does("Take", row="step 1")
        await one.does("Failed…", row="step 1")
        await one.fills({"What happened?": f"{what} <@{other.id}>"})
        await one.thread(what, run)
        await one.does("Try again", row="step 1")
        await one.does("Done", row="step 1")
        await one.board(run, self.says[-1])
        for number in range(notes):
            author = (one, other)[number % 2]
            first = plant("note")
            secrets = " ".join(self.planted.secrets() for _ in range(sets))
            await author.does("Add a note…")
            await author.fills({"Note": f"{first} {secrets} <@{other.id}>"})
            await self.recorded(one, run, first)
        await other.does("Take", row="step 2")
        await other.board(run, f"<@{other.id}> since")
        await other.does("Hand over…", row="step 2")
        await other.fills({"Who takes over?": one.id})
        await other.board(run, f"<@{one.id}> since")
        await one.does("Skip…", row="step 2")
        await one.fills({"Why": late})
        await one.board(run, late)
        await one.does("More…")
        await one.does("Started by mistake…", await one.form())
        await opened(one, "as started by mistake")
        await one.fills({"What was the mistake?": why})
        await one.board(run, "closed: started by mistake")
        self.of[run] = set(self.planted.kinds) - before
        return run

    async def recorded(self, one: Someone, run: str, value: str) -> None:
        """Wait until something is in the record of a run; not all of it is on the board."""

        async def there() -> bool | None:
            async with await SqlLog.open(self.store.url, read_only=True) as log:
                return any(value in str(fact.event) for fact in await log.read(run)) or None

        await one.eventually(there, f"{value} in the record of {run}")

    async def exports(self, one: Someone, run: str) -> None:
        """Have a post-mortem brought into the thread of a run."""
        boards = [m for m in await one.boards() if run in words(m)]

        async def there() -> int | None:
            found = await one.messages(boards[-1]["ts"])
            return sum(len(m.get("files", [])) for m in found) or None

        had = await there() or 0
        await one.types(f"/runbook export {run}")

        async def more() -> bool | None:
            return (await there() or 0) > had or None

        await one.eventually(more, f"a file in the thread of {run}")

    def machine(self) -> bytes:
        """Logs and caches, at every level, and what commands left: no word is ever in them."""
        found = list(files(self.folder / "cache"))
        found += [path.read_bytes() for path in self.folder.glob("replica-*.log")]
        found += [path.read_bytes() for path in self.folder.glob("*erasures*")]
        return b"\n".join(found)

    async def settled(
        self, gone: set[str], kinds: Sequence[str] = ("board", "thread", "file")
    ) -> None:
        """Wait until nothing of what is gone is in Slack any more."""
        async with asyncio.timeout(GONE_WITHIN_S):
            while self.planted.found(await shown(self.place, kinds)) & gone:  # noqa: ASYNC110
                await asyncio.sleep(0.5)

    def kept(self) -> set[str]:
        """What the database has, however one asks it."""
        return self.planted.found(self.store.told())


async def seeded(url: str, planted: Planted) -> str:
    """A run that began long ago, through the same desk; its id."""
    async with await SqlLog.open(url) as log:
        desk = Desk(log, FakeClock(OLD))
        who = e.Person(id=f"U0{planted.one('id')}", name=planted.one("id").lower())
        event = started(INCIDENTS).model_copy(
            update={"by": who, "inputs": {"key": planted.one("input")}}
        )
        run = await desk.start(event, delivery=None)
        assert run is not None
        await desk.act(run.id, c.AddNote(None, who, planted.one("note")), delivery=None)
        await desk.act(run.id, c.Mistake(who, planted.one("reason")), delivery=None)
        return run.id


@contextlib.asynccontextmanager
async def scene(
    folder: Path, store: Store, planted: Planted, make: Callable[..., Replica]
) -> AsyncIterator[Scene]:
    """The bot behind signed HTTP, telling all that it does."""
    says = ["fine"]
    (folder / "canaries").mkdir()
    (folder / "canaries" / "canary.yaml").write_text(yaml.safe_dump(PROCEDURE, sort_keys=False))
    async with system(says) as address:
        targets = folder / "looked-at.yaml"
        targets.write_text(yaml.safe_dump({"targets": {"system": {"url": address}}}))
        environ = {
            "RUNBOOK_PROCEDURES": str(folder / "canaries"),
            "RUNBOOK_TARGETS": str(targets),
            "RUNBOOK_CACHE": str(folder / "cache"),
            "RUNBOOK_LOG_LEVEL": "DEBUG",
        }
        async with site(
            folder, names=[], url=store.url, mode="http", environ=environ, make=make
        ) as place:
            yield Scene(place, store, planted, says, folder)


async def erased(here: Scene, runs: Sequence[str], who: Sequence[Someone]) -> None:
    """By run, age and person, beside the running bot."""
    await here.command("erase", runs[0], "--yes")
    await here.command("erase", "--older-than", "200d", "--yes")
    for one in who:
        await here.command("erase", "--person", one.id, "--yes")
    assert here.kept() == set()


async def erased_in_every_way(here: Scene, runs: Sequence[str], who: Sequence[Someone]) -> None:
    """By entry, run, age and person beside the running bot; the rest without one."""
    first, second, *_ = runs
    planted, says = here.planted, here.command
    note = await entry(here, first, "note_added")
    await says("erase", "--fact", f"{first}/{note}", "--yes")
    assert "1 entry" not in await says("erase", "--fact", f"{first}/{note}", "--dry-run")
    gone = set(here.of[second]) - planted.of("id", "name")
    assert gone <= here.kept()
    await says("erase", second, "--yes")
    assert not gone & here.kept()
    await says("erase", "--older-than", "200d", "--yes")
    await says("erase", "--person", who[0].id, "--yes")
    assert not planted.found(who[0].id) & here.kept()
    for replica in here.place.replicas:
        await replica.end()
    for run in runs:
        await says("erase", run, "--yes")
    for one in who:
        await says("erase", "--person", one.id, "--yes")
    assert here.kept() == set()
    for replica in here.place.replicas:
        await replica.start()


async def entry(here: Scene, run: str, kind: str) -> int:
    """The number of the first entry of a kind."""
    async with await SqlLog.open(here.store.url, read_only=True) as log:
        return next(fact.seq for fact in await log.read(run) if fact.event.kind == kind)


def noted(folder: Path) -> Path:
    """The erasure list, wherever it is."""
    (found,) = folder.glob("*erasures*")
    return found


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("kind", "runs", "notes"),
    [
        ("sqlite", 1, 1),
        ("postgres", 1, 1),
        pytest.param("sqlite", 8, 4, marks=LONG),
        pytest.param("postgres", 8, 4, marks=LONG),
    ],
)
async def test_what_was_planted_is_found_before_and_nowhere_after(
    kind: str, runs: int, notes: int, tmp_path: Path, dice: random.Random, request: Any
) -> None:
    planted = Planted(dice)
    store: Store = File(tmp_path / "runbook.db")
    if kind == "postgres":
        cluster: Cluster = request.getfixturevalue("postgres")
        store = Server(cluster, request.getfixturevalue("postgres_url")).prepared()
    old = await seeded(store.url, planted)
    is_long = runs > 1
    # At its own pace on one of them: it is drawn again ten messages a minute.
    made_of = Replica if is_long and kind == "sqlite" else brisk
    async with scene(tmp_path, store, planted, made_of) as here:
        who = [await here.person() for _ in range(4 if is_long else 2)]
        half, sets = len(who) // 2, SETS if is_long else 1
        made = [
            await here.works(who[n % half], who[half + n % half], notes, sets) for n in range(runs)
        ]
        everything = set(planted.kinds)
        await here.exports(who[0], made[-1])
        await searched_before(here, [old, *made], everything)
        backup = await asyncio.to_thread(store.backup)
        await (erased_in_every_way if is_long else erased)(here, made, who)
        begun = time.monotonic()
        await here.settled(everything)
        recovery = time.monotonic() - begun
        await searched_after(here, [old, *made], who[1], everything)
        await restored(here, backup, made[-1], who)
    database = here.place.database
    report.row("planted values erased", database, 1, {"values": len(everything)}, recovery)
    assert not is_long or len(everything) >= 1000


async def searched_before(here: Scene, runs: Sequence[str], everything: set[str]) -> None:
    """Each place has what it should have, so a search finds what is there."""
    planted, kept = here.planted, planted_names(here.planted)
    assert {*SECRETS, "id", "name", "input", "reason", "note", "seen"} == set(
        planted.kinds.values()
    )
    assert here.kept() == everything - kept, "names in Slack's profiles are asked for, not kept"
    assert planted.found(here.store.raw()) == everything - kept
    for place in ("board", "thread", "file"):
        found = planted.found(await shown(here.place, (place,)))
        kinds = {planted.kinds[one] for one in found}
        assert {"input", "reason"} <= kinds, place
    text = await here.command("export", runs[-1])
    assert here.of[runs[-1]] - planted.of(*SECRETS) <= planted.found(text)
    assert "0 changed" in await here.command("audit", "--all")
    assert planted.found(here.machine()) == set()
    if isinstance(here.store, Server):
        await asyncio.to_thread(here.store.looked_over)


def planted_names(planted: Planted) -> set[str]:
    return planted.of("name")


async def searched_after(
    here: Scene, runs: Sequence[str], one: Someone, everything: set[str]
) -> None:
    """Nothing of it is anywhere."""
    planted = here.planted
    await here.exports(one, runs[-1])
    later = await here.command("export", runs[-1])
    assert planted.found(later) <= planted.found(one.id), "who asked for it now"
    told = await here.command("audit", "--all")
    assert "0 changed" in told
    for run in runs:
        assert "erased on" in await here.command("audit", run)
    # Who asked for a post-mortem just now is in the record again.
    await here.command("erase", "--person", one.id, "--yes")
    await here.settled(everything)
    assert here.kept() == set()
    if isinstance(here.store, Server):
        dead = planted.found(here.store.raw())
        assert dead, "dead rows are in the files still"
        await here.command("erase", "--rewrite", "--yes")
    assert planted.found(here.store.raw()) == set()
    assert planted.found(here.machine()) == set()


async def restored(here: Scene, backup: Store, run: str, who: Sequence[Someone]) -> None:
    """A backup from before is whole, and loses all of it by the list."""
    planted, url = here.planted, backup.url
    names = planted_names(planted)
    assert planted.found(backup.told()) == set(planted.kinds) - names
    said = await here.command("audit", run, url=url)
    assert "erased" not in said
    listed = await asyncio.to_thread(noted(here.folder).read_bytes)
    assert planted.found(listed) == set()
    assert {"run", "entries", "people"} <= set(json.loads(listed.splitlines()[0]))
    await here.command("erase", "--again", str(noted(here.folder)), "--yes", url=url)
    assert "0 changed" in await here.command("audit", "--all", url=url)
    assert "erased on" in await here.command("audit", run, url=url)
    left = planted.found(backup.told())
    assert left <= planted.of("id"), "what Slack said of people is not on the list"
    for one in who:
        await here.command("erase", "--person", one.id, "--yes", url=url, status=None)
    assert planted.found(backup.told()) == set()
    if isinstance(backup, File):
        assert planted.found(backup.raw()) == set()
