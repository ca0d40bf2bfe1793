"""Steps that were marked done while their check failed: since when, and for how long."""

from collections.abc import Iterator

from bot.core.acting.sentences import step_title
from bot.core.documents.postmortem.model import Moment, Story
from bot.core.documents.postmortem.wording import clock, span
from bot.core.markup.model import Inline, Strong
from bot.core.procedure import Placed, check_of
from bot.core.run import events as e
from bot.core.run.expected import missed
from bot.core.run.model import State, Step


def failed_after_done(story: Story) -> Iterator[tuple[Moment, Inline]]:
    """Each stretch in which a step was done and its check failed, with how it ended."""
    since: dict[str, Moment] = {}
    by_check = steps_by_check(story)
    for m in story.moments:
        match event := m.fact.event:
            case e.CheckObserved():
                for placed in by_check.get(event.check, ()):
                    step = placed.step.id
                    doubted = m.after.in_doubt(placed)
                    if doubted and event.final:
                        since.setdefault(step, m)
                    elif not doubted and step in since:
                        first = since.pop(step)
                        later = f", {span(m.at - first.at)} later"
                        yield _told(story, step, first, ("passed at ", _at(story, m), later))
            case e.StepUndone(step=step) if step in since:
                ended = ("had not passed when the step was undone at ", _at(story, m))
                yield _told(story, step, since.pop(step), ended)
            case e.RunReopened():
                for step, first in since.items():
                    yield _told(story, step, first, "had not passed when the run was closed")
                since = {}
            case _:
                pass
    still = "has not passed yet" if story.run.closed is None else "never passed"
    for step, first in since.items():
        yield _told(story, step, first, still)


def never_checked(story: Story) -> Iterator[Inline]:
    """Steps that were done, and whose check nothing had looked at when the run was closed."""
    if story.run.closed is None:
        return
    looked: set[str] = set()
    by_check = steps_by_check(story)
    for m in story.moments:
        match event := m.fact.event:
            case e.StepTaken(step=step):
                looked.discard(step)
            case e.CheckObserved():
                looked |= {placed.step.id for placed in by_check.get(event.check, ())}
            case _:
                pass
    for placed in story.run.placed:
        now = story.run.steps[placed.step.id]
        if check_of(placed.step) and now.state is State.DONE and placed.step.id not in looked:
            yield (
                Strong("Not checked."),
                " ",
                _done(story, placed.step.id, now),
                ": its check had not run when the run was closed.",
            )


def steps_by_check(story: Story) -> dict[str, list[Placed]]:
    """The steps that each check belongs to."""
    found: dict[str, list[Placed]] = {}
    for placed in story.run.placed:
        if check := check_of(placed.step):
            found.setdefault(check, []).append(placed)
    return found


def _at(story: Story, m: Moment) -> Inline:
    return clock(m.at, story.run.started_at)


def _told(story: Story, step_id: str, first: Moment, ended: Inline) -> tuple[Moment, Inline]:
    observed = first.fact.event
    why = missed(observed, story.run.procedure) if isinstance(observed, e.CheckObserved) else ""
    done = _done(story, step_id, first.after.steps[step_id])
    failed = (": its check failed at ", _at(story, first), " (", why, ") and ", ended, ".")
    return first, (Strong("Check failed after Done."), " ", done, failed)


def _done(story: Story, step_id: str, step: Step) -> Inline:
    title = ("Step ", step_title(story.run, step_id))
    if step.on_check or not (step.ended_by and step.ended_at):
        return title
    at = clock(step.ended_at, story.run.started_at)
    return title, ", marked done by ", story.names.of(step.ended_by), " at ", at
