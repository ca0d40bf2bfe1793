"""The post-mortem as one document: which parts there are, and in which order.

A reader in a hurry reads the first screen; one who was not there reads on; one who doubts reads
the end. What only people can know is asked for where they would look for it, never made up.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from bot.core.acting.names import Names
from bot.core.documents.postmortem.action_items import action_items
from bot.core.documents.postmortem.byhand import lessons, written
from bot.core.documents.postmortem.deviations import deviations
from bot.core.documents.postmortem.evidence import evidence
from bot.core.documents.postmortem.model import Story, tell
from bot.core.documents.postmortem.sections import key_times, responders, status, summary
from bot.core.documents.postmortem.skeleton import ABOUT, Skeleton, slot_of
from bot.core.documents.postmortem.steps import what_was_run
from bot.core.documents.postmortem.talk import NOTHING, LeftOut, Said
from bot.core.documents.postmortem.timeline import timeline
from bot.core.documents.postmortem.wording import count, moment
from bot.core.markup.model import (
    Block,
    Code,
    Document,
    Emphasis,
    Heading,
    Inline,
    Notice,
    Paragraph,
    Strong,
    Words,
    bullets,
)
from bot.core.markup.prose import page
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.sealing.record import Checked
from bot.core.views.wording import say_glossary, say_symptoms

_WHOSE = "✍️ marks what only people can write. Everything else comes from the record of the run."


def document(  # noqa: PLR0913 - all that it is written from
    run: Run,
    facts: Sequence[e.Fact],
    *,
    names: Mapping[str, str],
    said: Sequence[Said] | None,
    exported_at: datetime,
    checked: Checked | None = None,
    left_out: LeftOut = NOTHING,
    skeleton: Skeleton | None = None,
) -> Document:
    """The post-mortem of *run*; the same arguments give the same document.

    *facts* are all facts of the run, from the first to the one that *run* stands at, else
    ValueError. *names* maps ids (of people, and of the channel if it is known) to display names;
    an id that is missing is named as the facts name it, else by itself. *said* is what people
    wrote in the thread; None means that the thread was not read, and the document says so.
    *left_out* counts what of that is not in *said*. *checked* is what an audit of the record
    found; None means that nobody looked. *skeleton* says which sections stand where, None that all
    do as they are here.
    """
    story = tell(run, facts, Names(names, run.people), said, exported_at)
    title = ("Post-mortem: ", Words(run.title), " (", Words(run.id), ")", _mistaken(run))
    blocks: list[Block] = [
        *_changed(story, checked),
        Heading(1, title),
        status(story),
        Notice(
            "✍️ marks what only people can write. Everything else comes from the record of the run."
        ),
    ]
    if skeleton is not None:
        return Document((*blocks, *_in_places(skeleton, _sections(story, checked, left_out))))
    for name, body in _sections(story, checked, left_out):
        blocks += [Heading(2, name), *body]
    return Document(tuple(blocks))


def _in_places(
    skeleton: Skeleton, sections: Iterable[tuple[str, Iterable[Block]]]
) -> Iterator[Block]:
    """What a skeleton says, with each section in its slot; how to check the record stays there."""
    bodies = {slot_of(name): (name, body) for name, body in sections}
    for part in skeleton.parts:
        if isinstance(part, str):
            yield from page(part)
        elif (placed := bodies.pop(part.name, None)) is not None:
            yield from placed[1]
    if (left := bodies.get(ABOUT)) is not None:
        yield Heading(2, left[0])
        yield from left[1]


def copied(number: str, make: Callable[[], Document]) -> Document:
    """A document that is uploaded: the hash of such a file is kept, and *number* is random."""
    said = (_OF_THIS_FILE, Code("runbook audit FILE"), _COPY, Code(number), ".")
    return Document((*make().blocks, Paragraph(said)))


def _mistaken(run: Run) -> str:
    """What the title adds for a run that should not have been."""
    return ", started by mistake" if run.closed and run.closed.mistake is not None else ""


def _sections(
    story: Story, checked: Checked | None, left_out: LeftOut
) -> Iterator[tuple[str, Iterable[Block]]]:
    yield "Summary", _summary(story)
    yield "Impact", _impact(story)
    yield "Key times", key_times(story)
    yield "Responders", (responders(story),)
    yield "Timeline", timeline(story, left_out)
    yield "Steps", what_was_run(story)
    yield "Verification", evidence(story)
    yield "Deviations from the procedure", deviations(story)
    yield "Root cause", _root_cause(story)
    yield "Lessons", lessons(story)
    yield "Action items", action_items(story)
    if _is_short(story.run.procedure.glossary):
        yield "Glossary", (bullets(say_glossary(story.run.procedure)),)
    yield "About this document", (_about(story, checked),)


def _changed(story: Story, checked: Checked | None) -> Iterator[Block]:
    """The first line of a document whose record was changed."""
    if checked is not None and not checked.follows:
        left = len(checked.hashes) - story.run.seq
        fault = checked.faults[0]
        missing = f" {count(left, 'entry')} could not be read at all." if left > 0 else ""
        yield Notice(
            (
                "🔴 ",
                Strong("The record of this run was changed after it was written."),
                (
                    " ",
                    Words(fault[:1].upper() + fault[1:]),
                    f".{missing} Do not rely on what follows; ",
                ),
                Emphasis("About this document"),
                " tells more.",
            )
        )


def _summary(story: Story) -> Iterator[Block]:
    yield from written(story, "summary")
    yield summary(story)


def _impact(story: Story) -> Iterator[Block]:
    stake = story.run.procedure.impact
    if stake is not None:
        told = Words(story.run.words(stake))
        yield Paragraph(("The procedure says what is at stake: ", told))
    yield from written(story, "impact")


def _root_cause(story: Story) -> Iterator[Block]:
    yield Paragraph("The procedure is for these symptoms:")
    yield bullets(Words(story.run.words(line)) for line in say_symptoms(story.run.procedure))
    yield from written(story, "cause")


_EXPLAINED = 2_000
"""How long a glossary may be, in characters, that stands in the document."""


def _is_short(glossary: Mapping[str, str]) -> bool:
    """Whether there are words to explain, and they take no more than half a page."""
    return 0 < sum(len(word) + len(meaning) for word, meaning in glossary.items()) <= _EXPLAINED


_AS_IT_WAS = (
    "The procedure stands in the first entry, as it was when the run started: source SHA-256 "
)
_HOW_TO_CHECK = (
    "To check the record: each entry's hash is the SHA-256 of five lines, which are the hash of "
    "the entry before it (64 zeros before the first), the run, the entry's number, its time and "
    "its body as stored. Follow them from entry 1: the last must give the log hash above. The "
    "board in Slack carries the log hash that it showed last in its metadata, out of the "
    "database's reach; "
)


_OF_THIS_FILE = "The record has the SHA-256 of this file, which also stands beside it in Slack; "
_COPY = (
    " says whether a file is the one that was uploaded. So that the SHA-256 gives nothing of it "
    "away, here is a random number: "
)


def _about(story: Story, checked: Checked | None) -> Block:
    run, started = story.run, story.started
    again = " UTC. The same entries give the same document, but for this line."
    written = (f"Written from {count(run.seq, 'entry')} of run ", Code(run.id), ", exported at ")
    command = Code("runbook audit RUN --head HASH")
    lines: list[Inline] = [
        (written, moment(story.exported_at), again),
        *_verdict(checked),
        (_AS_IT_WAS, Code(started.source_sha256), *_commit(started.commit), "."),
        ("The log hash, which is that of the last entry, is ", Code(run.head), "."),
        (_HOW_TO_CHECK, command, " says whether a hash is in the record."),
    ]
    return bullets(lines)


def _commit(commit: str | None) -> tuple[Inline, ...]:
    """Which commit has the procedure's text, where that is known."""
    return (", the same text as in commit ", Code(commit)) if commit else ()


def _verdict(checked: Checked | None) -> Iterator[Inline]:
    """What the audit found."""
    if checked is None:
        yield "The record was not checked."
    elif checked.follows:
        yield (
            f"The record was checked: {count(len(checked.hashes), 'entry')}, and each follows "
            "from the one before it."
        )
    else:
        at = f" at entry {checked.broken}" if checked.broken is not None else ""
        yield f"🔴 The record was checked, and does not follow{at}:"
        yield from (("🔴 ", Words(fault)) for fault in checked.faults)
