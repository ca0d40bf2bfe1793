"""The moments of a run that time is measured between, each with where it is known from."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.documents.postmortem.model import Moment, Story
from bot.core.run import events as e
from bot.core.run.model import State


@dataclass(frozen=True, slots=True)
class KeyTime:
    """A moment by its `name`, and what it is called; `entry` or else `source` says who tells."""

    name: str
    called: str
    at: datetime | None = None
    entry: int | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Length:
    """From one moment to another, by their names, and what that is called."""

    called: str
    start: str
    end: str
    length: timedelta | None = None


def key_times(story: Story) -> Sequence[KeyTime]:
    """All of them, in the order in which they should come."""
    return tuple(_times(story))


def _times(story: Story) -> Iterator[KeyTime]:
    run = story.run
    alert = run.alert
    since = None if alert is None else alert.since
    yield KeyTime("detected", "Detected", since, source=alert.id if alert and since else None)
    yield KeyTime("started", "Run started", run.started_at, 1)
    yield _first(
        story,
        "acknowledged",
        "First step taken",
        lambda m: isinstance(m.fact.event, e.StepTaken | e.Decided),
    )
    yield _first(
        story, "first_result", "First step done", lambda m: isinstance(m.fact.event, e.StepDone)
    )
    dones = [s.ended_at for s in run.steps.values() if s.state is State.DONE and s.ended_at]
    yield _at(story, "last_step", "Last step done", max(dones, default=None))
    yield _at(story, "recovered", "Recovered", run.recovered_at)
    if alert is not None and (resolved := alert.resolved_at) is not None:
        yield KeyTime("alert_resolved", "Alert resolved", resolved, source=alert.id)
    yield _at(story, "closed", "Closed", run.closed.at if run.closed else None)


def _first(story: Story, name: str, called: str, holds: Callable[[Moment], bool]) -> KeyTime:
    m = next((m for m in story.moments if holds(m)), None)
    return KeyTime(name, called) if m is None else KeyTime(name, called, m.at, m.fact.seq)


def _at(story: Story, name: str, called: str, at: datetime | None) -> KeyTime:
    """A moment that the run knows the time of: the last entry of that time says it."""
    entries = [m.fact.seq for m in story.moments if m.at == at]
    return KeyTime(name, called, at, max(entries, default=None))


BEGAN = "began"
"""The moment that no record has: when the trouble began."""
_LENGTHS = (
    ("Time to detect (began to detected)", BEGAN, "detected"),
    ("Time to start (detected to started)", "detected", "started"),
    ("Time to first action (started to first step taken)", "started", "acknowledged"),
    ("Time to first result (started to first step done)", "started", "first_result"),
    ("Time to recovery (started to recovered)", "started", "recovered"),
    ("Duration of the run (started to closed)", "started", "closed"),
)


def lengths(times: Sequence[KeyTime]) -> Sequence[Length]:
    """How long it was between them."""
    at = {one.name: one.at for one in times}
    made = []
    for called, start, end in _LENGTHS:
        first, last = at.get(start), at.get(end)
        length = None if first is None or last is None else last - first
        made.append(Length(called, start, end, length))
    return made
