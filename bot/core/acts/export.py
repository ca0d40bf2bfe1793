"""Asking for the post-mortem, which is uploaded into the thread."""

from collections.abc import Sequence

from bot.core import events as e
from bot.core.acting.meaning import Meaning, all_stay, by_person, unchanged
from bot.core.acting.messages import EXPORT
from bot.core.acting.sentences import Around
from bot.core.documents.model import Inline
from bot.core.run import Run


def _touches(run: Run | None, event: e.ExportRequested, number: int) -> Sequence[str]:
    return (f"{EXPORT}{number}",)


def _sentence(around: Around, event: e.ExportRequested, it: Inline) -> Inline:
    return "asked for the post-mortem"


REQUESTED = Meaning(
    e.ExportRequested,
    changes=unchanged,
    matters=None,
    touches=_touches,
    offers=all_stay,
    opens=None,
    notice=None,
    messages={},
    sentence=_sentence,
    who=by_person,
    account=None,
    brings_looks=False,
)
