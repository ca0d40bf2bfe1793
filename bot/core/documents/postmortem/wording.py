"""The sentences of a post-mortem: an event as what somebody did, a time, a length of time.

Each gives words without markup. Nothing here looks at more than one fact and the run around it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import assert_never

from bot.core import events as e
from bot.core.admission import CANNOT_TAKE
from bot.core.documents.model import (
    Block,
    Code,
    Inline,
    Listing,
    Notice,
    Time,
    Words,
    joined,
)
from bot.core.documents.postmortem.model import Moment, Story
from bot.core.documents.postmortem.names import is_long
from bot.core.expected import missed
from bot.core.proof import on_page
from bot.core.run import State
from bot.core.showing import Told
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


def light(green: bool | None) -> str:  # noqa: FBT001 - a verdict is what it is
    """A verdict as a sign and a word, for colour never speaks alone."""
    return "⚪ not known" if green is None else "🟢 passed" if green else "🔴 failed"


def step_title(story: Story, step_id: str) -> Inline:
    """A step's number and title: `1 (Revoke the key)`."""
    placed = story.place(step_id)
    return f"{placed.number} (", Words(story.run.words(placed.step.title)), ")"


def check_title(story: Story, check: str) -> Inline:
    """What a check says when it passes."""
    return Words(story.run.words(story.run.procedure.checks[check].title))


def why_red(observed: e.CheckObserved) -> Inline:
    """Why a look failed, and why the bot stopped looking, if it did."""
    some = any(not seen.held for seen in observed.seen)
    ended = ("; given up: ", Words(observed.reason)) if observed.reason and some else ""
    return missed(observed), ended


def long_words(event: e.Event) -> str | None:
    """What somebody wrote about a step or the run, if it is too long for a line."""
    match event:
        case e.NoteAdded(text=text) | e.StepFailed(what=text) | e.StepSkipped(reason=text):
            return text if is_long(text) else None
        case _:
            return None


def whole(text: str) -> Block:
    """All that somebody wrote: lines as they are, or one long line, which wraps."""
    lines = text.strip().splitlines()
    return Listing("\n".join(lines)) if len(lines) > 1 else Notice(Words(text))


def who(story: Story, event: e.Event) -> Inline:
    """Who did it; the bot itself where the event names nobody."""
    by_itself = e.CheckObserved | e.TimerFired | e.StepReturned | e.RunKeptOpen | Told
    if isinstance(event, by_itself) or (isinstance(event, e.StepDone) and event.on_check):
        return "bot"
    return story.names.of(event.by)


def what(story: Story, m: Moment) -> Inline:
    """What happened, naming the step."""
    step = getattr(m.fact.event, "step", None)
    return did(story, m, "the run" if step is None else ("step ", step_title(story, step)))


def did(story: Story, m: Moment, it: Inline) -> Inline:
    """What happened to *it*: the step in words, or `it` where the step is named above."""
    event = m.fact.event
    match event:
        case (
            e.StepTaken()
            | e.StepDone()
            | e.StepSkipped()
            | e.StepFailed()
            | e.StepGivenBack()
            | e.StepHandedOver()
            | e.StepReturned()
            | e.StepUndone()
        ):
            return _of_step(story, m, event, it)
        case e.BoardReplaced() | e.PostingRefused() | e.PostingResumed() | e.TimerFired():
            return _of_itself(event)
        case _:
            return _of_run(story, event, it)


def _of_step(story: Story, m: Moment, event: e.OfStep, it: Inline) -> Inline:
    match event:
        case e.StepTaken():
            return _taken(event, it)
        case e.StepDone():
            return _done(story, event, it)
        case e.StepSkipped():
            return "skipped ", it, ": ", story.names.opening(event.reason)
        case e.StepFailed():
            return "marked ", it, " failed: ", story.names.opening(event.what)
        case e.StepGivenBack():
            return "gave ", it, " back"
        case e.StepHandedOver():
            return _handed(story, event, it)
        case e.StepReturned():
            before, _, after = CANNOT_TAKE[event.why].partition("{}")
            why = (before, story.names.of(event.whom), after)
            return it, " came back to ", story.names.of(event.to), ": ", why
        case e.StepUndone():
            mark = m.before.steps[event.step].state if m.before else State.OPEN
            return "undid ", it, f", which was {mark}"
        case _:
            assert_never(event)


