"""Each delivery is worked on once, and whatever goes wrong with it becomes words.

Slack delivers some things twice, and so do networks. Whoever is the second waits for the first.
"""

import asyncio
import logging
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from bot.app.conversation import Answer
from bot.core.engine.decide import Refused
from bot.core.views.clicks import Unreadable
from bot.ports.log import Unavailable

REMEMBERED = 1_000
"""How many recent deliveries are kept."""
PUT_OFF = (
    "The database is not answering, so that may not be recorded yet. Slack passes it on to me "
    "again within a few minutes. If nothing has come of it by then, ask again."
)

logger = logging.getLogger(__name__)


class Once:
    """Does the work for each delivery once in this process; the log sees to it among several."""

    def __init__(self) -> None:
        self._deliveries: OrderedDict[str, asyncio.Future[str]] = OrderedDict()
        self._owed: OrderedDict[str, None] = OrderedDict()

    async def answer(
        self, delivery: str, work: Callable[[], Awaitable[Answer]], *, again: bool = False
    ) -> tuple[str, Answer]:
        """Do *work*, once for each delivery; trouble becomes words for the one who asked.

        *again* says that Slack delivers it again when it could not be recorded.

        A delivery that another process had first is the log's to refuse, and silent here: "done".
        """
        if (first := self._deliveries.get(delivery)) is not None:
            # Whoever is acknowledged now, relies on what the first time is still doing.
            ended = await asyncio.shield(first)
            return ("unavailable" if ended == "unavailable" else "duplicate"), Answer()
        done = self._deliveries[delivery] = asyncio.get_running_loop().create_future()
        while len(self._deliveries) > REMEMBERED:
            self._deliveries.popitem(last=False)
        # What is cut off in the middle was not done for whoever waits for it.
        outcome = "unavailable"
        try:
            outcome, answer = await self._tried(work)
        finally:
            if again and outcome == "unavailable":
                self._deliveries.pop(delivery, None)
            done.set_result(outcome)
        return outcome, answer

    async def _tried(self, work: Callable[[], Awaitable[Answer]]) -> tuple[str, Answer]:
        try:
            return "done", await work()
        except Refused as refused:
            return "refused", Answer(str(refused), trouble=True, field=refused.field)
        except Unavailable as gone:
            if gone.in_doubt:
                words = (
                    "I do not know whether that was recorded: the database stopped answering in "
                    "the middle. Look at the board before you try again."
                )
                return "unavailable", _trouble("in doubt", gone, words)
            words = "I could not record that (the database is not answering). Nothing has changed."
            return "unavailable", _trouble("not recorded", gone, f"{words} Try again in a moment.")
        except Unreadable as odd:
            words = "Something went wrong on my side. Look at the board before you try again."
            return "fault", _trouble("what was clicked is none of mine", odd, words)
        except Exception as fault:  # noqa: BLE001 - it is logged, and the person told
            words = "Something went wrong on my side. Look at the board before you try again."
            return "fault", _trouble("a fault", fault, words)

    def put_off(self, delivery: str, words: str = PUT_OFF) -> Answer:
        """What is said of an event that Slack will tell again: once, however often it does."""
        if delivery in self._owed:
            return Answer()
        self._owed[delivery] = None
        while len(self._owed) > REMEMBERED:
            self._owed.popitem(last=False)
        return Answer(words)


def _trouble(what: str, error: Exception, words: str) -> Answer:
    """Log *error*, once, under a reference that the person is shown."""
    reference = secrets.token_hex(2).upper()
    # What is wrong with a database is a sentence; where we were when it was says nothing.
    where = None if isinstance(error, Unavailable | Unreadable) else error
    logger.error("%s, reference %s: %s", what, reference, error, exc_info=where)
    return Answer(f"{words} Reference {reference}.", trouble=True)
