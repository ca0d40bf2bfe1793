"""The post-mortem as one Markdown document: which parts there are, and in which order.

A reader in a hurry reads the first screen; one who was not there reads on; one who doubts reads
the end. What only people can know is asked for where they would look for it, never made up.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from bot.core import events as e
from bot.core.audit import Checked
from bot.core.postmortem.deviations import deviations
from bot.core.postmortem.evidence import evidence
from bot.core.postmortem.markdown import bullets, code, inline, table
from bot.core.postmortem.model import NOTHING, LeftOut, Said, Story, tell
from bot.core.postmortem.names import Names
from bot.core.postmortem.sections import key_times, responders, status, summary
from bot.core.postmortem.steps import what_was_run
from bot.core.postmortem.timeline import timeline
from bot.core.postmortem.wording import count, moment
from bot.core.run import Run
from bot.core.wording import say_symptoms


def render(
    run: Run,
    facts: Sequence[e.Fact],
    *,
    names: Mapping[str, str],
    said: Sequence[Said] | None,
    exported_at: datetime,
    checked: Checked | None = None,
    left_out: LeftOut = NOTHING,
) -> str:
    """Write the post-mortem of *run* as Markdown; the same arguments give the same bytes.

    *facts* are all facts of the run, from the first to the one that *run* stands at, else
    ValueError. *names* maps ids (of people, and of the channel if it is known) to display names;
    an id that is missing is named as the facts name it, else by itself. *said* is what people
    wrote in the thread; None means that the thread was not read, and the document says so.
    *left_out* counts what of that is not in *said*. *checked* is what an audit of the record
    found; None means that nobody looked.
    """
    story = tell(run, facts, Names(names, run.people), said, exported_at)
    parts = [
        *_changed(story, checked),
        f"# Post-mortem: {inline(run.title)} ({inline(run.id)}){_mistaken(run)}",
        status(story),
        "> ✍️ marks what only people can write. Everything else comes from the record of the run.",
    ]
    for title, body in _sections(story, checked, left_out):
        parts += [f"## {title}", body]
    return "\n\n".join(parts) + "\n"


def _mistaken(run: Run) -> str:
    """What the title adds for a run that should not have been."""
    return ", started by mistake" if run.closed and run.closed.mistake is not None else ""


def _sections(
    story: Story, checked: Checked | None, left_out: LeftOut
) -> Iterator[tuple[str, str]]:
    yield "Summary", _summary(story)
    yield "Impact", _impact(story)
    yield "Root cause", _root_cause(story)
    yield "Key times", key_times(story)
    yield "Responders", responders(story)
    yield "Deviations from the procedure", deviations(story)
    yield "Verification", evidence(story)
    yield "Steps", what_was_run(story)
    yield "Timeline", timeline(story, left_out)
    yield "Lessons", _LESSONS
    yield "Action items", _actions(story)
    yield "About this document", _about(story, checked)


def _changed(story: Story, checked: Checked | None) -> Iterator[str]:
    """The first line of a document whose record was changed."""
    if checked is not None and not checked.follows:
        left = len(checked.hashes) - story.run.seq
        missing = f" {count(left, 'entry')} could not be read at all." if left > 0 else ""
        yield (
            f"> 🔴 **The record of this run was changed after it was written.** "
            f"{inline(checked.faults[0])}.{missing} Do not rely on what follows; *About this "
            "document* tells more."
        )


def _write(words: str) -> str:
    return f"> ✍️ To write: {words}"


def _summary(story: Story) -> str:
    ask = _write("two or three sentences for someone who was not there: what broke, and the end.")
    return f"{ask}\n\n{summary(story)}"


def _impact(story: Story) -> str:
    ask = _write("who could not do what, for how long, and how many they were.")
    stake = story.run.procedure.impact
    if stake is None:
        return ask
    return f"The procedure says what is at stake: {inline(story.run.words(stake))}\n\n{ask}"


def _root_cause(story: Story) -> str:
    symptoms = (inline(story.run.words(line)) for line in say_symptoms(story.run.procedure))
    ask = _write("what made this possible, how it was noticed, and why not sooner.")
    return f"The procedure is for these symptoms:\n\n{bullets(symptoms)}\n\n{ask}"


_LESSONS = "\n\n".join(
    f"### {title}\n\n{_write(ask)}"
    for title, ask in (
        ("What went well", "what helped, so that it is kept."),
        ("What went badly", "what cost time or made it worse; the deviations are a place to look."),
        ("Where we were lucky", "what would have made it worse, and did not happen."),
    )
)


def _actions(story: Story) -> str:
    parts = []
    if prevention := story.run.procedure.prevention:
        ticks = (f"[ ] {inline(story.run.words(one))}" for one in prevention)
        parts = ["The procedure suggests, to keep it from happening again:", bullets(ticks)]
    parts += [
        _write("what will be done, by whom and by when; each needs one owner."),
        table(("Action", "Owner", "Due", "Ticket"), [("✍️", "✍️", "✍️", "✍️")] * 2),
    ]
    return "\n\n".join(parts)


def _about(story: Story, checked: Checked | None) -> str:
    run, started = story.run, story.started
    lines = [
        (
            f"Written from {count(run.seq, 'entry')} of run {code(run.id)}, exported at "
            f"{moment(story.exported_at)} UTC. The same entries give the same document, but for "
            "this line."
        ),
        *_verdict(checked),
        (
            "The procedure stands in the first entry, as it was when the run started: source "
            f"SHA-256 {code(started.source_sha256)}."
        ),
        f"The log hash, which is that of the last entry, is {code(run.head)}.",
        (
            "To check the record: each entry's hash is the SHA-256 of five lines, which are the "
            "hash of the entry before it (64 zeros before the first), the run, the entry's number, "
            "its time and its body as stored. Follow them from entry 1: the last must give the log "
            "hash above. The board in Slack carries the log hash that it showed last in its "
            "metadata, out of the database's reach; `runbook audit RUN --head HASH` says whether "
            "a hash is in the record."
        ),
    ]
    return bullets(lines)


def _verdict(checked: Checked | None) -> Iterator[str]:
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
        yield from (f"🔴 {inline(fault)}" for fault in checked.faults)
