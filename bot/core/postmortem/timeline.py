"""The timeline: every fact, and what people said in the thread, in one order of time.

Requests that the bot makes by itself, because a step was taken or done, verification was asked
for or the run was reopened, share the row of what they follow from; so every fact's number is in
the table.
"""

from collections.abc import Iterator
from datetime import datetime

from bot.core import events as e
from bot.core.postmortem.markdown import bullets, code, inline, table, with_block
from bot.core.postmortem.model import LeftOut, Moment, Said, Story
from bot.core.postmortem.names import is_long
from bot.core.postmortem.wording import clock, count, long_words, moment, what, who

THREAD_NOT_READ = (
    "> ⚠️ The messages of the thread are not in this timeline: Slack did not give them to the bot "
    "when this was written. Look into the run's thread for what people said, or export again."
)

_LONG = (
    "Of long words, the first line is in the table. What was written about a step, or the run, is "
    "whole under “Steps”; a message is whole below the table."
)

_FOLLOWED = e.StepTaken | e.StepDone | e.VerificationRequested | e.ClosingRequested | e.RunReopened


def timeline(story: Story, left_out: LeftOut) -> str:
    """The section's body: the day, the table, and a word where talk is missing from it."""
    day = story.run.started_at
    rows = [
        (_order, (clock(at, day), number, name, told))
        for _order, at, number, name, told in sorted((*_facts(story), *_talk(story)))
    ]
    parts = [
        (
            f"Times are UTC, on {moment(day)[:10]} where no date is given. # is the number of the "
            "entry in the run's record; 💬 is a message in the thread."
        ),
    ]
    long = [said for said in story.said or () if is_long(said.text)]
    if long or any(long_words(m.fact.event) is not None for m in story.moments):
        parts.append(_LONG)
    if story.said is None:
        parts.append(THREAD_NOT_READ)
    parts.extend(_left_out(left_out))
    parts.append(table(("Time", "#", "Who", "What"), [row for _, row in rows]))
    if long:
        parts += ["### Long messages", bullets(_whole(story, said) for said in long)]
    return "\n\n".join(parts)


_Key = tuple[datetime, int, int]
_Row = tuple[_Key, datetime, str, str, str]


def _facts(story: Story) -> Iterator[_Row]:
    latest = story.run.started_at
    for head, followers in _grouped(story.moments):
        # The order of the log stands, even where the clock was set back between two facts.
        latest = max(latest, head.at)
        first = head.fact.seq
        number = f"{first}–{first + len(followers)}" if followers else f"{first}"
        told = what(story, head)
        if followers:
            told += f"; the bot {_listed(story, followers)}"
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


def _listed(story: Story, requests: list[e.CheckRequested]) -> str:
    from_verification = all(one.batch is not None for one in requests)
    if from_verification and len(requests) > 1:
        return f"runs {len(requests)} checks"
    checks = story.run.procedure.checks
    titles = [story.run.words(checks[one.check].title) for one in requests]
    return "checks " + ", ".join(f"“{story.names.words(title)}”" for title in titles)


def _left_out(left_out: LeftOut) -> Iterator[str]:
    """What of the talk is not in the table."""
    messages = {
        "to the bot": left_out.to_bot,
        "of the bot, which repeat entries": left_out.own,
        "without words or files": left_out.empty,
        "after those that were read": left_out.beyond,
    }
    told = [f"{count(number, 'message')} {which}" for which, number in messages.items() if number]
    if told:
        yield f"Left out: {'; '.join(told)}."
    if left_out.threads:
        yield (
            f"> ⚠️ The talk under {count(left_out.threads, 'earlier board')} of this run is not in "
            "this timeline: Slack does not give it any more."
        )


def _talk(story: Story) -> Iterator[_Row]:
    for index, said in enumerate(story.said or ()):
        yield (said.at, 1, index), said.at, "💬", _writer(story, said), _what(story, said)


def _writer(story: Story, said: Said) -> str:
    """Who wrote a message: an app under its own name, a person under theirs."""
    name = story.names.known(said.by)
    if said.app is None or name == said.app:
        return story.names.of(said.by)
    if name is None:
        return inline(said.app)
    return f"{story.names.of(said.by)}, through {inline(said.app)}"


def _what(story: Story, said: Said) -> str:
    files = [f"📎 {code(name)}" for name in said.files]
    words = [f"“{story.names.opening(said.text)}”"] if said.text or not files else []
    edited = " (edited)" if said.edited else ""
    return f"{' '.join([*words, *files])}{edited}"


def _whole(story: Story, said: Said) -> str:
    line = f"{clock(said.at, story.run.started_at)} {_writer(story, said)}:"
    return with_block(line, story.names.as_read(said.text))
