"""Evidence: what was shown for a step, and what the bot read of its file."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.acting.act import Act
from bot.core.acting.meaning import Meaning, all_stay, by_person, by_the_bot, no_message
from bot.core.acting.sealed import OPEN, OWN, SEEN, STEP, WORDS
from bot.core.acting.sentences import Around
from bot.core.markup.model import Code, Inline, Words
from bot.core.run import events as e
from bot.core.run.evidence import Evidence
from bot.core.run.model import Run
from bot.core.text import sized


@dataclass(frozen=True, slots=True)
class TellEvidence:
    """Say what the bot read of a file, or that it could not; the bot's own command."""

    event: e.EvidenceRead


def _rule(run: Run, command: TellEvidence, at: datetime) -> Sequence[e.Event]:
    """Say it once: several processes may have read the same file."""
    return (command.event,) if command.event.entry in run.unread else ()


TELL = Act(TellEvidence, rule=_rule, when_closed=True, needs=None, asking=None)


# What is shown. ---------------------------------------------------------------------------------


def _given(run: Run, event: e.EvidenceGiven, at: datetime) -> Run:
    step = run.steps[event.step]
    if event.round != step.round:
        raise ValueError(f"{run.id}: {event.kind} of {event.step} is of another round")
    entry = run.seq + 1
    unread = run.unread if event.file is None else {**run.unread, entry: at}
    # What was shown in one go stands in entries that follow one another.
    together = step.evidence if step.evidence and step.evidence[-1].entry == run.seq else ()
    shown = replace(step, evidence=(*together, Evidence(entry, event)))
    return replace(run, steps={**run.steps, event.step: shown}, unread=unread)


def _of_given(around: Around, event: e.EvidenceGiven, it: Inline) -> Inline:
    said: list[Inline] = []
    if event.text is not None:
        said.append(around.names.opening(event.text))
    if event.file is not None:
        size = "" if event.size is None else f", {sized(event.size)}"
        kind: Inline = (", ", Words(event.mimetype)) if event.mimetype else ""
        said.append(
            ("the file ", Words(event.name or event.file), " (", event.file, size, kind, ")")
        )
    between: Inline = " · " if len(said) > 1 else ""
    return "gave evidence for ", it, ": ", said[0] if said else "", between, *said[1:]


def _text(event: e.EvidenceGiven) -> str:
    return event.text or ""


GIVEN = Meaning(
    e.EvidenceGiven,
    sealed={
        **STEP,
        "text": WORDS,
        "file": OPEN,
        "name": WORDS,
        "link": WORDS,
        "size": OPEN,
        "mimetype": OPEN,
    },
    changes=_given,
    # The step is done by the next entry, which matters by itself.
    matters=None,
    touches=no_message,
    offers=all_stay,
    opens=None,
    notice=None,
    messages={},
    sentence=_of_given,
    who=by_person,
    account=_text,
    brings_looks=False,
)


# What was read. ---------------------------------------------------------------------------------


def _read(run: Run, event: e.EvidenceRead, at: datetime) -> Run:
    unread = {entry: since for entry, since in run.unread.items() if entry != event.entry}
    step = run.steps[event.step]
    shown = tuple(
        replace(one, read=event) if one.entry == event.entry else one for one in step.evidence
    )
    steps = {**run.steps, event.step: replace(step, evidence=shown)}
    return replace(run, steps=steps, unread=unread)


def _of_read(around: Around, event: e.EvidenceRead, it: Inline) -> Inline:
    if event.error is not None:
        return f"could not read the file of entry {event.entry}: ", Words(event.error)
    size = f", {sized(event.size)}" if event.size is not None else ""
    return f"read the file of entry {event.entry}: SHA-256 ", Code(event.sha256 or ""), size


READ = Meaning(
    e.EvidenceRead,
    sealed={
        **OWN,
        "step": OPEN,
        "entry": OPEN,
        "file": OPEN,
        "sha256": SEEN,
        "size": OPEN,
        "error": OPEN,
    },
    changes=_read,
    matters=None,
    touches=no_message,
    offers=all_stay,
    opens=None,
    notice=None,
    messages={},
    sentence=_of_read,
    who=by_the_bot,
    account=None,
    brings_looks=False,
)
