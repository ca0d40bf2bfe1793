"""Posts into the channel of a procedure's owner: someone asks for help, and who comes says so.

They are drawn again when someone comes, and when nobody need come any more.
"""

from bot.app.elsewhere import Elsewhere, Post
from bot.core.acting.owner_call import post
from bot.core.engine import commands as c
from bot.core.run import events as e
from bot.core.run.model import Run


class Calling(Elsewhere):
    """Brings them."""

    def _post(self, run: Run, which: str, link: str) -> Post | None:
        call = run.calls.get(int(which))
        if call is None:
            return None
        picture = post(run, call.entry, link)
        return Post(call.channel, picture, call.reached is not None, call.error)

    def _told(self, run: Run, which: str, error: str | None) -> c.Command:
        call = run.calls[int(which)]
        said = {} if error is None else {"error": error}
        step = {} if call.step is None else {"step": call.step}
        return c.TellCalled(e.OwnerReached(request=call.entry, **step, **said))
