"""The file of routes, looked at again and again: what changed is taken up, and said once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.app.shelf import CONFIRM, LOOK
from bot.core.alerts.routing import Routes
from bot.core.lint import Problem

logger = logging.getLogger(__name__)


class File(Protocol):
    """A file of routes; `refresh` blocks, what it tells is what it last found."""

    @property
    def routes(self) -> Routes | None:
        """What is served: the last good text."""

    @property
    def problems(self) -> Sequence[Problem]:
        """What is wrong with the text that is there."""

    @property
    def unsettled(self) -> bool:
        """Whether a change waits for a second look."""

    def refresh(self) -> bool:
        """Look at the file; whether something was taken up."""


@dataclass(slots=True)
class RouteKeeper:
    """Keeps the routes up to date."""

    file: File
    sleep: Callable[[float], Awaitable[None]] = field(default=asyncio.sleep)

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await self.sleep(CONFIRM if self.file.unsettled else LOOK)
            await self.look()

    async def look(self) -> None:
        """Look once, and say what changed."""
        if not await asyncio.to_thread(self.file.refresh):
            return
        refused = any(one.severity == "error" for one in self.file.problems)
        for problem in self.file.problems:
            logger.warning("%s", problem)
        if refused:
            logger.warning("the routes of alerts stay as they were: their file has errors")
        else:
            logger.info("the routes of alerts are those of the file now")
