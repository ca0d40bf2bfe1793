"""A time that a run had set has come; the bot's own, from its timers."""

from bot.core import events as e
from bot.core.acting.meaning import Meaning, all_stay, by_the_bot, no_message, unchanged
from bot.core.acting.sentences import Around
from bot.core.documents.model import Inline, Words


def _sentence(around: Around, event: e.TimerFired, it: Inline) -> Inline:
    return "its time had come: ", Words(event.timer)


FIRED = Meaning(
    e.TimerFired,
    changes=unchanged,
    matters=None,
    touches=no_message,
    offers=all_stay,
    opens=None,
    notice=None,
    messages={},
    sentence=_sentence,
    who=by_the_bot,
    account=None,
    brings_looks=False,
)
