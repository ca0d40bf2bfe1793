"""A night of six hours: five people, sixty steps and a change of shift, at the workspace's pace.

The bot's clocks are the workspace's, which is moved on over HTTP, so all that waits for a time
comes as it would: time-outs, reminders, hand-offs without an answer, what is known of people.
"""

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import ground
from bot.core.run.times import Reminded
from bot.demo.workspace import Workspace
from bot.demo.workspace.client import PersonClient
from bot.edges.clock import SystemClock
from bot.edges.store import sqlite
from tests.app.test_quiet import due
from tests.scratch import aged
from tests.story.conftest import PROCEDURES, Bot, System
from tests.story.driver import INCIDENTS, Someone, _key, words

STEPS, HOURS, MOST = 60, 6, 40
"""How many messages six hours may have, the board among them."""
EVERY_S = HOURS * 3600 / STEPS
TEAM = ("ana", "ben", "dee", "p0", "p1")
NIGHT = """\
schema: procedure/v1
id: night
title: A long night
symptoms: [It is broken]
checks:
  works:
    title: It works
    target: system
    get: /works
    expect: [{ pointer: /works, equals: true }]
steps:
"""
NIGHT += "".join(
    f"  - {{ id: s{n}, title: Do {n}, do: It., timeout: 30m, remind: 10m }}\n"
    for n in range(1, STEPS + 1)
)
NIGHT += "verification:\n  - check: works\n"


@pytest.fixture
def environ(
    environ: dict[str, str], tmp_path: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    now = workspace.world.clock.now

    class Shared(SystemClock):
        """The workspace's clock, which everything of the bot goes by."""

        def now(self) -> datetime:
            return datetime.fromtimestamp(now(), UTC)

        def monotonic(self) -> float:
            return now()

        async def sleep(self, seconds: float) -> None:
            await workspace.world.clock.sleep(max(0.0, seconds))

    monkeypatch.setattr(ground, "SystemClock", Shared)
    monkeypatch.setattr(sqlite, "machine_time", lambda _: now())
    monkeypatch.setattr(sqlite, "steady_clock", lambda: lambda _: now())
    copied = tmp_path / "procedures"
    shutil.copytree(PROCEDURES, copied)
    (copied / "night.yaml").write_text(NIGHT)
    return {**environ, "RUNBOOK_PROCEDURES": str(aged(copied))}


class Night:
    """The team, and the run that they are in."""

    def __init__(self, people: PersonClient) -> None:
        self.people = people
        self.team = [Someone(people, name) for name in TEAM]
        self.skipped = 0

    async def begins(self) -> None:
        for name in TEAM[3:]:
            await self.people.stand(name)
            await self.people.command(f"U0{name.upper()}", INCIDENTS, "/join", "incidents")
        await self.team[0].types("/runbook night")
        await self.team[0].board("NI-1")

    async def of_a_step(self, n: int) -> None:
        """One of them does it, or it goes another way."""
        who, other = self.team[n % 5], self.team[(n + 2) % 5]
        await who.types(f"/runbook take {n}")
        await self.people.advance(EVERY_S / 2)
        done = f"/runbook done {n}"
        match n:
            case 7 | 41:
                await who.types(f"/runbook give back {n}")
                done = f"/runbook skip {n} because it is not needed"
            case 12 | 33:
                await who.types(f"/runbook hand over {n} to <@{other.id}>")
                who = other
            case 20:
                await who.types(f"/runbook note {n} It smokes.")
            case 30:
                await self.shift(who, other)
                who = other
            case 45:
                # It takes long: a reminder, then a time-out.
                await self.people.advance(1_300)
                await who.thread("reaches its time-out")
                await self.people.advance(900)
                await who.board("NI-1", "past its time-out")
        assert "Nothing" not in await who.types(done)
        self.skipped += "skip" in done
        far = f"{n} of {STEPS}"
        if self.skipped:
            far = f"{n - self.skipped} done, {self.skipped} skipped"
        await who.board("NI-1", far)
        await self.people.advance(EVERY_S / 2)

    async def shift(self, by: Someone, to: Someone) -> None:
        """All that one has goes to another, who accepts."""
        await by.types("/runbook take command")
        await by.types(f"/runbook handoff <@{to.id}>")
        (asked,) = await to.thread("asks you to take over")
        await to.does("Accept", asked)
        await to.thread("has step 30 and the role commander now")


async def test_six_hours_of_five_people_have_forty_messages_at_most(
    bot: Bot, people: PersonClient, system: System
) -> None:
    system.works()
    night = Night(people)
    await night.begins()
    ana = night.team[0]
    for n in range(1, STEPS + 1):
        await night.of_a_step(n)
    await ana.types("/runbook verify")
    await ana.thread("1 of 1 checks passed")
    await ana.does("Close…", await ana.board("NI-1"))
    assert (await ana.fills())["ok"]
    await ana.thread("closed NI-1: recovered")
    facts = await bot.facts("NI-1")
    assert (facts[-1].at - facts[0].at).total_seconds() >= HOURS * 3600
    assert [f.event.told for f in facts if isinstance(f.event, Reminded)] == ["person"]
    board = await ana.board("NI-1")
    said = [m for m in await ana.messages(board["ts"]) if not m.get("is_ephemeral")]
    posts = [call for call in await people.calls("chat.postMessage") if call["ok"]]
    assert len(said) <= len(posts) <= MOST, [m["text"] for m in said]
    for message in said[1:]:
        text, key = message["text"], _key(message)
        # Each says of itself which run it is of and what happened.
        assert "NI-1" in text[:40], text
        assert len(text) > len("NI-1") + 20, text
        assert "<!" not in re.sub(r"<!date[^>]*>", "", text)
        kind, _, number = key.removeprefix("NI-1/").partition("/")
        whom = due(facts[int(number) - 1].event, facts) if kind == "notice" else set()
        # What was edited since may call fewer than it did.
        assert set(re.findall(r"<@(\w+)>", f"{text} {words(message)}")) <= whom, text
