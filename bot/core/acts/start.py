"""Starting a run: its first fact, which holds the whole procedure."""

from bot.core import events as e
from bot.core.acting.meaning import Meaning, all_stay, by_person, no_message, unchanged
from bot.core.acting.sentences import Around, given
from bot.core.documents.model import Inline


def _sentence(around: Around, event: e.RunStarted, it: Inline) -> Inline:
    inputs = (" with ", given(event.inputs)) if event.inputs else ""
    return "started ", it, inputs


STARTED = Meaning(
    e.RunStarted,
    # The run is made of it: `bot.core.fold.begin`.
    changes=unchanged,
    matters=None,
    touches=no_message,
    offers=all_stay,
    opens=None,
    notice=None,
    messages={},
    sentence=_sentence,
    who=by_person,
    account=None,
    brings_looks=False,
)
