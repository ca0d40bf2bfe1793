"""A system that stands beside the workspace, for people to watch and to mend on the same page.

The workspace does not know it: whoever starts both gives it something with these few methods. It
passes on what that shows and prints, and decides nothing.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Protocol

from . import limits
from .errors import PersonError
from .events import Changes
from .model import Json

EVERY_S = 1.0
"""Seconds between two looks while a page is open."""


class System(Protocol):
    """What stands beside the workspace."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def prompt(self) -> str:
        """The first word of each of its commands."""

    @property
    def presses(self) -> Sequence[Json]:
        """Its buttons: `id`, `label`, `says`, and `mends` where it breaks nothing."""

    async def look(self) -> Json:
        """How it is: `good`, `says`, `groups` of a `title` and `rows`."""

    def refusal(self, line: str) -> str | None:
        """Why a line cannot be run; none where it can."""

    async def plan(self, press: str) -> Sequence[str]:
        """The lines that a button stands for."""

    async def run(self, line: str) -> tuple[int, str]:
        """Run a line: its exit status, and what it printed."""


class Console:
    """The system's terminal, one for all who look, and how the system was seen last."""

    def __init__(self, system: System, changes: Changes) -> None:
        self.system = system
        self._changes = changes
        self._seen: Json | None = None
        self._entries: deque[Json] = deque(maxlen=limits.LINES_KEPT)
        self._last = 0
        self._turn = asyncio.Lock()

    def named(self) -> Json:
        """What the page must know before it draws anything."""
        return {"name": self.system.name, "prompt": self.system.prompt}

    async def shown(self) -> Json:
        """All that the page draws."""
        if self._seen is None:
            self._seen = await self.system.look()
        return {
            **self.named(),
            "presses": list(self.system.presses),
            "seen": self._seen,
            "lines": list(self._entries),
        }

    async def watch(self) -> None:
        """Look again and again while somebody has the page open; tell of what is another."""
        while True:
            await self._changes.followed()
            await self._look()
            await asyncio.sleep(EVERY_S)

    def refusal(self, line: str) -> str | None:
        """Why a person cannot have a line run; none where they can."""
        return self.system.refusal(line)

    async def type(self, user: str, line: str) -> Json:
        """Run a line that a person typed, and that is not refused; how it ended."""
        return await self._run(self._added(user, line))

    async def press(self, user: str, press: str) -> list[Json]:
        """Run what a button stands for; how each line ended. Raises `PersonError`."""
        if press not in {one["id"] for one in self.system.presses}:
            raise PersonError("no_such_button", "There is no such button.", 404)
        # Planned in its turn: what was pressed before may have mended it.
        async with self._turn:
            lines = await self.system.plan(press)
        return [await self._run(self._added(user, line)) for line in lines]

    def _added(self, user: str, line: str) -> Json:
        self._last += 1
        entry: Json = {"number": self._last, "user": user, "line": line}
        entry |= {"status": None, "output": ""}
        self._entries.append(entry)
        self._tell()
        return entry

    async def _run(self, entry: Json) -> Json:
        """One at a time, in the order in which they came."""
        ended = (1, "stopped")
        try:
            async with self._turn:
                ended = await self.system.run(entry["line"])
        finally:
            entry["status"], entry["output"] = ended
            self._tell()
        await self._look()
        return entry

    async def _look(self) -> None:
        seen = await self.system.look()
        if seen != self._seen:
            self._seen = seen
            self._tell()

    def _tell(self) -> None:
        self._changes.tell({"type": "system"})