def _of_itself(event: Told | e.TimerFired) -> Inline:
    """What happened though nobody did it."""
    match event:
        case e.BoardReplaced():
            return _replaced(event)
        case e.PostingRefused():
            return "Slack refused to show the run (", Code(event.error), ")"
        case e.PostingResumed():
            return "Slack shows the run again"
        case e.TimerFired():
            return "its time had come: ", Words(event.timer)
        case _:
            assert_never(event)


_OfRun = (
    e.RunStarted
    | e.NoteAdded
    | e.VerificationRequested
    | e.CheckRequested
    | e.CheckObserved
    | e.RecoveryConfirmed
    | e.ConfirmationWithdrawn
    | e.ExportRequested
    | e.ClosingRequested
    | e.RunKeptOpen
    | e.RunClosed
    | e.RunReopened
)


def _of_run(story: Story, event: _OfRun, it: Inline) -> Inline:  # noqa: C901, PLR0912 - a case a kind
    match event:
        case e.RunStarted():
            return "started ", it, _inputs(event.inputs)
        case e.NoteAdded():
            about = "" if event.step is None else (" on ", it)
            return "noted", about, ": ", story.names.opening(event.text)
        case e.VerificationRequested():
            return "asked for verification"
        case e.CheckRequested():
            return "asked to check “", check_title(story, event.check), "”"
        case e.CheckObserved():
            red = "" if event.green else (" (", why_red(event), ")")
            return f"{light(event.green)}: “", check_title(story, event.check), "”", red
        case e.RecoveryConfirmed():
            words = (": ", story.names.words(event.words)) if event.words else ""
            return "confirmed “", item_title(story, event.item), "”", words
        case e.ConfirmationWithdrawn():
            return "took back the confirmation of “", item_title(story, event.item), "”"
        case e.ExportRequested():
            return "asked for the post-mortem"
        case e.ClosingRequested():
            return "asked to close ", it
        case e.RunKeptOpen():
            return _kept_open(story, event, it)
        case e.RunClosed():
            return "closed ", it, _how(event)
        case e.RunReopened():
            return "reopened ", it, ": ", story.names.words(event.reason)
        case _:
            assert_never(event)


def _how(event: e.RunClosed) -> str:
    """How a run was closed."""
    if event.mistake is not None:
        return ", started by mistake"
    return ", not verified" if event.reasons else " as recovered"


def _taken(event: e.StepTaken, it: Inline) -> Inline:
    if event.confirmed is None:
        return "took ", it
    return "took ", it, ", and typed ", Code(event.confirmed), " to confirm it"


def _done(story: Story, event: e.StepDone, it: Inline) -> Inline:
    if event.on_check:
        return "ended ", it, " because its check passed; ", story.names.of(event.by), " was on it"
    return "marked ", it, " done"


def _replaced(event: e.BoardReplaced) -> Inline:
    new = "a new board was posted"
    if event.why == "deleted":
        return f"the board was deleted; {new}"
    if event.why == "not_editable":
        return f"Slack let the bot edit the board no more; {new}"
    if event.head is not None:
        shown = ("the log hash ", Code(event.head), f" of entry {event.entry}")
        return "🔴 the board showed ", shown, f", which is not in the record; {new}"
    return f"🔴 entry {event.broken} did not follow from the one before it; {new}"


def _handed(story: Story, event: e.StepHandedOver, it: Inline) -> Inline:
    was = story.names.of(event.was) if event.was is not None else None
    if was is not None and event.by.id == event.to.id:
        return "took ", it, " over from ", was
    return "handed ", it, " over to ", story.names.of(event.to)


def _kept_open(story: Story, event: e.RunKeptOpen, it: Inline) -> Inline:
    asked = ("kept ", it, " open, which ", story.names.of(event.by), " wanted to close")
    if event.after is not None:
        return asked, f": entry {event.after} came between"
    lacks = [
        ("“", item_title(story, key), "” (", Words(event.lacking[key]), ")")
        for key in on_page(story.run.verification(), event.lacking)
    ]
    return asked, "; lacking: ", joined(", ", lacks)


def _inputs(inputs: Mapping[str, str]) -> Inline:
    return (" with ", given(inputs)) if inputs else ""


def given(inputs: Mapping[str, str]) -> Inline:
    """The values of a run: each with its name."""
    return joined(", ", ((Words(name), " = ", Code(value)) for name, value in inputs.items()))


def item_title(story: Story, key: str) -> Inline:
    """The words of a line of the verification, by its key."""
    found = next((item.title for item in story.run.verification() if item.key == key), None)
    return Words(found or "The procedure has no verification")
