"""Taking what people wrote, or who they are, out of the record."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.acting.act import Act
from bot.core.acting.meaning import Meaning, all_stay, no_message
from bot.core.acting.sealed import ASKED, OPEN
from bot.core.acting.sentences import Around
from bot.core.markup.model import Inline, joined
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.refusals import Refused
from bot.core.text import counted

FIRST = 1
"""The number of the entry that has the inputs."""


@dataclass(frozen=True, slots=True)
class Erase:
    """Take words or people out of the record; what exactly was worked out from what is stored."""

    event: e.Erased


def _rule(run: Run, command: Erase, at: datetime) -> Sequence[e.Event]:
    """Erase what is named; what a run under way needs goes once it is closed."""
    event = command.event
    if not event.entries and not event.people:
        return ()
    if event.via == "age" and run.erased:
        # Another replica was first.
        return ()
    if run.closed is None and (event.people or FIRST in event.entries):
        raise Refused(f"{run.id} is open: its people and inputs can be erased once it is closed.")
    return (event,)


ERASE = Act(Erase, rule=_rule, when_closed=True, asking=None)


def _erased(run: Run, event: e.Erased, at: datetime) -> Run:
    lost = run.lost_inputs or FIRST in event.entries
    return replace(run, erased=run.erased or lost or bool(event.people), lost_inputs=lost)


def _sentence(around: Around, event: e.Erased, it: Inline) -> Inline:
    entries, people = len(event.entries), len(event.people)
    what = [
        *([f"the words of {counted(entries, 'entry', 'entries')}"] if entries else []),
        *([counted(people, "person", "people")] if people else []),
    ]
    how = " because of its age" if event.via == "age" else ""
    return "erased ", joined(" and ", what), f" of the record{how}"


def _who(event: e.Erased) -> e.Person | None:
    return event.by


ERASED = Meaning(
    e.Erased,
    sealed={**ASKED, "entries": OPEN, "people": OPEN, "unchecked": OPEN, "via": OPEN},
    changes=_erased,
    matters=None,
    touches=no_message,
    offers=all_stay,
    opens=None,
    notice=None,
    messages={},
    sentence=_sentence,
    who=_who,
    account=None,
    brings_looks=False,
)
