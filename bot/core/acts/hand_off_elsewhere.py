"""A hand-off over several runs: the run whose message asks for all hears how the others end.

Without it that message would still offer what is over.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.acting.act import Act
from bot.core.acting.meaning import Meaning, all_stay, by_the_bot
from bot.core.acting.messages import TO_ONE
from bot.core.acting.sealed import OPEN, OWN
from bot.core.acting.sentences import Around
from bot.core.markup.model import Inline
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.shift import HandoffEndedElsewhere


@dataclass(frozen=True, slots=True)
class TellHandoff:
    """In the run `other` a hand-off is over for which this run's message asks; the bot's own."""

    other: str


def _rule(run: Run, command: TellHandoff, at: datetime) -> Sequence[e.Event]:
    """Once for each message that asks for it."""
    asks = [number for number, others in run.together.items() if command.other in others]
    return [HandoffEndedElsewhere(request=number, other=command.other) for number in asks]


TELL = Act(TellHandoff, rule=_rule, when_closed=True, needs=None, asking=None)


def _ended(run: Run, event: HandoffEndedElsewhere, at: datetime) -> Run:
    left = tuple(one for one in run.together.get(event.request, ()) if one != event.other)
    return replace(run, together={**run.together, event.request: left})


def _touches(run: Run | None, event: HandoffEndedElsewhere, number: int) -> Sequence[str]:
    return (f"{TO_ONE}{event.request}",)


def _sentence(around: Around, event: HandoffEndedElsewhere, it: Inline) -> Inline:
    # Which run it was is not for everyone who reads this one's record.
    return f"in another run, what entry {event.request} asked for as well was answered or is over"


ENDED = Meaning(
    HandoffEndedElsewhere,
    sealed={**OWN, "request": OPEN, "other": OPEN},
    changes=_ended,
    matters=None,
    touches=_touches,
    offers=all_stay,
    opens=None,
    notice=None,
    messages={},
    sentence=_sentence,
    who=by_the_bot,
    account=None,
    brings_looks=False,
)
