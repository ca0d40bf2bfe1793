"""The sentences of a post-mortem: an event as what somebody did, a time, a length of time.

Each gives inline Markdown. Nothing here looks at more than one fact and the run around it.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.core import events as e
from bot.core.admission import UNFIT
from bot.core.postmortem.markdown import code, inline
from bot.core.postmortem.model import Moment, Story
from bot.core.run import State, shortfall
from bot.core.showing import Told

NOT_RECORDED = "not recorded"

SIGNS = {
    State.OPEN: "⚪",
    State.TAKEN: "▶️",
    State.DONE: "✅",
    State.SKIPPED: "⏭️",
    State.FAILED: "❌",
}


def moment(at: datetime | None) -> str:
    """A time as `2026-11-01 03:12:05`, UTC; `not recorded` for none."""
    return NOT_RECORDED if at is None else f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def clock(at: datetime, day: datetime) -> str:
    """A time as `03:12:05`, with its date when that is not the day of *day*."""
    here = at.astimezone(UTC)
    return f"{here:%H:%M:%S}" if here.date() == day.astimezone(UTC).date() else moment(at)


def span(length: timedelta | None) -> str:
    """A length of time in its two largest units: `47 min`, `1 h 02 min`, `35 s`."""
    if length is None:
        return NOT_RECORDED
    seconds = max(0, int(length.total_seconds()))
    if seconds < 60:  # noqa: PLR2004 - seconds in a minute
        return f"{seconds} s"
    minutes = seconds // 60
    days, hours = minutes // 1440, minutes // 60 % 24
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes % 60:02} min" if hours else f"{minutes} min"


def between(start: datetime | None, end: datetime | None) -> str:
    """The time from *start* to *end*, or `not recorded`."""
    return span(None if start is None or end is None else end - start)


def count(number: int, noun: str) -> str:
    """A number and its noun: `1 step`, `2 steps`, `2 entries`."""
    many = f"{noun[:-1]}ies" if noun.endswith("ry") else f"{noun}s"
    return f"{number} {noun if number == 1 else many}"


def light(green: bool | None) -> str:  # noqa: FBT001 - a verdict is what it is
    """A verdict as a sign and a word, for colour never speaks alone."""
    return "⚪ not known" if green is None else "🟢 green" if green else "🔴 red"


def step_title(story: Story, step_id: str) -> str:
    """A step's number and title: `1 (Revoke the key)`."""
    placed = story.place(step_id)
    return f"{placed.number} ({inline(story.run.words(placed.step.title))})"


def check_title(story: Story, check: str) -> str:
    """What a check says when it is green."""
    return inline(story.run.words(story.run.procedure.checks[check].title))


def why_red(observed: e.CheckObserved) -> str:
    """Why a look was red, and why the bot stopped looking, if it did."""
    ended = f"; given up: {inline(observed.reason)}" if observed.reason else ""
    missed = any(not seen.held for seen in observed.seen)
    return inline(shortfall(observed)) + (ended if missed else "")


def who(story: Story, event: e.Event) -> str:
    """Who did it; the bot itself where the event names nobody."""
    if isinstance(event, e.CheckObserved | e.TimerFired | e.StepReturned | Told) or (
        isinstance(event, e.StepDone) and event.on_check
    ):
        return "bot"
    return story.names.of(event.by)


def what(story: Story, m: Moment) -> str:
    """What happened, naming the step."""
    step = getattr(m.fact.event, "step", None)
    return did(story, m, "the run" if step is None else f"step {step_title(story, step)}")


def did(story: Story, m: Moment, it: str) -> str:
    """What happened to *it*: the step in words, or `it` where the step is named above."""
    return _DID[m.fact.event.kind](story, m, m.fact.event, it)


def _taken(story: Story, m: Moment, event: e.StepTaken, it: str) -> str:
    if event.confirmed is None:
        return f"took {it}"
    return f"took {it}, and typed {code(event.confirmed)} to confirm it"


