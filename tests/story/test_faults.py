"""The whole story of a run by two people, while one thing after another goes wrong.

Whatever the fault: no fact is lost or doubled, no message is posted twice, and the board ends as
a fresh fold of the facts draws it.
"""

import contextlib
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from bot.core.engine.fold import fold
from bot.demo.workspace.client import PersonClient
from tests.pictures import is_board_of
from tests.story.conftest import Bot, System
from tests.story.driver import NotThere, Someone, words

SEED = 7
PATIENCE = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
"""Seconds in which somebody who pressed expects to see what came of it: first, then, and so on."""
FAULTS: dict[str, dict[str, Any]] = {
    "none": {},
    "latency": {"rules": [{"method": "*", "fault": "latency", "seconds": 0.2}]},
    "throttled": {"rules": [{"method": "chat.*", "fault": "429", "rate": 0.3, "seconds": 1}]},
    "broken": {"rules": [{"method": "*", "fault": "5xx", "rate": 0.2}]},
    "dropped before": {"rules": [{"method": "*", "fault": "drop_before", "rate": 0.2}]},
    "dropped after": {"rules": [{"method": "*", "fault": "drop_after", "rate": 0.3}]},
    "dropped after, and Slack forgets": {
        "rules": [{"method": "chat.*", "fault": "drop_after", "rate": 0.3}],
        "deduplicate": False,
    },
    "socket refreshed": {"socket": "refresh"},
    "socket cut": {"socket": "cut"},
    "repeated": {"deliveries": {"repeat": 1.0}},
    "late": {"deliveries": {"delay": 0.3}},
    "reordered": {"deliveries": {"reorder": True}},
}


async def begins(who: Someone) -> None:
    """Start the run; while nobody listens, type it again."""

    async def taken() -> bool | None:
        answer = await who.people.command(who.id, who.channel, "/runbook", "mend-it thing=lamp")
        return answer["ok"] or None

    await who.eventually(taken, "a run")
    await who.board("MI-1")


async def insists(who: Someone, label: str, done: str, *, row: str = "") -> None:
    """Click until the board shows *done*: who sees nothing happen presses again, ever later."""
    for patience in PATIENCE:
        # What was to be clicked may be gone: an earlier press had its effect.
        with contextlib.suppress(NotThere):
            await who.clicks(label, await who.board("MI-1"), row=row)
        patient = replace(who, patience=patience)
        try:
            await patient.board("MI-1", done)
        except NotThere:
            continue
        return
    raise NotThere(f"{label!r} never has its effect: {done!r}")


async def writes(who: Someone, label: str, values: dict[str, str], *, row: str = "") -> None:
    """Open a form, fill it and submit it, anew if it does not open or is not taken."""
    patient = replace(who, patience=4.0)

    async def taken() -> bool | None:
        try:
            await who.clicks(label, await who.board("MI-1"), row=row)
            await patient.form()
            return (await patient.fills(values))["ok"] or None
        except NotThere:
            return None

    await who.eventually(taken, f"{label!r} {row} to be taken")


async def settled(bot: Bot, ana: Someone) -> None:
    """Wait until the board shows every fact, as a fresh fold draws it."""

    async def same() -> bool | None:
        run = fold(await bot.facts("MI-1"))
        shown = await ana.board("MI-1")
        return is_board_of(run, shown["blocks"]) or None

    await ana.eventually(same, "the board of all facts")


@pytest.mark.timeout(600)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda name: name.replace(" ", "-"))
async def test_the_story_ends_well_whatever_goes_wrong(
    fault: str, bot: Bot, ana: Someone, ben: Someone, people: PersonClient, system: System
) -> None:
    system.works(well=False)
    system.agrees()
    await people.faults(seed=SEED, **FAULTS[fault])
    await begins(ana)
    await insists(ana, "Take", "since", row="step 1")
    await insists(ana, "Done", "✅ *1*", row="step 1")
    if "socket" in FAULTS[fault]:
        await people.faults(seed=SEED, **FAULTS[fault])
    await insists(ben, "Take", "▶️ *2", row="step 2")
    system.works()
    await insists(ben, "Done", "✅ *2*", row="step 2")
    await writes(ana, "Skip…", {"Why": "nothing is left"}, row="step 3")
    await writes(ben, "Skip…", {"Why": "one node only"}, row="step 4")
    await ana.board("MI-1", "⏭️ *4*")
    await insists(ana, "Take", "▶️ *5", row="step 5")
    await insists(ana, "Done", "✅ *5*", row="step 5")
    await insists(ben, "Verify now", "🟢 All nodes agree")
    await writes(ben, "Confirm…", {})
    await ana.board("MI-1", "🟢 The others have been told")
    await writes(ana, "Close…", {})
    await ana.board("MI-1", "recovered")
    await insists(ana, "Post-mortem", "recovered")
    board = await ana.board("MI-1")

    async def shared() -> bool | None:
        return any(m.get("files") for m in await ana.messages(board["ts"])) or None

    # An upload is half a dozen calls, each of which may fail, and the pauses between attempts grow.
    await ana.eventually(shared, "the post-mortem")
    await people.faults()
    await settled(bot, ana)
    kinds = Counter(await bot.kinds("MI-1"))
    assert {kind: kinds[kind] for kind in ("step_taken", "step_done", "step_skipped")} == {
        "step_taken": 3,
        "step_done": 3,
        "step_skipped": 2,
    }
    assert kinds["run_started"] == kinds["run_closed"] == kinds["recovery_confirmed"] == 1
    assert len(await ana.boards()) == 1
    keys = [
        (m.get("metadata") or {}).get("event_payload", {}).get("key") or words(m)
        for m in await ana.messages(board["ts"])
        if m.get("bot_id")
    ]
    assert [key for key, count in Counter(keys).items() if count > 1] == []
