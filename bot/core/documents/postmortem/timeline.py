"""The timeline: every fact, what people said in the thread or put here, in one order of time.

Requests that the bot makes by itself, because a step was taken or done, verification was asked
for or the run was reopened, share the row of what they follow from; so every fact's number is in
the table.
"""

from collections.abc import Iterator
from datetime import UTC

from bot.core.documents.postmortem import pins
from bot.core.documents.postmortem.item import Item, table
from bot.core.documents.postmortem.messages import below, has_long, left_out, messages
from bot.core.documents.postmortem.model import Moment, Story
from bot.core.documents.postmortem.talk import LeftOut
from bot.core.documents.postmortem.wording import long_words, what, who
from bot.core.markup.model import Block, Inline, Notice, Paragraph, Time, joined
from bot.core.run import events as e

THREAD_NOT_READ = (
    "⚠️ The messages of the thread are not in this timeline: Slack did not give them to the bot "
    "when this was written. Look into the run's thread for what people said, or export again."
)

_HOW_TO_READ = (
    " where no date is given. # is the number of the entry in the run's record; 💬 is a message in "
    "the thread."
)
_PINNED = " 📌 is a message that somebody added, from wherever it was written, at its own time."
_LONG = (
    "Of long words, the first line is in the table. What was written about a step, or the run, is "
    "whole under “Steps”; a message is whole below the table."
)

_FOLLOWED = (
    e.StepTaken
    | e.StepDone
    | e.ValueCorrected
    | e.InputCorrected
    | e.VerificationRequested
    | e.ClosingRequested
    | e.RunReopened
)


def timeline(story: Story, unsaid: LeftOut) -> Iterator[Block]:
    """The section's body: the day, the table, and a word where talk is missing from it."""
    day = story.run.started_at
    date = Time(day, f"{day.astimezone(UTC):%Y-%m-%d}")
    yield Paragraph(("Times are UTC, on ", date, _HOW_TO_READ, _PINNED if story.run.pins else ""))
    long = has_long(story)
    if long or any(long_words(m.fact.event) is not None for m in story.moments):
        yield Paragraph(_LONG)
    if story.said is None:
        yield Notice(THREAD_NOT_READ)
    yield from left_out(unsaid)
    yield table((*_entries(story), *pins.items(story), *messages(story)), day)
    yield from below(story)


def _entries(story: Story) -> Iterator[Item]:
    latest = story.run.started_at
    for head, followers in _grouped(story.moments):
        # The order of the log stands, even where the clock was set back between two facts.
        latest = max(latest, head.at)
        first = head.fact.seq
        number = f"{first}–{first + len(followers)}" if followers else f"{first}"
        looks = ("; the bot ", _listed(story, head, followers)) if followers else ""
        told = (what(story, head), looks)
        yield Item((latest, 0, first), head.at, number, who(story, head.fact.event), told)


def _grouped(moments: tuple[Moment, ...]) -> list[tuple[Moment, list[e.CheckRequested]]]:
    """Each moment with the requests that the bot made because of it."""
    rows: list[tuple[Moment, list[e.CheckRequested]]] = []
    for one in moments:
        event = one.fact.event
        if rows and isinstance(event, e.CheckRequested):
            head = rows[-1][0]
            if isinstance(head.fact.event, _FOLLOWED) and head.at == one.at:
                rows[-1][1].append(event)
                continue
        rows.append((one, []))
    return rows


def _listed(story: Story, head: Moment, requests: list[e.CheckRequested]) -> Inline:
    from_verification = all(one.batch is not None for one in requests)
    if from_verification and len(requests) > 1:
        return f"runs {len(requests)} checks"
    checks = story.run.procedure.checks
    titles = [story.at(head).words(checks[one.check].title) for one in requests]
    return "checks ", joined(", ", (("“", story.names.words(title), "”") for title in titles))
