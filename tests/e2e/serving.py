"""What a team works with: the page, the bot in a process that can be killed, what it looks at."""

import asyncio
import contextlib
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from playwright.async_api import Browser

from bot.core.run import events as e
from bot.demo.workspace import Workspace
from bot.edges.store import SqlLog
from tests.e2e.conftest import ARTIFACTS
from tests.e2e.people import Demo
from tests.e2e.team import Teammate
from tests.hanging import HANG_S
from tests.story.conftest import NODES, Child, System, answering

PROCEDURES = Path(__file__).parent / "procedures"
_PICTURE = Path(__file__).parents[2] / "docs" / "images" / "board.png"


@dataclass(frozen=True, slots=True)
class Served:
    """The bot, and the page before which people sit."""

    bot: Child
    demo: Demo

    async def seated(self, name: str, run: str, *, phone: bool = False) -> Teammate:
        """Someone before a screen of their own, who looks at the board of a run."""
        return Teammate(name, await self.demo.page(name, phone=phone), self.demo, run=run)

    async def recorded(self, run: str) -> Sequence[e.Fact]:
        """The entries of a run, each of which follows from the one before."""
        url = self.bot.environ["RUNBOOK_DATABASE_URL"]
        async with await SqlLog.open(url, read_only=True) as log:
            await log.audit(run)
            return await log.read(run)

    async def records(self, run: str, kind: str) -> None:
        """Wait until a run has an entry of a kind: what died at its work begins it again later."""
        async with asyncio.timeout(HANG_S):
            while True:
                if any(one.event.kind == kind for one in await self.recorded(run)):
                    return
                await asyncio.sleep(0.5)

    @property
    def complaints(self) -> Sequence[str]:
        """What the pages complain of, but that the bot did not take a press while it died."""
        return [one for one in self.demo.complaints if "Failed to load resource" not in one]


@contextlib.asynccontextmanager
async def serving(
    workspace: Workspace, browser: Browser, system: System, folder: Path, name: str
) -> AsyncIterator[Served]:
    """Serve the procedures of this folder; pictures are kept under a *name*."""
    pictures = ARTIFACTS / name
    pictures.mkdir(parents=True, exist_ok=True)
    bot = Child(_environ(workspace, system, folder), folder / "bot.log")
    demo = Demo(workspace.url, folder, browser, pictures)
    async with answering(system), demo.closing:
        (folder / "targets.yaml").write_text(_targets(system), "utf-8")
        await bot.start()
        try:
            yield Served(bot, demo)
        finally:
            await bot.end("kill")


def _targets(system: System) -> str:
    sets = {"nodes": list(NODES)}
    return yaml.safe_dump({"targets": {"registry": {"url": system.url, "sets": sets}}})


def _environ(workspace: Workspace, system: System, folder: Path) -> dict[str, str]:
    shutil.copytree(PROCEDURES, folder / "procedures")
    shutil.copy(_PICTURE, folder / "procedures" / "console.png")
    return {
        "SLACK_API_URL": workspace.api_url,
        "SLACK_BOT_TOKEN": workspace.bot_token,
        "SLACK_APP_TOKEN": workspace.app_token,
        "RUNBOOK_DATABASE_URL": f"sqlite:///{folder / 'runbook.db'}",
        "RUNBOOK_PROCEDURES": str(folder / "procedures"),
        "RUNBOOK_TARGETS": str(folder / "targets.yaml"),
    }


def counted(facts: Sequence[e.Fact], like: Mapping[str, Mapping[str, int]]) -> dict[str, object]:
    """How many entries each person has made, of the kinds that are asked for."""
    made = Counter[tuple[str | None, str]]((_by(one.event), one.event.kind) for one in facts)
    return {who: {kind: made[who, kind] for kind in kinds} for who, kinds in like.items()}


def _by(event: e.Event) -> str | None:
    who = getattr(event, "by", None)
    return None if who is None else str(who.id)


def for_commands(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the commands of this process read what the bot has recorded."""
    for name, value in served.bot.environ.items():
        monkeypatch.setenv(name, value)
