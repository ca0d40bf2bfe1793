"""Where the run left its procedure, and what is no deviation but worth a reader's eye.

A deviation is no fault: it is where the procedure and the trouble did not meet, so it is where
the procedure can learn. An alternative that was not chosen is none.
"""

from collections.abc import Iterator

from bot.core import events as e
from bot.core.expected import shortfall
from bot.core.postmortem.failed_checks import failed_after_done, never_checked
from bot.core.postmortem.markdown import bullets, code, inline
from bot.core.postmortem.model import Moment, Story
from bot.core.postmortem.wording import WRITTEN, clock, item_title, step_title
from bot.core.procedure import Placed, Wait
from bot.core.proof import Item, on_page
from bot.core.run import Run, State


def deviations(story: Story) -> str:
    """The section's body: the deviations, then what else is worth knowing."""
    finders = (_marks, _out_of_order, _waits_by_hand, failed_after_done, _closings)
    from_log = [(m.fact.seq, line) for find in finders for m, line in find(story)]
    # In the order of the record; what one entry gave several lines for keeps theirs.
    from_log.sort(key=lambda one: one[0])
    found = [line for _, line in from_log] + [*_left(story), *never_checked(story)]
    parts = [bullets(found or ["None: every step was done in the order of the procedure."])]
    if known := list(_worth_knowing(story)):
        parts += ["### No deviation, but worth knowing", bullets(known)]
    return "\n\n".join(parts)


_Found = Iterator[tuple[Moment, str]]


def _at(story: Story, m: Moment) -> str:
    return clock(m.at, story.run.started_at)


def _marks(story: Story) -> _Found:
    """Steps that were skipped, that failed, and marks that were taken back."""
    for m, event in story.of(e.StepSkipped, e.StepFailed, e.StepUndone):
        step = f"Step {step_title(story, event.step)}"
        by = f"by {story.names.of(event.by)} at {_at(story, m)}"
        match event:
            case e.StepSkipped(reason=reason):
                yield m, f"**Skipped.** {step}, {by}: {story.names.opening(reason)}"
            case e.StepFailed(what=words):
                yield m, f"**Failed.** {step}, marked {by}: {story.names.opening(words)}"
            case _:
                mark = m.before.steps[event.step].state if m.before else State.OPEN
                yield m, f"**Undone.** {step}, which was {mark}, {by}."


def _out_of_order(story: Story) -> _Found:
    """Steps that were taken while one before them, in sequence, was not finished."""
    index = {placed.step.id: n for n, placed in enumerate(story.run.placed)}
    over = 0  # so many steps from the first on are done or skipped
    for m, event in story.of(e.StepTaken, e.StepUndone):
        if m.before is None:
            continue
        here = index[event.step]
        if isinstance(event, e.StepUndone):
            over = min(over, here)
            continue
        placed = story.run.placed[here]
        while over < here and _is_over(m.before, story.run.placed[over]):
            over += 1
        passed = [p for p in _before(m.before, placed, over, here) if _ahead(m.before, p)]
        if passed:
            noun = "step" if len(passed) == 1 else "steps"
            passed_by = f"{noun} {', '.join(p.number for p in passed)}"
            yield (
                m,
                (
                    f"**Out of order.** Step {step_title(story, placed.step.id)}, taken by "
                    f"{story.names.of(event.by)} at {_at(story, m)}, before {passed_by}."
                ),
            )


def _ahead(run: Run, placed: Placed) -> bool:
    return not _is_over(run, placed) and not run.ruled_out(placed)


def _is_over(run: Run, placed: Placed) -> bool:
    return run.steps[placed.step.id].state in (State.DONE, State.SKIPPED)


def _before(run: Run, placed: Placed, first: int, last: int) -> Iterator[Placed]:
    """The steps from *first* to before *last* that precede *placed* in one sequence with it."""
    for other in run.placed[first:last]:
        pairs = zip(other.groups, placed.groups, strict=False)
        common = [mine for mine, yours in pairs if mine.id == yours.id]
        # The innermost group around both says whether their order matters.
        if not common or not (common[-1].any_order or common[-1].one_of):
            yield other


def _waits_by_hand(story: Story) -> _Found:
    for m, event in story.of(e.StepDone):
        if isinstance(story.place(event.step).step, Wait) and not event.on_check:
            yield (
                m,
                (
                    f"**Not awaited.** Step {step_title(story, event.step)}, marked done by "
                    f"{story.names.of(event.by)} at {_at(story, m)} before its check had passed."
                ),
            )


def _closings(story: Story) -> _Found:
    """Closings without green verification, with each reason, and reopenings."""
    for m, event in story.of(e.RunClosed, e.RunReopened):
        by = f"by {story.names.of(event.by)} at {_at(story, m)}"
        if isinstance(event, e.RunReopened):
            yield m, f"**Reopened** {by}: {story.names.words(event.reason)}"
            continue
        if event.mistake is not None:
            yield m, f"**Started by mistake**, {by}: {story.names.words(event.mistake)}"
            continue
        seen = {item.key: item for item in m.before.verification()} if m.before else {}
        for key in on_page(story.run.verification(), event.reasons):
            state = "no verification"
            if key in seen:
                state = _stood(m.before, seen[key])
            yield (
                m,
                (
                    f"**Closed without proof** {by}. {item_title(story, key)} ({state}): "
                    f"{story.names.words(event.reasons[key])}"
                ),
            )


def _stood(run: Run | None, item: Item) -> str:
    """How a line stood when the run was closed without it."""
    verdict = run.verdicts.get(item.check or "") if run else None
    if verdict is None or verdict.green:
        return inline(item.why)
    return f"failed, {shortfall(verdict.observed, WRITTEN)}"


def _left(story: Story) -> Iterator[str]:
    """Steps that had not ended well when the run was closed."""
    if story.run.closed is None:
        return
    for placed in story.run.placed:
        state = story.run.steps[placed.step.id].state
        title = step_title(story, placed.step.id)
        if state is State.TAKEN:
            yield f"**Not ended** when the run was closed. Step {title}."
        elif state is State.FAILED and not story.run.ruled_out(placed):
            yield f"**Left failed** when the run was closed. Step {title}."
        elif _ahead(story.run, placed):
            yield f"**Not done** when the run was closed. Step {title}."


def _worth_knowing(story: Story) -> Iterator[str]:
    for m in story.moments:
        event = m.fact.event
        match event:
            case e.StepTaken(confirmed=str() as typed):
                yield (
                    f"Step {step_title(story, event.step)} is destructive: "
                    f"{story.names.of(event.by)} confirmed it at {_at(story, m)} by typing "
                    f"{code(typed)}."
                )
            case e.StepDone(on_check=False) if m.before is not None:
                holder = m.before.steps[event.step].holder
                if holder is not None and holder.id != event.by.id:
                    yield (
                        f"Step {step_title(story, event.step)} was taken by "
                        f"{story.names.of(holder)} and marked done by "
                        f"{story.names.of(event.by)} at {_at(story, m)}."
                    )
            case _:
                pass
