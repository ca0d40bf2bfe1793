"""A process that is killed, or asked to stop, at any moment: nothing acknowledged is lost."""

import asyncio
import os
import random
import signal

import pytest

from bot.core.engine.fold import fold
from bot.demo.workspace.client import PersonClient
from bot.edges.store import SqlLog
from tests.pictures import is_board_of
from tests.story.conftest import Child, System
from tests.story.driver import Json, Someone, words

KILLS = 12


async def _facts(child: Child, run: str) -> list[object]:
    url = child.environ["RUNBOOK_DATABASE_URL"]
    async with await SqlLog.open(url, read_only=True) as log:
        await log.audit(run)
        return list(await log.read(run))


async def _form(who: Someone) -> Json:
    await who.does("Add a note…")
    return await who.form()


async def _submit(who: Someone, view: Json, text: str) -> bool:
    values = {"text": {"value": {"type": "plain_text_input", "value": text}}}
    return bool((await who.people.submit(who.id, view, values))["ok"])


async def _in_time(people: PersonClient, work: "asyncio.Future[list[bool]]") -> list[bool]:
    """Wait for *work*, moving the workspace's clock on when nobody answers any more."""
    await asyncio.wait({work}, timeout=0.3)
    while not work.done():
        await people.advance(4)
        await asyncio.wait({work}, timeout=0.1)
    return await work


@pytest.mark.timeout(600)  # it starts the bot thirteen times
async def test_every_acknowledged_click_is_in_the_log_once_after_kills_at_random_moments(
    child: Child, people: PersonClient, system: System
) -> None:
    seed = int(os.environ.get("KILL_SEED") or random.randrange(10**6))  # noqa: S311 - any will do
    print(f"KILL_SEED={seed}")  # noqa: T201 - shown when the test fails
    dice = random.Random(seed)  # noqa: S311 - likewise
    system.works()
    system.agrees()
    await people.faults(limits=False, deduplicate=False)
    team = [Someone(people, name) for name in ("ana", "ben", "chloe")]
    await child.start()
    await team[0].types("/runbook mend-it thing=lamp")
    await team[0].board("MI-1")
    wanted: list[str] = []
    for kill in range(KILLS):
        forms = [await _form(who) for who in team]
        texts = [f"note {kill} by {who.name}" for who in team]
        wanted += texts
        if kill % 3 == 0:
            await team[0].clicks("Verify now")
        posts = asyncio.gather(
            *(_submit(w, f, t) for w, f, t in zip(team, forms, texts, strict=True))
        )
        await asyncio.sleep(dice.uniform(0, 0.06))
        await child.end("kill")
        taken = await _in_time(people, posts)
        await child.start()
        for who, form, text, was_taken in zip(team, forms, texts, taken, strict=True):
            if not was_taken:
                # The person presses the button again, on the form that is still there.
                assert await _submit(who, form, text)
    facts = await _facts(child, "MI-1")
    notes = [f.event.text for f in facts if f.event.kind == "note_added"]  # type: ignore[attr-defined]
    assert sorted(notes) == sorted(wanted)

    run = fold(facts)  # type: ignore[arg-type]
    board = await team[0].board("MI-1", f"{run.seq} entries")
    assert is_board_of(run, board["blocks"])
    asked = [f for f in facts if f.event.kind == "verification_requested"]  # type: ignore[attr-defined]

    async def told() -> list[str] | None:
        shown = [words(m) for m in await team[0].messages(board["ts"])]
        found = [text for text in shown if "verification requested" in text]
        return found if len(found) >= len(asked) else None

    assert len(await team[0].eventually(told, "every message")) == len(asked)
    assert len(await team[0].boards()) == 1


async def test_a_kill_between_upload_and_record_leaves_one_file(
    child: Child, ana: Someone, people: PersonClient
) -> None:
    await child.start()
    await ana.types("/runbook mend-it thing=lamp")
    board = await ana.board("MI-1")
    slow = {"method": "files.completeUploadExternal", "fault": "drop_after", "times": 1}
    await people.faults(rules=[slow])
    await ana.types("/runbook export MI-1")

    async def shared() -> bool | None:
        return any(m.get("files") for m in await ana.messages(board["ts"])) or None

    await ana.eventually(shared, "the file")
    await child.end("kill")
    await people.faults()
    await child.start()
    await ana.does("Take", row="step 1")
    await ana.board("MI-1", "since")

    async def looked() -> bool:
        return bool(await people.calls("conversations.replies"))

    await people.until(looked)
    files = [f for m in await ana.messages(board["ts"]) for f in m.get("files", [])]
    assert len(files) == 1


async def test_sigterm_finishes_what_was_taken_and_the_next_start_is_clean(
    child: Child, ana: Someone, people: PersonClient
) -> None:
    await child.start()
    await ana.types("/runbook mend-it thing=lamp")
    board = await ana.board("MI-1")
    click = asyncio.create_task(ana.clicks("Take", board, row="step 1"))
    await asyncio.sleep(0)
    status = await child.end()
    assert status == 0
    await asyncio.wait({click}, timeout=0.2)
    while not click.done():
        await people.advance(4)
        await asyncio.wait({click}, timeout=0.1)
    await child.start()
    kinds = [f.event.kind for f in await _facts(child, "MI-1")]  # type: ignore[attr-defined]
    if (await click)["ok"]:
        assert kinds == ["run_started", "step_taken"]
    await ana.types("/runbook status")
    assert await child.end() == 0
    assert "Traceback" not in child.log.read_text()
    assert "ERROR" not in child.log.read_text()


async def test_a_bot_that_waits_for_slack_still_stops_when_asked(
    child: Child, people: PersonClient
) -> None:
    await people.faults(rules=[{"method": "*", "fault": "5xx"}])
    process = await child.run("serve")

    async def waiting() -> bool:
        return "trying again" in child.log.read_text()

    await people.until(waiting)
    process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0
