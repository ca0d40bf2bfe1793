"""Pictures of a procedure: each is brought into its run's thread once for each channel and version.

Which picture is there already is in the record of an earlier run in that channel, by its SHA-256;
its file is shown again. What became of it is an entry, so every view of the run knows it.
"""

import asyncio
import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath

from bot.app.bringing import Means, TooOld
from bot.app.removing import report
from bot.core.acting.messages import PICTURE
from bot.core.run import events as e
from bot.core.run.sendings import UPLOAD, in_time
from bot.core.run.uploads import Imprint
from bot.core.text import escape
from bot.ports.messages import (
    Claim,
    Gone,
    NotInChannel,
    Rejected,
    Shared,
    Throttled,
    Unsure,
    Upload,
)

PAUSE = 8.0
"""Seconds between two attempts."""
GIVEN_UP, TRIES = timedelta(minutes=30), 5
"""How long after the start a picture is tried that Slack does not take, and how often at least."""

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Pictures:
    """Brings pictures; keeps `bot.app.bringing.Bringer`."""

    means: Means

    async def bring(self, claim: Claim, thread: str, facts: Sequence[e.Fact], begun: float) -> bool:
        """Bring one picture, or record why it is not there."""
        row, started = claim.message, facts[0].event
        path = _path(started, int(row.key.partition(PICTURE)[2]))
        known = next((f.event for f in facts if _is_of(f.event, path)), None)
        if path is None or not isinstance(started, e.RunStarted) or known is not None:
            place = known.file if isinstance(known, e.PictureShown) else None
            await self.means.outbox.shown(claim, place or thread, row.wanted)
            return True
        try:
            data = await asyncio.to_thread(self.means.picture, started.procedure.id, path)
            sha256 = hashlib.sha256(data).hexdigest()
            there = await self.means.log.pictured(row.team, row.channel, sha256)
            if there is None:
                made = await self._uploaded(claim, thread, path, data, begun)
                there = made.id, made.link
            event = e.PictureShown(path=path, sha256=sha256, file=there[0], link=there[1])
        except (Throttled, Unsure) as trouble:
            young = self.means.clock.now() - facts[0].at < GIVEN_UP
            # While nobody ran, nobody tried; and the first answer may well be to wait a moment.
            if young or claim.failures + 1 < TRIES:
                pause = trouble.seconds if isinstance(trouble, Throttled) else PAUSE
                unsure = row.unsure or isinstance(trouble, Unsure)
                await self.means.outbox.again(claim, pause, unsure=unsure)
                return False
            event = e.PictureShown(path=path, error=f"Slack did not take it: {trouble}")
        except (Gone, NotInChannel, TooOld):
            raise
        except Rejected as refused:
            event = e.PictureShown(path=path, error=f"Slack does not take it ({refused})")
        except OSError as trouble:
            event = e.PictureShown(path=path, error=trouble.strerror or str(trouble))
        if event.error is not None:
            words = "%s: the picture %s is not shown: %s"
            logger.warning(words, row.run_id, path, event.error, extra={"run": row.run_id})
        await report(self.means.desk, row, event)
        await self.means.outbox.shown(claim, event.file or thread, row.wanted)
        return True

    async def _uploaded(
        self, claim: Claim, thread: str, path: str, data: bytes, begun: float
    ) -> Shared:
        """The picture in the thread: found, if an attempt before had its effect, else uploaded."""
        row = claim.message
        name = f"{row.run_id}-{PurePosixPath(path).name}"
        if row.unsure and (found := await self.means.messages.find_upload(row, thread, name)):
            return found
        if not in_time(UPLOAD, self.means.clock.monotonic() - begun):
            raise TooOld
        said = Imprint(1, hashlib.sha256(data).hexdigest())
        comment = f"A picture of the procedure: {escape(path)}"
        upload = Upload(name, PurePosixPath(path).name, comment, data, said)
        return await self.means.messages.upload(row, thread, upload)


def _path(started: e.Event, number: int) -> str | None:
    """The picture with this place among those of the procedure."""
    images = started.procedure.images() if isinstance(started, e.RunStarted) else ()
    return images[number - 1] if 0 < number <= len(images) else None


def _is_of(event: e.Event, path: str | None) -> bool:
    return isinstance(event, e.PictureShown) and event.path == path
