"""The post-mortem of a run as a file: facts, names, and what people said in the thread."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from bot.core import notices, postmortem
from bot.core.run import fold
from bot.core.text import escape
from bot.desk import Desk, History
from bot.ports import (
    Clock,
    Gone,
    Log,
    NotInChannel,
    People,
    Rejected,
    Said,
    Throttled,
    Unsure,
    Upload,
)

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Exports:
    """Writes post-mortems; without `people` (no connection to Slack) from the facts alone."""

    desk: Desk
    log: Log
    clock: Clock
    people: People | None

    async def markdown(self, run_id: str) -> str:
        """The post-mortem as of now; raises Refused when there is no such run."""
        return await self._render(await self.desk.history(run_id), strict=False)

    async def upload(self, run_id: str, seq: int) -> Upload:
        """The file that the fact numbered *seq* asked for.

        Its name holds that number, so that an upload whose end nobody saw can be found again.
        Raises Throttled or Unsure when Slack cannot be asked for the thread just now.
        """
        history = await self.desk.history(run_id)
        text = await self._render(history, strict=True)
        run = history.run
        return Upload(
            name=f"{run.id}-post-mortem-{seq}.md",
            title=f"{run.id} post-mortem: {run.title}",
            comment=f"Post-mortem of {run.id}, {escape(run.title)}, as of fact {run.seq}.",
            content=text.encode(),
        )

    async def _render(self, history: History, *, strict: bool) -> str:
        run = fold(history.facts)
        said: list[Said] | None = None
        names: Mapping[str, str] = {}
        if self.people is not None:
            try:
                root = await self.log.message(f"{run.id}/{notices.BOARD}")
                if root is not None and root.ts is not None:
                    said = await self.people.thread(root.channel, root.ts)
                known = postmortem.ids(run, history.facts, said)
                names = await self.people.names([run.channel, *known])
            except (Throttled, Unsure) as trouble:
                if strict:
                    raise
                words = "Slack cannot be asked for the thread of %s: %s"
                logger.warning(words, run.id, trouble, extra={"run": run.id})
            except (Rejected, Gone, NotInChannel) as refused:
                # Better a post-mortem without the talk than none.
                words = "Slack does not tell the thread of %s: %s"
                logger.warning(words, run.id, refused, extra={"run": run.id})
        # A long run takes seconds to write up, and people click meanwhile.
        return await asyncio.to_thread(
            postmortem.render,
            run,
            history.facts,
            names=names,
            said=said,
            exported_at=self.clock.now(),
        )
