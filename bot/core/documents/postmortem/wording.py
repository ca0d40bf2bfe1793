"""The words of a post-mortem: an event as what somebody did, a time, a length of time.

Each gives words without markup. What an event says stands with its act, in `bot.core.acts`.
"""

from datetime import UTC, datetime, timedelta

from bot.core.acting.names import is_long
from bot.core.acting.sentences import Around, step_title
from bot.core.acts.registry import MEANINGS
from bot.core.documents.postmortem.model import Moment, Story
from bot.core.markup.model import Block, Inline, Listing, Notice, Time, Words
from bot.core.run import events as e
from bot.core.run.actor import came
from bot.core.run.model import State
from bot.core.text import lasted

NOT_RECORDED = "not recorded"

SIGNS = {
    State.OPEN: "⚪",
    State.TAKEN: "▶️",
    State.DONE: "✅",
    State.SKIPPED: "⏭️",
    State.FAILED: "❌",
}


def moment(at: datetime | None) -> Inline:
    """A time as `2026-11-01 03:12:05`, UTC; `not recorded` for none."""
    return NOT_RECORDED if at is None else Time(at, f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}")


def clock(at: datetime, day: datetime) -> Inline:
    """A time as `03:12:05`, with its date when that is not the day of *day*."""
    here = at.astimezone(UTC)
    is_that_day = here.date() == day.astimezone(UTC).date()
    return Time(at, f"{here:%H:%M:%S}") if is_that_day else moment(at)


def span(length: timedelta | None) -> str:
    """A length of time as the board says it; `not recorded` for none."""
    return NOT_RECORDED if length is None else lasted(length)


def between(start: datetime | None, end: datetime | None) -> str:
    """The time from *start* to *end*, or `not recorded`."""
    return span(None if start is None or end is None else end - start)


def count(number: int, noun: str) -> str:
    """A number and its noun: `1 step`, `2 steps`, `2 entries`."""
    many = f"{noun[:-1]}ies" if noun.endswith("ry") else f"{noun}s"
    return f"{number} {noun if number == 1 else many}"


def long_words(event: e.Event) -> str | None:
    """What somebody wrote about a step or the run, if it is too long for a line."""
    account = MEANINGS.of(event).account
    text = account(event) if account is not None else ""
    return text if is_long(text) else None


def whole(text: str) -> Block:
    """All that somebody wrote: lines as they are, or one long line, which wraps."""
    lines = text.strip().splitlines()
    return Listing("\n".join(lines)) if len(lines) > 1 else Notice(Words(text))


def who(story: Story, event: e.Event) -> Inline:
    """Who did it, in which role, through what if not Slack, for whom; the bot where nobody did."""
    person = MEANINGS.of(event).who(event)
    own = "an operator" if event.via == "terminal" else "bot"
    name = own if person is None else story.names.of(person)
    whom = event.on_behalf_of
    role = f" (as {event.as_role.role})" if event.as_role else ""
    return name, role, came(event.via), (", for ", story.names.of(whom)) if whom else ""


def what(story: Story, m: Moment) -> Inline:
    """What happened, naming the step."""
    step = getattr(m.fact.event, "step", None)
    return did(story, m, "the run" if step is None else ("step ", step_title(story.run, step)))


def did(story: Story, m: Moment, it: Inline) -> Inline:
    """What happened to *it*: the step in words, or `it` where the step is named above."""
    around = Around(story.run, m.before, story.names)
    return MEANINGS.of(m.fact.event).sentence(around, m.fact.event, it)
