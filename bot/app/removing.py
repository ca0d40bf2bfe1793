"""Files of the bot's are deleted in Slack when something that they tell was erased.

How it ended is recorded, so that no replica does it twice and an operator reads what is left.
"""

import contextlib
import logging

from bot.app import hindrances
from bot.app.bringing import Means, TooOld
from bot.app.desk import ChangedRun, Desk
from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.run import events as e
from bot.core.run.sendings import DELETE_FILE, in_time
from bot.core.run.showing import Told
from bot.core.run.uploads import Brought
from bot.ports.messages import Barred, Claim, Gone, MessageRow, Rejected, Throttled, Unsure

LONGEST_PAUSE = 60.0
"""Seconds between two attempts while Slack is out of reach: nobody waits for it."""

logger = logging.getLogger(__name__)


async def delete(means: Means, claim: Claim, thread: str, file: Brought, begun: float) -> bool:
    """Delete a file, and say how it ended; False when it is tried again."""
    row = claim.message
    if not in_time(DELETE_FILE, means.clock.monotonic() - begun):
        raise TooOld
    error = None
    try:
        # Somebody may have deleted it, or an attempt whose end nobody saw.
        with contextlib.suppress(Gone):
            await means.messages.delete_file(row, file.file)
        if not file.is_recorded:
            # The comment of an older version has a title, with values in it.
            with contextlib.suppress(Gone):
                await means.messages.take_back(row, thread, file.file)
    except (Throttled, Unsure, Barred) as trouble:
        pause = _pause(trouble, claim.failures)
        words = "%s: the file %s is not deleted yet (%s); again in %.0f s"
        logger.warning(words, row.key, file.file, trouble, pause, extra={"run": row.run_id})
        failed = not isinstance(trouble, Throttled)
        await means.outbox.again(claim, pause, unsure=False, failed=failed)
        return False
    except Rejected as refused:
        error = str(refused).partition(";")[0]
        words = "%s: Slack does not delete the file (%s); delete it by hand: %s"
        where = file.link or file.file
        logger.error(words, row.key, error, where, extra={"run": row.run_id})  # noqa: TRY400 - it says all
    await report(means.desk, row, e.FileDeleted(file=file.file, error=error))
    await means.outbox.shown(claim, file.file, row.wanted)
    return True


def _pause(trouble: Throttled | Unsure | Barred, failures: int) -> float:
    if isinstance(trouble, Throttled):
        return trouble.seconds
    if isinstance(trouble, Barred):
        return hindrances.pause(trouble, failures)
    return min(LONGEST_PAUSE, 2.0 ** min(failures, 10))


async def report(desk: Desk, row: MessageRow, event: Told) -> None:
    """Record what became of a file; raises Unsure when that is to be tried again.

    A record that was changed, and makes no run any more, takes no entry.
    """
    try:
        await desk.act(row.run_id, c.Report(event), delivery=None)
    except ChangedRun:
        pass  # The desk has logged it.
    except Refused as busy:
        raise Unsure("it is not recorded yet") from busy
