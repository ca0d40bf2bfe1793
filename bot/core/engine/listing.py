"""Groups that are done for each member: when their turn comes, their members are listed.

It is decided with what brings their turn, and recorded with it: nobody sees a group whose turn has
come, and whose members are not known.
"""

from collections.abc import Sequence
from datetime import datetime

from bot.core.engine.fold import after, begin
from bot.core.run import events as e
from bot.core.run.members import Sets, listing
from bot.core.run.model import Run


def listings(
    run: Run, made: Sequence[e.Event], at: datetime, sets: Sets, again: str | None = None
) -> Sequence[e.MembersListed]:
    """The members of the groups whose turn has come after *made*, of *sets* as they are now.

    A group in whose way something was is tried again only if it is the one to be tried *again*.
    """
    goes_back = any(isinstance(event, e.StepsReopened) for event in made)
    if not (run.unlisted or (goes_back and run.repeated)):
        return ()
    now = after(run, made, at)
    told: list[e.MembersListed] = []
    while now.closed is None:
        due = [g for g in now.outline.opening if not now.unlisted[g] or g == again]
        if not due:
            break
        again = None if due[0] == again else again
        event = listing(now, due[0], sets)
        if event.trouble is None or event.trouble != now.unlisted[due[0]]:
            told.append(event)
            now = after(now, [event], at)
    return told


def at_start(event: e.RunStarted, at: datetime, sets: Sets) -> Sequence[e.Event]:
    """The first entries of a run: that it began, and the members that are known from then on."""
    run = begin(e.Fact("", 1, at, event, ""))
    return (event, *listings(run, (), at, sets))
