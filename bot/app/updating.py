"""Posts into the channels of stakeholders: an update that a person sent, once in each."""

from bot.app.elsewhere import Elsewhere, Post
from bot.core.acting.stakeholders import post
from bot.core.engine import commands as c
from bot.core.run import events as e
from bot.core.run.model import Run


class Updating(Elsewhere):
    """Brings them."""

    def _post(self, run: Run, which: str, link: str) -> Post | None:
        entry, place = _named(run, which)
        update = run.updates.get(entry)
        if update is None or place is None:
            return None
        return Post(place, post(run, update), place in update.ended, update.ended.get(place))

    def _told(self, run: Run, which: str, error: str | None) -> c.Command:
        entry, place = _named(run, which)
        said = {} if error is None else {"error": error}
        return c.TellArrived(e.UpdateArrived(request=entry, place=place or "", **said))


def _named(run: Run, which: str) -> tuple[int, str | None]:
    """The entry of an update, and the channel, by the place of that in its list."""
    entry, _, place = which.partition("/")
    update, number = run.updates.get(int(entry)), int(place)
    if update is None or not 0 < number <= len(update.channels):
        return int(entry), None
    return int(entry), update.channels[number - 1]
