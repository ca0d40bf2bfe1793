"""Writing the parts of a post-mortem that only people can write; the record keeps them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.core.acting.act import Act
from bot.core.acting.asking import Answer, Asking, OnRun, Question, at_any_time, in_a_form, opens
from bot.core.acting.lacking import WRITE as WRITE_IT
from bot.core.acting.meaning import Meaning, all_stay, by_person
from bot.core.acting.messages import to_write
from bot.core.acting.narrative import field_of, read_parts, written
from bot.core.acting.sealed import ASKED, OPEN, WORDS
from bot.core.acting.sentences import Around
from bot.core.blockkit.blocks import section
from bot.core.blockkit.modal import View, modal
from bot.core.markup.model import Inline
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.narrative import PARTS, Written, parts


@dataclass(frozen=True, slots=True)
class Write:
    """Write parts of the post-mortem, by their names; one that is empty stays as it was."""

    by: e.Person
    texts: Mapping[str, str] = field(default_factory=dict)


def _rule(run: Run, command: Write, at: datetime) -> Sequence[e.Event]:
    return written(run, command.by, command.texts)


def _form(run: Run, which: str | None, by: e.Person) -> View:
    """A field for each part, with what is written so far."""
    intro = (
        "What only people can say. It goes into the record and into the post-mortem, with your "
        "name; press *Post-mortem* again for a document that has it."
    )
    known = parts(drill=run.drill)
    blocks = [section(intro), *(field_of(run, name) for name in known)]
    return modal("write", "Write the post-mortem", "Save", blocks, run=run.id)


def _read(answer: Answer) -> Write:
    return Write(answer.by, read_parts(answer))


ON_RUN = OnRun(
    WRITE_IT[0],
    "What broke, whom it hit, why, and what was learned, in your words.",
    WRITE_IT[1],
    at_any_time,
)

WRITE = Act(
    Write,
    rule=_rule,
    when_closed=True,
    needs=None,
    asking=Asking(
        verbs={ON_RUN.verb: opens("write")},
        questions=[Question("write", when_closed=True, draw=_form, read=_read)],
        lines=[ON_RUN],
        words=[in_a_form(ON_RUN, "write", "write", "write the postmortem", runs="any")],
    ),
)


# What it makes. ---------------------------------------------------------------------------------


def _kept(run: Run, event: e.PartWritten, at: datetime) -> Run:
    now = Written(event.by, at, event.text)
    return replace(run, narrative={**run.narrative, event.part: now})


def _touches(run: Run | None, event: e.PartWritten, number: int) -> Sequence[str]:
    return to_write(run)


def _sentence(around: Around, event: e.PartWritten, it: Inline) -> Inline:
    part = PARTS.get(event.part)
    return f"wrote “{part.title if part else event.part}” of the post-mortem"


WRITTEN = Meaning(
    e.PartWritten,
    sealed={**ASKED, "part": OPEN, "text": WORDS},
    changes=_kept,
    matters=None,
    touches=_touches,
    offers=all_stay,
    opens=None,
    notice=None,
    messages={},
    sentence=_sentence,
    who=by_person,
    # The document has it in its own place.
    account=None,
    brings_looks=False,
)
