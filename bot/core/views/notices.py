"""The messages of a run beside its board, and what each shows.

The thread under the board is for people. The bot speaks there of what someone should notice, and
each such message stands alone when it is read in a notification. Long work is one message that is
edited. What each says stands with its act, in `bot.core.acts`.
"""

from collections.abc import Mapping, Sequence

from bot.core.acting.meaning import Message
from bot.core.acting.messages import BOARD
from bot.core.acting.thread import Scene
from bot.core.acts.registry import MEANINGS
from bot.core.blockkit.blocks import context
from bot.core.blockkit.picture import BLOCKS, Picture
from bot.core.run import events as e
from bot.core.run.drills import MARK, SIGN
from bot.core.run.model import Run
from bot.core.run.rooms import ChannelMade, ChannelNotMade
from bot.core.run.shift import HandoffOffered
from bot.core.run.times import Reminded
from bot.core.views import board

_EDITED: Mapping[str, Message] = {
    kind: draws for meaning in MEANINGS for kind, draws in meaning.messages.items()
}
"""Messages that are edited, by the first part of their key."""


def draw(run: Run, facts: Sequence[e.Fact], key: str) -> Picture:
    """The message with this key, as it should look now; *facts* are all facts of *run*."""
    if key == BOARD:
        return board.draw(run)
    picture = _beside_board(run, facts, key)
    return marked(run, picture)


def marked(run: Run, picture: Picture) -> Picture:
    """A message about a drill: who reads it alone, in a notification, must not take it for real."""
    if not run.drill:
        return picture
    blocks = [context(f"{SIGN} *Drill*"), *picture.blocks]
    return Picture(f"{SIGN} {MARK}{picture.text}", blocks[:BLOCKS])


def _beside_board(run: Run, facts: Sequence[e.Fact], key: str) -> Picture:
    kind, _, which = key.partition("/")
    if (draws := _EDITED.get(kind)) is not None:
        return draws(run, facts, which)
    return _notice(run, facts, facts[int(which) - 1])


def addressee(facts: Sequence[e.Fact], key: str) -> e.Person | None:
    """Who alone is told by the message with this key; None when they were erased since."""
    event, first = facts[int(key.partition("/")[2]) - 1].event, facts[0].event
    who = event.whom if isinstance(event, e.SecretsFound | HandoffOffered) else None
    if isinstance(event, ChannelMade | ChannelNotMade) and isinstance(first, e.RunStarted):
        who = first.by
    return None if who is None or who.is_erased else who


def place_of(facts: Sequence[e.Fact], key: str) -> str | None:
    """The channel that is not the run's, in which the message with this key stands.

    It is an owner's, or the one in which somebody asked for a run in a channel of its own; of one
    that not everyone may know of, nothing is said there.
    """
    event, first = facts[int(key.partition("/")[2]) - 1].event, facts[0].event
    if isinstance(event, ChannelMade) and isinstance(first, e.RunStarted):
        hidden = event.private or first.room == "private" or first.procedure.private
        return None if hidden else first.asked_in or None
    return event.place if isinstance(event, Reminded | e.DrillDue) else None


def _notice(run: Run, facts: Sequence[e.Fact], fact: e.Fact) -> Picture:
    """What someone should notice: it happened once, and at most loses its buttons."""
    notice = MEANINGS.of(fact.event).notice
    if notice is None:
        raise ValueError(f"{run.id}: entry {fact.seq} has no notice")
    offered = fact.seq in run.offers.values()
    scene = Scene(run, facts, fact.seq, offered, lambda event: between(run, event))
    return notice(scene, fact.event)


def between(run: Run, event: e.Event) -> str | None:
    """What may have changed the system, as what came between a closing and its looks."""
    matters = MEANINGS.of(event).matters
    return matters.between(run, event) if matters and matters.when(event) else None
