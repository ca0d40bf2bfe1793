"""A replica meets entries that a newer version wrote, of a kind that it does not know."""

import asyncio
import shutil
import signal
from pathlib import Path
from typing import Any

import psycopg

from tests.chaos.crowd import GLANCE
from tests.chaos.site import ROOT, Replica, site
from tests.hanging import HANG_S
from tests.story.driver import INCIDENTS, ONCALL, Someone, words

KIND = '''class Mused(Happened):
    """Someone mused."""

    kind: Literal["mused"] = "mused"
    v: Literal[1] = 1
    by: Person


'''
MEANING = """

from bot.core.acting.sealed import ASKED

MUSED = replace(
    ADDED,
    fact=e.Mused,
    sealed=ASKED,
    changes=lambda run, event, at: run,
    touches=lambda run, event, number: [],
    notice=None,
    sentence=lambda around, event, it: "mused",
    account=None,
)
"""
PATCHES = {
    "bot/core/run/events.py": [
        ("OfStep = (", f"{KIND}OfStep = ("),
        ("    | Erased\n", "    | Erased\n    | Mused\n"),
    ],
    "bot/core/acts/note.py": [
        ("if command.shared else note,)", "if command.shared else note, e.Mused(by=command.by))")
    ],
    "bot/core/acts/registry.py": [(".plus(erase.ERASED)", ".plus(erase.ERASED).plus(note.MUSED)")],
}
"""What makes a newer version of this one: each note is followed by an entry of a new kind."""
LOOK = "INSERT INTO looks (run_id, request, due_at, lease_until, lease) VALUES "
DUE = (
    "UPDATE messages SET shown = shown - 1, due_at = 0, lease_until = 0 WHERE run_id = 'CA-1'",
    f"{LOOK} ('CA-1', 'c9', 0, 0, 0)",
    "INSERT INTO timers (run_id, name, due_at) VALUES ('CA-1', 'nag', 0)",
)
"""What the newer one has still to do for its run when it goes: a message, a look, a timer."""
LEFT = (
    "SELECT (SELECT sum(lease) FROM messages WHERE run_id = 'CA-1'), "
    "(SELECT sum(lease) FROM looks WHERE run_id = 'CA-1'), "
    "(SELECT max(due_at) FROM timers WHERE run_id = 'CA-1'), "
    "(SELECT count(*) FROM messages WHERE run_id = 'CA-1' AND wanted > shown)"
)
"""How often something of that run was claimed, when its timer is due, what is not shown."""


def newer_version(folder: Path) -> Path:
    """A copy of the bot that knows one kind of fact more; the folder to run it in."""
    shutil.copytree(ROOT / "bot", folder / "bot")
    for name, changes in PATCHES.items():
        text = (folder / name).read_text("utf-8")
        for old, new in changes:
            assert text.count(old) == 1, (name, old)
            text = text.replace(old, new)
        (folder / name).write_text(text, "utf-8")
    with (folder / "bot/core/acts/note.py").open("a", encoding="utf-8") as acts:
        acts.write(MEANING)
    return folder


async def say(url: str, statement: str) -> list[Any]:
    """Say something to the database; the first row that comes back."""

    def work() -> list[Any]:
        with psycopg.connect(url, autocommit=True) as server:
            found = server.execute(statement.encode())
            return list(found.fetchone() or ()) if found.description else []

    return await asyncio.to_thread(work)


async def serves(replica: Replica, version: Path) -> None:
    replica.cwd = version
    await replica.start()


async def until_done(url: str) -> None:
    """Wait until nothing of that run is left to do."""
    async with asyncio.timeout(HANG_S):
        while (await say(url, LEFT))[1:] != [None, None, 0]:  # noqa: ASYNC110 - another's doing
            await asyncio.sleep(GLANCE)


async def test_it_says_so_claims_nothing_of_that_run_and_leaves_it_to_the_others(
    tmp_path: Path, postgres_url: str
) -> None:
    newer = newer_version(tmp_path / "newer")
    async with site(tmp_path, names=["ana"], url=postgres_url, replicas=2) as place:
        mine, other = place.replicas
        for replica in place.replicas:
            assert await replica.end(signal.SIGTERM) == 0
        await serves(other, newer)
        ana = Someone(place.people, "ana", INCIDENTS)
        await ana.types("/runbook chore-ana thing=lamp")
        await ana.does("Take", row="step 1")
        await ana.does("Add a note…")
        assert (await ana.fills({"Note": "what now"}))["ok"]
        board = await ana.board("CA-1", "4 entries")
        await until_done(postgres_url)
        await other.end()
        for statement in DUE:
            await say(postgres_url, statement)

        await mine.start()
        elsewhere = ana.in_(ONCALL)
        await elsewhere.types("/runbook chore-ana thing=desk")
        await elsewhere.does("Take", row="step 1")
        await elsewhere.board("CA-2", "2 entries")
        await ana.clicks("Done", board, row="step 1")
        said = words(await ana.told("cannot read"))
        assert "CA-1 has entries that this version of the bot cannot read" in said
        before = await say(postgres_url, LEFT)
        for label, row, shown in (
            ("Done", "step 1", "5 entries"),
            ("Take", "step 2", "6 entries"),
            ("Done", "step 2", "7 entries"),
        ):
            await elsewhere.does(label, row=row)
            await elsewhere.board("CA-2", shown)
        assert await say(postgres_url, LEFT) == before
        assert mine.alive
        log = mine.log.read_text("utf-8")
        assert log.count("its messages, checks and timers are left to other replicas") == 1
        assert "Traceback" not in log

        await serves(other, newer)
        await until_done(postgres_url)
        await ana.board("CA-1", "5 entries")
        for replica in place.replicas:
            assert await replica.end(signal.SIGTERM) == 0
