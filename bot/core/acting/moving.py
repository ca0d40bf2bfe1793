"""A run goes on in another channel, since it has none, or nothing can be shown in its own."""

from collections.abc import Sequence

from bot.core.ids import is_channel
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.refusals import Refused
from bot.core.run.rooms import ChannelChosen

FIELD = "channel"
"""The field of a form in which a channel is chosen."""
HINT = "Its board comes there; I have to be in it: invite me with /invite."


def is_waiting(run: Run) -> bool:
    """Whether the run's own channel is still being made."""
    return run.room is not None and not run.channel and run.room.error is None


def lacks_channel(run: Run) -> bool:
    """Whether there is no channel in which the run can be shown, until somebody chooses one."""
    refused = run.showing.refused
    shut = refused is not None and refused.message == "board"
    return not is_waiting(run) and (not run.channel or shut)


def must_lack(run: Run) -> None:
    """Raises Refused where the run can be shown in the channel that it has, or is about to have."""
    if not lacks_channel(run):
        where = f"in <#{run.channel}>" if run.channel else "in the channel that is being made"
        raise Refused(f"{run.id} stays where it is: its board can be shown {where}.", FIELD)


def moved(run: Run, channel: str, by: e.Person, board: str | None) -> Sequence[e.Event]:
    """The run is in *channel* from now on, and leaves the *board* that it has; raises Refused."""
    if channel == run.channel:
        return ()
    if not is_channel(channel) or channel.startswith("D"):
        raise Refused("Nothing was recorded: choose a channel.", FIELD)
    must_lack(run)
    was = run.channel or None
    chosen = ChannelChosen(channel=channel, by=by, **({} if was is None else {"was": was}))
    if board is None:
        return (chosen,)
    return e.BoardReplaced(board=board, why="moved", channel=was), chosen