def _done(story: Story, m: Moment, event: e.StepDone, it: str) -> str:
    if event.on_check:
        return f"ended {it} because its check passed; {story.names.of(event.by)} was on it"
    return f"marked {it} done"


def _undone(story: Story, m: Moment, event: e.StepUndone, it: str) -> str:
    mark = m.before.steps[event.step].state if m.before else State.OPEN
    return f"took back the mark on {it}, which was {mark}"


def _noted(story: Story, m: Moment, event: e.NoteAdded, it: str) -> str:
    about = "" if event.step is None else f" on {it}"
    return f"noted{about}: {story.names.words(event.text)}"


def _observed(story: Story, m: Moment, event: e.CheckObserved, it: str) -> str:
    red = "" if event.green else f" ({why_red(event)})"
    return f"{light(event.green)}: “{check_title(story, event.check)}”{red}"


def _replaced(event: e.BoardReplaced) -> str:
    new = "a new board was posted"
    if event.why == "deleted":
        return f"the board was deleted; {new}"
    if event.why == "not_editable":
        return f"Slack let the bot edit the board no more; {new}"
    if event.head is not None:
        shown = f"the log hash {code(event.head)} of entry {event.entry}"
        return f"🔴 the board showed {shown}, which is not in the record; {new}"
    return f"🔴 entry {event.broken} did not follow from the one before it; {new}"


_DID: Mapping[str, Callable[[Story, Moment, Any, str], str]] = {
    "run_started": lambda _story, _m, event, it: f"started {it}{_inputs(event.inputs)}",
    "step_taken": _taken,
    "step_done": _done,
    "step_skipped": lambda story, _, event, it: f"skipped {it}: {story.names.words(event.reason)}",
    "step_failed": lambda story, _, event, it: (
        f"marked {it} failed: {story.names.words(event.what)}"
    ),
    "step_given_back": lambda _story, _m, _event, it: f"gave {it} back",
    "step_handed_over": lambda story, _, event, it: (
        f"handed {it} over to {story.names.of(event.to)}"
    ),
    "step_returned": lambda story, _, event, it: (
        f"{it} came back to {story.names.of(event.to)}: "
        + UNFIT[event.why].format(story.names.of(event.whom))
    ),
    "step_undone": _undone,
    "note_added": _noted,
    "verification_requested": lambda _story, _m, _event, _it: "asked for verification",
    "check_requested": lambda story, _m, event, _it: (
        f"asked for a look at “{check_title(story, event.check)}”"
    ),
    "check_observed": _observed,
    "recovery_confirmed": lambda story, _m, event, _it: (
        f"confirmed “{item_title(story, event.item)}”"
    ),
    "export_requested": lambda _story, _m, _event, _it: "asked for the post-mortem",
    "run_closed": lambda _story, _m, event, it: (
        f"closed {it}, not verified" if event.reasons else f"closed {it} as recovered"
    ),
    "run_reopened": lambda story, _, event, it: f"reopened {it}: {story.names.words(event.reason)}",
    "board_replaced": lambda _story, _m, event, _it: _replaced(event),
    "posting_refused": lambda _story, _m, event, _it: (
        f"Slack refused to show the run ({code(event.error)})"
    ),
    "posting_resumed": lambda _story, _m, _event, _it: "Slack shows the run again",
    "timer_fired": lambda _story, _m, event, _it: f"its time had come: {inline(event.timer)}",
}


def _inputs(inputs: Mapping[str, str]) -> str:
    given = ", ".join(f"{inline(name)} = {code(value)}" for name, value in inputs.items())
    return f" with {given}" if given else ""


def item_title(story: Story, key: str) -> str:
    """The words of a line of the verification, by its key."""
    found = next((item.title for item in story.run.verification() if item.key == key), None)
    return inline(found or "The procedure has no verification")
