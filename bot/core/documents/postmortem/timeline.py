"""The timeline: every fact, what people said in the thread or put here, in one order of time.

Requests that the bot makes by itself, because a step was taken or done, verification was asked
for or the run was reopened, share the row of what they follow from; so every fact's number is in
the table.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from bot.core.acting.names import is_long
from bot.core.documents.postmortem import pins
from bot.core.documents.postmortem.model import LeftOut, Moment, Said, Story
from bot.core.documents.postmortem.wording import clock, count, long_words, what, who, whole
from bot.core.markup.model import (
    Block,
    Code,
    Heading,
    Inline,
    Items,
    Notice,
    Paragraph,
    Table,
    Time,
    joined,
)
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


def timeline(story: Story, left_out: LeftOut) -> Iterator[Block]:
    """The section's body: the day, the table, and a word where talk is missing from it."""
    day = story.run.started_at
    rows = sorted((*_facts(story), *pins.rows(story), *_talk(story)), key=lambda row: row[0])
    date = Time(day, f"{day.astimezone(UTC):%Y-%m-%d}")
    yield Paragraph(("Times are UTC, on ", date, _HOW_TO_READ, _PINNED if story.run.pins else ""))
    long = [*_long(story)]
    if long or any(long_words(m.fact.event) is not None for m in story.moments):
        yield Paragraph(_LONG)
    if story.said is None:
        yield Notice(THREAD_NOT_READ)
    yield from _left_out(left_out)
    cells = ((clock(at, day), number, name, told) for _, at, number, name, told in rows)
    yield Table(("Time", "#", "Who", "What"), tuple(cells))
    if long:
        yield Heading(3, "Long messages")
        yield Items(tuple(long))


_Key = tuple[datetime, int, int]
_Row = tuple[_Key, datetime, str, Inline, Inline]


def _facts(story: Story) -> Iterator[_Row]:
    latest = story.run.started_at
    for head, followers in _grouped(story.moments):
        # The order of the log stands, even where the clock was set back between two facts.
        latest = max(latest, head.at)
        first = head.fact.seq
        number = f"{first}–{first + len(followers)}" if followers else f"{first}"
        looks = ("; the bot ", _listed(story, head, followers)) if followers else ""
        told = (what(story, head), looks)
        yield (latest, 0, first), head.at, number, who(story, head.fact.event), told


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


def _left_out(left_out: LeftOut) -> Iterator[Block]:
    """What of the talk is not in the table."""
    messages = {
        "to the bot": left_out.to_bot,
        "of the bot, which repeat entries": left_out.own,
        "without words or files": left_out.empty,
        "after those that were read": left_out.beyond,
    }
    told = [f"{count(number, 'message')} {which}" for which, number in messages.items() if number]
    if told:
        yield Paragraph(f"Left out: {'; '.join(told)}.")
    if left_out.threads:
        yield Notice(
            f"⚠️ The talk under {count(left_out.threads, 'earlier board')} of this run is not in "
            "this timeline: Slack does not give it any more."
        )


def _talk(story: Story) -> Iterator[_Row]:
    for index, said in enumerate(pins.talk(story)):
        yield (said.at, 1, index), said.at, "💬", _writer(story, said), _what(story, said)


def _writer(story: Story, said: Said) -> Inline:
    """Who wrote a message: an app under its own name, a person under theirs."""
    return pins.writer(story, said.by, said.app)


def _what(story: Story, said: Said) -> Inline:
    files: list[Inline] = [("📎 ", Code(name)) for name in said.files]
    told = ("“", story.names.opening(said.text), "”")
    words: list[Inline] = [told] if said.text or not files else []
    return joined(" ", [*words, *files]), " (edited)" if said.edited else ""


def _long(story: Story) -> Iterator[tuple[Block, ...]]:
    """Those that are too long for a row, whole, in the order of their times."""
    found = [(said.at, _writer(story, said), said.text) for said in pins.talk(story)]
    found += [(p.at, pins.whose(story, p), pins.text_of(story, p)) for p in pins.pins(story)]
    for at, who_, text in sorted(found, key=lambda one: one[0]):
        if is_long(text):
            line = (clock(at, story.run.started_at), " ", who_, ":")
            yield Paragraph(line), whole(story.names.as_read(text))
